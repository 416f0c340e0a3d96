"""`commitments verify` over a folder: each kind of lie, and the sentence that names it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from ledger.log.checkpoints import Checkpoint
from ledger.log.tiles import Span
from tests.integration.auditing.published import OTHER_KEY, Published, put
from tests.integration.auditing.runs import Ended
from tests.integration.auditing.runs import run as ran

FACTS = 600
LAST = Span(2, FACTS % 256)


def run(*words: object) -> Ended:
    return ran("verify", *words)


@pytest.fixture
def log() -> Published:
    return Published().add(FACTS - 1).redact(17)


def test_a_true_log_is_true(log: Published, tmp_path: Path) -> None:
    ended = run(log.write(tmp_path))

    assert ended.code == 0, ended.err
    assert "True: 600 facts of ledger.example/audited, from the first to the last." in ended.out
    assert "1200 parts: 1 redacted by order of a later fact" in ended.out
    assert "The key is the ledger's own word." in ended.out


def test_the_same_as_json(log: Published, tmp_path: Path) -> None:
    ended = run(log.write(tmp_path), "--json")

    told = orjson.loads(ended.out)
    assert (told["verified"], told["size"], told["redacted"]) == (True, 600, 1)
    assert told["root"] == log.checkpoint.root.hex()
    assert told["key_from_ledger"] is True


def _changed_leaf(log: Published, folder: Path) -> None:
    log.write(folder)
    place = folder / "tile/entries/001"
    place.write_bytes(place.read_bytes().replace(b"test.told/1", b"test.tolb/1", 1))


def _changed_words(log: Published, folder: Path) -> None:
    log.say(512, b'{"by":"Amina","body":{"text":"nothing"}}')
    log.write(folder)


def _changed_salt(log: Published, folder: Path) -> None:
    salt, words = log.parts[99]["words"]
    log.parts[99]["words"] = salt + b"\0", words
    log.write(folder)


def _missing_words(log: Published, folder: Path) -> None:
    del log.parts[200]["words"]
    log.write(folder)


def _missing_facts(log: Published, folder: Path) -> None:
    del log.parts[200]["facts"]
    log.write(folder)


def _part_too_many(log: Published, folder: Path) -> None:
    log.parts[200]["remark"] = log.parts[200]["words"]
    log.write(folder)


def _line_too_few(log: Published, folder: Path) -> None:
    log.write(folder)
    place = folder / f"tile/parts/{LAST.path}"
    place.write_bytes(b"".join(place.read_bytes().splitlines(keepends=True)[:-1]))


def _line_of_another(log: Published, folder: Path) -> None:
    log.write(folder)
    place = folder / f"tile/parts/{LAST.path}"
    lines = place.read_bytes().splitlines(keepends=True)
    place.write_bytes(b"".join([lines[1], lines[0], *lines[2:]]))


def _cut(log: Published, folder: Path) -> None:
    log.write(folder)
    (folder / f"tile/entries/{LAST.path}").unlink()


def _cut_inside(log: Published, folder: Path) -> None:
    log.write(folder)
    short = Published(log.leaves[:-3], log.parts)
    short.write(folder / "short")
    place = Span(2, LAST.width - 3).path
    put(
        folder / f"tile/entries/{LAST.path}",
        (folder / f"short/tile/entries/{place}").read_bytes(),
    )


def _swapped(log: Published, folder: Path) -> None:
    log.write(folder)
    log.leaves[4], log.leaves[9] = log.leaves[9], log.leaves[4]
    log.write(folder / "other")
    put(folder / "tile/entries/000", (folder / "other/tile/entries/000").read_bytes())


def _wrong_upper_tile(log: Published, folder: Path) -> None:
    log.write(folder)
    place = folder / "tile/1/000.p/2"
    place.write_bytes(place.read_bytes()[32:] + place.read_bytes()[:32])


def _wrong_root(log: Published, folder: Path) -> None:
    log.write(folder)
    put(folder / "checkpoint", log.note(Checkpoint(log.origin, FACTS, bytes(32))))


def _forged_signature(log: Published, folder: Path) -> None:
    log.write(folder)
    note = (folder / "checkpoint").read_bytes()
    put(folder / "checkpoint", note.replace(b"\n600\n", b"\n599\n"))


def _foreign_key(log: Published, folder: Path) -> None:
    log.write(folder)
    log.key = OTHER_KEY
    put(folder / "checkpoint", log.note())


def _foreign_log(log: Published, folder: Path) -> None:
    log.write(folder)
    log.origin = "ledger.example/other"
    put(folder / "checkpoint", log.note())


def _back_in_time(log: Published, folder: Path) -> None:
    log.change(FACTS, at=1)
    log.write(folder)


def _torn_stream(log: Published, folder: Path) -> None:
    log.change(599, prev="00" * 32)
    log.write(folder)


def _gap_in_a_stream(log: Published, folder: Path) -> None:
    log.change(599, ver=1000)
    log.write(folder)


def _member_twice(log: Published, folder: Path) -> None:
    log.leaves[598] = b'{"type":"other/1",' + log.leaves[598][1:]
    log.write(folder)


def _spelt_otherwise(log: Published, folder: Path) -> None:
    log.leaves[598] = log.leaves[598].replace(b'"at":', b'"at": ')
    log.write(folder)


def _words_without_end(log: Published, folder: Path) -> None:
    log.say(512, b"x" * (16 << 20))
    log.write(folder)


def _far_too_large(log: Published, folder: Path) -> None:
    log.write(folder)
    put(folder / "checkpoint", log.note(Checkpoint(log.origin, 2**60, bytes(32))))


def _no_bundle(log: Published, folder: Path) -> None:
    log.write(folder)
    put(folder / "tile/entries/000", b"\0")


def _parts_that_are_none(log: Published, folder: Path) -> None:
    log.write(folder)
    put(folder / "tile/parts/000", b'{"position": 1, "parts": 7}\n')


LIES: list[tuple[Callable[[Published, Path], None], str]] = [
    (_changed_leaf, "fact 257 was changed after it was published: its bytes no longer have the"),
    (_changed_words, "fact 512 was changed after it was published: its words no longer match."),
    (_changed_salt, "fact 100 was changed after it was published: its words no longer match."),
    (_missing_words, "the words of fact 201 are gone, and no fact ordered it."),
    (_missing_facts, "the facts of fact 201 are gone, which never go."),
    (_part_too_many, "fact 201 has a part 'remark' that its leaf does not name."),
    (_line_too_few, "tile/parts/002.p/88 tells of 87 facts and must tell of 88."),
    (_line_of_another, "tile/parts/002.p/88 cannot be read: line 1 is of fact 514."),
    (_cut, "the log was cut: its checkpoint counts 600 facts, and tile/entries/002"),
    (_cut_inside, "the log was cut: tile/entries/002.p/88 holds 85 facts and must hold 88."),
    (_swapped, "fact 10 stands in the place of fact 5: facts were swapped."),
    (_wrong_upper_tile, "the hashes in tile/1/000.p/2 are not those of the facts below it."),
    (_wrong_root, "the 600 facts do not add up to the root that was signed: something was"),
    (_forged_signature, "the checkpoint cannot be trusted: the signature of ledger.example/audi"),
    (_foreign_key, "the checkpoint cannot be trusted: no trusted key has signed"),
    (_foreign_log, "the checkpoint cannot be trusted: the checkpoint is of the log 'ledger.exam"),
    (_back_in_time, "fact 600 is older than the one before it."),
    (_torn_stream, "fact 599 does not follow its stream's last fact."),
    (_gap_in_a_stream, "fact 599 does not follow its stream's last fact."),
    (_member_twice, "the leaf of fact 599 cannot be read: it is not written as leaves are."),
    (_spelt_otherwise, "the leaf of fact 599 cannot be read: it is not written as leaves are."),
    (_far_too_large, "the log was cut: its checkpoint counts 1152921504606846976 facts, and"),
    (_words_without_end, "tile/parts/001 is longer than the "),
    (_no_bundle, "tile/entries/000 cannot be read: the bundle ends in the middle of an entry."),
    (_parts_that_are_none, "tile/parts/000 cannot be read: "),
]


@pytest.mark.parametrize(("lie", "told"), LIES, ids=[lie.__name__[1:] for lie, _ in LIES])
def test_each_lie_is_told(
    lie: Callable[[Published, Path], None], told: str, log: Published, tmp_path: Path
) -> None:
    lie(log, tmp_path)
    kept = tmp_path / "kept"

    ended = run(tmp_path, "--save", kept)

    assert ended.code == 1, ended.out + ended.err
    assert f"NOT TRUE: {told}" in ended.err
    assert "True" not in ended.out
    assert not kept.exists()


def test_a_lie_as_json(log: Published, tmp_path: Path) -> None:
    _changed_words(log, tmp_path)

    ended = run(tmp_path, "--json")

    assert ended.code == 1
    assert orjson.loads(ended.out) == {
        "verified": False,
        "lie": "fact 512 was changed after it was published: its words no longer match",
    }


# --- with a checkpoint that was kept


def kept(log: Published, path: Path) -> Path:
    path.write_bytes(log.note())
    return path


@pytest.mark.parametrize("before", [0, 1, 256, 300, 512, 599])
def test_a_log_that_only_grew_holds(before: int, tmp_path: Path) -> None:
    log = Published().add(before)
    old = kept(log, tmp_path / "old")
    log.add(600 - before)

    ended = run(log.write(tmp_path / "log"), "--since", old, "--save", old)

    assert ended.code == 0, ended.err
    assert old.read_bytes() == log.note()


def _shorter(log: Published) -> None:
    del log.leaves[550:]


def _another(log: Published) -> None:
    log.origin = "ledger.example/other"
    log.change(600, id="another")


def _same_size(log: Published) -> None:
    log.change(600, id="another")


CONTRADICTIONS: list[tuple[Callable[[Published], None], str]] = [
    (_same_size, "history was rewritten: the first 600 facts are not those that you saw when you"),
    (_shorter, "the log ends at fact 550; the checkpoint that you kept goes to fact 600: facts"),
    (_another, "this is the log ledger.example/other; the checkpoint that you kept is of ledger."),
]


@pytest.mark.parametrize(("change", "told"), CONTRADICTIONS)
def test_what_contradicts_a_kept_checkpoint_is_told(
    change: Callable[[Published], None], told: str, tmp_path: Path
) -> None:
    log = Published().add(600)
    old = kept(log, tmp_path / "old")
    before = old.read_bytes()
    change(log)

    ended = run(log.write(tmp_path / "log"), "--since", old, "--save", old)

    assert ended.code == 1, ended.out + ended.err
    assert f"NOT TRUE: {told}" in ended.err
    assert "Keep the checkpoint that you had" in ended.err
    assert old.read_bytes() == before


def test_a_rewritten_history_is_told(tmp_path: Path) -> None:
    """By an operator who tells another story from fact 251 on, with everything set right."""
    old = kept(Published().add(300), tmp_path / "old")
    log = Published().add(250)
    log.tell(b'{"by":"Amina","body":{"text":"less"}}')
    log.add(349)
    folder = log.write(tmp_path / "log")

    ended = run(folder, "--since", old)

    assert run(folder).code == 0
    assert ended.code == 1
    assert "NOT TRUE: history was rewritten: the first 300 facts are not those that" in ended.err


# --- what cannot be known, and wrong use


def test_a_folder_without_a_log_is_not_called_a_lie(tmp_path: Path) -> None:
    ended = run(tmp_path)

    assert ended.code == 3
    assert "Not known: there is no published log: checkpoint is missing" in ended.err


def test_a_log_without_a_key_to_check_it_by_is_not_known(log: Published, tmp_path: Path) -> None:
    (log.write(tmp_path) / "log-policy").unlink()

    ended = run(tmp_path, "--json")

    assert ended.code == 3
    assert orjson.loads(ended.out)["verified"] is None


def test_a_policy_given_counts_and_not_the_one_served(log: Published, tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    policy.write_text(log.policy)
    log.key = OTHER_KEY
    log.write(tmp_path / "log")

    assert run(tmp_path / "log").code == 0
    ended = run(tmp_path / "log", "--policy", policy)

    assert ended.code == 1
    assert "no trusted key has signed" in ended.err


@pytest.mark.parametrize(
    "words", [("nowhere",), (".", "--since", "junk"), (".", "--policy", "junk")]
)
def test_wrong_use_is_told(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "junk").write_bytes(b"\xffjunk")

    assert run(*words).code == 2


def test_a_checkpoint_that_cannot_be_kept_is_told(log: Published, tmp_path: Path) -> None:
    ended = run(log.write(tmp_path / "log"), "--save", tmp_path / "no/such/folder/kept")

    assert ended.code == 3
    assert "cannot be kept" in ended.err


# --- a log that grows while it is read


def test_partial_files_that_were_dropped_are_cut_from_the_full_ones(tmp_path: Path) -> None:
    log = Published().add(300)
    old = log.note()
    log.write(tmp_path / "old")
    folder = log.add(800).write(tmp_path / "new")
    put(folder / "checkpoint", old)
    shutil.copytree(tmp_path / "old/tile/1", folder / "tile/1", dirs_exist_ok=True)

    ended = run(folder)

    assert ended.code == 0, ended.err
    assert "True: 300 facts" in ended.out
