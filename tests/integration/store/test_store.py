"""What every store promises, on each database."""

from collections.abc import Callable
from dataclasses import replace

from ledger.log.hashing import leaf_hash
from ledger.log.leaves import commitment
from ledger.store.codec import decode
from ledger.store.port import (
    Claim,
    Head,
    KeyReused,
    NameTaken,
    Receipt,
    Store,
    VersionTaken,
)
from tests.integration.store.units import (
    NOW,
    RECORDER,
    alias,
    draft,
    key,
    new_stream,
    placed,
    registered,
    stored,
    unit,
)


def test_an_empty_ledger_has_no_head(store: Store) -> None:
    assert store.head() == Head(0, 0)
    assert store.entries(after=0, limit=10) == []
    assert store.stream(new_stream()) == []
    assert store.streams([new_stream()]) == {}
    assert store.streams([]) == {}
    assert store.receipt(key()) is None
    assert store.holder("zainab") is None


def test_a_stored_fact_is_read_as_it_was_written(store: Store) -> None:
    stream = new_stream()
    written = draft(stream, fact=registered("Zainab"))

    (receipt,) = stored(store, unit(written))

    (entry,) = store.entries(after=0, limit=10)
    assert (entry.position, entry.at, entry.version) == (1, NOW, 1)
    assert entry.parts == written.parts
    assert entry.leaf_hash == leaf_hash(entry.leaf) == receipt.facts[0].leaf_hash
    read = decode(entry)
    assert (read.fact, read.recorder) == (registered("Zainab"), RECORDER)
    assert (read.fact_id, read.stream) == (written.fact_id, stream)


def test_positions_count_from_one_in_the_order_of_the_requests(store: Store) -> None:
    first, second = new_stream(), new_stream()

    receipts = stored(
        store,
        unit(draft(first), draft(first, 2, alias())),
        unit(draft(second)),
    )

    assert [[line.position for line in receipt.facts] for receipt in receipts] == [[1, 2], [3]]
    assert store.head() == Head(3, NOW)


def test_each_fact_of_a_stream_names_the_hash_of_the_one_before(store: Store) -> None:
    stream = new_stream()
    stored(store, unit(draft(stream), draft(stream, 2, alias("A"))))
    stored(store, unit(draft(stream, 3, alias("B"))), unit(draft(stream, 4, alias("C"))))

    entries = store.stream(stream)

    prevs = [entry.leaf.partition(b'"prev":')[2].partition(b",")[0] for entry in entries]
    hashes = [b'"%s"' % entry.leaf_hash.hex().encode() for entry in entries]
    assert prevs == [b"null", *hashes[:-1]]


def test_a_clock_that_goes_back_does_not_make_a_fact_older_than_the_one_before(
    store: Store,
) -> None:
    stored(store, unit(), now=NOW)

    (receipt,) = stored(store, unit(), now=NOW - 3 * 86_400_000)

    assert receipt.facts[0].at == NOW


def test_a_version_that_is_taken_takes_nothing_and_leaves_no_gap(store: Store) -> None:
    stream, other = new_stream(), new_stream()
    stored(store, unit(draft(stream)))

    outcomes = store.append(
        [unit(draft(other), draft(stream)), unit(draft(stream, 2, alias()))], NOW
    )

    assert outcomes[0] == VersionTaken(stream)
    assert isinstance(outcomes[1], Receipt)
    assert outcomes[1].position == 2
    assert store.stream(other) == []


def test_a_version_after_a_hole_is_not_stored(store: Store) -> None:
    stream = new_stream()

    assert store.append([unit(draft(stream, 2))], NOW) == [VersionTaken(stream)]


def test_of_two_requests_in_one_batch_for_the_same_version_the_first_is_stored(
    store: Store,
) -> None:
    stream = new_stream()

    first, second = store.append([unit(draft(stream)), unit(draft(stream))], NOW)

    assert isinstance(first, Receipt)
    assert second == VersionTaken(stream)


def test_a_key_gives_the_first_receipt_again(store: Store) -> None:
    asked = key()
    (first,) = stored(store, unit(draft(new_stream()), draft(new_stream()), key=asked))

    (again,) = stored(store, unit(key=asked))

    assert again == replace(first, replayed=True)
    assert store.receipt(asked) == again
    assert store.head().position == 2


def test_a_key_that_is_used_twice_in_one_batch_stores_once(store: Store) -> None:
    asked = key()

    first, again = stored(store, unit(key=asked), unit(key=asked))

    assert again == replace(first, replayed=True)
    assert store.head().position == 1


def test_a_key_that_comes_twice_in_a_later_batch_still_gives_the_first_receipt(
    store: Store,
) -> None:
    asked = key()
    (first,) = stored(store, unit(key=asked))

    receipts = stored(store, unit(key=asked), unit(key=asked))

    assert receipts == [replace(first, replayed=True)] * 2


def test_a_key_for_something_else_is_refused(store: Store) -> None:
    stored(store, unit(key=key("k", b"one")))

    outcomes = store.append([unit(key=key("k", b"other"))], NOW)

    assert outcomes == [KeyReused()]
    assert store.receipt(key("k", b"other")) == KeyReused()
    assert store.head().position == 1


def test_a_name_has_one_holder(store: Store) -> None:
    first, second = new_stream(), new_stream()
    stored(store, unit(draft(first), claims=[Claim("zainab", first)]))

    outcomes = store.append([unit(draft(second), claims=[Claim("zainab", second)])], NOW)

    assert outcomes == [NameTaken("zainab", first)]
    assert store.holder("zainab") == first
    assert store.stream(second) == []


def test_a_holder_may_claim_its_name_again(store: Store) -> None:
    stream = new_stream()
    claim = Claim("zainab", stream)
    stored(store, unit(draft(stream), claims=[claim]))

    stored(store, unit(draft(stream, 2, alias()), claims=[claim]))

    assert store.holder("zainab") == stream


def test_one_request_cannot_give_two_stakeholders_the_same_name(store: Store) -> None:
    first, second = new_stream(), new_stream()
    claims = [Claim("zainab", first), Claim("zainab", second)]

    outcomes = store.append([unit(draft(first), draft(second), claims=claims)], NOW)

    assert outcomes == [NameTaken("zainab", first)]
    assert store.head().position == 0


def test_a_later_request_of_a_batch_sees_the_names_of_an_earlier_one(store: Store) -> None:
    first, second = new_stream(), new_stream()

    outcomes = store.append(
        [
            unit(draft(first), claims=[Claim("zainab", first)]),
            unit(draft(second), claims=[Claim("zainab", second)]),
        ],
        NOW,
    )

    assert outcomes[1] == NameTaken("zainab", first)


def test_entries_come_in_order_and_no_more_than_asked(store: Store) -> None:
    stored(store, *[unit() for _ in range(5)])

    assert [entry.position for entry in store.entries(after=1, limit=3)] == [2, 3, 4]
    assert [entry.position for entry in store.entries(after=4, limit=3)] == [5]


def test_streams_come_together_and_apart(store: Store) -> None:
    first, second = new_stream(), new_stream()
    stored(store, unit(draft(first), draft(second), draft(first, 2, alias())))

    found = store.streams([first, second, new_stream()])

    assert {stream: [entry.version for entry in entries] for stream, entries in found.items()} == {
        first: [1, 2],
        second: [1],
    }
    assert [entry.version for entry in store.stream(first, after=1)] == [2]


def test_a_batch_of_nothing_but_refusals_stores_nothing(store: Store) -> None:
    stream = new_stream()
    placed(store, draft(stream))

    store.append([unit(draft(stream)), unit(draft(stream, 7))], NOW)

    assert store.head().position == 1


def test_what_was_stored_is_there_when_the_ledger_is_opened_again(
    store: Store, reopened: Callable[[], Store]
) -> None:
    asked = key()
    (receipt,) = stored(store, unit(key=asked))
    store.close()

    again = reopened()

    assert again.receipt(asked) == replace(receipt, replayed=True)
    assert again.head() == Head(1, NOW)


def test_the_leaf_binds_every_part_by_its_commitment(store: Store) -> None:
    stored(store, unit())

    (entry,) = store.entries(after=0, limit=1)

    for part in entry.parts:
        assert part.salt is not None
        assert part.content is not None
        bound = b'"%s":{"c":"%s","n":%d}' % (
            part.name.encode(),
            commitment(part.salt, part.content).hex().encode(),
            len(part.content),
        )
        assert bound in entry.leaf


def test_a_batch_of_any_size_is_stored_whole_and_in_order(store: Store) -> None:
    units = [unit() for _ in range(64 + 8 + 3)]

    receipts = stored(store, *units)

    entries = store.entries(after=0, limit=1000)
    assert [entry.position for entry in entries] == [each.position for each in receipts]
    assert [entry.parts for entry in entries] == [each.drafts[0].parts for each in units]
    again = store.append(units, NOW)
    assert again == [replace(receipt, replayed=True) for receipt in receipts]
