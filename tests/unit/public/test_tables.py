"""CSV that a spreadsheet shows and never runs."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.public import tables

HIT = {
    "subject": {"id": "1", "kind": "commitments", "title": "A lab"},
    "excerpt": None,
    "effective_on": "2022-02-15",
    "position": 7,
}


def read(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode(), newline="")))


def test_a_row_names_what_it_refers_to() -> None:
    assert read(tables.csv("hits", [HIT])) == [
        ["subject", "excerpt", "effective_on", "position"],
        ["A lab [1]", "", "2022-02-15", "7"],
    ]


def test_an_empty_list_still_has_its_header() -> None:
    assert read(tables.csv("hits", [])) == [["subject", "excerpt", "effective_on", "position"]]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_a_leading_sign_is_neutralised(sign: str) -> None:
    rows = read(tables.csv("hits", [{**HIT, "excerpt": f"{sign}cmd|' /C calc'!A0"}]))

    assert rows[1][1].startswith(f"'{sign}cmd")


@given(st.text())
def test_no_cell_begins_like_a_formula_whatever_people_wrote(words: str) -> None:
    assert not tables.safe(words).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_totals_are_rows_of_path_and_value() -> None:
    totals = {"commitments": {"status": {"published": 2}}, "entities": {"sources": 1}}

    assert read(tables.csv("statistics", [totals])) == [
        ["name", "value"],
        ["commitments.status.published", "2"],
        ["entities.sources", "1"],
    ]
