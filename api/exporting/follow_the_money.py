"""Records as FollowTheMoney entities (https://followthemoney.tech), as JSON Lines.

| in the ledger | schema | |
|---|---|---|
| person | Person | |
| organization | PublicBody, Company, Organization | by its classification |
| membership | Membership | |
| source | Article | |
| meeting | Event | its participants are `involved` |
| commitment | Event | its parties are `involved`, its first keyword is "commitment" |
| promisor, promisee | UnknownLink | a pair each, `role` "commitment", `recordId` its id |

The model has no promise in it. An event with the parties is the nearest that its tools can show on
a map of who knows whom, and the link is what they can count. Statements and outcomes have no place
there. Records that were voided are left out, and words that were withheld read "(withheld)".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from api.exporting.columns import Document
from api.exporting.files import Edition, Making
from api.exporting.json_lines import MEDIA, Take, line

PATH: Final = "ftm/entities.ftm.jsonl"
WITHHELD: Final = "(withheld)"
SCHEMAS: Final = {
    "government": "PublicBody",
    "company": "Company",
}
VOIDED: Final = "voided"

Entity = Mapping[str, Any]


def entities(edition: Edition, collection: str, record: Document) -> Iterator[Entity]:
    """What one record is in the model; nothing for kinds that it has no schema for."""
    tell = _TELLERS.get(collection)
    if tell is not None and record.get("record_status") != VOIDED:
        yield from tell(edition, record)


def entity(ident: str, schema: str, **properties: Iterable[str | None]) -> Entity:
    """Every property is a list of texts, and those without any are left out."""
    told = {name: [text for text in texts if text] for name, texts in properties.items()}
    return {
        "id": ident,
        "schema": schema,
        "properties": {name: texts for name, texts in told.items() if texts},
    }


def _stakeholder(edition: Edition, record: Document) -> Iterator[Entity]:
    person = record["kind"] == "person"
    merged = record["merged_into"]
    about: dict[str, Iterable[str | None]] = {
        "name": [record["name"] or WITHHELD],
        "alias": record["aliases"],
        "website": [record["url"]],
        "summary": [record["purpose"]],
        "sourceUrl": [_page(edition, "stakeholders", record)],
        "notes": [f"The same as {merged['name'] or merged['id']}."] if merged else [],
    }
    if person:
        yield entity(record["id"], "Person", **about)
        yield from map(_membership(record), record["memberships"])
    else:
        about |= {
            "incorporationDate": [record["founded_on"]],
            "classification": [record["classification"]],
        }
        schema = SCHEMAS.get(record["classification"] or "", "Organization")
        yield entity(record["id"], schema, **about)


def _membership(person: Document) -> Callable[[Document], Entity]:
    def tell(membership: Document) -> Entity:
        return entity(
            membership["id"],
            "Membership",
            member=[person["id"]],
            organization=[membership["party"]["id"]],
            role=[membership["role"]],
            startDate=[membership["since"]],
            endDate=[membership["until"]],
        )

    return tell


def _source(_: Edition, record: Document) -> Iterator[Entity]:
    yield entity(
        record["id"],
        "Article",
        title=[record["title"]],
        publisher=[record["publisher"]],
        sourceUrl=[record["url"]],
        publishedAt=[record["claimed_on"]],
        retrievedAt=[record["retrieved_on"]],
        keywords=["source", record["basis"]],
    )


def _meeting(edition: Edition, record: Document) -> Iterator[Entity]:
    yield entity(
        record["id"],
        "Event",
        name=[record["title"] or WITHHELD],
        date=[record["held_on"]],
        location=[record["place"]],
        involved=_once(each["stakeholder"]["id"] for each in record["participants"]),
        proof=_once(source["id"] for source in record["sources"]),
        sourceUrl=[_page(edition, "meetings", record)],
        keywords=["meeting"],
    )


def _commitment(edition: Edition, record: Document) -> Iterator[Entity]:
    yield _promise(edition, record)
    for promisor, promisee in _pairs(record):
        yield _link(edition, record, promisor, promisee)


def _promise(edition: Edition, record: Document) -> Entity:
    parties = [party["id"] for party in (*record["promisors"], *record["promisees"])]
    return entity(
        record["id"],
        "Event",
        name=[record["text"] or WITHHELD],
        date=[record["made_on"]],
        summary=[f"Progress: {record['progress']}."],
        involved=_once(parties),
        proof=_cited(record),
        sourceUrl=[_page(edition, "commitments", record)],
        keywords=["commitment", record["progress"], *record["topics"]],
    )


def _link(edition: Edition, record: Document, promisor: str, promisee: str) -> Entity:
    return entity(
        f"{record['id']}-{promisor}-{promisee}",
        "UnknownLink",
        subject=[promisor],
        object=[promisee],
        role=["commitment"],
        date=[record["made_on"]],
        status=[record["progress"]],
        description=[record["text"]],
        recordId=[record["id"]],
        proof=_cited(record),
        sourceUrl=[_page(edition, "commitments", record)],
    )


def _cited(record: Document) -> list[str]:
    return _once(each["source"]["id"] for each in record["citations"])


def _pairs(record: Document) -> Iterator[tuple[str, str]]:
    for promisor in record["promisors"]:
        for promisee in record["promisees"]:
            yield promisor["id"], promisee["id"]


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _page(edition: Edition, collection: str, record: Document) -> str | None:
    return f"{edition.url}/{collection}/{record['id']}" if edition.url else None


_TELLERS: Final[Mapping[str, Callable[[Edition, Document], Iterator[Entity]]]] = {
    "stakeholders": _stakeholder,
    "sources": _source,
    "meetings": _meeting,
    "commitments": _commitment,
}


@contextmanager
def writing(making: Making) -> Iterator[Take]:
    """One entity a line."""
    sentence = "Who is linked to whom by what, as FollowTheMoney entities."
    with making.file(PATH, MEDIA, sentence) as file:

        def take(collection: str, documents: Sequence[Document]) -> None:
            for document in documents:
                file.writelines(map(line, entities(making.edition, collection, document)))

        yield take
