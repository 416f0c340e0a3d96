"""Three real histories, imported by the mapping files that are shipped, as readers see them."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ledger.facts.assessment import OutcomeRecorded, ProgressAssessed
from ledger.facts.commitment import CommitmentRecorded
from ledger.facts.stakeholder import OrganizationRegistered
from ledger.vocabulary import Progress, ReopenReason
from tests.integration.desk.office import Office, open_office
from tests.integration.importing.runs import Result, facts_of, imported, ledger_in

Values = dict[str, Any]


@dataclass(frozen=True)
class History:
    """A history on a running site; `head` is its last position."""

    office: Office
    result: Result
    head: int

    async def all(self, path: str) -> list[Values]:
        """Every record of a list, page by page."""
        found: list[Values] = []
        cursor = ""
        while True:
            envelope = await self.office.read_envelope(f"/api/v1/{path}{cursor}", self.head)
            found += envelope["data"]
            following: str | None = envelope["links"].get("next")
            if following is None:
                return found
            cursor = f"&cursor={following.partition('cursor=')[2]}"

    async def progress(self, **clocks: object) -> Counter[str]:
        asked = "".join(f"&{name}={value}" for name, value in clocks.items())
        return Counter(each["progress"] for each in await self.all(f"commitments?limit=100{asked}"))


def mapping_of(checkout: Path, name: str) -> bytes:
    return (checkout / "docs" / "examples" / f"{name}.yaml").read_bytes()


@asynccontextmanager
async def history(checkout: Path, shared: Path, name: str, folder: Path) -> AsyncIterator[History]:
    async with open_office(folder) as office:
        ledger = office.running.parts.ledger
        mapping = mapping_of(checkout, name)
        result = await imported(ledger, mapping, shared / "data" / name)
        yield History(office, result, await office.head())


@pytest.fixture
async def plan(checkout: Path, shared: Path, tmp_path: Path) -> AsyncIterator[History]:
    async with history(checkout, shared, "gsa_open_usa_gov", tmp_path) as opened:
        yield opened


async def test_the_plan_and_its_history_are_on_record_whole(plan: History) -> None:
    commitments = await plan.all("commitments?limit=100")
    parts = [each for each in commitments if each["parent"] is not None]
    meetings = await plan.all("meetings?limit=100")

    assert (len(commitments) - len(parts), len(parts)) == (36, 70)
    assert len(meetings) == 19
    assert plan.result.rejections == []
    assert (plan.result.recorded, plan.result.ignored) == (106 + 19 + 342, 1)


async def test_the_site_shows_what_was_true_on_a_day_and_what_is_true_now(plan: History) -> None:
    assert await plan.progress(on="2023-12-31") == {"not_assessed": 106}
    assert await plan.progress(on="2024-03-01") != {"not_assessed": 106}
    assert await plan.progress() == {
        "not_assessed": 36,
        "in_progress": 36,
        "fulfilled": 33,
        "not_started": 1,
    }


async def test_the_ledger_says_when_it_learned_the_past(plan: History) -> None:
    at_import = await plan.all("facts?limit=1")
    known = await plan.all("commitments?limit=100&as_of=0&on=2023-12-31")
    half = await plan.progress(as_of=plan.head // 2)

    assert known == []
    assert half.keys() == {"not_assessed"}
    assert at_import[0]["recorded_at"] > "2024-12-31"


async def test_every_event_of_the_history_has_its_own_day(plan: History) -> None:
    facts = facts_of(plan.office.running.parts.ledger)
    about_rows = [each for each in facts if "(history, row " in str(each.recorder.why)]
    events = [e for e in about_rows if isinstance(e.fact, OutcomeRecorded | ProgressAssessed)]

    assert len(events) == 342
    assert sum(isinstance(each.fact, ProgressAssessed) for each in events) == 73
    assert {str(each.fact.effective_on)[:4] for each in events} == {"2023", "2024"}
    assert min(str(each.fact.effective_on) for each in events) == "2023-06-30"


async def test_what_was_complete_reopens_with_a_reason(plan: History) -> None:
    facts = facts_of(plan.office.running.parts.ledger)
    reopened = [
        each.fact
        for each in facts
        if isinstance(each.fact, ProgressAssessed) and each.fact.reopen_reason is not None
    ]

    assert [(each.progress, each.reopen_reason) for each in reopened] == [
        (Progress.IN_PROGRESS, ReopenReason.ASSESSOR_ERROR)
    ]


async def test_agencies_in_one_cell_are_parties_and_evidence_keeps_its_addresses(
    plan: History,
) -> None:
    (codified,) = await plan.all("commitments?limit=100&text=rechartering&status=fulfilled")
    outcomes = await plan.all("outcomes?limit=100")

    assert [each["name"] for each in codified["promisors"]] == [
        "Executive Office of the President",
        "Office of Science and Technology Policy",
    ]
    told = [each["text"] for each in outcomes if "https://" in each["text"]]
    assert len(told) > 50
    assert not any("<a " in text or "<br" in text for text in told)


async def test_a_misspelt_status_turns_its_row_down_with_the_words_that_are_known(
    checkout: Path, shared: Path, tmp_path: Path
) -> None:
    known = b"    Progress: in_progress\n"
    mapping = mapping_of(checkout, "gsa_open_usa_gov")
    assert known in mapping

    async with ledger_in(tmp_path) as ledger:
        folder = shared / "data" / "gsa_open_usa_gov"
        result = await imported(ledger, mapping.replace(known, b""), folder)

    (turned_down,) = result.rejections
    assert (turned_down.table, turned_down.column, turned_down.words) == (
        "history",
        "new",
        "Progress",
    )
    assert turned_down.accepted == ("Not Started", "In Progress", "Complete")
    assert result.recorded == 106 + 19 + 341


async def test_promises_whose_titles_changed_stay_as_many_as_they_are(
    checkout: Path, shared: Path, tmp_path: Path
) -> None:
    async with history(checkout, shared, "trumptracker", tmp_path) as tracker:
        promises = await tracker.all("commitments?limit=100")
        now = await tracker.progress()
        events = tracker.result.outcomes[174:]

    assert len(promises) == 174
    assert now == {
        "not_started": 84,
        "not_fulfilled": 43,
        "fulfilled": 21,
        "in_progress": 18,
        "partly_fulfilled": 8,
    }
    assert (len(events), tracker.result.recorded - 174) == (1_494, 1_101)
    reasons = Counter(each.reason for each in tracker.result.rejections)
    assert reasons == {"There is no commitment with this key; import it first, or see `same`.": 393}


async def test_reversals_of_the_tracker_reopen_with_a_reason(
    checkout: Path, shared: Path, tmp_path: Path
) -> None:
    mapping = mapping_of(checkout, "trumptracker")
    async with ledger_in(tmp_path) as ledger:
        await imported(ledger, mapping, shared / "data" / "trumptracker")
        assessed = [e.fact for e in facts_of(ledger) if isinstance(e.fact, ProgressAssessed)]

    reasons = Counter(each.reopen_reason for each in assessed if each.reopen_reason)
    assert reasons.keys() == {ReopenReason.NEW_EVIDENCE}
    assert reasons.total() >= 5


async def test_several_ministers_lead_one_promise(
    checkout: Path, shared: Path, tmp_path: Path
) -> None:
    mapping = mapping_of(checkout, "buildcanada")
    async with ledger_in(tmp_path) as ledger:
        result = await imported(ledger, mapping, shared / "data" / "buildcanada")
        facts = [each.fact for each in facts_of(ledger)]

    promises = [each.content for each in facts if isinstance(each, CommitmentRecorded)]
    offices = [each.profile.name for each in facts if isinstance(each, OrganizationRegistered)]
    assert result.rejections == []
    mandates = [each for each in promises if each.made_on == "2021-12-16"]
    assert (len(mandates), len(promises) - len(mandates)) == (760, 352)
    # 492 cells hold the sign between names; in one of them nothing follows it.
    assert sum(len(each.promisors) > 1 for each in mandates) == 491
    assert not any("\N{NO-BREAK SPACE}" in name or "\\u" in name for name in offices)
    assert not {"nan", "N/A", "All other Ministers"} & set(offices)
    assert len(offices) == len({name.casefold() for name in offices})


@pytest.mark.parametrize("name", ["gsa_open_usa_gov", "trumptracker", "buildcanada"])
async def test_a_second_run_adds_nothing_and_a_dry_run_tells_the_same(
    checkout: Path, shared: Path, tmp_path: Path, name: str
) -> None:
    mapping, folder = mapping_of(checkout, name), shared / "data" / name
    async with ledger_in(tmp_path) as ledger:
        rehearsed = await imported(ledger, mapping, folder, rehearse=True)
        assert (await ledger.head()).position == 0
        first = await imported(ledger, mapping, folder)
        head = await ledger.head()
        second = await imported(ledger, mapping, folder)

        assert rehearsed.outcomes == first.outcomes
        assert await ledger.head() == head
        assert (second.recorded, second.there_already) == (0, first.recorded)
        assert second.rejections == first.rejections
