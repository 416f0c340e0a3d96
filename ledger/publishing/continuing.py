"""After a loss of key or head: the same facts under a new name and a new key.

The ledger says so itself, in a fact that names the lost log and its last known checkpoint. Roots do
not depend on names, so whoever kept a checkpoint of the lost log can still compare.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from ledger.config import Settings
from ledger.errors import PlaceTakenError
from ledger.log.checkpoints import Checkpoint
from ledger.log.edge import Edge
from ledger.log.hashing import leaf_hash
from ledger.log.notes import NoteError, VerifierKey, valid_name
from ledger.publishing.head import HEAD, HeadFile
from ledger.publishing.keys import KEY, key_files, read_key, sync_folder
from ledger.publishing.rotating import NEXT, made_key
from ledger.publishing.signing import Signer, first_head, log_folder
from ledger.publishing.tables import log_database
from ledger.publishing.tile_store import TileStore
from ledger.store.port import Store

ROUND: Final = 4096
LOST: Final = "lost"
OWNER_ONLY: Final = 0o700


def same_facts(store: Store, lost: Checkpoint) -> bool:
    """Whether the ledger still begins with the facts that the lost log signed."""
    edge = Edge()
    while edge.size < lost.size:
        limit = min(ROUND, lost.size - edge.size)
        leaves = store.leaves(after=edge.size, limit=limit)
        if not leaves:
            return False
        edge, _ = edge.grown([leaf_hash(each.leaf) for each in leaves])
    return edge.root() == lost.root


def continue_log(
    settings: Settings, origin: str, announce: Callable[[VerifierKey], None]
) -> VerifierKey:
    """Another log over the same facts; what is left of the lost one is put into `lost`.

    `announce` records what was lost, and may be asked for the same key again: stopped at any
    moment, this goes on when it is called again. Raise PlaceTakenError where the log that is there
    has this name, NoteError, PublisherBusyError, KeyUnreadableError, StorageError, OSError.
    """
    valid_name(origin)
    folder = log_folder(settings)
    folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    passphrase = settings.log_passphrase.get_secret_value()
    head = HeadFile(folder)
    with head.held():
        _refuse_same(folder, head, origin)
        following = made_key(folder, origin, passphrase)
        announce(following.key)
        if not _begun(head, origin):
            _put_aside(folder)
            key = read_key(following.path, passphrase)
            head.begin(str(first_head(Signer(origin, (key,)))))
        with log_database(settings) as engine:
            TileStore(engine).begin_again(head.note(), [following.key])
        following.path.rename(folder / KEY)
        sync_folder(folder)
    return following.key


def _refuse_same(folder: Path, head: HeadFile, origin: str) -> None:
    """A log of this name that has its key was not lost; one without is an unfinished try."""
    if _begun(head, origin) and not list(folder.glob(NEXT)):
        raise PlaceTakenError(
            f"the log in {folder} is named {origin!r} already: a log that was lost goes on under "
            "another name"
        )


def _begun(head: HeadFile, origin: str) -> bool:
    """Whether the head is of this log; a damaged one is of none."""
    try:
        return head.exists() and head.read().origin == origin
    except NoteError:
        return False


def _put_aside(folder: Path) -> None:
    place = folder / LOST
    place.mkdir(mode=OWNER_ONLY, exist_ok=True)
    for path in (folder / HEAD, *key_files(folder)):
        if path.exists():
            path.rename(_free(place, path.name))
    sync_folder(place)


def _free(place: Path, name: str) -> Path:
    """A path that nothing lies at yet, so that a second loss keeps what the first one left."""
    number = 1
    while (place / f"{number}-{name}").exists():
        number += 1
    return place / f"{number}-{name}"
