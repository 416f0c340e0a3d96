"""What witnesses cosigned and what was stamped, kept in both databases."""

import pytest

from ledger.config import Settings
from ledger.log.checkpoints import Checkpoint
from ledger.log.notes import Note, Signature
from ledger.publishing.tables import log_database
from ledger.stamping.stamps import Stamp, Stamps
from ledger.witnessing.record import Cosigner, Record

LINE = Signature("w", b"\0" * 4, b"\1" * 72)
FIRST = Stamp(3, 1_000, "log\n3\nroot\n", b"\0\1")
SECOND = Stamp(9, 2_000, "log\n9\nroot\n", b"\0\2")


@pytest.fixture
def begun(place: Settings) -> Settings:
    place.data_dir.mkdir()
    return place


def test_a_witness_has_one_row_however_often_it_cosigns(begun: Settings) -> None:
    with log_database(begun) as engine:
        record = Record(engine)
        record.keep([])
        record.keep([Cosigner("a", 1, 10, 1, 10), Cosigner("b", trouble="answers 500")])
        record.keep([Cosigner("a", 1, 10, 7, 2**40)])

        assert record.cosigners() == {
            "a": Cosigner("a", 1, 10, 7, 2**40),
            "b": Cosigner("b", trouble="answers 500"),
        }


def test_the_newest_checkpoint_that_met_the_quorum_is_of_one_log(begun: Settings) -> None:
    older, newer = (Note(Checkpoint("log", size, b"\0" * 32).text, (LINE,)) for size in (3, 9))
    with log_database(begun) as engine:
        record = Record(engine)
        assert record.witnessed("log") is None
        record.keep_witnessed(older)
        record.keep_witnessed(newer)

        assert record.witnessed("log") == newer
        assert record.witnessed("another log") is None


def test_a_size_keeps_its_first_stamp(begun: Settings) -> None:
    with log_database(begun) as engine:
        stamps = Stamps(engine)
        for stamp in (FIRST, SECOND, Stamp(3, 9_000, "other", b"")):
            stamps.keep(stamp)

        assert stamps.newest(9) == [SECOND, FIRST]
        assert stamps.newest(1) == [SECOND]
        assert stamps.of(3) == FIRST
        assert stamps.of(4) is None
