"""A worker process that folds a ledger into every view, and what that took."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy.exc import OperationalError

from ledger.config import Settings
from projections.database import open_engine
from projections.reading import SqlViews


@dataclass(frozen=True)
class Folding:
    """`peak` is the most bytes that the worker ever held; `rate` is facts per CPU second of it."""

    peak: float
    rate: float


def fold(settings: Settings, count: int) -> Folding:
    """Let a worker fold so many facts from the first, and end it."""
    environment = {
        **os.environ,
        "LEDGER_DATA_DIR": str(settings.data_dir),
        "LEDGER_LOG_LEVEL": "error",
    }
    worker = subprocess.Popen([sys.executable, "-m", "api.cli", "work"], env=environment)
    try:
        _wait_for(settings, count)
        spent = sum(psutil.Process(worker.pid).cpu_times()[:2])
        status = Path(f"/proc/{worker.pid}/status").read_text()
    finally:
        worker.terminate()
        worker.wait(60)
    return Folding(1024.0 * int(status.partition("VmHWM:")[2].split()[0]), count / spent)


@contextmanager
def asked(settings: Settings, position: int) -> Iterator[SqlViews]:
    """The views of a ledger whose newest fact has that position, for as long as it takes."""
    engine = open_engine(settings)
    views = SqlViews(engine, lambda: position)
    try:
        yield views
    finally:
        views.close()
        engine.dispose()


def _wait_for(settings: Settings, position: int) -> None:
    with asked(settings, position) as views:
        while not _reached(views, position):
            time.sleep(0.5)


def _reached(views: SqlViews, position: int) -> bool:
    try:
        return all(view.position >= position for view in views.status())
    except OperationalError:
        return False
