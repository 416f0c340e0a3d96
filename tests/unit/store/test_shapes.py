"""Which fields a fact may have, and what is left out when it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field, make_dataclass

import pytest

from ledger.dates import PartialDate
from ledger.facts.fact import WITHHELD, Attachment, StreamId, Words
from ledger.store.shapes import ShapeError, shape_of
from ledger.vocabulary import Effect


@dataclass(frozen=True, kw_only=True)
class Inner:
    code: Effect = Effect.ADDRESSES
    said: Words = ""


@dataclass(frozen=True, kw_only=True)
class Outer:
    required: Words
    on: PartialDate | None = None
    count: int | None = None
    heading: bool = False
    certain: bool = True
    inner: Inner | None = None
    always: Inner = Inner()
    many: tuple[Inner, ...] = ()
    ids: tuple[StreamId, ...] = ()
    lines: tuple[Words, ...] = ()
    meanings: Mapping[str, str] = field(default_factory=dict)


OUTER = shape_of(Outer)


def test_a_member_is_left_out_only_when_it_is_empty_and_that_is_its_default() -> None:
    assert OUTER.write(Outer(required="")) == (
        {"certain": True, "always": {"code": "addresses"}},
        {"required": ""},
    )


def test_what_looks_empty_and_is_not_the_default_is_written() -> None:
    value = Outer(required="", count=0, certain=False)

    facts, words = OUTER.write(value)

    assert facts == {"count": 0, "certain": False, "always": {"code": "addresses"}}
    assert OUTER.read(facts, words) == value


def test_structure_and_words_mirror_each_other() -> None:
    value = Outer(
        required="r",
        inner=Inner(said="a"),
        many=(Inner(), Inner(said="b")),
        ids=(StreamId("s"),),
        lines=("x", ""),
        meanings={"fulfilled": "done"},
    )

    facts, words = OUTER.write(value)

    assert facts == {
        "always": {"code": "addresses"},
        "certain": True,
        "inner": {"code": "addresses"},
        "many": [{"code": "addresses"}, {"code": "addresses"}],
        "ids": ("s",),
        "lines": 2,
        "meanings": {"fulfilled": "done"},
    }
    assert words == {
        "required": "r",
        "inner": {"said": "a"},
        "many": [{}, {"said": "b"}],
        "lines": ["x", ""],
    }


def test_without_words_every_word_is_withheld_and_every_list_keeps_its_length() -> None:
    facts = {
        "always": {"code": "addresses"},
        "inner": {"code": "fulfils"},
        "many": [{"code": "advances"}] * 2,
        "lines": 3,
    }

    value = OUTER.read(facts, None)

    assert value == Outer(
        required=WITHHELD,
        inner=Inner(code=Effect.FULFILS, said=WITHHELD),
        many=(Inner(code=Effect.ADVANCES, said=WITHHELD),) * 2,
        lines=(WITHHELD,) * 3,
    )
    assert value.inner.said is value.many[1].said is value.lines[2] is WITHHELD


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"lines": 2}, {"required": "", "lines": ["one"]}),
        ({"many": [{}]}, {"required": "", "many": [{}, {}]}),
        ({"unheard": 1}, {"required": ""}),
        ({}, {"required": "", "unheard": "x"}),
        ({}, {}),
        ({"ids": "abc"}, {"required": ""}),
        ({"meanings": {"a": 1}}, {"required": ""}),
        ({"on": 2022}, {"required": ""}),
    ],
)
def test_another_shape_is_refused(facts: dict[str, object], words: dict[str, object]) -> None:
    with pytest.raises((ShapeError, LookupError, ValueError)):
        OUTER.read(facts, words)


def test_a_key_that_is_not_ascii_is_refused_because_its_order_would_be_in_doubt() -> None:
    with pytest.raises(ShapeError):
        OUTER.write(Outer(required="", meanings={"\N{PILE OF POO}": "x"}))


@pytest.mark.parametrize(
    "hint",
    [
        float,
        bytes,
        list[str],
        str | int,
        Words | None,
        tuple[Attachment, ...],
        dict[str, int],
    ],
)
def test_a_field_that_has_no_stored_form_is_found_when_the_program_starts(hint: object) -> None:
    kind: type = make_dataclass("Odd", [("odd", hint)])

    with pytest.raises((TypeError, ValueError)):
        shape_of(kind)


def test_a_fact_has_at_most_one_attachment_and_it_is_its_own() -> None:
    single = make_dataclass("Single", [("text", Attachment)])
    twice = make_dataclass("Twice", [("text", Attachment), ("other", Attachment)])
    inside = make_dataclass("Inside", [("inner", single)])

    assert shape_of(single).attachment == "text"
    for kind in (twice, inside):
        with pytest.raises((TypeError, ValueError)):
            shape_of(kind)
