"""Begins a log, which happens once, on purpose, and never as a side effect."""

import os
from pathlib import Path
from typing import Final

from ledger.config import Settings
from ledger.errors import PlaceTakenError
from ledger.log.notes import valid_name
from ledger.publishing.head import HEAD, HeadFile, folder_told
from ledger.publishing.keys import KEY, make_key
from ledger.publishing.signing import Signer, first_head, log_folder
from ledger.publishing.tables import log_database
from ledger.publishing.tile_store import TileStore

OWNER_ONLY: Final = 0o700


def begin_log(settings: Settings, origin: str) -> Signer:
    """A new key, and a head over no facts at all, in the log folder.

    Raise PlaceTakenError where there is a log already, NoteError for a name that no log may have,
    StorageError, LogFolderError.
    """
    valid_name(origin)
    folder = log_folder(settings)
    with log_database(settings) as engine, folder_told(folder):
        tiles = TileStore(engine)
        _refuse_taken(tiles, folder)
        folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
        key = make_key(folder / KEY, settings.log_passphrase.get_secret_value())
        signer = Signer(origin, (key,))
        first = str(first_head(signer))
        HeadFile(folder).begin(first)
        if not tiles.begin(first, signer.verifiers):
            raise PlaceTakenError(
                f"somebody else has begun this ledger's log meanwhile: remove {folder}, and set "
                "LEDGER_LOG_DIR to theirs"
            )
    return signer


def _refuse_taken(tiles: TileStore, folder: Path) -> None:
    for name in (KEY, HEAD):
        if os.path.lexists(folder / name):
            raise PlaceTakenError(
                f"{folder / name} is there already: a log is begun once. To begin another one, for "
                "another ledger, set LEDGER_LOG_DIR to an empty folder"
            )
    if tiles.published() is not None:
        raise PlaceTakenError(
            "this ledger has a log already, whose folder is elsewhere: set LEDGER_LOG_DIR to it"
        )
