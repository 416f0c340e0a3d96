"""Mirrors: fetched once, verified before they are kept, taken up wherever they were stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from aiohttp import ClientSession

from api.app import Running
from api.mirror import serve_mirror
from ledger.auditing.audit import audit
from ledger.auditing.lies import LieError
from ledger.auditing.mirroring import open_mirror
from ledger.auditing.places import Folder, UnreachableError
from ledger.auditing.web import Web
from ledger.config import Settings
from ledger.errors import PlaceTakenError
from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.store.opening import open_store
from tests.integration.auditing.published import OTHER_KEY, Published, put
from tests.integration.auditing.runs import asked, published, run, settings_in, signed
from tests.integration.backup.places import redact
from tests.integration.store.units import stored, unit


def quiet(_position: int, _last: int) -> None:
    """No bar."""


class Counted:
    """A folder that notes what is read of it, and breaks off after some files."""

    def __init__(self, root: Path, until: int = 10**9) -> None:
        self.folder, self.until = Folder(root), until
        self.read_paths = list[str]()

    def read(self, path: str, limit: int = 1 << 20) -> bytes:
        if len(self.read_paths) >= self.until:
            raise KeyboardInterrupt
        self.read_paths.append(path)
        return self.folder.read(path, limit)


def mirrored(log: Published, root: Path, copy: Path) -> Counted:
    """Bring the copy up to a log that lies at `root`."""
    place = Counted(log.write(root))
    with open_mirror(copy, place, None, quiet) as mirror:
        mirror.follow(quiet)
    return place


def holds(copy: Path, log: Published) -> None:
    """Every file of the copy, against the log that it is of."""
    assert (copy / "checkpoint").read_bytes() == log.note()
    assert run("verify", copy).code == 0, run("verify", copy).err
    assert not list(copy.rglob("*.part"))


@pytest.fixture
def log() -> Published:
    return Published().add(600)


@pytest.mark.parametrize("further", [1, 100, 168, 169, 600])
def test_only_what_is_new_is_fetched(further: int, log: Published, tmp_path: Path) -> None:
    first = mirrored(log, tmp_path / "log", tmp_path / "copy")
    holds(tmp_path / "copy", log)
    log.add(further)

    second = mirrored(log, tmp_path / "log", tmp_path / "copy")
    third = mirrored(log, tmp_path / "log", tmp_path / "copy")

    holds(tmp_path / "copy", log)
    assert "tile/entries/000" in first.read_paths
    spans = {path.rpartition("entries/")[2][:3] for path in second.read_paths if "entries" in path}
    assert spans == {f"{n:03}" for n in range(600 // 256, (600 + further - 1) // 256 + 1)}
    assert third.read_paths == ["checkpoint"]


@pytest.mark.parametrize("until", range(1, 14))
def test_whatever_moment_it_is_stopped_at_it_goes_on(
    until: int, log: Published, tmp_path: Path
) -> None:
    place = Counted(log.write(tmp_path / "log"), until)
    with (
        suppress(KeyboardInterrupt),
        open_mirror(tmp_path / "copy", place, None, quiet) as mirror,
    ):
        mirror.follow(quiet)

    mirrored(log.add(10), tmp_path / "log", tmp_path / "copy")

    holds(tmp_path / "copy", log)


def test_what_was_fetched_before_it_was_stopped_is_not_fetched_again(
    log: Published, tmp_path: Path
) -> None:
    def stop(position: int, _last: int) -> None:
        if position >= 512:
            raise KeyboardInterrupt

    place = Counted(log.write(tmp_path / "log"))
    with (
        pytest.raises(KeyboardInterrupt),
        open_mirror(tmp_path / "copy", place, None, quiet) as mirror,
    ):
        mirror.follow(stop)

    again = mirrored(log, tmp_path / "log", tmp_path / "copy")

    holds(tmp_path / "copy", log)
    assert "tile/entries/001" not in again.read_paths


def _files(copy: Path) -> dict[str, bytes]:
    return {
        str(each.relative_to(copy)): each.read_bytes() for each in copy.rglob("*") if each.is_file()
    }


def _rewrite(log: Published) -> None:
    log.change(600, id="another")
    log.add(200)


def _words(log: Published) -> None:
    log.add(200)
    log.say(650, b"{}")


def _key(log: Published) -> None:
    log.add(200)
    log.key = OTHER_KEY


def _shorter(log: Published) -> None:
    del log.leaves[500:]


def _gone(log: Published) -> None:
    log.add(200)
    del log.parts[640]["words"]


LIES: list[tuple[Callable[[Published], None], str]] = [
    (_rewrite, "history was rewritten|do not add up to the root|does not follow"),
    (_words, "fact 650 was changed after it was published"),
    (_key, "no trusted key has signed this note"),
    (_shorter, "the log ends at fact 500"),
    (_gone, "the words of fact 641 are gone, and no fact ordered it"),
]


@pytest.mark.parametrize(("lie", "told"), LIES)
def test_nothing_that_is_untrue_is_kept(
    lie: Callable[[Published], None], told: str, log: Published, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    mirrored(log, tmp_path / "log", copy)
    before = (copy / "checkpoint").read_bytes()
    lie(log)

    with pytest.raises(LieError, match=told):
        mirrored(log, tmp_path / "log", copy)

    assert (copy / "checkpoint").read_bytes() == before
    assert run("verify", copy).code == 0


def test_a_log_that_lied_once_and_is_true_again_is_followed(tmp_path: Path) -> None:
    log, copy = Published().add(1000), tmp_path / "copy"
    root = log.write(tmp_path / "log")
    put(root / "checkpoint", log.note(Checkpoint(log.origin, 1000, bytes(32))))
    with (
        open_mirror(copy, Folder(root), None, quiet) as mirror,
        pytest.raises(LieError, match="do not add up to the root"),
    ):
        mirror.follow(quiet)
    assert not list(copy.rglob("tile/entries/00?"))

    mirrored(log, tmp_path / "log", copy)

    holds(copy, log)


@pytest.mark.parametrize("position", [17, 300, 599])
def test_redacted_words_go_from_every_file_of_the_copy(
    position: int, log: Published, tmp_path: Path
) -> None:
    copy, words = tmp_path / "copy", b"promise %d" % (position - 1)
    mirrored(log, tmp_path / "log", copy)
    assert any(words + b'\\"' in content for content in _files(copy).values())
    log.redact(position).add(2)

    mirrored(log, tmp_path / "log", copy)

    holds(copy, log)
    assert not any(words + b'\\"' in content for content in _files(copy).values())
    mirrored(log.add(300), tmp_path / "log", copy)
    holds(copy, log)
    assert not any(words + b'\\"' in content for content in _files(copy).values())


def test_words_that_are_redacted_while_it_follows_do_not_come_back(
    log: Published, tmp_path: Path
) -> None:
    copy, root = tmp_path / "copy", log.write(tmp_path / "log")
    with open_mirror(copy, Folder(root), None, quiet) as mirror:
        mirror.follow(quiet)
        for further in (0, 5, 200):
            log = (log if further else log.redact(599)).add(further)
            log.write(root)
            assert mirror.follow(quiet)
            assert not any(b'promise 598\\"' in each for each in _files(copy).values())

    holds(copy, log)


@pytest.mark.parametrize("path", ["tile/entries/001", "tile/0/000", "tile/parts/002.p/88"])
def test_a_rotten_copy_is_made_anew_and_held_to_its_checkpoint(
    path: str, log: Published, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    mirrored(log, tmp_path / "log", copy)
    place = copy / path
    place.write_bytes(place.read_bytes().replace(b"a", b"b", 1))

    mirrored(log.add(1), tmp_path / "log", copy)

    holds(copy, log)


def test_a_rotten_copy_does_not_let_history_be_rewritten(log: Published, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    mirrored(log, tmp_path / "log", copy)
    (copy / "tile/0/000").unlink()
    other = Published().add(500)
    other.tell(b"{}")
    other.add(400)

    with pytest.raises(LieError, match="history was rewritten"):
        mirrored(other, tmp_path / "log", copy)


def test_two_mirrors_do_not_write_to_one_folder(log: Published, tmp_path: Path) -> None:
    place = Folder(log.write(tmp_path / "log"))

    with (
        open_mirror(tmp_path / "copy", place, None, quiet),
        pytest.raises(PlaceTakenError, match="another mirror is at work"),
        open_mirror(tmp_path / "copy", place, None, quiet),
    ):
        pytest.fail("it must not begin")


def test_nothing_to_copy_is_not_known(tmp_path: Path) -> None:
    with (
        pytest.raises(UnreachableError),
        open_mirror(tmp_path / "copy", Folder(tmp_path), None, quiet),
    ):
        pytest.fail("it must not begin")


# --- with two services


@pytest.fixture
async def origin(tmp_path: Path) -> AsyncIterator[Running]:
    async with published(settings_in(tmp_path / "origin")) as started:
        yield started


async def test_the_command_copies_a_service(origin: Running, tmp_path: Path) -> None:
    ended = await asked("mirror", origin.public_url, tmp_path / "copy")

    assert ended.code == 0, ended.err
    assert "facts of ledger.example/tests, verified." in ended.out
    assert run("verify", tmp_path / "copy").code == 0


async def test_a_mirror_serves_the_same_public_site(origin: Running, tmp_path: Path) -> None:
    copy, stopping, told = tmp_path / "copy", asyncio.Event(), asyncio.Queue[str]()
    chosen = Settings(public_port=0, views_worker="thread", export_seconds=0, rate_limit=100_000)

    assert (await asked("mirror", origin.public_url, copy)).code == 0
    with open_mirror(copy, Web(origin.public_url), None, quiet) as mirror:
        serving = asyncio.create_task(serve_mirror(chosen, mirror, 0.1, stopping, told.put_nowait))
        try:
            url = (await told.get()).split()[-1]
            await _reached(url, await signed(origin))
            await _compared(origin, url)
            await _more(origin)
            await _reached(url, await signed(origin))
            await _compared(origin, url)
        finally:
            stopping.set()
            assert await serving is True


async def _more(origin: Running) -> None:
    """Another process records, and redacts words that the mirror has."""

    def put() -> None:
        with closing(open_store(origin.parts.settings)) as store:
            stored(store, unit())
            redact(origin.parts.settings, store, 5)
            stored(store, unit())

    await asyncio.to_thread(put)
    origin.parts.ledger.heard((await origin.parts.ledger.head()).position)


async def _reached(url: str, size: int) -> None:
    """Until the mirror shows a checkpoint over so many facts, and has folded them."""
    async with ClientSession(url) as reader, asyncio.timeout(30):
        while read_checkpoint(await (await reader.get("/checkpoint")).read())[1].size < size:
            await asyncio.sleep(0.05)
        while (await reader.get(f"/api/v1/commitments?wait_for={size}")).status != 200:
            await asyncio.sleep(0.05)


async def _compared(origin: Running, url: str) -> None:
    async with ClientSession(origin.public_url) as first, ClientSession(url) as second:
        for path in ("/checkpoint", "/tile/parts/000.p/40", "/tile/entries/000.p/40"):
            answers = [await (await reader.get(path)).read() for reader in (first, second)]
            assert answers[0] == answers[1], path
        size = read_checkpoint(await (await second.get("/checkpoint")).read())[1].size
        listed = f"/api/v1/commitments?wait_for={size}"
        told = [await (await reader.get(listed)).json() for reader in (first, second)]
        assert told[0].get("data") == told[1].get("data"), [str(each)[:400] for each in told]
        page = await (await second.get(f"/?wait_for={size}")).text()
    assert f"This is a mirror of ledger.example/tests, as of fact {size}." in page
    _, checkpoint = read_checkpoint(await asyncio.to_thread(Web(url).read, "checkpoint"))
    audited = await asyncio.to_thread(audit, Web(url), checkpoint, None, lambda _: None)
    assert audited.facts == size
