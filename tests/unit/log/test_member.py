"""A witness that does not answer is left alone, longer each time; what it gives late counts."""

from collections.abc import Iterator

import pytest

from ledger.log.checkpoints import Checkpoint
from ledger.log.notes import COSIGNATURE, Signature, VerifierKey
from ledger.log.policies import Witness
from ledger.witnessing import member
from ledger.witnessing.client import LATE
from ledger.witnessing.member import FIRST_PAUSE, LONGEST_PAUSE, Member, Told
from ledger.witnessing.record import Cosigner

KEY = VerifierKey("w", b"k" * 32, COSIGNATURE)
TREE = Checkpoint("log", 7, b"r" * 32)
GIVEN = Told("w", TREE, Signature("w", KEY.id, b"s" * 72), 99)
SILENT = Told("w", TREE, trouble="answers 500")


class Watch:
    """The monotonic clock, which a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    found = Watch()
    monkeypatch.setattr(member, "monotonic", found)
    return found


@pytest.fixture
def asked() -> Iterator[Member]:
    found = Member("w", Witness(KEY, "http://w.example/"), Cosigner(str(KEY)))
    yield found
    found.client.close()


@pytest.mark.usefixtures("watch")
def test_what_it_cosigned_first_and_last_is_known(asked: Member) -> None:
    asked.hear(GIVEN)
    asked.hear(Told("w", Checkpoint("log", 9, b"r" * 32), GIVEN.line, 120))

    assert asked.known == Cosigner(str(KEY), 7, 99, 9, 120)


def test_it_is_left_alone_longer_each_time(asked: Member, watch: Watch) -> None:
    pauses = []
    for _ in range(9):
        began = watch.now
        asked.hear(SILENT)
        while not asked.due():
            watch.now += 1
        pauses.append(watch.now - began)

    assert pauses[:4] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE, 8 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE
    assert asked.known.trouble == "answers 500"


def test_an_answer_that_came_late_counts_and_ends_no_pause(asked: Member, watch: Watch) -> None:
    asked.busy = True
    asked.miss()
    assert asked.known.trouble == LATE
    watch.now += 1
    asked.hear_late(GIVEN)

    assert asked.known == Cosigner(str(KEY), 7, 99, 7, 99, LATE)
    assert not asked.due()
    watch.now += FIRST_PAUSE
    assert asked.due()


def test_who_answers_in_time_again_is_asked_every_time(asked: Member, watch: Watch) -> None:
    asked.miss()
    asked.miss()
    asked.hear(GIVEN)

    assert asked.due()
    assert asked.known.trouble == ""
    asked.hear(SILENT)
    watch.now += FIRST_PAUSE
    assert asked.due()


@pytest.mark.usefixtures("watch")
def test_it_is_not_asked_while_it_is_or_once_it_has_answered(asked: Member) -> None:
    asked.busy = True
    assert not asked.due()
    asked.busy, asked.fresh = False, True
    assert not asked.due()
    asked.turn(None)
    assert asked.due()
