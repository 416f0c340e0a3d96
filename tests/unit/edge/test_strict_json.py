"""What is JSON for everybody passes unchanged; what two readers could take differently does not."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.edge.strict_json import MAX_DEPTH, MAX_INTEGER, MAX_VALUES, NotStrictJson, read

WORDS = st.text(st.characters(exclude_characters="\0", codec="utf-8"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_well_formed_comes_through_unchanged(value: object) -> None:
    assert read(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b'{"a":1', "closing bracket"),
        (b'{"a":1} {}', "follows the end"),
        (b'{"a":1,"a":2}', "twice"),
        (b'{"a":{"b":1,"\\u0062":2}}', "twice"),
        (b"[NaN]", "NaN"),
        (b"[-Infinity]", "-Infinity"),
        (b"[1e999]", "too large"),
        (b"[9007199254740992]", "integer beyond"),
        (b"[-9007199254740992]", "integer beyond"),
        (b"[1" + b"0" * 5000 + b"]", "integer beyond"),
        (b'["\\u0000"]', "NUL"),
        (b'{"\\u0000":1}', "NUL"),
        (b'["\\ud800"]', "surrogate"),
        (b'"\\udfff"', "surrogate"),
        (b'["\xff"]', "not UTF-8"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        ('{"a":1}'.encode("utf-16"), "byte order mark"),
        ('{"a":1}'.encode("utf-16-be"), "byte order mark"),
        (b'["\x01"]', "control character"),
        (b'["a', "closing quotation mark"),
        (b"{a:1}", "double quotes"),
        (b"[1 2]", "comma"),
        (b"nonsense", "no JSON"),
    ],
)
def test_what_could_be_misread_is_refused_in_words(body: bytes, said: str) -> None:
    with pytest.raises(NotStrictJson, match=said):
        read(body)


def test_the_deepest_allowed_nesting_passes_and_one_more_does_not() -> None:
    assert read(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH) is not None

    with pytest.raises(NotStrictJson, match="nested deeper"):
        read(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))


def test_brackets_inside_texts_are_no_nesting() -> None:
    assert read(b'["' + b"[" * 100 + b'"]') == ["[" * 100]


@pytest.mark.parametrize("entry", [b"1", b'""', b"[]", b'{"a":[1]}'])
def test_a_crowd_of_values_is_refused_before_it_is_read(entry: bytes) -> None:
    crowd = b"[" + b",".join([entry] * (MAX_VALUES + 1))

    with pytest.raises(NotStrictJson, match="more than 20,000 values"):
        read(crowd)


def test_commas_and_brackets_inside_texts_are_no_crowd() -> None:
    words = ',[{\\"' * MAX_VALUES

    assert read(json.dumps([words]).encode()) == [words]
    assert read(b"[" + b",".join([b"1"] * MAX_VALUES) + b"]") == [1] * MAX_VALUES


def test_a_text_that_never_ends_is_read_once_and_not_from_each_quotation_mark() -> None:
    body = b'["' + rb"\"" * 500_000

    with pytest.raises(NotStrictJson, match="closing quotation mark"):
        read(body)


@given(st.binary(max_size=200))
def test_no_bytes_whatever_cause_anything_but_a_refusal(body: bytes) -> None:
    with suppress(NotStrictJson):
        read(body)
