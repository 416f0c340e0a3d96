"""The worker as a process: it keeps every view up with the ledger and does nothing else."""

import asyncio
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import closing

from ledger.config import Settings
from ledger.store.opening import open_store
from projections.bus import telling
from projections.collector import collect_by_hand, collect_now_and_then
from projections.messages import read_settings, write_report
from projections.projector import Projector, Report, open_projector
from projections.waiting import Reached


async def work(settings: Settings) -> None:
    """Until SIGTERM or SIGINT."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await _keep(settings, stopping, None, None)


async def work_attached(prepare: Callable[[Settings], None]) -> None:
    """For the process at the other end of standard input and output, until the input ends.

    `prepare` is called once the settings are known. Ctrl-C in a terminal reaches both processes;
    it is the parent that ends this one.
    """
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, lambda: None)
    told = await _standard_input()
    stopping = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    settings = read_settings(await told.readline())
    prepare(settings)
    await _keep(settings, stopping, told, _print)


async def _standard_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    return reader


def _print(reached: Mapping[str, Reached], trouble: str | None) -> None:
    sys.stdout.buffer.write(write_report(reached, trouble))
    sys.stdout.buffer.flush()


async def _keep(
    settings: Settings,
    stopping: asyncio.Event,
    told: asyncio.StreamReader | None,
    report: Report | None,
) -> None:
    collect_by_hand()
    with closing(await asyncio.to_thread(open_store, settings)) as store:
        async with (
            telling(settings.nats_url) as tell,
            open_projector(settings, store, report=report) as projector,
        ):
            projector.listen(tell)
            listening = asyncio.create_task(_listen(told, projector, stopping))
            collecting = asyncio.create_task(collect_now_and_then())
            await stopping.wait()
            listening.cancel()
            collecting.cancel()


async def _listen(
    told: asyncio.StreamReader | None, projector: Projector, stopping: asyncio.Event
) -> None:
    if told is not None:
        while await told.read(65536):
            projector.wake()
        stopping.set()
