"""Cells of a mapping against a row: what each option makes of the words."""

from typing import Any

import pytest

from api.importing import finding
from api.importing.cells import Filling, Lookup, meets, parted, slug
from api.importing.finding import Finder, TakesTooLong
from api.importing.mapping import Cell, PartiesEntry
from api.importing.markup import plain
from api.importing.parties import names_in
from api.importing.rows import Row

ROW = Row(
    1,
    {
        "id": "7",
        "who": "Ministry of Health; Ministry of Health ;\N{NO-BREAK SPACE}Ministry  of Trade; ",
        "state": "Complet",
        "when": "in March 2024",
        "proof": 'Seen <a href="https://a.example/x?y=1&amp;z=2">here</a>.<br>Twice &amp; again',
        "empty": "  ",
    },
)


def filling() -> Filling:
    lookup = Lookup(
        {"progress": {"Complete": "fulfilled", "n/a": None}},
        lambda register, words: [f"{register}:{each}" for each in parted(words, [";"])],
        lambda kind, words: f"{kind}:{words}",
        Finder().find,
    )
    return Filling(ROW, lookup)


def filled(**cell: Any) -> object:
    return filling().fill(Cell.model_validate(cell), ("x",))


def problems(**cell: Any) -> list[tuple[str, tuple[str, ...]]]:
    found = filling()
    found.fill(Cell.model_validate(cell), ("x",))
    return [(each.detail, each.allowed) for each in found.problems]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ({"from": "id"}, "7"),
        ({"from": "No. {id} of {state}"}, "No. 7 of Complet"),
        ({"value": "the same for all"}, "the same for all"),
        ({"from": "empty"}, None),
        ({"from": "empty", "otherwise": "unknown"}, "unknown"),
        ({"from": "empty", "otherwise": {"from": "id"}}, "7"),
        ({"from": "when", "find": r"\d{4}"}, "2024"),
        ({"from": "when", "find": r"in (\w+)"}, "March"),
        ({"from": "when", "find": r"in (\w+ \d+)", "dates": ["MMMM YYYY"]}, "2024-03"),
        ({"from": "who", "split": [";"]}, ["Ministry of Health", "Ministry of Trade"]),
        ({"from": "id", "record": "commitment"}, "commitment:7"),
        ({"from": "when", "slug": True}, "in-march-2024"),
        ({"from": "state", "replace": {"let": "lete", "Com": "In"}}, "Inplete"),
    ],
)
def test_a_cell_takes_its_words_from_the_row(cell: dict[str, Any], value: object) -> None:
    assert filled(**cell) == value


def test_an_expression_that_goes_astray_costs_its_time_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(finding, "LONGEST", 0.05)
    finder = Finder()
    with pytest.raises(TakesTooLong):
        finder.find("(a|aa)+:", "a" * 60 + "!:")

    with pytest.raises(TakesTooLong):
        finder.find("(a|aa)+:", "a:")
    assert finder.find("a+:", "a:") == "a:"


def test_an_expression_that_takes_too_long_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "LONGEST", 0.05)

    (found,) = problems(value="a" * 60 + "!:", find="(a|aa)+:")

    assert found[0].startswith("`find: (a|aa)+:` takes too long.")
    assert "without nested repetition" in found[0]


def test_several_parties_in_one_cell_are_several_and_each_once() -> None:
    expected = ["agencies:Ministry of Health", "agencies:Ministry of Trade"]

    assert filled(**{"from": "who", "parties": "agencies"}) == expected


def test_where_one_party_belongs_several_are_a_mistake() -> None:
    (found,) = problems(**{"from": "who", "party": "agencies"})

    assert "names 2 stakeholders" in found[0]


def test_an_unknown_word_comes_with_the_words_that_are_known() -> None:
    assert problems(**{"from": "state", "words": "progress"}) == [
        ("The mapping has no word of ours for “Complet”.", ("Complete", "n/a"))
    ]


def test_a_word_that_stands_for_nothing_leaves_the_field_out() -> None:
    assert filled(value="n/a", words="progress") is None


def test_a_day_in_another_form_comes_with_the_forms_that_are_read() -> None:
    (found,) = problems(**{"from": "when", "dates": ["YYYY-MM-DD", "YYYY"]})

    assert found[1] == ("YYYY-MM-DD", "YYYY")


def test_a_column_that_is_not_there_comes_with_those_that_are() -> None:
    assert problems(**{"from": "whom"}) == [("There is no column whom here.", tuple(ROW.values))]


def test_html_becomes_words_and_the_address_of_a_link_stays() -> None:
    assert plain(ROW.values["proof"]) == ("Seen here (https://a.example/x?y=1&z=2).\nTwice & again")
    assert plain('<a href="https://b.example">https://b.example</a>') == "https://b.example"
    assert plain("<script>alert(1)</script>2 < 3") == "2 < 3"


@pytest.mark.parametrize(
    ("where", "met"),
    [
        ({}, True),
        ({"id": "7"}, True),
        ({"id": ("6", "7")}, True),
        ({"id": "7", "state": "Complete"}, False),
        ({"empty": ""}, True),
        ({"missing": ""}, True),
        ({"empty": "*"}, False),
        ({"id": "*"}, True),
    ],
)
def test_rows_are_chosen_by_their_values(where: dict[str, Any], met: bool) -> None:
    assert meets(where, ROW) is met


def test_a_topic_is_made_of_latin_letters_only() -> None:
    assert (slug("Économie & Santé"), slug("صحت")) == ("economie-sante", "")


def test_names_are_set_right_before_and_after_they_are_parted() -> None:
    register = PartiesEntry(
        split=(" and ", "\n"),
        html=True,
        names={
            "Trade and Industry": "Ministry of Trade and Industry",
            "Helth": "Health",
            "both houses": ("Senate", "Assembly"),
            "TBD": None,
        },
    )

    assert names_in("Trade and Industry", register) == ["Ministry of Trade and Industry"]
    assert names_in("Helth<br>Finance and TBD", register) == ["Health", "Finance"]
    assert names_in("both  houses", register) == ["Senate", "Assembly"]
