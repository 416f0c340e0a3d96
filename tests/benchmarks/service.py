"""The service as readers and officials meet it, over a ledger that was filled before."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.benchmarks.processes import Target, free_port, running

UNCAPPED: Final = "1000000000"


@contextmanager
def service(data: Path, ready: str, **settings: str) -> Iterator[tuple[Target, Target]]:
    """The public and the desk listener of one process, once `ready` answers on the public one.

    `settings` are environment variables beyond those that every bench needs.
    """
    public, desk = free_port(), free_port()
    environment = {
        **os.environ,
        "LEDGER_DATA_DIR": str(data),
        "LEDGER_SAMPLE": "false",
        "LEDGER_PUBLIC_PORT": str(public),
        "LEDGER_DESK_PORT": str(desk),
        "LEDGER_RATE_LIMIT": UNCAPPED,
        "LEDGER_LOG_LEVEL": "warning",
        **settings,
    }
    command = [sys.executable, "-m", "api.cli", "serve"]
    with running(command, f"http://127.0.0.1:{public}", environment, ready) as target:
        yield target, Target(f"http://127.0.0.1:{desk}", target.pid)


@contextmanager
def bare_aiohttp(body: Path, views: Path, **settings: str) -> Iterator[Target]:
    """Bare aiohttp with the same bytes, and the same documents in the views' database."""
    port = free_port()
    command = [sys.executable, "-m", "tests.benchmarks.floors", str(body), str(views), str(port)]
    with running(
        command, f"http://127.0.0.1:{port}", {**os.environ, **settings}, "/empty"
    ) as target:
        yield target
