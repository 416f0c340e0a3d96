"""What is kept in git holds nothing of one machine, and every package says what it is for."""

import ast
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

Patterns = Sequence[re.Pattern[bytes]]


def _host(*labels: bytes) -> re.Pattern[bytes]:
    return re.compile(re.escape(b".".join(labels)))


# Built from pieces, so that this file does not hold them either.
FORBIDDEN: Final[Patterns] = [
    re.compile(rb"(?<![\w./:-])/" + rb"work/"),
    re.compile(rb"(?<![\w./:-])/" + rb"root/"),
    _host(b"pypi", b"org"),
    _host(b"pythonhosted", b"org"),
    _host(b"registry", b"npmjs"),
    _host(b"npmjs", b"com"),
    _host(b"deb", b"debian", b"org"),
    _host(b"docker", b"io"),
    _host(b"proxy", b"golang", b"org"),
]


def _kept(checkout: Path) -> Iterator[Path]:
    """Files that are in git or about to be."""
    if not (checkout / ".git").exists():
        pytest.skip("no git checkout: which files are kept is unknown")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=checkout,
        capture_output=True,
        check=True,
    ).stdout
    yield from (file for name in listed.decode().split("\0") if (file := checkout / name).is_file())


def _traces(content: bytes, forbidden: Patterns = FORBIDDEN) -> list[bytes]:
    return [found[0] for each in forbidden if (found := each.search(content))]


def test_no_kept_file_names_a_path_of_one_machine_or_a_registry(checkout: Path) -> None:
    found = {
        str(file.relative_to(checkout)): _traces(file.read_bytes()) for file in _kept(checkout)
    }

    assert {file: traces for file, traces in found.items() if traces} == {}


def test_such_a_trace_would_be_found() -> None:
    assert _traces(b"see /" + b"work/main")
    assert _traces(b"from packages.example", [_host(b"packages", b"example")])
    assert not _traces(b"https://example.org/" + b"work/done, network/of, /workers/")


def test_no_kept_file_is_what_a_tool_left(checkout: Path) -> None:
    left = {".venv", "__pycache__", "mutants", ".pytest_cache", ".env"}

    assert [file for file in _kept(checkout) if left & set(file.parts[len(checkout.parts) :])] == []


def test_every_package_says_in_one_sentence_what_lives_there(checkout: Path) -> None:
    packages = [checkout / name for name in ("ledger", "projections", "api")]
    folders = {source.parent for package in packages for source in package.rglob("*.py")}

    silent = {str(f.relative_to(checkout)) for f in folders if not _is_sentence(_docstring(f))}

    assert silent == set()


def _docstring(folder: Path) -> str:
    opening = folder / "__init__.py"
    if not opening.exists():
        return ""
    return (ast.get_docstring(ast.parse(opening.read_text())) or "").partition("\n\n")[0]


def _is_sentence(text: str) -> bool:
    # A dot inside, as in a file name, ends no sentence.
    return re.fullmatch(r"(?:[^.!?]|[.!?](?=\S))+[.!?]", text) is not None
