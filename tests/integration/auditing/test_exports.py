"""Exports that stand on their own, whichever fact they are as of."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from api.cli import main
from ledger.auditing.datasets import CONSISTENCY, LATER
from ledger.config import Settings
from ledger.store.opening import open_store
from tests.integration.auditing.runs import Ended, published, run, settings_in
from tests.integration.backup.places import redact

REDACTED = 5


def export(settings: Settings, folder: Path, *words: object) -> Ended:
    environment = {"LEDGER_DATA_DIR": str(settings.data_dir), "LEDGER_SAMPLE": "false"}
    arguments = ["export", str(folder), "--format", "facts", *map(str, words)]
    ended = CliRunner(env=environment).invoke(main, arguments)
    return Ended(ended.exit_code, ended.stdout, ended.stderr)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A signed ledger, that nobody serves any more."""
    chosen = settings_in(tmp_path / "ledger")
    serve_until_signed(chosen)
    return chosen


def serve_until_signed(settings: Settings) -> None:
    async def served() -> None:
        async with published(settings):
            pass

    asyncio.run(served())


def told(ended: Ended) -> tuple[int, object, object]:
    found = orjson.loads(ended.out)
    return found["facts"], found["size"], found["redacted"]


def test_an_export_is_verified_whatever_fact_it_is_as_of(
    settings: Settings, tmp_path: Path
) -> None:
    assert export(settings, tmp_path / "whole").code == 0
    size = told(run("verify", tmp_path / "whole", "--json"))[0]
    for position in (1, 2, 16, 37, int(str(size)) - 1):
        export(settings, tmp_path / "past", "--as-of", position)

        ended = run("verify", tmp_path / "past", "--json")

        assert ended.code == 0, ended.out
        assert told(ended) == (position, size, 0)
    assert not (tmp_path / "whole" / CONSISTENCY).exists()
    named = orjson.loads((tmp_path / "past/datapackage.json").read_bytes())["resources"]
    sums = (tmp_path / "past/SHA256SUMS").read_text()
    for name in ("checkpoint", "log-policy", CONSISTENCY):
        assert name in {each["path"] for each in named}
        assert f"  {name}\n" in sums


def test_words_redacted_after_the_last_fact_of_an_export_are_accounted_for(
    settings: Settings, tmp_path: Path
) -> None:
    with closing(open_store(settings)) as store:
        redact(settings, store, REDACTED)
    unsigned = export(settings, tmp_path / "early")
    assert "not signed yet" in unsigned.err
    assert run("verify", tmp_path / "early").code == 3
    serve_until_signed(settings)

    export(settings, tmp_path / "past", "--as-of", 10)
    export(settings, tmp_path / "now")

    past, now = (run("verify", tmp_path / name, "--json") for name in ("past", "now"))
    assert (past.code, now.code) == (0, 0), past.out + now.out
    assert (told(past)[2], told(now)[2]) == (1, 1)
    assert not (tmp_path / "now" / LATER).exists()
    (tmp_path / "past" / LATER).unlink()
    assert f"the words of fact {REDACTED} are gone" in run("verify", tmp_path / "past").err


def _lines(folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    (path,) = (folder / "facts").iterdir()
    lines = change(gzip.decompress(path.read_bytes()).splitlines(keepends=True))
    path.write_bytes(gzip.compress(b"".join(lines)))


def _words(folder: Path) -> None:
    def change(lines: list[bytes]) -> list[bytes]:
        line = orjson.loads(lines[6])
        line["parts"] = [{**part, "content": "{}"} for part in line["parts"]]
        return [*lines[:6], orjson.dumps(line) + b"\n", *lines[7:]]

    _lines(folder, change)


def _leaf(folder: Path) -> None:
    _lines(folder, lambda lines: [lines[0].replace(b"/1\\", b"/2\\", 1), *lines[1:]])


def _cut(folder: Path) -> None:
    _lines(folder, lambda lines: lines[:-1])


def _swapped(folder: Path) -> None:
    _lines(folder, lambda lines: [lines[1], lines[0], *lines[2:]])


def _proof(folder: Path) -> None:
    lines = (folder / CONSISTENCY).read_text().splitlines(keepends=True)
    (folder / CONSISTENCY).write_text("".join([lines[0], *lines[2:]]))


def _other_position(folder: Path) -> None:
    (folder / CONSISTENCY).write_text("old 9\n")


def _no_proof(folder: Path) -> None:
    (folder / CONSISTENCY).unlink()


def _no_gzip(folder: Path) -> None:
    (path,) = (folder / "facts").iterdir()
    path.write_bytes(path.read_bytes()[:-20])


LIES: list[tuple[Callable[[Path], None], str]] = [
    (_words, "fact 7 was changed after it was published: its facts no longer match"),
    (_leaf, "fact 1 was changed after it was published: its bytes no longer have the hash"),
    (_cut, "the dataset was cut: it says that it goes to fact 20, and ends at 19"),
    (_swapped, "fact 1 is missing: 2 is in its place"),
    (_proof, "the 20 facts are not the first of those that were signed: something was changed"),
    (_other_position, "the consistency-proof is not for 20 facts"),
    (_no_proof, "consistency-proof is missing in"),
    (_no_gzip, "cannot be unpacked"),
]


def test_each_lie_is_told(settings: Settings, tmp_path: Path) -> None:
    for lie, sentence in LIES:
        folder = tmp_path / lie.__name__
        export(settings, folder, "--as-of", 20)
        lie(folder)

        ended = run("verify", folder)

        assert ended.code == 1, (lie, ended.out)
        assert "NOT TRUE: " in ended.err
        assert sentence in ended.err


def test_a_kept_checkpoint_is_compared_where_the_export_goes_as_far(
    settings: Settings, tmp_path: Path
) -> None:
    export(settings, tmp_path / "now")
    export(settings, tmp_path / "past", "--as-of", 20)
    kept = tmp_path / "kept"

    assert run("verify", tmp_path / "now", "--save", kept).code == 0
    assert run("verify", tmp_path / "now", "--since", kept).code == 0
    behind = run("verify", tmp_path / "past", "--since", kept)

    assert behind.code == 3
    assert "it holds nothing to compare them by" in behind.err


def test_without_a_log_an_export_is_as_it_was(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "ledger")
    with closing(open_store(settings)) as store:
        assert store.head().position == 0

    ended = export(settings, tmp_path / "out")

    assert (ended.code, ended.err.count("signed")) == (0, 0)
    assert not (tmp_path / "out/checkpoint").exists()
