"""Whoever only checks a ledger loads nothing that keeps one."""

import subprocess
import sys

import pytest

HEAVY = ("sqlalchemy", "psycopg", "eventsourcing", "aiohttp", "pydantic", "jinja2")


@pytest.mark.parametrize("module", ["api.cli.verifying", "api.cli"])
def test_a_command_that_only_reads_loads_no_store(module: str) -> None:
    program = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"

    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert set(HEAVY) & set(told.stdout.split()) == set()
