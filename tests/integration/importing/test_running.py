"""What a run leaves in the ledger: whole rows, once, and a reason for each that is not there."""

from pathlib import Path

import pytest

from api.importing.reporting import Recorded, Rejected
from ledger.commands import RegisterOrganization
from ledger.deciding import Context
from ledger.facts.assessment import ProgressAssessed
from ledger.facts.commitment import CommitmentRecorded
from ledger.facts.fact import StreamId
from ledger.facts.source import QuotationTaken, TextArchived
from ledger.facts.stakeholder import OrganizationProfile, OrganizationRegistered
from ledger.service import Ledger
from ledger.vocabulary import QuotationCheck, ReopenReason
from tests.integration.importing.runs import RECORDER, facts_of, imported

MAPPING = b"""\
format: import-mapping/1
name: town
parties:
  who: {split: [";"], entry: {classification: government}}
tables:
  - name: promises
    file: promises.csv
    row: "{id}"
    retrieved_on: 2024-01-01
    source: {publisher: Town, title: {from: "Promise {id}"}, basis: note}
    records:
      - make: commitment
        key: "{id}"
        quote: text
        entry:
          promisors: {from: who, parties: who}
          text: {from: text}
          made_on: {from: day, dates: [YYYY-MM-DD, YYYY-MM]}
          strength: {form: commits, content: general_action}
  - name: events
    file: events.csv
    retrieved_on: 2024-01-01
    source: {publisher: Town, title: Events, basis: note}
    records:
      - make: assessment
        where: {what: "*"}
        quote: {of: what, role: fulfilment}
        reopens: new_evidence
        entry:
          commitment: {from: id, record: commitment}
          assessed_on: {from: day, dates: [YYYY-MM-DD]}
          assessor_kind: independent
          progress: {from: what, words: {begun: in_progress, done: fulfilled}}
    ignore:
      - where: {id: total}
        because: The sum below the table.
"""
PROMISES = """\
id,who,text,day
1,Roads Office;  Parks Office,Plant trees along the road,2020-03-01
2,Parks Office,Open a park,2020-04
3,Nobody;Parks Office,Close a park,2020-13-01
4,roads office,Mend the road,2021-05-05
"""
EVENTS = """\
id,what,day
1,begun,2021-01-01
1,done,2021-02-01
1,begun,2021-03-01
2,finished,2021-01-01
9,done,2021-01-01
total,,
2,,2021-04-01
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "promises.csv").write_text(PROMISES, "utf-8")
    (tmp_path / "events.csv").write_text(EVENTS, "utf-8")
    return tmp_path


def names(ledger: Ledger) -> list[str]:
    facts = (each.fact for each in facts_of(ledger))
    return [each.profile.name for each in facts if isinstance(each, OrganizationRegistered)]


async def test_every_row_is_told_of_in_order(ledger: Ledger, folder: Path) -> None:
    result = await imported(ledger, MAPPING, folder)

    kinds = [type(each).__name__ for each in result.outcomes]
    assert kinds[:4] == ["Recorded", "Recorded", "Rejected", "Recorded"]
    assert kinds[4:9] == ["Recorded"] * 3 + ["Rejected"] * 2
    assert kinds[9:] == ["Ignored", "Rejected"]


async def test_a_rejection_tells_row_field_words_reason_and_what_would_do(
    ledger: Ledger, folder: Path
) -> None:
    result = await imported(ledger, MAPPING, folder)

    told = [
        (each.table, each.row, each.field, each.column, each.words, each.accepted)
        for each in result.rejections
    ]
    assert told == [
        (
            "promises",
            3,
            "/commitments/commitment/made_on",
            "day",
            "2020-13-01",
            ("YYYY-MM-DD", "YYYY-MM"),
        ),
        ("events", 4, "/assessments/0/progress", "what", "finished", ("begun", "done")),
        ("events", 5, "/assessments/0/commitment", "id", "9", ()),
        ("events", 7, "", "", "", ()),
    ]


async def test_nothing_of_a_rejected_row_is_on_record(ledger: Ledger, folder: Path) -> None:
    await imported(ledger, MAPPING, folder)

    assert names(ledger) == ["Roads Office", "Parks Office"]


async def test_a_party_of_a_refused_row_is_registered_by_the_next_row_that_names_it(
    ledger: Ledger, folder: Path
) -> None:
    rows = "id,who,text,day\n1,Sea Office,Dredge,2999-01-01\n2,Sea Office,Sail,2020-01-01\n"
    (folder / "promises.csv").write_text(rows, "utf-8")

    result = await imported(ledger, MAPPING, folder)

    assert isinstance(result.outcomes[0], Rejected)
    assert isinstance(result.outcomes[1], Recorded)
    assert names(ledger) == ["Sea Office"]


async def test_the_row_is_archived_and_its_words_are_quoted_as_they_stand(
    ledger: Ledger, folder: Path
) -> None:
    await imported(ledger, MAPPING, folder)

    facts = [each.fact for each in facts_of(ledger)]
    archived = next(each for each in facts if isinstance(each, TextArchived))
    assert str(archived.text) == (
        "Row 1\nid: 1\nwho: Roads Office;  Parks Office\n"
        "text: Plant trees along the road\nday: 2020-03-01"
    )
    quotations = [each for each in facts if isinstance(each, QuotationTaken)]
    assert {each.check for each in quotations} == {QuotationCheck.FOUND}


async def test_an_end_state_reopens_with_the_reason_of_the_mapping_and_only_then(
    ledger: Ledger, folder: Path
) -> None:
    await imported(ledger, MAPPING, folder)

    assessed = [e.fact for e in facts_of(ledger) if isinstance(e.fact, ProgressAssessed)]
    assert [each.reopen_reason for each in assessed] == [None, None, ReopenReason.NEW_EVIDENCE]


async def test_without_a_reason_the_rules_refuse_and_the_report_says_so(
    ledger: Ledger, folder: Path
) -> None:
    result = await imported(ledger, MAPPING.replace(b"reopens: new_evidence", b""), folder)

    refused = next(each for each in result.rejections if each.row == 3 and each.table == "events")
    assert refused.field == "/assessments/0/reopen_reason"
    assert refused.accepted == tuple(ReopenReason)


async def test_running_it_twice_adds_nothing(ledger: Ledger, folder: Path) -> None:
    first = await imported(ledger, MAPPING, folder)
    head = await ledger.head()

    second = await imported(ledger, MAPPING, folder)

    assert await ledger.head() == head
    assert (second.recorded, second.there_already) == (0, first.recorded)
    assert second.rejections == first.rejections


async def test_a_row_that_was_set_right_is_taken_up_by_the_next_run(
    ledger: Ledger, folder: Path
) -> None:
    await imported(ledger, MAPPING, folder)
    (folder / "promises.csv").write_text(PROMISES.replace("2020-13-01", "2020-12-01"), "utf-8")

    result = await imported(ledger, MAPPING, folder)

    assert result.recorded == 1
    assert names(ledger) == ["Roads Office", "Parks Office", "Nobody"]


async def test_a_row_whose_words_changed_since_is_told_of_and_changes_nothing(
    ledger: Ledger, folder: Path
) -> None:
    await imported(ledger, MAPPING, folder)
    head = await ledger.head()
    (folder / "promises.csv").write_text(PROMISES.replace("Open a park", "Open parks"), "utf-8")

    result = await imported(ledger, MAPPING, folder)

    assert await ledger.head() == head
    assert "imported before with other words" in result.rejections[0].reason


async def test_a_stakeholder_that_is_on_record_is_found_by_name(
    ledger: Ledger, folder: Path
) -> None:
    profile = OrganizationProfile(name="Office for Parks", aliases=("PARKS OFFICE",))
    known = StreamId("00000000-0000-4000-8000-000000000777")
    command = RegisterOrganization(id=known, profile=profile)
    await ledger.execute([command], Context(recorder=RECORDER, key="k", fingerprint=b"f"))

    await imported(ledger, MAPPING, folder)

    facts = [each.fact for each in facts_of(ledger)]
    promises = [each.content for each in facts if isinstance(each, CommitmentRecorded)]
    assert all(known in each.promisors for each in promises if "ark" in each.text)
    assert names(ledger) == ["Office for Parks", "Roads Office"]


async def test_a_dry_run_tells_what_a_run_would_and_stores_nothing(
    ledger: Ledger, folder: Path
) -> None:
    rehearsed = await imported(ledger, MAPPING, folder, rehearse=True)
    assert (await ledger.head()).position == 0

    result = await imported(ledger, MAPPING, folder)

    assert rehearsed.outcomes == result.outcomes
    again = await imported(ledger, MAPPING, folder, rehearse=True)
    assert again.there_already == result.recorded


async def test_equal_rows_without_a_name_of_their_own_are_told_apart_by_their_count(
    ledger: Ledger, folder: Path
) -> None:
    (folder / "events.csv").write_text("id,what,day\n" + "1,begun,2021-01-01\n" * 3, "utf-8")

    first = await imported(ledger, MAPPING, folder)
    second = await imported(ledger, MAPPING, folder)

    assert [each for each in first.outcomes[4:] if isinstance(each, Recorded)] == [Recorded(4)] * 3
    assert second.recorded == 0


async def test_two_rows_of_one_name_are_not_two_records(ledger: Ledger, folder: Path) -> None:
    (folder / "promises.csv").write_text(PROMISES + "1,Parks Office,Other words,2020-03-01\n")

    result = await imported(ledger, MAPPING, folder)

    assert isinstance(result.outcomes[4], Rejected)
