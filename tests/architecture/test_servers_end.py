"""No server outlives the tests, not even when they are killed."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import psutil
import pytest

PROGRAM: Final = """
import sys
from tests.support.postgres import running_postgres
with running_postgres(on_disk=False) as server:
    print(server.process.pid, server.folder, server.programs.parents[1], flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_postgres_ends_with_the_process_that_started_it(
    how: signal.Signals, checkout: Path
) -> None:
    tests = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=checkout,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert tests.stdout is not None
    pid, *folders = tests.stdout.readline().split()
    # Without root the programs run where they are installed, and stay.
    made = [Path(each) for each in folders if "commitments-test-" in each]
    server = psutil.Process(int(pid))

    tests.send_signal(how)
    tests.communicate(timeout=60)

    _wait_until_gone(server, made)


def _wait_until_gone(server: psutil.Process, made: list[Path]) -> None:
    end = time.monotonic() + 60
    while _alive(server) or any(each.exists() for each in made):
        assert time.monotonic() < end, f"still there: {server}, {made}"
        time.sleep(0.05)


def _alive(process: psutil.Process) -> bool:
    # An orphan that has ended stays in the table until somebody reaps it.
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
