"""A full copy of a published log that is audited before it is kept, and taken up where it ended.

The checkpoint in the folder is written last: whatever lies beyond it was read and not yet held to
a signature. A copy is audited again whenever it is opened, so a rotten disk shows too.

How a mirror learns of redactions: they are facts. Each names the position, the part and the
commitment of what goes, so the words go from the copy as soon as the fact is verified, and nobody
has to be asked.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from ledger.auditing.audit import Auditor, refuse_shrunk
from ledger.auditing.files import replace_file
from ledger.auditing.history import Ordered
from ledger.auditing.layout import (
    drop_beyond,
    drop_partial,
    withhold,
    write_piece,
    write_upper,
)
from ledger.auditing.lies import LieError
from ledger.auditing.pieces import Piece, Tiles
from ledger.auditing.places import (
    CHECKPOINT,
    POLICY,
    SMALL,
    Folder,
    MissingError,
    Place,
    TooLongError,
    opened,
)
from ledger.auditing.trust import Held, Trust, hold_checkpoint, policy_at, trust_of
from ledger.auditing.verifying import Told
from ledger.errors import PlaceTakenError
from ledger.log.tiles import WIDTH

LOCK: Final = ".lock"
EMPTY: Final = Piece(0, (), (), ())


class Mirror:
    """`held` is the checkpoint up to which the folder is a verified copy; None before the first.

    Blocking, one thread at a time.
    """

    def __init__(self, folder: Path, upstream: Place, trust: Trust) -> None:
        self.folder, self.trust = folder, trust
        self.held: Held | None = None
        self.damage: str | None = None
        self._upstream = upstream
        self._auditor = Auditor()
        self._tail = EMPTY
        self._orders = list[Ordered]()

    def open(self, told: Told) -> None:
        """Audit what is there. Damage costs the copy, not what its checkpoint says."""
        place = Folder(self.folder)
        if not (self.folder / CHECKPOINT).exists():
            return
        held = hold_checkpoint(opened(place), self.trust)
        try:
            self._take(Tiles(place), held, told, keep=False)
            self._auditor.end(held.signed)
        except (LieError, MissingError) as error:
            self.damage = str(error)
            self._begin_again()
        self.held = held
        self._withhold()

    def _begin_again(self) -> None:
        """From the first fact; what comes must continue what was kept all the same."""
        self._auditor.close()
        self._auditor, self._tail = Auditor(), EMPTY
        self._orders.clear()

    def _withhold(self) -> None:
        """What the facts that are kept now order away."""
        for order in withhold(self.folder, self._orders):
            self._tail = self._tail.without(*order.place)
        self._orders.clear()

    def follow(self, told: Told) -> bool:
        """Fetch, audit and keep what is new; whether anything is.

        Raise LieError, MissingError, UnreachableError; then the copy is as it was.
        """
        found = hold_checkpoint(opened(self._upstream), self.trust)
        if self.held is not None:
            refuse_shrunk(found.signed, self.held.signed)
            if self.held.signed.size == found.signed.size and self.damage is None:
                self._note(found)
                return False
        try:
            self._advance(found, told)
        except (LieError, MissingError):
            if self.damage is None:
                drop_beyond(self.folder, self.held.signed.size if self.held else 0)
            raise
        return True

    def _advance(self, found: Held, told: Told) -> None:
        since = None if self.held is None else self.held.signed
        before = self._auditor.edge.size
        self._auditor.expect(since)
        near = Folder(self.folder)
        source = Tiles(self._upstream if self.damage else _NearFirst(near, self._upstream))
        self._take(source, found, told, keep=True)
        if self._auditor.history.withheld:
            newer = hold_checkpoint(opened(self._upstream), self.trust)
            refuse_shrunk(newer.signed, found.signed)
            found = newer
            self._take(source, found, told, keep=True)
        self._auditor.end(found.signed)
        write_upper(self.folder, self._auditor.upper, found.signed.size)
        self._note(found)
        self.damage = None
        drop_partial(self.folder, before, found.signed.size)
        self._withhold()

    def _take(self, source: Tiles, found: Held, told: Told, *, keep: bool) -> None:
        auditor, size = self._auditor, found.signed.size
        try:
            for piece in source.pieces(auditor.edge.size, size):
                fresh = piece.after(auditor.edge.size)
                self._orders += auditor.take(fresh)
                whole = _joined(self._tail, fresh)
                self._tail = whole if len(whole.leaves) < WIDTH else EMPTY
                if keep:
                    write_piece(self.folder, whole)
                told(auditor.edge.size, size)
        except TooLongError as error:
            raise LieError(str(error)) from error
        auditor.hold_root(found.signed)

    def _note(self, found: Held) -> None:
        """From here on, the copy goes as far as this checkpoint."""
        if self.held is None or self.held.text != found.text:
            replace_file(self.folder / CHECKPOINT, found.text)
        self.held = found

    def close(self) -> None:
        self._auditor.close()


def _joined(tail: Piece, fresh: Piece) -> Piece:
    """With the facts of the same span that were verified before."""
    if not tail.leaves:
        return fresh
    return Piece(
        tail.start,
        [*tail.leaves, *fresh.leaves],
        [*tail.hashes, *fresh.hashes],
        [*tail.parts, *fresh.parts],
    )


class _NearFirst:
    """Full files that an interrupted run left need not be fetched again; they are audited alike."""

    def __init__(self, near: Folder, far: Place) -> None:
        self._near, self._far = near, far

    def read(self, path: str, limit: int = SMALL) -> bytes:
        if path.startswith("tile/") and ".p/" not in path:
            try:
                return self._near.read(path, limit)
            except MissingError:
                pass
        return self._far.read(path, limit)


@contextmanager
def open_mirror(
    folder: Path, upstream: Place, policy: bytes | None, told: Told
) -> Iterator[Mirror]:
    """A new copy or one that is there; raise what `Mirror.open` raises, PlaceTakenError, OSError.

    Without a policy given, the one of the first run counts for ever.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        text = policy or _known_policy(folder, upstream)
        trust = trust_of(text, own_word=policy is None)
        with closing(Mirror(folder, upstream, trust)) as mirror:
            mirror.open(told)
            if mirror.held is None:
                hold_checkpoint(opened(upstream), trust)
            replace_file(folder / POLICY, text)
            yield mirror


def _known_policy(folder: Path, upstream: Place) -> bytes:
    kept = Folder(folder)
    try:
        return kept.read(POLICY)
    except MissingError:
        return policy_at(upstream)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process to a folder; the lock goes with the process, however it ends."""
    held = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise PlaceTakenError(f"another mirror is at work in {folder}") from error
    finally:
        os.close(held)
