"""Each import contract of pyproject.toml goes red when somebody breaks it."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

DIRECTION: Final = "one direction: api, projections, ledger"
STORE: Final = "the event library stays inside ledger.store"
PURE: Final = "the rules are pure"
BREACHES: Final = [
    (DIRECTION, "ledger/errors.py", "import api"),
    (DIRECTION, "ledger/errors.py", "import projections"),
    (DIRECTION, "projections/port.py", "from api import parts"),
    (STORE, "ledger/errors.py", "import eventsourcing.persistence"),
    (STORE, "projections/port.py", "from eventsourcing import persistence"),
    (STORE, "api/parts.py", "import eventsourcing"),
    (PURE, "ledger/dates.py", "import asyncio"),
    (PURE, "ledger/quoting.py", "import orjson"),
    (PURE, "ledger/vocabulary.py", "import structlog"),
    (PURE, "ledger/commands.py", "from pydantic import Field"),
    (PURE, "ledger/facts/fact.py", "import sqlalchemy.sql"),
    (PURE, "ledger/rules/__init__.py", "from aiohttp import web"),
    (PURE, "ledger/rules/__init__.py", "from ledger.clock import utc_now"),
    (PURE, "ledger/rules/__init__.py", "import time"),
]


def _broken(root: Path) -> set[str]:
    """Names of the contracts that do not hold in a tree."""
    # The console script's own folder comes first on its path; -c puts the tree there instead.
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    told = subprocess.run(
        [sys.executable, "-c", program, "--no-cache", "--no-logo"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts: " in told.stdout, told.stdout + told.stderr
    broken = set(re.findall(r"^(.+) BROKEN", told.stdout, re.MULTILINE))
    assert bool(broken) == (told.returncode != 0)
    return broken


@pytest.fixture
def tree(checkout: Path, tmp_path: Path) -> Path:
    """A copy of the three packages that a test may spoil."""
    for package in ("ledger", "projections", "api"):
        sources = shutil.ignore_patterns("__pycache__", "templates", "static", "translations")
        shutil.copytree(checkout / package, tmp_path / package, ignore=sources)
    shutil.copy(checkout / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(tree: Path) -> None:
    assert _broken(tree) == set()


@pytest.mark.parametrize(("contract", "module", "breach"), BREACHES)
def test_a_breach_is_found(tree: Path, contract: str, module: str, breach: str) -> None:
    with (tree / module).open("a") as source:
        source.write(f"\n{breach}\n")

    assert contract in _broken(tree)


def test_every_contract_is_broken_by_some_test(checkout: Path) -> None:
    settings = tomllib.loads((checkout / "pyproject.toml").read_text())

    contracts = {each["name"] for each in settings["tool"]["importlinter"]["contracts"]}

    assert contracts == {contract for contract, _, _ in BREACHES}
