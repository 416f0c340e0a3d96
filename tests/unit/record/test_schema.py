"""The published JSON Schema: valid, closed, and in agreement with what is accepted."""

from typing import Any

import jsonschema_rs
import orjson
import pytest

from api.record.checking import check
from api.record.document import json_schema
from api.record.ids import Ids
from api.record.problems import BadRecord
from api.record.reading import read
from api.samples import sample
from ledger.vocabulary import Form, StatementKind, Term

Values = dict[str, Any]


@pytest.fixture
def schema() -> jsonschema_rs.Validator:
    found = json_schema()
    jsonschema_rs.meta.validate(found)
    return jsonschema_rs.validator_for(found)


def test_the_schema_names_its_dialect() -> None:
    assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("vocabulary", [Form, StatementKind])
def test_each_term_carries_its_definition(vocabulary: type[Term]) -> None:
    defined: Any = json_schema()["$defs"]

    assert defined[vocabulary.__name__]["oneOf"] == [
        {"const": term.value, "description": term.definition} for term in vocabulary
    ]


def test_every_shape_is_closed() -> None:
    defined: Any = json_schema()["$defs"]

    shapes = [each for each in defined.values() if each.get("type") == "object"]
    assert len(shapes) > 15
    assert all(each["additionalProperties"] is False for each in shapes)


def test_every_list_and_every_section_has_an_end() -> None:
    published: Any = json_schema()
    shapes = [published, *published["$defs"].values()]
    members = [each for shape in shapes for each in shape.get("properties", {}).values()]

    lists = [each for each in members if each.get("type") == "array"]
    sections = [each for each in members if "patternProperties" in each]
    assert all(each["maxItems"] > 0 for each in lists)
    assert len(lists) > 15
    assert [each["maxProperties"] for each in sections] == [1000] * 6


def test_it_accepts_what_is_accepted(
    schema: jsonschema_rs.Validator, record: Values, ids: Ids
) -> None:
    check(record, ids)
    assert schema.is_valid(record)
    assert schema.is_valid(read(sample()).value)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("extra", 1),
        ("format", "meeting-record/9"),
        ("organizations", {"Bad Label": {"name": "A"}}),
        ("meeting", {"title": "T", "held_on": "2024-1-1"}),
        ("statements", {"a": {"kind": "rumour", "speakers": ["club"], "text": "x"}}),
        ("statements", {"a": {"kind": "concern", "speakers": [], "text": "x"}}),
        ("organizations", {"a": {"name": "A", "aliases": [f"B{n}" for n in range(101)]}}),
        ("outcomes", {f"a{n}": {} for n in range(1001)}),
    ],
)
def test_it_refuses_what_is_refused(
    schema: jsonschema_rs.Validator, record: Values, ids: Ids, member: str, value: object
) -> None:
    record[member] = value

    with pytest.raises(BadRecord):
        check(record, ids)
    assert not schema.is_valid(record)


def test_it_is_json_all_the_way_down() -> None:
    schema = json_schema()

    assert orjson.loads(orjson.dumps(schema)) == schema
