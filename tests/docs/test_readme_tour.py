"""The README's five minutes: each command works on a service started as `make serve` does."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
READY_SECONDS = 60


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A ledger of its own, on free ports."""
    return {
        **os.environ,
        "LEDGER_DATA_DIR": str(tmp_path / "var"),
        "LEDGER_PUBLIC_PORT": "0",
        "LEDGER_DESK_PORT": "0",
        "PYTHONPATH": str(README.parent),
    }


@pytest.fixture
def addresses(environment: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The public site and the desk, as the service prints them."""
    program = [sys.executable, "-m", "api.cli"]
    subprocess.run([*program, "init", "--once"], env=environment, check=True)
    command = [*program, "serve"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        public, desk = (process.stdout.readline().split()[-1] for _ in range(2))
        yield public, desk
        process.terminate()
        process.communicate(timeout=20)


def tour() -> str:
    """The commands between the tour's fences."""
    found = re.search(r"```sh tour\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def test_every_command_of_the_tour_answers(
    environment: dict[str, str], addresses: tuple[str, str], tmp_path: Path
) -> None:
    public, desk = addresses
    commands = (
        tour()
        .replace("http://127.0.0.1:8080", public)
        .replace("http://127.0.0.1:8081", desk)
        .replace(".venv/bin/commitments", f"{shlex.quote(sys.executable)} -m api.cli")
        .replace("curl -s", "curl -s --fail-with-body --max-time 30")
    )

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "agreed to explore" in done.stdout.lower()
    assert '"leaf_hash"' in done.stdout
    assert done.stdout.count("True: ") == 3
