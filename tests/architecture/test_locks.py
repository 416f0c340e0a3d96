"""The locks pin by hash what pyproject.toml asks for, and do not say where it comes from."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pytest

LOCKS: Final = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")
PIN: Final = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ]+)", re.MULTILINE)
ADDRESS: Final = re.compile(r"://|^\s*--(?:extra-)?(?:index|find)", re.MULTILINE)
OWN: Final = {"ledger", "projections", "api", "tests"}
TYPES_ONLY: Final = {"_typeshed"}  # exists while types are checked, and comes with the checker


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _asked(requirements: list[str]) -> set[str]:
    """Names without versions and extras."""
    return {_normal(re.split(r"[^\w.-]", each, maxsplit=1)[0]) for each in requirements}


def _pins(lock: Path) -> set[tuple[str, str]]:
    return set(PIN.findall(lock.read_text()))


def _pinned(lock: Path) -> set[str]:
    return {name for name, _ in _pins(lock)}


@pytest.fixture
def project(checkout: Path) -> dict[str, Any]:
    """The table that declares what is needed."""
    table: dict[str, Any] = tomllib.loads((checkout / "pyproject.toml").read_text())["project"]
    return table


def test_what_is_asked_for_is_pinned(checkout: Path, project: dict[str, Any]) -> None:
    runtime = _asked(project["dependencies"])
    dev = runtime | _asked(project["optional-dependencies"]["dev"])

    assert runtime <= _pinned(checkout / "requirements.lock")
    assert dev <= _pinned(checkout / "requirements-dev.lock")
    assert "hatchling" in _pinned(checkout / "requirements-build.lock")


def test_the_locks_agree_on_versions(checkout: Path) -> None:
    smaller = _pins(checkout / "requirements.lock") | _pins(checkout / "requirements-build.lock")

    assert smaller <= _pins(checkout / "requirements-dev.lock")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes_and_no_address(checkout: Path, lock: str) -> None:
    text = (checkout / lock).read_text()
    entries = re.split(r"\n(?=[a-z0-9])", text)[1:]

    assert entries
    assert [each for each in entries if "--hash=sha256:" not in each] == []
    assert ADDRESS.findall(text) == []


def _imported(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize(
    ("folders", "extras"),
    [(("ledger", "projections", "api"), ()), (("tests", "docs"), ("dev",))],
    ids=["packages", "tests"],
)
def test_every_library_that_is_imported_is_asked_for_by_name(
    checkout: Path, project: dict[str, Any], folders: tuple[str, ...], extras: tuple[str, ...]
) -> None:
    optional = [project["optional-dependencies"][extra] for extra in extras]
    asked = _asked([*project["dependencies"], *chain(*optional)])
    installed = packages_distributions()
    sources = chain.from_iterable((checkout / folder).rglob("*.py") for folder in folders)
    libraries = {each for source in sources for each in _imported(source)}

    foreign = libraries - sys.stdlib_module_names - OWN - TYPES_ONLY
    unasked = {each for each in foreign if not asked & set(map(_normal, installed.get(each, [])))}

    assert unasked == set()
