"""What is decided about a batch before anything is written."""

from collections.abc import Mapping
from uuid import UUID

from ledger.facts.fact import AccountId, StreamId
from ledger.store.batch import Ground, Tip, Used, judge
from ledger.store.port import (
    Claim,
    Draft,
    Head,
    Key,
    KeyReused,
    NameTaken,
    Receipt,
    Unit,
    VersionTaken,
)

ACCOUNT = AccountId(str(UUID(int=9)))
ONE, TWO = (StreamId(str(UUID(int=number))) for number in (1, 2))
EMPTY = Ground(Head(0, 0))


def draft(stream: StreamId, version: int, prev: bytes | None = None) -> Draft:
    return Draft(str(UUID(int=version)), stream, version, "x/1", prev, ())


def unit(
    name: str,
    *drafts: Draft,
    claims: tuple[Claim, ...] = (),
    reads: Mapping[StreamId, int] | None = None,
) -> Unit:
    return Unit(drafts, Key(ACCOUNT, name, b"asked"), claims, reads or {})


def prev(leaf: bytes) -> bytes:
    return leaf.partition(b'"prev":')[2].partition(b",")[0]


def test_time_never_goes_back() -> None:
    ground = Ground(Head(4, 1000))

    early, late = (judge([unit("k", draft(ONE, 1))], ground, now) for now in (999, 1001))

    assert [row.placed.at for row in (*early.facts, *late.facts)] == [1000, 1001]


def test_the_fact_before_is_named_whether_it_is_stored_or_of_this_batch() -> None:
    ground = Ground(Head(3, 0), tips={ONE: Tip(1, b"\xaa" * 32)})

    batch = judge([unit("a", draft(ONE, 2), draft(ONE, 3)), unit("b", draft(TWO, 1))], ground, 5)

    first, second, other = batch.facts
    assert prev(first.leaf) == b'"%s"' % (b"aa" * 32)
    assert prev(second.leaf) == b'"%s"' % first.placed.leaf_hash.hex().encode()
    assert prev(other.leaf) == b"null"
    assert [row.placed.position for row in batch.facts] == [4, 5, 6]


def test_what_a_writer_believes_about_the_fact_before_does_not_count() -> None:
    batch = judge([unit("a", draft(ONE, 1, prev=b"\xbb" * 32))], EMPTY, 5)

    assert prev(batch.facts[0].leaf) == b"null"


def test_a_unit_that_is_left_out_writes_no_row_of_any_kind() -> None:
    claim = Claim("name", ONE)
    ground = Ground(
        Head(1, 0),
        used={(ACCOUNT, "used"): Used(b"other", Receipt(()))},
        holders={"name": TWO},
    )

    batch = judge(
        [
            unit("used", draft(ONE, 1)),
            unit("gap", draft(ONE, 1), draft(ONE, 3)),
            unit("name", draft(ONE, 1), claims=(claim,)),
            unit("read", draft(ONE, 1), reads={TWO: 1}),
        ],
        ground,
        5,
    )

    assert batch.outcomes == [
        KeyReused(),
        VersionTaken(ONE),
        NameTaken("name", TWO),
        VersionTaken(TWO),
    ]
    assert (batch.facts, batch.keys, batch.claims, batch.first) == ([], [], [], None)


def test_the_first_key_of_a_batch_comes_with_its_receipt() -> None:
    batch = judge([unit("gap", draft(ONE, 2)), unit("good", draft(ONE, 1))], EMPTY, 5)

    assert batch.first == (Key(ACCOUNT, "good", b"asked"), batch.outcomes[1])


def test_a_name_is_written_once_with_the_last_fact_of_its_request() -> None:
    claims = (Claim("name", ONE), Claim("name", ONE))

    batch = judge([unit("a", draft(ONE, 1), draft(ONE, 2), claims=claims)], EMPTY, 5)

    assert [(row.claim.name, row.position) for row in batch.claims] == [("name", 2)]


def test_two_that_were_decided_on_each_other_are_never_both_stored() -> None:
    ground = Ground(Head(2, 0), tips={stream: Tip(1, b"\xaa" * 32) for stream in (ONE, TWO)})

    batch = judge(
        [unit("a", draft(ONE, 2), reads={TWO: 1}), unit("b", draft(TWO, 2), reads={ONE: 1})],
        ground,
        5,
    )

    assert [type(outcome) for outcome in batch.outcomes] == [Receipt, VersionTaken]
    assert batch.outcomes[1] == VersionTaken(ONE)


def test_what_was_only_read_may_be_read_by_any_number() -> None:
    ground = Ground(Head(1, 0), tips={ONE: Tip(1, b"\xaa" * 32)})
    streams = [StreamId(str(UUID(int=number))) for number in range(5, 9)]

    batch = judge([unit(each, draft(each, 1), reads={ONE: 1}) for each in streams], ground, 5)

    assert [type(outcome) for outcome in batch.outcomes] == [Receipt] * 4
