"""Where publishing goes on: the head, the tiles and the facts are held against each other."""

from __future__ import annotations

import structlog

from ledger.log.checkpoints import Checkpoint, parse_checkpoint
from ledger.log.edge import Edge, edge_of
from ledger.log.hashing import HASH_BYTES, leaf_hash
from ledger.log.notes import Note, NoteError, parse_note, require_signed
from ledger.log.proofs import ProofError, verify_consistency
from ledger.log.tree import Tree
from ledger.publishing.head import HeadFile
from ledger.publishing.log import read_published
from ledger.publishing.publisher import (
    LogStoppedError,
    Publisher,
    caught_up,
    checked,
    rebuilt,
    refuse_future,
)
from ledger.publishing.signing import Signer
from ledger.publishing.tile_store import MissingTileError, TileStore
from ledger.store.port import Leaf, Store

log = structlog.get_logger()


def open_publisher(
    store: Store, tiles: TileStore, head: HeadFile, signer: Signer, now: int
) -> Publisher:
    """A publisher that begins where the head ends; `now` is ms.

    Raise LogStoppedError if the ledger is not the one that was signed, or the clock ran back.
    """
    note = parse_note(head.note().encode())
    signed = parse_checkpoint(note.text)
    shown = _shown(tiles, signer)
    newest = note if shown is None else _newer(note, shown)
    edge = _edge_of(store, tiles, parse_checkpoint(newest.text))
    if newest is not note:
        _refuse_fork(tiles, signed, parse_checkpoint(newest.text))
        head.swap(str(note), str(newest))
        log.warning("log.head_was_older", head=signed.size, published=edge.size)
    _refuse_clock(store, now)
    return Publisher(store, tiles, head, signer, edge, _last(store, edge.size), newest)


def _shown(tiles: TileStore, signer: Signer) -> Note | None:
    """What readers were shown last, with this log's own signatures; None if there is nothing."""
    try:
        shown = read_published(tiles)
    except NoteError as error:
        log.warning("log.published_unreadable", error=str(error))
        return None
    if shown is None:
        return None
    try:
        keys = require_signed(shown.note, signer.verifiers)
    except NoteError as error:
        raise LogStoppedError(
            f"this ledger's readers are shown the log {shown.checkpoint.origin}, whose checkpoint "
            f"does not hold for the key of {signer.origin} here ({error}). Set LEDGER_LOG_DIR to "
            "the folder of that log"
        ) from error
    return Note(shown.note.text, tuple(line for key in keys for line in shown.note.of(key)))


def _newer(note: Note, shown: Note) -> Note:
    """What was signed last: a head may have been put back, what was shown cannot be."""
    ours, theirs = parse_checkpoint(note.text), parse_checkpoint(shown.text)
    if ours.size == theirs.size and ours.root != theirs.root:
        raise LogStoppedError(_forked(ours, theirs))
    return shown if theirs.size > ours.size else note


def _refuse_fork(tiles: TileStore, older: Checkpoint, newer: Checkpoint) -> None:
    if not older.size:
        return
    try:
        proof = Tree(newer.size, tiles.rows).consistency(older.size)
        verify_consistency(older.size, newer.size, older.root, newer.root, proof)
    except ProofError as error:
        raise LogStoppedError(_forked(older, newer)) from error


def _forked(one: Checkpoint, other: Checkpoint) -> str:
    return (
        f"two histories were signed: the head in the log folder, of {one.size} facts, and what "
        f"readers were shown, of {other.size}, contradict each other. Nothing can mend that: tell "
        "your readers, and begin a log of another name (see docs/verifying.md, After a loss)"
    )


def _refuse_clock(store: Store, now: int) -> None:
    found = store.head()
    if found.position and (leaf := _last(store, found.position)):
        refuse_future(leaf, now)


def _edge_of(store: Store, tiles: TileStore, signed: Checkpoint) -> Edge:
    """From tiles as far as they go; where those do not fit, from every fact again."""
    found = store.head()
    if found.position < signed.size:
        raise LogStoppedError(
            f"the head in the log folder signs {signed.size} facts, and the ledger has "
            f"{found.position}: the database was put back to an older state. Restore a newer "
            "backup; if those facts are lost for good, begin a log of another name (see "
            "docs/verifying.md, After a loss)"
        )
    try:
        edge = edge_of(min(tiles.size(), signed.size), tiles.read)
        edge = caught_up(store, tiles, edge, signed.size)
        if edge.root() == signed.root and _tail_holds(store, edge):
            return edge
    except MissingTileError:
        pass
    return rebuilt(store, tiles, signed)


def _tail_holds(store: Store, edge: Edge) -> bool:
    """The leaves beside the right edge are those in the last tile."""
    tail = edge.partial[0] if edge.partial else b""
    count = len(tail) // HASH_BYTES
    leaves = store.leaves(after=edge.size - count, limit=count)
    return b"".join(leaf_hash(each.leaf) for each in leaves) == tail


def _last(store: Store, size: int) -> Leaf | None:
    """The last of so many facts, checked."""
    leaves = store.leaves(after=size - 1, limit=1) if size else ()
    if size and not leaves:
        raise LogStoppedError(f"fact {size} is missing. Restore a backup")
    checked(leaves, size - 1, None)
    return leaves[0] if leaves else None
