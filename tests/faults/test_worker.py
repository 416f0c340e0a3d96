"""The process that keeps the views may die, and its parent too: nothing is lost, nothing stays."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Final

import psutil

from ledger.service import open_ledger
from projections.apart import open_views_apart
from tests.integration.api.seed import plant
from tests.integration.api.service import serving, settings_in

PATIENCE: Final = 25
SHUTDOWN_SECONDS: Final = 10


def worker_of(process: psutil.Process) -> psutil.Process:
    """The one that keeps its views; tests have other children, too."""
    (worker,) = (each for each in process.children() if "--attached" in each.cmdline())
    return worker


async def test_a_killed_worker_is_replaced_and_folds_what_came_meanwhile(tmp_path: Path) -> None:
    async with serving(settings_in(tmp_path, views_worker="process")) as service:
        worker = worker_of(psutil.Process())
        worker.kill()

        receipt = await plant(service.ledger)

        assert await service.running.parts.follower.wait(receipt.position, PATIENCE)
        assert service.running.parts.views.position() == receipt.position
        assert service.running.parts.follower.trouble is None
        assert worker_of(psutil.Process()).pid != worker.pid


async def test_a_worker_ends_with_its_service(tmp_path: Path) -> None:
    async with serving(settings_in(tmp_path, views_worker="process")):
        worker = worker_of(psutil.Process())

    assert not worker.is_running()


async def test_a_worker_that_stands_still_does_not_keep_its_service_from_ending(
    tmp_path: Path,
) -> None:
    async with asyncio.timeout(PATIENCE):
        async with serving(settings_in(tmp_path, views_worker="process")):
            worker = worker_of(psutil.Process())
            worker.suspend()
            began = time.monotonic()

    assert not worker.is_running()
    assert time.monotonic() - began < SHUTDOWN_SECONDS


async def test_a_worker_that_says_what_no_worker_says_is_replaced(tmp_path: Path) -> None:
    """The first one talks nonsense, the second one is a worker."""
    script = tmp_path / "talking.sh"
    script.write_text(
        f"#!/bin/sh\nmkdir {tmp_path}/once 2>/dev/null && echo nonsense && exec cat\n"
        f"exec {sys.executable} -m api.cli work --attached\n"
    )
    script.chmod(0o700)
    settings = settings_in(tmp_path / "ledger", views_worker="process")
    async with (
        open_ledger(settings) as ledger,
        open_views_apart(settings, ledger, (str(script),)) as apart,
    ):
        receipt = await plant(ledger)

        assert await apart.wait(receipt.position, PATIENCE)
        assert apart.trouble is None


async def test_a_worker_ends_when_its_service_is_killed(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "LEDGER_DATA_DIR": str(tmp_path),
        "LEDGER_PUBLIC_PORT": "0",
        "LEDGER_DESK_PORT": "0",
    }
    service = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.cli", "serve", env=environment, stdout=PIPE
    )
    assert service.stdout is not None
    assert await service.stdout.readline()
    worker = worker_of(psutil.Process(service.pid))

    service.kill()
    await service.wait()

    await asyncio.to_thread(worker.wait, PATIENCE)
    assert not worker.is_running()
