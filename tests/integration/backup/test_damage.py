"""Whatever was changed in a backup is found and named, and nothing of such a backup is restored."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_LZMA, ZipFile, ZipInfo

import orjson
import pytest

from api.cli.archives import WANTED
from ledger.archive.manifest import (
    EPOCHS,
    FACTS,
    KEYS,
    MANIFEST,
    NAMES,
    Member,
    read_manifest,
    write_manifest,
)
from ledger.config import Settings
from ledger.log.hashing import leaf_hash
from ledger.log.leaves import commitment
from ledger.store.opening import open_store
from ledger.store.sqlite_module import sqlite
from tests.integration.backup.conftest import Place
from tests.integration.backup.places import run
from tests.integration.store.units import stored, unit

MEMBERS = (MANIFEST, *WANTED)
Line = dict[str, Any]
Change = Callable[[list[Line]], Sequence[Line]]


def refused(settings: Settings, archive: Path, *told: str) -> None:
    """By both commands, with the words, and without a trace in the empty place."""
    verified = run(settings, "backup", "--verify", archive)
    given = run(settings, "restore", archive)

    assert (verified.code, given.code) == (1, 1), verified.out + given.out
    for words in ("The backup is damaged", *told):
        assert words in verified.err
        assert words in given.err
    assert not settings.data_dir.exists() or not list(settings.data_dir.iterdir())


def contents(archive: Path) -> dict[str, bytes]:
    with ZipFile(archive) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed_again(archive: Path, members: dict[str, bytes]) -> None:
    with ZipFile(archive, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)


def forge(archive: Path, name: str, change: Change) -> None:
    """Change the lines of a member as somebody would who sets every sum right afterwards."""
    members = contents(archive)
    lines = change([orjson.loads(line) for line in members[name].splitlines()])
    content = b"".join(orjson.dumps(line) + b"\n" for line in lines)
    manifest = read_manifest(members[MANIFEST])
    sums = Member(len(lines), len(content), sha256(content).hexdigest())
    head = {"position": len(lines), "head": lines[-1]["hash"]} if name == FACTS else {}
    manifest = replace(manifest, members={**manifest.members, name: sums}, **head)
    packed_again(archive, {**members, name: content, MANIFEST: write_manifest(manifest)})


def start_of(archive: Path, name: str) -> tuple[ZipInfo, int]:
    """A member and where its packed bytes begin: after 30 bytes, its name and what else is said."""
    with ZipFile(archive) as packed:
        info = packed.getinfo(name)
    head = archive.read_bytes()[info.header_offset :][:30]
    return info, info.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(
        head[28:30], "little"
    )


@pytest.mark.parametrize("name", MEMBERS)
def test_a_changed_byte_is_found_in_each_member(name: str, archive: Path, place: Place) -> None:
    """But in the last ones, which only mark the end of the packing and may hold nothing."""
    info, start = start_of(archive, name)
    for at in {start, start + info.compress_size // 2, start + info.compress_size * 3 // 4}:
        whole = archive.read_bytes()
        changed = bytearray(whole)
        changed[at] ^= 0x20
        archive.write_bytes(changed)

        refused(place("sqlite"), archive, name)

        archive.write_bytes(whole)


@pytest.mark.parametrize("name", MEMBERS)
def test_a_missing_member_is_named(name: str, archive: Path, place: Place) -> None:
    members = contents(archive)
    del members[name]
    packed_again(archive, members)

    refused(place("sqlite"), archive, f"{name} is missing")


def test_a_member_too_many_is_named(archive: Path, place: Place) -> None:
    packed_again(archive, {**contents(archive), "../../etc/cron.d/evil": b""})

    refused(place("sqlite"), archive, "evil' does not belong into a backup")


@pytest.mark.parametrize("share", [0, 0.3, 0.9, 0.999])
def test_a_backup_without_its_end_is_found(share: float, archive: Path, place: Place) -> None:
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(len(whole) * share)])

    refused(place("sqlite"), archive, "its end is missing")


def relabelled(line: Line, **changed: object) -> Line:
    """The fact with another leaf that has its own hash."""
    leaf = orjson.dumps({**orjson.loads(line["leaf"]), **changed}, option=orjson.OPT_SORT_KEYS)
    return {**line, "leaf": leaf.decode(), "hash": leaf_hash(leaf).hex()}


def at(index: int, change: Callable[[Line], Line]) -> Change:
    return lambda lines: [*lines[:index], change(lines[index]), *lines[index + 1 :]]


def without(*keep: int) -> Change:
    return lambda lines: [line for index, line in enumerate(lines) if index not in keep]


def renumbered(lines: Sequence[Line]) -> list[Line]:
    return [{**line, "position": position} for position, line in enumerate(lines, start=1)]


def with_content(name: str, content: str | None) -> Callable[[Line], Line]:
    def change(line: Line) -> Line:
        part = None if content is None else {**line["parts"][name], "content": content}
        return {**line, "parts": {**line["parts"], name: part}}

    return change


def resealed(name: str, **members: object) -> Callable[[Line], Line]:
    """The part with other members, in a leaf that binds it."""

    def change(line: Line) -> Line:
        part = line["parts"][name]
        content = orjson.dumps({**orjson.loads(part["content"]), **members})
        sealed = commitment(bytes.fromhex(part["salt"]), content).hex()
        bound = {**orjson.loads(line["leaf"])["parts"], name: {"c": sealed, "n": len(content)}}
        changed = with_content(name, content.decode())(line)
        return relabelled(changed, parts=bound)

    return change


FORGED: list[tuple[str, Change, str]] = [
    (FACTS, at(0, lambda line: {**line, "leaf": line["leaf"].replace("person", "nobody")}), "hash"),
    (FACTS, at(1, lambda line: relabelled(line, prev=None)), "does not follow its stream's last"),
    (FACTS, at(1, lambda line: relabelled(line, ver=3)), "does not follow its stream's last fact"),
    (FACTS, at(2, lambda line: relabelled(line, at=1)), "fact 3 is older than the one before it"),
    (
        FACTS,
        at(2, lambda line: relabelled(line, v="other")),
        "fact 3 cannot be read: it is not",
    ),
    (FACTS, without(2), "fact 3 is missing: 4 follows 2"),
    (
        FACTS,
        lambda lines: renumbered(without(0)(lines)),
        "fact 1 does not follow its stream",
    ),
    (FACTS, lambda lines: [lines[0], lines[0], *lines[1:]], "fact 2 is missing: 1 follows 1"),
    (FACTS, at(3, with_content("words", "{}")), "was recorded: its words no longer match"),
    (
        FACTS,
        at(3, with_content("words", None)),
        "the words of fact 4 are gone, and no",
    ),
    (FACTS, at(3, with_content("facts", None)), "the facts of fact 4 are gone, which never go"),
    (FACTS, at(3, lambda line: {**line, "parts": {}}), "fact 4 has not the parts that its leaf"),
    (
        FACTS,
        at(5, resealed("words", body={"alias": 5})),
        "fact 6 (stakeholder.alias_added/1) cannot be read",
    ),
    (FACTS, at(5, resealed("facts", body={"rank": 1})), "right, but no view could read it"),
    (FACTS, at(5, resealed("facts", by=5)), "fact 6 (stakeholder.alias_added/1) cannot be read: S"),
    (FACTS, at(5, resealed("words", why={})), "no view could read it"),
    (FACTS, without(4, 5), "the words of fact 2 are gone, and no fact ordered it"),
    (FACTS, at(1, lambda _: {"position": 2}), "a line cannot be read"),
    (KEYS, at(1, lambda line: {**line, "first": 1}), "the key of fact 3 is out of place"),
    (KEYS, at(4, lambda line: {**line, "last": 99}), "the key of fact 99 is out of place"),
    (NAMES, at(0, lambda line: {**line, "position": 99}), "the name that fact 99 claims"),
    (NAMES, lambda lines: [*lines, *lines], "the name that fact 2 claims is out of place"),
    (EPOCHS, at(0, lambda line: {**line, "position": 99}), "is out of place"),
    (EPOCHS, without(0), "does not end with the epoch of the manifest"),
    ("desk/accounts.jsonl", at(0, lambda line: {**line, "sudo": True}), "line of accounts"),
    ("desk/accounts.jsonl", at(0, lambda line: {**line, "name": 7}), "line of accounts"),
    ("desk/tokens.jsonl", at(0, lambda line: {"id": line["id"]}), "line of tokens"),
]


@pytest.mark.parametrize(("name", "change", "told"), FORGED, ids=[case[2] for case in FORGED])
def test_a_forger_who_sets_every_sum_right_is_found_out(
    name: str, change: Change, told: str, archive: Path, place: Place
) -> None:
    forge(archive, name, change)

    refused(place("sqlite"), archive, told)


def test_a_forger_who_changes_nothing_forges_nothing(archive: Path, place: Place) -> None:
    for name in WANTED:
        if contents(archive)[name]:
            forge(archive, name, lambda lines: lines)

    assert run(place("sqlite"), "restore", archive).code == 0


def test_a_manifest_of_another_length_is_found(archive: Path, place: Place) -> None:
    members = contents(archive)
    manifest = replace(read_manifest(members[MANIFEST]), position=5)
    packed_again(archive, {**members, MANIFEST: write_manifest(manifest)})

    refused(place("sqlite"), archive, "the last fact is 6")


@pytest.mark.postgres
def test_postgresql_keeps_nothing_of_a_damaged_backup(archive: Path, place: Place) -> None:
    settings = place("postgres")
    forge(archive, "desk/audit.jsonl", at(0, lambda line: {**line, "at": "never"}))

    ended = run(settings, "restore", archive)
    healed = run(settings, "backup", archive.with_name("other.zip"))

    assert ended.code == 1
    assert "line of audit" in ended.err
    assert "There is no ledger" in healed.err


CHANGED = [
    ("facts_are_never_changed", "UPDATE stored_events SET at = 1 WHERE rowid = 3", "fact 3"),
    ("facts_are_never_deleted", "DELETE FROM stored_events WHERE rowid = 2", "fact 2 is missing"),
    (
        "facts_are_never_changed",
        "UPDATE stored_events SET state = x'7b7d'",
        "fact 1 does not have a leaf",
    ),
    ("parts_are_never_deleted", "DELETE FROM parts WHERE position = 4", "fact 4 has not the parts"),
]


@pytest.mark.parametrize(("trigger", "statement", "told"), CHANGED)
def test_a_ledger_that_somebody_changed_is_not_backed_up_as_if_it_were_whole(
    trigger: str, statement: str, told: str, filled: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "backup.zip"
    with closing(sqlite.connect(filled.data_dir / "ledger.db")) as connection:
        connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement)
        connection.commit()

    ended = run(filled, "backup", path)

    assert ended.code == 1
    assert "The ledger is damaged" in ended.err
    assert told in ended.err
    assert list(tmp_path.glob("*.zip*")) == []
    assert list(tmp_path.glob(".*")) == []


def test_the_ledger_of_a_refused_backup_still_records(filled: Settings) -> None:
    with closing(open_store(filled)) as store:
        assert stored(store, unit())


@pytest.mark.parametrize("method", [ZIP_BZIP2, ZIP_LZMA])
def test_a_backup_that_is_packed_in_another_way_is_none(
    method: int, archive: Path, place: Place
) -> None:
    members = contents(archive)
    with ZipFile(archive, "w", method) as packed:
        for name, content in members.items():
            packed.writestr(name, content)

    refused(place("sqlite"), archive, "packed as no backup is")


def _moment(at: int) -> Change:
    """The last fact at another time, with its leaf and hash set right."""

    def change(lines: list[Line]) -> Sequence[Line]:
        leaf = orjson.dumps({**orjson.loads(lines[-1]["leaf"]), "at": at})
        last = {**lines[-1], "leaf": leaf.decode(), "hash": leaf_hash(leaf).hex()}
        return [*lines[:-1], last]

    return change


def _first(**changed: object) -> Change:
    return lambda lines: [{**lines[0], **changed}, *lines[1:]]


POISON: list[tuple[str, Change]] = [
    (FACTS, _moment(2**63)),
    (FACTS, _moment(10**17)),
    (EPOCHS, lambda lines: [{**lines[0], "epoch": "a\r\nb"}, *lines]),
    (EPOCHS, lambda lines: [lines[0], *lines]),
    (EPOCHS, _first(at=2**63)),
    ("desk/audit.jsonl", _first(at=2**63)),
]


@pytest.mark.parametrize(("name", "change"), POISON)
def test_what_no_database_holds_and_no_reader_bears_is_not_restored(
    name: str, change: Change, archive: Path, place: Place
) -> None:
    forge(archive, name, change)

    refused(place("sqlite"), archive, name)
