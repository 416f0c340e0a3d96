"""Rows become entries and receipts, and a batch becomes rows; the same for both databases."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from ledger.facts.fact import StreamId
from ledger.store.batch import Batch, FactRow
from ledger.store.codec import fact_id
from ledger.store.port import Entry, Part, Placed

PlaceRow = tuple[int, int, str, int, str, bytes, bytes]
"""position, at, stream, version, topic, leaf, leaf hash"""
Row = tuple[int, int, str, int, str, bytes, bytes, str | None, bytes | None, bytes | None]
"""the same, then name, salt and content of one part"""


def entries_from(rows: Iterable[Row]) -> Iterator[Entry]:
    """One entry for the neighbouring rows of one position."""
    position, parts, first = 0, list[Part](), None
    for row in rows:
        if row[0] != position:
            if first is not None:
                yield _entry(first, parts)
            position, parts, first = row[0], [], row
        if row[7] is not None:
            parts.append(Part(row[7], row[8], row[9]))
    if first is not None:
        yield _entry(first, parts)


def _entry(row: Row, parts: list[Part]) -> Entry:
    position, at, stream, version, topic, leaf, leaf_hash, *_ = row
    return Entry(
        position,
        at,
        fact_id(leaf),
        StreamId(stream),
        version,
        topic,
        leaf,
        leaf_hash,
        tuple(parts),
    )


def placed_from(row: PlaceRow) -> Placed:
    """One line of a receipt."""
    position, at, stream, version, topic, leaf, leaf_hash = row
    return Placed(position, at, fact_id(leaf), StreamId(stream), version, topic, leaf_hash)


def by_stream(entries: Iterable[Entry]) -> Mapping[StreamId, Sequence[Entry]]:
    """Entries in stream order, each stream's together."""
    return {stream: list(group) for stream, group in groupby(entries, key=attrgetter("stream"))}


def event_row(row: FactRow) -> tuple[int, str, int, str, bytes, int, bytes]:
    placed = row.placed
    return (
        placed.position,
        placed.stream,
        placed.version,
        placed.topic,
        row.leaf,
        placed.at,
        placed.leaf_hash,
    )


def part_rows(facts: Iterable[FactRow]) -> list[tuple[int, str, bytes | None, bytes | None]]:
    return [
        (row.placed.position, part.name, part.salt, part.content)
        for row in facts
        for part in row.parts
    ]


def runs(facts: Iterable[FactRow]) -> Iterator[Sequence[FactRow]]:
    """Facts that can be inserted together: a part is erased while the newest fact orders it."""
    run: list[FactRow] = []
    for row in facts:
        run.append(row)
        if row.erases is not None:
            yield run
            run = []
    if run:
        yield run


def key_rows(batch: Batch) -> list[tuple[str, str, bytes, int, int]]:
    return [
        (row.key.by, row.key.key, row.key.fingerprint, row.first, row.last) for row in batch.keys
    ]


def claim_rows(batch: Batch) -> list[tuple[str, str, int]]:
    return [(row.claim.name, row.claim.stream, row.position) for row in batch.claims]
