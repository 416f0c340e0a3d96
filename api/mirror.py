"""The public site of a mirror: verified facts only, no desk, no key that signs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from api.app import mirroring
from ledger.auditing.embedding import embed
from ledger.auditing.lies import LieError
from ledger.auditing.mirroring import Mirror
from ledger.auditing.places import MissingError, UnreachableError
from ledger.config import Settings
from ledger.publishing.log import Log, read_published
from ledger.publishing.tables import log_database
from ledger.publishing.tile_store import TileStore
from ledger.stamping.stamps import Stamps
from ledger.witnessing.record import Record

FOLDER: Final = ".ledger"
"""Within the mirror's: what pages are made from, all of which can be made again."""

Say = Callable[[str], None]


def settings_of(folder: Path, chosen: Settings) -> Settings:
    """Those of the environment, for a ledger that lies in the mirror."""
    place = {
        "data_dir": folder / FOLDER,
        "url": "",
        "read_url": "",
        "nats_url": "",
        "sample": False,
    }
    return chosen.model_copy(update=place)


async def serve_mirror(
    chosen: Settings, mirror: Mirror, seconds: float, stopping: asyncio.Event, say: Say
) -> bool:
    """Until stopped: answer readers, and follow the log. False if it was found to lie.

    A copy of what was true goes on being served, whatever its origin says afterwards.
    """
    settings = settings_of(mirror.folder, chosen)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with log_database(settings) as engine:
        tiles = TileStore(engine)
        await asyncio.to_thread(_embed, settings, mirror, tiles)
        log = Log(tiles, Record(engine), mirror.trust.policy, Stamps(engine))
        log.mirrored = True
        log.move(await asyncio.to_thread(read_published, tiles), None)
        async with mirroring(settings, log) as service:
            say(f"Public site  {service.public_url}")
            while not await _set(stopping, seconds):
                try:
                    if await asyncio.to_thread(mirror.follow, lambda _position, _last: None):
                        await asyncio.to_thread(_embed, settings, mirror, tiles)
                        log.move(await asyncio.to_thread(read_published, tiles), None)
                        service.parts.ledger.heard(log.size)
                except UnreachableError as error:
                    log.move(log.published, str(error))
                except (LieError, MissingError) as error:
                    log.move(log.published, str(error))
                    say(f"NOT TRUE: {error}. The copy is served as of fact {log.size}.")
                    await stopping.wait()
                    return False
    return True


def _embed(settings: Settings, mirror: Mirror, tiles: TileStore) -> None:
    if mirror.held is not None:
        embed(settings, mirror.folder, mirror.held, tiles)


async def _set(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
