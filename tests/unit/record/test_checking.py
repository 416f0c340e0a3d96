"""Checking a document: every mistake at once, in sentences, with what would be accepted."""

from typing import Any

import pytest

from api.record.checking import TOLD, check, placed
from api.record.ids import Ids
from api.record.problems import BadRecord, Place, Problem
from api.record.reading import read
from ledger.vocabulary import Content

Values = dict[str, Any]


def mistakes(value: object, ids: Ids) -> dict[str, Problem]:
    with pytest.raises(BadRecord) as caught:
        check(value, ids)
    assert caught.value.readable
    return {problem.pointer: problem for problem in caught.value.problems}


def test_a_whole_record_is_accepted(record: Values, ids: Ids) -> None:
    checked = check(record, ids)

    assert checked.named == {
        label: ids(label)
        for label in (
            "council",
            "club",
            "mayor",
            "minutes",
            "meeting",
            "worry",
            "part",
            "jetty",
            "built",
        )
    }
    assert checked.record.commitments["jetty"].promisees == (ids("club"),)


def test_all_mistakes_come_at_once(record: Values, ids: Ids) -> None:
    record["extra"] = 1
    record["meeting"]["held_on"] = "2024-02-30"
    record["organizations"]["council"]["url"] = "javascript:alert(1)"
    record["people"]["mayor"]["name"] = "Ada\u202eelpmaxE"
    record["commitments"]["jetty"]["strength"]["content"] = "ponder"
    record["commitments"]["jetty"]["promisors"] = []
    record["statements"]["worry"]["speakers"] = ["nobody"]
    del record["sources"]["minutes"]["retrieved_on"]
    del record["outcomes"]["built"]["text"]

    found = mistakes(record, ids)

    assert found.keys() == {
        "/extra",
        "/meeting/held_on",
        "/organizations/council/url",
        "/people/mayor/name",
        "/commitments/jetty/strength/content",
        "/commitments/jetty/promisors",
        "/statements/worry/speakers/0",
        "/sources/minutes/retrieved_on",
        "/outcomes/built/text",
    }
    assert found["/commitments/jetty/strength/content"].allowed == tuple(Content)
    assert found["/statements/worry/speakers/0"].allowed == ("council", "club", "mayor")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("meeting", "held_on"), "15 February 2022"),
        (("meeting", "held_on"), "2022-2-15"),
        (("meeting", "held_on"), "2023-02-29"),
        (("meeting", "held_on"), 2022),
        (("meeting", "title"), ""),
        (("meeting", "title"), "two\nlines"),
        (("meeting", "title"), True),
        (("meeting", "agenda"), "one"),
        (("format",), "meeting-record/2"),
        (("organizations", "council", "url"), "https://user:secret@example.org/"),
        (("organizations", "council", "classification"), "goverment"),
        (("statements", "worry", "topics"), ["Two Words"]),
        (("sources", "minutes", "language"), "english!"),
        (("sources", "minutes", "text"), "bell\x07"),
        (("commitments", "jetty", "strength", "verifiability", "time"), "yes"),
        (("commitments", "jetty", "parent"), "worry"),
        (("commitments", "jetty", "parent"), "6C2201DA-3E9C-453E-84D1-9D58BB1C51F1"),
        (("meeting", "follows"), "jetty"),
        (("organizations",), []),
    ],
)
def test_a_wrong_value_is_named_at_its_place(
    record: Values, ids: Ids, path: tuple[str, ...], value: object
) -> None:
    *steps, last = path
    member = record
    for step in steps:
        member = member[step]
    member[last] = value

    found = mistakes(record, ids)

    pointer = "/" + "/".join(path)
    assert [each for each in found if each.startswith(pointer)]


def test_a_label_that_two_entries_bear_is_refused(record: Values, ids: Ids) -> None:
    record["people"]["jetty"] = {"name": "Jetty Jones"}
    record["statements"]["meeting"] = record["statements"].pop("worry")

    found = mistakes(record, ids)

    assert found["/commitments/jetty"].detail == "Another entry bears this label."
    assert found["/statements/meeting"].detail == "Another entry bears this label."


def test_a_label_is_a_plain_word(record: Values, ids: Ids) -> None:
    record["people"]["Two Words"] = {"name": "A"}

    assert "/people/Two Words" in mistakes(record, ids)


def test_without_a_meeting_each_statement_and_promise_needs_a_day(record: Values, ids: Ids) -> None:
    del record["meeting"]

    assert mistakes(record, ids).keys() == {
        "/statements/worry/said_on",
        "/commitments/part/made_on",
        "/commitments/jetty/made_on",
    }


def test_a_document_that_is_no_mapping_is_refused(ids: Ids) -> None:
    assert mistakes(["a"], ids).keys() == {""}
    assert mistakes(None, ids).keys() == {""}


def test_a_mistake_is_placed_at_its_line_or_around_it(ids: Ids) -> None:
    document = read(b"format: meeting-record/1\nmeeting:\n  title: T\n  held_on: 2024-13\n")

    with pytest.raises(BadRecord) as caught:
        check(document.value, ids)
    problems = placed(
        [*caught.value.problems, Problem("/meeting/absent/0", "Missing.")], document.places
    )

    assert [(problem.pointer, problem.place) for problem in problems] == [
        ("/meeting/held_on", Place(4, 3)),
        ("/meeting/absent/0", Place(2, 1)),
    ]


def test_a_list_that_is_too_long_is_one_mistake_whatever_its_entries_are(
    record: Values, ids: Ids
) -> None:
    record["commitments"]["jetty"]["topics"] = ["Two Words"] * 51
    record["reviews"] = [{}] * 1001
    record["sources"] = {f"source-{number}": {} for number in range(1001)}

    found = mistakes(record, ids)

    assert "50 are the most" in found["/commitments/jetty/topics"].detail
    assert "1,000 are the most" in found["/reviews"].detail
    assert "1,000 are the most" in found["/sources"].detail
    assert not [at for at in found if at.startswith(("/reviews/", "/sources/"))]


def test_of_any_number_of_mistakes_the_first_are_told(record: Values, ids: Ids) -> None:
    record |= {f"extra-{number}": 1 for number in range(TOLD + 500)}

    assert len(mistakes(record, ids)) == TOLD
