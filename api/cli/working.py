"""`commitments work`."""

import asyncio

from api import logging as api_logging
from api.cli.settings import failures_told, settings
from ledger.config import Settings
from projections.working import work, work_attached


def work_until_stopped(*, attached: bool) -> None:
    """Returns after SIGTERM or SIGINT, or when the input of an attached worker ends."""
    with failures_told():
        asyncio.run(work_attached(_log) if attached else _work(settings()))


async def _work(chosen: Settings) -> None:
    _log(chosen)
    await work(chosen)


def _log(chosen: Settings) -> None:
    api_logging.configure(chosen.log_level)
