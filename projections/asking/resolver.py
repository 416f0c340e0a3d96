"""Names, titles and quotations of other records, looked up together and filled in afterwards.

Composing a document asks for parties and references one by one and gets dicts that are still
blank; `settle` then looks all of them up at the same moment with one question a table. A record
that begins later is called by its first name on the days before.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Select, Table, bindparam, select

from projections.asking.snapshot import Snapshot, holding, known
from projections.documents import CitationView, Party, Quotation, Ref, SourceRef
from projections.spans import Document
from projections.views.sources import TEXT

BLANK_CHECK: Final = "not_checkable"


class Resolver:
    """Hands out blanks, then fills them. `close_with` runs when everything is filled."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._parties: dict[str, Party] = {}
        self._refs: dict[tuple[str, str], Ref] = {}
        self._subjects: dict[str, Ref] = {}
        self._sources: dict[str, SourceRef] = {}
        self._quotations: dict[str, Quotation] = {}
        self._referrers: dict[tuple[str, str], dict[str, list[Callable[[Any], None]]]] = (
            defaultdict(lambda: defaultdict(list))
        )
        self._quoted: dict[int, list[Quotation]] = {}
        self._last: list[Callable[[], None]] = []

    # --- blanks

    def party(self, ident: str) -> Party:
        """The stakeholder, or the one that it turned out to be."""
        if ident not in self._parties:
            self._parties[ident] = Party(id=ident, kind="organization", name=None)
        return self._parties[ident]

    def maybe_party(self, ident: str | None) -> Party | None:
        return None if ident is None else self.party(ident)

    def parties(self, idents: Iterable[str]) -> list[Party]:
        """Each once, even if two of them turned out to be the same."""
        found = [self.party(ident) for ident in idents]
        if len(found) > 1:
            self._last.append(lambda: _once(found))
        return found

    def ref(self, kind: str, ident: str) -> Ref:
        if (kind, ident) not in self._refs:
            self._refs[kind, ident] = Ref(id=ident, kind=kind, title=None)
        return self._refs[kind, ident]

    def maybe_ref(self, kind: str, ident: str | None) -> Ref | None:
        return None if ident is None else self.ref(kind, ident)

    def subject(self, ident: str) -> Ref:
        """A commitment or a statement, whichever bears the id."""
        if ident not in self._subjects:
            self._subjects[ident] = Ref(id=ident, kind="commitments", title=None)
        return self._subjects[ident]

    def source(self, ident: str) -> SourceRef:
        if ident not in self._sources:
            self._sources[ident] = SourceRef(
                id=ident, publisher=None, title=None, url=None, claimed_on=None, basis="note"
            )
        return self._sources[ident]

    def citation(self, cite: Document) -> CitationView:
        return CitationView(
            role=cite["role"],
            source=self.source(cite["source"]),
            quotation=self._quotation(cite["quotation"]),
        )

    def citations(self, cites: Iterable[Document]) -> list[CitationView]:
        return [self.citation(cite) for cite in cites]

    def _quotation(self, ident: str) -> Quotation:
        if ident not in self._quotations:
            self._quotations[ident] = Quotation(
                id=ident,
                exact=None,
                prefix=None,
                suffix=None,
                in_heading=False,
                attributed_to=None,
                speaker=None,
                check=BLANK_CHECK,
                start=None,
            )
        return self._quotations[ident]

    def quotations_of(self, born: int) -> list[Quotation]:
        """Every quotation from a source, in the order in which they were taken."""
        return self._quoted.setdefault(born, [])

    def referrers(
        self, collection: str, facet: str, ident: str, take: Callable[[Any], None]
    ) -> None:
        """Call `take` with each row of the collection that has the facet, oldest record first."""
        self._referrers[collection, facet][ident].append(take)

    def refs_from(self, collection: str, facet: str, ident: str) -> list[Ref]:
        """Every record of the collection that has the facet."""
        found: list[Ref] = []
        self.referrers(
            collection,
            facet,
            ident,
            lambda row: found.append(Ref(id=row.stream, kind=collection, title=row.title)),
        )
        return found

    def close_with(self, finish: Callable[[], None]) -> None:
        self._last.append(finish)

    # --- filling

    def settle(self) -> None:
        """What refers to us first, then quotations, for both ask for more; names last."""
        for (collection, facet), takers in self._referrers.items():
            self._fill_referrers(collection, facet, takers)
        self._list_quotations()
        self._fill_quotations()
        self._fill_sources()
        self._fill_subjects()
        self._fill_refs()
        self._fill_parties()
        for finish in self._last:
            finish()

    def _fill_referrers(
        self, collection: str, facet: str, takers: dict[str, list[Callable[[Any], None]]]
    ) -> None:
        tables, moment = self._snapshot.records(collection), self._snapshot.moment
        rows, facets = tables.rows, tables.facets
        question = (
            select(facets.c.value, rows.c.stream, rows.c.title, rows.c.kind, rows.c.document)
            .join(rows, rows.c.born == facets.c.born)
            .where(
                facets.c.facet == facet,
                facets.c.value.in_(list(takers)),
                *holding(facets, moment),
                *holding(rows, moment),
            )
            .order_by(facets.c.value, facets.c.born)
        )
        for row in self._snapshot.connection.execute(question):
            for take in takers[row.value]:
                take(row)

    def _list_quotations(self) -> None:
        if not self._quoted:
            return
        parts, moment = self._snapshot.records("sources").parts, self._snapshot.moment
        question = (
            select(parts.c.born, parts.c.part)
            .where(parts.c.born.in_(list(self._quoted)), parts.c.part != TEXT)
            .where(*holding(parts, moment))
        )
        for born, part in self._snapshot.connection.execute(question):
            self._quoted[born].append(self._quotation(part))

    def _fill_quotations(self) -> None:
        if not self._quotations:
            return
        parts = self._snapshot.records("sources").parts
        found = self._at_moment(parts, parts.c.part, self._quotations, [parts.c.content])
        taken: dict[str, int] = {}
        for ident, row in found.items():
            kept = orjson.loads(row.content)
            taken[ident] = kept.pop("taken")
            kept["speaker"] = self.maybe_party(kept["speaker"])
            self._quotations[ident].update(kept)
        for quotations in self._quoted.values():
            quotations.sort(key=lambda quotation: taken[quotation["id"]])

    def _fill_sources(self) -> None:
        rows = self._records("sources", self._sources, ["document"])
        for ident, row in rows.items():
            source, kept = self._sources[ident], orjson.loads(row.document)
            source["publisher"], source["title"] = kept["publisher"], kept["title"]
            source["url"], source["claimed_on"] = kept["url"], kept["claimed_on"]
            source["basis"] = kept["basis"]

    def _fill_subjects(self) -> None:
        for kind in ("commitments", "statements"):
            for ident, row in self._records(kind, self._subjects, ["title"]).items():
                subject = self._subjects[ident]
                subject["kind"], subject["title"] = kind, row.title

    def _fill_refs(self) -> None:
        wanted: dict[str, list[str]] = defaultdict(list)
        for kind, ident in self._refs:
            wanted[kind].append(ident)
        for kind, idents in wanted.items():
            if kind in _WITHOUT_RECORDS:
                continue
            for ident, row in self._records(kind, idents, ["title"]).items():
                self._refs[kind, ident]["title"] = row.title

    def _fill_parties(self) -> None:
        found: dict[str, Any] = {}
        wanted: Iterable[str] = self._parties
        while wanted:
            rows = self._records("stakeholders", wanted, ["title", "kind", "refers"])
            found.update(rows)
            wanted = {row.refers for row in rows.values() if row.refers} - found.keys()
        for ident, party in self._parties.items():
            if ident in found:
                last = _follow(found, ident)
                party["id"], party["kind"] = last, found[last].kind
                party["name"] = found[last].title

    def _records(
        self, collection: str, idents: Iterable[str], columns: Sequence[str]
    ) -> dict[str, Any]:
        wanted = list(idents)
        if not wanted:
            return {}
        rows = self._snapshot.records(collection).rows
        return self._at_moment(rows, rows.c.stream, wanted, [rows.c[name] for name in columns])

    def _at_moment(
        self,
        table: Table,
        key: ColumnElement[str],
        idents: Iterable[str],
        columns: Sequence[ColumnElement[Any]],
    ) -> dict[str, Any]:
        """Key → the row of the moment's day, or of the first day after it."""
        moment = self._snapshot.moment
        question: Select[Any] = select(key.label("key"), *columns, table.c.day_to).where(
            key.in_(bindparam("idents", expanding=True))
        )
        if moment.on is None:
            question = question.where(*holding(table, moment))
        else:
            day = moment.on.toordinal()
            question = question.where(*known(table, moment), table.c.day_to > day)
        found: dict[str, Any] = {}
        ordered = question.order_by(table.c.day_to)
        for row in self._snapshot.connection.execute(ordered, {"idents": list(idents)}):
            found.setdefault(row.key, row)
        return found


_WITHOUT_RECORDS: Final = frozenset({"rubrics", "ledger"})


def _follow(found: dict[str, Any], ident: str) -> str:
    """The end of a chain of merges; a circle, which the rules refuse, would end where it began."""
    passed = {ident}
    while (refers := found[ident].refers) in found and refers not in passed:
        passed.add(refers)
        ident = refers
    return ident


def _once(parties: list[Party]) -> None:
    parties[:] = {party["id"]: party for party in parties}.values()
