"""Names, titles and quotations of other records, looked up together and filled in afterwards.

Composing a document asks for parties and references one by one and gets dicts that are still
blank; `settle` then looks all of them up at the same moment with one question a table. A record
that begins later is called by its first name on the days before.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, cast

from sqlalchemy import Row, bindparam, select

from projections.asking.names import (
    find_parties,
    find_quotations,
    find_sources,
    find_titles,
)
from projections.asking.reach import Reach
from projections.asking.served import Served
from projections.asking.snapshot import Asked, Shape, Snapshot, holding
from projections.asking.trail import Trail, Use
from projections.documents import CitationView, Party, Quotation, Ref, SourceRef
from projections.spans import Document
from projections.tables import TEXT as TEXT_TYPE
from projections.views.sources import TEXT

Taker = Callable[[Row[Any]], None]
_WITHOUT_RECORDS: Final = frozenset({"rubrics", "ledger"})


class Resolver:
    """Hands out blanks, then fills them. `close_with` runs when everything is filled."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._parties: dict[str, Party] = {}
        self._refs: defaultdict[str, dict[str, Ref]] = defaultdict(dict)
        self._subjects: dict[str, Ref] = {}
        self._sources: dict[str, SourceRef] = {}
        self._quotations: dict[str, Quotation] = {}
        self._quoted: dict[int, list[Quotation]] = {}
        self._lists: defaultdict[str, dict[tuple[str, str], list[Ref]]] = defaultdict(dict)
        self._takers: defaultdict[str, dict[tuple[str, str], Taker]] = defaultdict(dict)
        self._last: list[Callable[[], None]] = []
        self._trail = Trail(snapshot)

    # --- what a document depends on

    def follow(self) -> Use:
        """Note from here on, for the next document, which blanks it asks for."""
        return self._trail.begin()

    def only_here(self) -> None:
        """The document asks for too much to tell at which other moments it would be the same."""
        self._trail.only_here()

    def reach(self, use: Use) -> Reach:
        """Where all that the document asked for stays the same; known when all is settled."""
        return self._trail.reach(use)

    # --- blanks

    def party(self, ident: str) -> Party:
        """The stakeholder, or the one that it turned out to be."""
        self._trail.note("party", ident)
        found = self._parties.get(ident)
        if found is None:
            found = self._parties[ident] = {"id": ident, "kind": "organization", "name": None}
        return found

    def maybe_party(self, ident: str | None) -> Party | None:
        return None if ident is None else self.party(ident)

    def parties(self, idents: Sequence[str]) -> list[Party]:
        """Each once, even if two of them turned out to be the same."""
        found = [self.party(ident) for ident in idents]
        if len(found) > 1:
            self._last.append(lambda: _once(found))
        return found

    def ref(self, kind: str, ident: str) -> Ref:
        self._trail.note(kind, ident)
        refs = self._refs[kind]
        found = refs.get(ident)
        if found is None:
            found = refs[ident] = {"id": ident, "kind": kind, "title": None}
        return found

    def maybe_ref(self, kind: str, ident: str | None) -> Ref | None:
        return None if ident is None else self.ref(kind, ident)

    def subject(self, ident: str) -> Ref:
        """A commitment or a statement, whichever bears the id."""
        for kind in _SUBJECTS:
            self._trail.note(kind, ident)
        if ident not in self._subjects:
            self._subjects[ident] = Ref(id=ident, kind="commitments", title=None)
        return self._subjects[ident]

    def source(self, ident: str) -> SourceRef:
        self._trail.note("source", ident)
        if ident not in self._sources:
            self._sources[ident] = SourceRef(
                id=ident, publisher=None, title=None, url=None, claimed_on=None, basis="note"
            )
        return self._sources[ident]

    def citations(self, cites: Iterable[Document]) -> list[CitationView]:
        return [
            {
                "role": cite["role"],
                "source": self.source(cite["source"]),
                "quotation": self._quotation(cite["quotation"]),
            }
            for cite in cites
        ]

    def _quotation(self, ident: str) -> Quotation:
        self._trail.note("quotation", ident)
        if ident not in self._quotations:
            self._quotations[ident] = Quotation(
                id=ident,
                exact=None,
                prefix=None,
                suffix=None,
                in_heading=False,
                attributed_to=None,
                speaker=None,
                check="not_checkable",
                start=None,
            )
        return self._quotations[ident]

    def quotations_of(self, born: int) -> list[Quotation]:
        """Every quotation from a source, in the order in which they were taken."""
        return self._quoted.setdefault(born, [])

    def refs_from(self, collection: str, facet: str, ident: str) -> list[Ref]:
        """Every record of the collection that has the facet, oldest first."""
        self._trail.note_referrers(collection, facet, ident)
        found: list[Ref] = []
        self._lists[collection][facet, ident] = found
        return found

    def rows_from(self, collection: str, facet: str, ident: str, take: Taker) -> None:
        """Call `take` with the row of every record that has the facet, oldest first."""
        self._trail.note_referrers(collection, facet, ident)
        self._takers[collection][facet, ident] = take

    def close_with(self, finish: Callable[[], None]) -> None:
        self._last.append(finish)

    # --- filling

    def settle(self) -> None:
        """What refers to us first, then quotations, for both ask for more; names last."""
        self._trail.end()
        for collection in self._lists.keys() | self._takers.keys():
            self._fill_referrers(collection)
        if self._quoted:
            self._list_quotations()
        if self._quotations:
            self._fill_quotations()
        if self._sources:
            self._fill_sources()
        if self._subjects:
            self._fill_subjects()
        for kind in self._refs.keys() - _WITHOUT_RECORDS:
            self._fill_refs(kind)
        if self._parties:
            self._fill_parties()
        for finish in self._last:
            finish()

    def _fill_referrers(self, collection: str) -> None:
        lists, takers = self._lists[collection], self._takers[collection]
        wanted = lists.keys() | takers.keys()
        for row in self._referrers(collection, wanted, documents=bool(takers)):
            key = row[0], row[1]
            if key in lists:
                lists[key].append({"id": row[2], "kind": collection, "title": row[3]})
            if key in takers:
                takers[key](row)

    def _referrers(
        self, collection: str, wanted: Iterable[tuple[str, str]], *, documents: bool
    ) -> Iterable[Any]:
        """Rows that have one of the facets and one of the values, so others may be among them."""
        borne = [place for place in wanted if self._trail.is_borne(collection, *place)]
        if not borne:
            return ()
        served, shape = self._snapshot.served, self._snapshot.shape
        return self._snapshot.ask(
            _referrers_question(served, shape, collection, documents=documents),
            facets=sorted({facet for facet, _ in borne}),
            idents=sorted({ident for _, ident in borne}),
        )

    def _list_quotations(self) -> None:
        question = _quoted_question(self._snapshot.served, self._snapshot.shape)
        for born, part in self._snapshot.ask(question, born=list(self._quoted)):
            self._quoted[born].append(self._quotation(part))

    def _fill_quotations(self) -> None:
        taken: dict[str, int] = {}
        for ident, (kept, reach) in find_quotations(self._snapshot, self._quotations).items():
            self._trail.lay("quotation", ident, reach)
            if kept is not None:
                quotation = self._quotations[ident]
                quotation.update(kept)
                taken[ident] = cast("dict[str, Any]", quotation).pop("taken")
                quotation["speaker"] = self._speaker(ident, kept["speaker"])
        for quotations in self._quoted.values():
            quotations.sort(key=lambda quotation: taken[quotation["id"]])

    def _speaker(self, quotation: str, ident: str | None) -> Party | None:
        if ident is not None:
            self._trail.lead_on(("quotation", quotation), ("party", ident))
        return self.maybe_party(ident)

    def _fill_sources(self) -> None:
        for ident, (kept, reach) in find_sources(self._snapshot, self._sources).items():
            self._trail.lay("source", ident, reach)
            if kept is not None:
                self._sources[ident].update(kept)

    def _fill_subjects(self) -> None:
        for kind in _SUBJECTS:
            for ident, title in self._titles(kind, self._subjects).items():
                subject = self._subjects[ident]
                subject["kind"], subject["title"] = kind, title

    def _fill_refs(self, kind: str) -> None:
        for ident, title in self._titles(kind, self._refs[kind]).items():
            self._refs[kind][ident]["title"] = title

    def _titles(self, kind: str, idents: Iterable[str]) -> Mapping[str, str | None]:
        """Id → title on the moment's day, or on the first day after it."""
        titles: dict[str, str | None] = {}
        for ident, (found, reach) in find_titles(self._snapshot, kind, idents).items():
            self._trail.lay(kind, ident, reach)
            if found is not None:
                (titles[ident],) = found
        return titles

    def _fill_parties(self) -> None:
        found: dict[str, PartyFound] = {}
        wanted: Iterable[str] = self._parties
        while wanted:
            further: set[str] = set()
            for ident, (party, reach) in find_parties(self._snapshot, wanted).items():
                self._trail.lay("party", ident, reach)
                if party is not None:
                    found[ident] = party
                    further |= self._turned_out(ident, party[2])
            wanted = further - found.keys()
        for ident, blank in self._parties.items():
            if ident in found:
                last = _follow(found, ident)
                blank["id"], (blank["kind"], blank["name"], _) = last, found[last]

    def _turned_out(self, ident: str, refers: str | None) -> set[str]:
        if refers is None:
            return set()
        self._trail.lead_on(("party", ident), ("party", refers))
        return {refers}


_SUBJECTS: Final = ("commitments", "statements")

PartyFound = tuple[str, str | None, str | None]
"""Kind, name, the id that it turned out to be."""


def _follow(found: dict[str, PartyFound], ident: str) -> str:
    """The end of a chain of merges; a circle, which the rules refuse, would end where it began."""
    passed = {ident}
    while (refers := found[ident][2]) and refers in found and refers not in passed:
        passed.add(refers)
        ident = refers
    return ident


def _once(parties: list[Party]) -> None:
    parties[:] = {party["id"]: party for party in parties}.values()


# --- questions


IDENTS: Final = bindparam("idents", type_=TEXT_TYPE, expanding=True)


@lru_cache(256)
def _referrers_question(
    served: Served,
    shape: Shape,
    collection: str,
    *,
    documents: bool,
) -> Asked:
    tables = served.records(collection)
    rows, facets = tables.rows, tables.facets
    more = [rows.c.document, rows.c.kind] if documents else []
    return (
        select(facets.c.facet, facets.c.value, rows.c.stream, rows.c.title, *more)
        .join(rows, rows.c.born == facets.c.born)
        .where(
            facets.c.facet.in_(bindparam("facets", expanding=True)),
            facets.c.value.in_(IDENTS),
            *holding(facets, shape),
            *holding(rows, shape),
        )
        .order_by(facets.c.born)
    )


@lru_cache(64)
def _quoted_question(served: Served, shape: Shape) -> Asked:
    parts = served.records("sources").parts
    return select(parts.c.born, parts.c.part).where(
        parts.c.born.in_(bindparam("born", expanding=True)),
        parts.c.part != TEXT,
        *holding(parts, shape),
    )
