"""Reading YAML and JSON strictly, and knowing where each member stands."""

import pytest

from api.record.problems import BadRecord, Place
from api.record.reading import DEPTH_LIMIT, SIZE_LIMIT, VALUE_LIMIT, read


def problems(raw: bytes) -> list[tuple[str, str]]:
    with pytest.raises(BadRecord) as caught:
        read(raw)
    assert not caught.value.readable
    return [(problem.pointer, problem.detail) for problem in caught.value.problems]


def test_scalars_stay_the_text_that_was_written() -> None:
    text = b"day: 2022-02-15\nmonth: 2021-10\nno: no\nyear: 0x7e6\nclock: 12:30\nfloat: 1.50\n"

    assert read(text).value == {
        "day": "2022-02-15",
        "month": "2021-10",
        "no": "no",
        "year": "0x7e6",
        "clock": "12:30",
        "float": "1.50",
    }


def test_only_three_unquoted_words_are_not_text() -> None:
    text = b"a: true\nb: false\nc: null\nd:\ne: 'true'\nf: \"null\"\ng: yes\nh: True\n"

    assert read(text).value == {
        "a": True,
        "b": False,
        "c": None,
        "d": None,
        "e": "true",
        "f": "null",
        "g": "yes",
        "h": "True",
    }


def test_each_member_has_its_place() -> None:
    places = read(b"a:\n  - b: 1\n    c~/d: 2\n  - x\n").places

    assert places == {
        "": Place(1, 1),
        "/a": Place(1, 1),
        "/a/0": Place(2, 5),
        "/a/0/b": Place(2, 5),
        "/a/0/c~0~1d": Place(3, 5),
        "/a/1": Place(4, 5),
    }


def test_json_is_read_with_its_escapes() -> None:
    raw = rb'{"a": "\ud83d\ude00 \/ \u00e9 \\ud83d\\ude00", "b": [true, null]}'

    assert read(raw).value == {"a": "\U0001f600 / é \\ud83d\\ude00", "b": [True, None]}


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read(b"\xef\xbb\xbfa: 1").value == {"a": "1"}


@pytest.mark.parametrize(
    ("raw", "pointer", "sentence"),
    [
        (b"", "", "empty"),
        (b"# nothing but a remark\n", "", "empty"),
        (b"a: [1", "", "neither well-formed"),
        (b'{"a": 1} trailing', "", "neither well-formed"),
        (b"a: 1\n---\nb: 2\n", "", "one document"),
        (b"a: 1\na: 2\n", "/a", "twice"),
        (b"a: &x 1\n", "/a", "Anchors"),
        (b"a: *x\n", "/a", "Anchors"),
        (b"a: !!python/object/apply:os.system [true]\n", "/a", "Tags"),
        (b"a: !!str 1\n", "/a", "Tags"),
        (b"!!map {a: 1}\n", "", "Tags"),
        (b"[x]: 1\n", "", "name of a field"),
        (b"&x a: 1\n", "", "name of a field"),
        (b"a: \xff\n", "", "UTF-8"),
        (b"a: \x00\n", "", "cannot be stored"),
        (b'a: "\\0"\n', "/a", "cannot be stored"),
        (b'{"a": "\\ud800"}', "", "neither well-formed"),
        (b"x" * (SIZE_LIMIT + 1), "", "larger"),
    ],
)
def test_what_is_no_plain_document_is_refused(raw: bytes, pointer: str, sentence: str) -> None:
    (problem,) = problems(raw)

    assert problem[0] == pointer
    assert sentence in problem[1]


def test_nesting_ends_before_it_can_hurt() -> None:
    deep = b"[" * DEPTH_LIMIT + b"]" * DEPTH_LIMIT
    bomb = b"[" * 200_000

    assert read(deep).value
    assert "deep" in problems(bomb)[0][1]


def test_every_anchor_of_a_bomb_is_named_and_nothing_is_expanded() -> None:
    bomb = b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"

    assert [pointer for pointer, _ in problems(bomb)] == [
        "/a",
        "/b",
        "/b/0",
        "/b/1",
        "/c",
        "/c/0",
        "/c/1",
    ]


def test_a_crowd_of_values_ends_the_reading() -> None:
    crowd = b"a:\n" + b"- &x y\n" * (VALUE_LIMIT + 10)

    ((pointer, sentence),) = problems(crowd)

    assert pointer == f"/a/{VALUE_LIMIT - 2}"
    assert "20,000" in sentence


def test_a_syntax_error_has_its_line() -> None:
    with pytest.raises(BadRecord) as caught:
        read(b"a: 1\nb: 'open\n")

    (problem,) = caught.value.problems
    assert problem.place is not None
    assert problem.place.line >= 2
