"""The mapping file: what it refuses, where it says so, and its published schema."""

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from api.importing.mapping import json_schema
from api.importing.opening import read_mapping
from api.record.problems import BadRecord
from api.record.reading import read

SMALL = """\
format: import-mapping/1
name: small
vocabularies:
  status: {Done: fulfilled}
parties:
  who: {split: [";"]}
tables:
  - name: promises
    file: promises.csv
    retrieved_on: 2024-01-01
    source: {publisher: Nobody, title: Promises, basis: note}
    records:
      - make: commitment
        key: "{id}"
        quote: text
        entry:
          promisors: {from: who, parties: who}
          text: {from: text}
          made_on: {from: day, dates: [YYYY-MM-DD]}
          strength: {form: commits, content: general_action}
"""


def mistakes(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(BadRecord) as raised:
        read_mapping(text.encode())
    problems = raised.value.problems
    return [(each.pointer, each.place.line if each.place else None) for each in problems]


ENTRY = "/tables/0/records/0"


@pytest.mark.parametrize(
    ("good", "bad", "pointer", "line"),
    [
        ("format: import-mapping/1", "format: import-mapping/2", "/format", 1),
        ("name: small", "name: Very Small", "/name", 2),
        ("    file: promises.csv\n", "", "/tables/0/file", 8),
        ("retrieved_on: 2024-01-01", "retrieved_on: soon", "/tables/0/retrieved_on", 10),
        ("make: commitment", "make: promise", f"{ENTRY}/make", 13),
        ('key: "{id}"', 'key: ""', ENTRY, 13),
        ("{from: text}", "{from: text, fnid: x}", f"{ENTRY}/entry/text/fnid", 18),
        ("{from: text}", "{from: text, find: '('}", f"{ENTRY}/entry/text/find", 18),
        ("{from: text}", "{from: text, value: x}", f"{ENTRY}/entry/text", 18),
        ("[YYYY-MM-DD]", "[YYYY-MM-DD, DD]", f"{ENTRY}/entry/made_on/dates/1", 19),
        ("parties: who}", "parties: whom}", f"{ENTRY}/entry/promisors/parties", 17),
        ("{from: text}", "{from: text, words: stats}", f"{ENTRY}/entry/text/words", 18),
        ("file: promises.csv", "file: a.csv\n    encoding: utf-9", "/tables/0/encoding", 10),
    ],
)
def test_a_mistake_is_said_at_its_place(good: str, bad: str, pointer: str, line: int) -> None:
    assert good in SMALL

    assert mistakes(SMALL.replace(good, bad, 1)) == [(pointer, line)]


def test_two_tables_of_one_name_and_two_records_of_one_label_are_refused() -> None:
    table = SMALL.partition("tables:\n")[2]
    twice = table + table.partition("    records:\n")[2]

    found = [pointer for pointer, _ in mistakes(SMALL + twice)]

    assert found == [
        "/tables/0/name",
        "/tables/1/name",
        "/tables/1/records/0/label",
        "/tables/1/records/1/label",
    ]


def test_a_record_that_cites_nothing_takes_no_quotation() -> None:
    text = SMALL.replace("make: commitment", "make: review")

    assert mistakes(text) == [(ENTRY, 13)]


def test_the_schema_accepts_what_is_read_and_refuses_what_is_not() -> None:
    schema = json_schema()
    jsonschema_rs.meta.validate(schema)
    validator = jsonschema_rs.validator_for(schema)
    good: Any = read(SMALL.encode()).value
    typo = SMALL.replace("{from: text}", "{from: text, fnid: x}")

    assert validator.is_valid(good)
    assert not validator.is_valid({**good, "nmae": "x"})
    assert not validator.is_valid({**good, "tables": []})
    assert not validator.is_valid(read(typo.encode()).value)


@pytest.mark.parametrize("name", ["gsa_open_usa_gov", "trumptracker", "buildcanada"])
def test_the_shipped_examples_hold_together(checkout: Path, name: str) -> None:
    raw = (checkout / "docs" / "examples" / f"{name}.yaml").read_bytes()

    assert read_mapping(raw).tables
    assert raw.startswith(b"# ")
