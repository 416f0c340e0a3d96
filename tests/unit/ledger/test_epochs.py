"""What a bookmark of one epoch is worth in another."""

import pytest

from ledger.epochs import Bookmark, read_bookmark, shared
from ledger.store.port import Epoch

FIRST, SECOND, THIRD = "a" * 16, "b" * 16, "c" * 16
EPOCHS = (Epoch(FIRST, 0, 1), Epoch(SECOND, 100, 2), Epoch(THIRD, 150, 3))


@pytest.mark.parametrize(
    ("epoch", "position"), [(FIRST, 100), (SECOND, 150), (THIRD, None), ("d" * 16, 0)]
)
def test_an_epoch_shares_its_facts_up_to_where_the_next_one_began(
    epoch: str, position: int | None
) -> None:
    assert shared(EPOCHS, epoch) == position


def test_a_bookmark_is_read_as_it_was_written() -> None:
    bookmark = Bookmark(FIRST, 12)

    assert read_bookmark(str(bookmark)) == bookmark


@pytest.mark.parametrize("text", ["", "12", f"{FIRST}-", f"{FIRST}-x", f"{FIRST}--1", "A" * 17])
def test_what_is_no_bookmark_is_none(text: str) -> None:
    assert read_bookmark(text) is None
