"""What readers see where words were redacted: a stub in every form, and the totals."""

import csv
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ledger.commands import RedactParts, RegisterPerson
from ledger.facts.fact import AccountId
from ledger.facts.stakeholder import PersonProfile
from ledger.log.leaves import commitment
from ledger.redacting import Place, find_targets
from ledger.vocabulary import RedactionBasis
from tests.integration.api.seed import CAST, RECORDER, record, stream
from tests.integration.api.service import Service, seeded

SECRET = "Quillfeather"
WITHHELD = "Words withheld: data protection, by order court-12/2026"
LEDGER = stream("redaction")


async def redact(service: Service, *positions: int) -> int:
    """The words of these facts go; the position that all views have folded then."""
    command = RedactParts(
        id=LEDGER,
        targets=find_targets(service.ledger.store, [Place(each, "words") for each in positions]),
        basis=RedactionBasis.DATA_PROTECTION,
        authority="court-12/2026",
        proposed_by=AccountId(stream("proposer")),
        approved_by=RECORDER.by,
    )
    return await service.seen(await record(service.ledger, "redact", command))


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    async with seeded(tmp_path) as opened:
        person = RegisterPerson(id=stream("person"), profile=PersonProfile(name=SECRET))
        await opened.seen(await record(opened.ledger, "person", person))
        yield opened


async def get(service: Service, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    async with service.client.get(service.public(path), headers=headers) as response:
        return response.status, dict(response.headers), await response.text()


async def test_a_part_is_served_with_what_binds_it_and_410_once_it_is_gone(
    service: Service,
) -> None:
    status, headers, body = await get(service, "/facts/9/parts/words")
    assert (status, headers["Cache-Control"]) == (200, "public, max-age=300")
    assert SECRET in body
    bound = commitment(bytes.fromhex(headers["Part-Salt"]), body.encode())
    assert bound.hex() == headers["Part-Commitment"]

    await redact(service, 9)

    status, headers, body = await get(service, "/facts/9/parts/words")
    assert (status, headers["Content-Type"].partition(";")[0]) == (410, "application/problem+json")
    assert '"type":"/problems/gone"' in body
    assert '"position":10' in body
    assert '"basis":"data_protection"' in body
    assert "by fact 10" in body
    assert (await get(service, "/facts/9/parts/facts"))[0] == 200
    assert "Content-Type" in (await get(service, "/facts/9/parts/words", Accept="text/html"))[1]


@pytest.mark.parametrize("path", ["/facts/99/parts/words", "/facts/9/parts/attachment"])
async def test_a_part_that_never_was_is_not_found(service: Service, path: str) -> None:
    assert (await get(service, path))[0] == 404


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/facts/9", WITHHELD),
        ("/facts", WITHHELD),
        (f"/stakeholders/{stream('person')}", WITHHELD),
        (f"/stakeholders/{stream('person')}/history", WITHHELD),
        ("/stakeholders", "words withheld"),
        (f"/stakeholders/{stream('person')}.json", '"name":null'),
        ("/facts/9.json", '"redactions":[{"part":"words","basis":"data_protection",'),
        ("/facts.csv", "court-12/2026"),
        ("/facts.atom", "[withheld]"),
        (f"/api/v1/stakeholders/{stream('person')}/history", '"authority":"court-12/2026"'),
        (f"/api/v1/facts?subject={stream('person')}", '"topic":"redaction.applied/1"'),
        ("/transparency", "1 part of facts lost its words by order"),
        ("/stakeholders?as_of=9", "words withheld"),
    ],
)
async def test_a_stub_stays_everywhere_and_the_words_nowhere(
    service: Service, path: str, expected: str
) -> None:
    assert SECRET in (await get(service, "/stakeholders"))[2]
    await redact(service, 9)

    status, _, body = await get(service, path)

    assert status == 200
    assert expected in body
    assert SECRET not in body


async def test_the_totals_are_published_and_nothing_else(service: Service) -> None:
    before = await get(service, "/transparency")
    await redact(service, 9, 7)

    page = await get(service, "/transparency")
    document = await service.client.get(service.public("/api/v1/transparency"))
    report = (await document.json())["data"]
    table = list(csv.DictReader((await get(service, "/transparency.csv"))[2].splitlines()))
    earlier = await service.client.get(service.public("/transparency.json?as_of=9"))

    assert "No words have been taken away" in before[2]
    assert "A person&#39;s right to erasure outweighs the public interest." in page[2]
    assert {name: each for name, each in report.items() if not name.startswith("by_")}["total"] == 2
    assert report["by_basis"] == {"data_protection": 2}
    assert report["by_part"] == {"words": 2}
    assert [sum(report[name].values()) for name in ("by_year", "by_month")] == [2, 2]
    assert [row["redacted_position"] for row in table] == ["7", "9"]
    assert {row["authority"] for row in table} == {"court-12/2026"}
    assert (await earlier.json())["data"]["total"] == 0


async def test_a_record_says_which_words_it_lost(service: Service) -> None:
    await redact(service, 7)

    body = (await get(service, f"/commitments/{CAST.commitment}"))[2]

    assert WITHHELD in body
    assert '<a href="/facts/10">fact 10</a>' in body
    assert "Open a lab" not in body
