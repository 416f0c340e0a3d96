"""Which keys mean one record: folded, set right by hand, and followed through a history."""

from api.importing.mapping import SameEntry
from api.importing.rows import Row
from api.importing.sameness import folded, learned

SAME = SameEntry.model_validate(
    {
        "fold": True,
        "keys": {"The old bridge": "A bridge"},
        "retitled": {
            "table": "history",
            "key": "{title}",
            "gone": {"type": "removed"},
            "came": {"type": "added"},
            "together": "step",
        },
    }
)


def history(*steps: tuple[str, str, str]) -> list[Row]:
    return [
        Row(number, {"step": step, "type": kind, "title": title})
        for number, (step, kind, title) in enumerate(steps, 1)
    ]


def test_only_letters_and_digits_count_and_the_marks_that_belong_to_them() -> None:
    assert folded("“Build  a Bridge!”") == folded("build a bridge")
    assert folded("कि") != folded("का")
    assert folded("?!") == "?!"


def test_a_reworded_title_is_followed_to_the_one_that_stands() -> None:
    same = learned(
        SAME,
        history(
            ("1", "added", "Build a bridge over the river"),
            ("1", "added", "Lower the tax on bread"),
            ("2", "removed", "Build a bridge over the river"),
            ("2", "added", "Build a bridge over the river Indus"),
            ("3", "removed", "Build a bridge over the river Indus"),
            ("3", "added", "Build a new bridge over the river Indus"),
        ),
    )

    assert same.key("Build a bridge over the river") == folded(
        "Build a new bridge over the river Indus"
    )
    assert same.key("Lower the tax on bread!") == folded("Lower the tax on bread")
    assert same.pairs[0] == (
        "Build a bridge over the river",
        "Build a bridge over the river Indus",
    )


def test_what_goes_and_comes_in_different_steps_or_unlike_words_is_not_the_same() -> None:
    same = learned(
        SAME,
        history(
            ("1", "added", "Build a bridge"),
            ("2", "removed", "Build a bridge"),
            ("3", "added", "Build a bridge now"),
            ("3", "removed", "Ban the plough"),
        ),
    )

    assert same.key("Build a bridge") == folded("Build a bridge")
    assert same.key("Ban the plough") == folded("Ban the plough")


def test_a_title_that_came_back_and_stands_is_itself() -> None:
    same = learned(
        SAME,
        history(
            ("1", "added", "Build a bridge"),
            ("2", "removed", "Build a bridge"),
            ("2", "added", "Build a bridge soon"),
            ("3", "added", "Build a bridge"),
        ),
    )

    assert same.key("Build a bridge!") == folded("Build a bridge")


def test_what_is_set_right_by_hand_is_final() -> None:
    kept = SAME.model_copy(update={"keys": {"Open a park": "Open a park", "Old": "Open a park"}})
    same = learned(
        kept,
        history(
            ("1", "added", "Open a park"),
            ("2", "removed", "Open a park"),
            ("2", "added", "Open a big park"),
        ),
    )

    assert same.key("Open a park!") == folded("Open a park")
    assert same.key("old") == folded("Open a park")
