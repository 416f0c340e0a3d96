"""Keys of the log: one takes another's place in the open, is lost, is protected; facts stay."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli import keeping, main
from ledger.auditing.audit import LieError, audit
from ledger.auditing.web import Web
from ledger.config import Settings
from ledger.errors import LedgerError
from ledger.facts.keys import KeyRotated, LogContinued
from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.log.notes import Note, NoteError, VerifierKey, require_signed
from ledger.publishing import continuing, rotating
from ledger.publishing.beginning import begin_log
from ledger.publishing.continuing import LOST
from ledger.publishing.head import HeadFile
from ledger.publishing.keys import KEY, in_the_clear, rewrite_key
from ledger.publishing.rotating import RETIRED
from ledger.publishing.signing import log_folder, open_signer
from ledger.rules.keys import LOG
from ledger.store.codec import decode
from ledger.store.opening import open_store
from ledger.vocabulary import Classification
from tests.integration.api.seed import organization, record
from tests.integration.api.service import Service, serving, settings_in

ORIGIN = "ledger.example/tests"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A ledger with a log, whose first fact is signed."""
    chosen = settings_in(tmp_path)
    begin_log(chosen, ORIGIN)
    served(chosen, lambda service: recorded(service, "first"))
    return chosen


def served(
    settings: Settings, then: Callable[[Service], Awaitable[object]] | None = None
) -> tuple[Note, Checkpoint]:
    """Serve until everything is signed; the checkpoint as readers get it."""

    async def run() -> tuple[Note, Checkpoint]:
        async with serving(settings) as service:
            if then is not None:
                await then(service)
            log, head = service.running.parts.log, await service.ledger.head()
            assert log is not None
            assert await log.reach(head.position, 10)
            answer = await service.client.get(service.public("/checkpoint"))
            return read_checkpoint(await answer.read())

    return asyncio.run(run())


async def recorded(service: Service, name: str) -> None:
    await record(service.ledger, name, organization(name, Classification.GOVERNMENT))


def commitments(settings: Settings, *arguments: str, **environment: str) -> Result:
    env = {"LEDGER_DATA_DIR": str(settings.data_dir), **environment}
    return CliRunner().invoke(main, arguments, env=env)


def done(settings: Settings, *arguments: str, **environment: str) -> str:
    result = commitments(settings, *arguments, **environment)
    assert result.exit_code == 0, result.output
    return result.output


def facts_about_the_log(settings: Settings) -> list[KeyRotated | LogContinued]:
    store = open_store(settings)
    try:
        facts = [decode(entry).fact for entry in store.stream(LOG)]
    finally:
        store.close()
    assert all(isinstance(fact, KeyRotated | LogContinued) for fact in facts)
    return [fact for fact in facts if isinstance(fact, KeyRotated | LogContinued)]


def keys_of(settings: Settings) -> tuple[VerifierKey, ...]:
    return open_signer(settings).verifiers


# --- rotation


def test_two_keys_sign_from_a_rotation_to_a_retirement(settings: Settings) -> None:
    (old,) = keys_of(settings)
    assert str(old) in done(settings, "keys", "list")

    done(settings, "keys", "rotate")

    assert keys_of(settings)[0] == old
    new = keys_of(settings)[1]
    assert facts_about_the_log(settings)[0] == KeyRotated(
        effective_on=facts_about_the_log(settings)[0].effective_on, key=str(new), before=str(old)
    )
    refused = commitments(settings, "keys", "retire", old.id.hex())
    assert (refused.exit_code, "has not signed yet" in refused.output) == (1, True)

    note, signed = served(settings)
    assert signed.size == 2
    for key in (old, new):
        assert require_signed(note, [key]) == [key]

    done(settings, "keys", "retire", old.id.hex())

    note, signed = served(settings, lambda service: recorded(service, "after"))
    assert keys_of(settings) == (new,)
    assert require_signed(note, [new]) == [new]
    with pytest.raises(NoteError, match="no trusted key"):
        require_signed(note, [old])
    assert (log_folder(settings) / RETIRED / f"key-{old.id.hex()}.pem").exists()


def test_a_rotation_is_told_in_words(settings: Settings) -> None:
    done(settings, "keys", "rotate")
    pages = list[str]()

    async def look(service: Service) -> None:
        head = await service.ledger.head()
        assert await service.running.parts.follower.wait(head.position, 10)
        for path in (f"/facts/{head.position}", "/facts"):
            answer = await service.client.get(service.public(path), headers={"Accept": "text/html"})
            assert answer.status == 200
            pages.append(await answer.text())

    served(settings, look)

    assert all("The log took a further key to sign with." in page for page in pages)


def test_a_second_rotation_waits_for_a_retirement(settings: Settings) -> None:
    done(settings, "keys", "rotate")

    again = commitments(settings, "keys", "rotate")

    assert (again.exit_code, "two keys sign already" in again.output) == (1, True)
    assert len(keys_of(settings)) == 2


def test_the_only_key_is_not_retired_and_no_other_is_known(settings: Settings) -> None:
    (key,) = keys_of(settings)

    assert "the only key" in commitments(settings, "keys", "retire", key.id.hex()).output
    assert key.id.hex() in commitments(settings, "keys", "retire", "00000000").output
    assert keys_of(settings) == (key,)


def test_keys_are_not_changed_under_a_service_that_runs(settings: Settings) -> None:
    results = list[Result]()

    async def meanwhile(_: Service) -> None:
        results.append(await asyncio.to_thread(commitments, settings, "keys", "rotate"))

    served(settings, meanwhile)

    assert (results[0].exit_code, "another process publishes" in results[0].output) == (3, True)
    assert len(keys_of(settings)) == 1


class Crash(LedgerError):
    """The power went."""


def crash(*_: object) -> None:
    raise Crash


@pytest.mark.parametrize(
    ("module", "name"),
    [(keeping, "announce"), (keeping, "take_key"), (rotating, "sign_head_anew")],
)
@pytest.mark.parametrize("served_meanwhile", [False, True])
def test_a_rotation_that_was_interrupted_goes_on(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    name: str,
    served_meanwhile: bool,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(module, name, crash)
        assert commitments(settings, "keys", "rotate").exit_code == 3
    if served_meanwhile:
        served(settings, lambda service: recorded(service, "meanwhile"))

    commitments(settings, "keys", "rotate")

    old, new = keys_of(settings)
    assert [fact.key for fact in facts_about_the_log(settings)] == [str(new)]
    note, _ = served(settings)
    assert require_signed(note, [old, new]) == [old, new]
    done(settings, "keys", "retire", old.id.hex())
    served(settings, lambda service: recorded(service, "after"))


# --- passphrases


def test_a_passphrase_is_put_on_changed_and_taken_away(settings: Settings) -> None:
    path = log_folder(settings) / KEY
    (key,) = keys_of(settings)

    done(settings, "keys", "passphrase", LEDGER_LOG_NEW_PASSPHRASE="one")
    assert not in_the_clear(path)
    done(
        settings,
        "keys",
        "passphrase",
        LEDGER_LOG_PASSPHRASE="one",
        LEDGER_LOG_NEW_PASSPHRASE="two",
    )

    assert "encrypted" in done(settings, "keys", "list", LEDGER_LOG_PASSPHRASE="two")
    assert path.stat().st_mode & 0o777 == 0o600
    refused = commitments(settings, "keys", "list", LEDGER_LOG_PASSPHRASE="one")
    assert (refused.exit_code, "LEDGER_LOG_PASSPHRASE" in refused.output) == (3, True)
    assert commitments(settings, "keys", "passphrase").exit_code == 2
    done(settings, "keys", "passphrase", "--in-the-clear", LEDGER_LOG_PASSPHRASE="two")
    assert keys_of(settings) == (key,)


def test_a_change_of_passphrase_that_was_interrupted_goes_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(settings, "keys", "rotate")
    keys = keys_of(settings)
    with monkeypatch.context() as patched:
        real, calls = rewrite_key, list[Path]()

        def once(path: Path, *rest: Any) -> None:
            if calls:
                raise Crash
            calls.append(path)
            real(path, *rest)

        patched.setattr(rotating, "rewrite_key", once)
        half = commitments(settings, "keys", "passphrase", LEDGER_LOG_NEW_PASSPHRASE="one")
        assert half.exit_code == 3

    done(settings, "keys", "passphrase", LEDGER_LOG_NEW_PASSPHRASE="one")

    assert all(not in_the_clear(path) for path in log_folder(settings).glob("key*.pem"))
    assert keys_of(settings_in(settings.data_dir, log_passphrase="one")) == keys


def test_the_doctor_warns_of_a_key_in_the_clear_and_refuses_an_open_one(
    settings: Settings,
) -> None:
    """Its table is as wide as the terminal is told to be."""
    told = done(settings, "doctor", COLUMNS="300")
    assert "in the clear: `commitments keys passphrase` encrypts it" in told

    done(settings, "keys", "passphrase", LEDGER_LOG_NEW_PASSPHRASE="one")
    assert "encrypted" in done(settings, "doctor", COLUMNS="300", LEDGER_LOG_PASSPHRASE="one")

    (log_folder(settings) / KEY).chmod(0o640)
    ill = commitments(settings, "doctor", COLUMNS="300")
    assert (ill.exit_code, "chmod 600" in ill.output) == (1, True)


# --- after a loss


def kept(settings: Settings) -> Path:
    """A checkpoint as a reader or a mirror has kept it."""
    path = settings.data_dir / "kept"
    path.write_text(HeadFile(log_folder(settings)).note())
    return path


def lose(settings: Settings, *names: str) -> None:
    for name in names:
        (log_folder(settings) / name).unlink()


@pytest.mark.parametrize("names", [[KEY], ["head"], [KEY, "head"]])
def test_facts_outlive_the_loss_of_key_and_head(settings: Settings, names: list[str]) -> None:
    path = kept(settings)
    _, before = read_checkpoint(path.read_bytes())
    lose(settings, *names)
    with pytest.raises(LedgerError):
        served(settings)

    done(settings, "init", "--after-loss", str(path), "--origin", "ledger.example/again")

    async def verify(service: Service) -> None:
        head, log = await service.ledger.head(), service.running.parts.log
        assert log is not None
        assert await log.reach(head.position, 10)
        place = Web(service.running.public_url)
        _, signed = read_checkpoint(await asyncio.to_thread(place.read, "checkpoint"))
        await asyncio.to_thread(audit, place, signed, before, lambda _: None)
        rewritten = Checkpoint(before.origin, before.size, b"\0" * 32)
        with pytest.raises(LieError, match="rewritten"):
            await asyncio.to_thread(audit, place, signed, rewritten, lambda _: None)

    note, signed = served(settings, verify)
    (key,) = keys_of(settings)
    assert (signed.origin, signed.size) == ("ledger.example/again", before.size + 1)
    assert require_signed(note, [key]) == [key]
    (fact,) = facts_about_the_log(settings)
    assert isinstance(fact, LogContinued)
    assert (fact.before, fact.size, fact.root) == (ORIGIN, before.size, before.root.hex())
    assert fact.key == str(key)


def test_a_log_that_is_there_does_not_go_on_under_its_own_name(settings: Settings) -> None:
    refused = commitments(settings, "init", "--after-loss", str(kept(settings)), "--origin", ORIGIN)

    assert (refused.exit_code, "under another name" in refused.output) == (1, True)
    assert facts_about_the_log(settings) == []


@pytest.mark.parametrize("how", ["gone", "changed"])
def test_other_facts_than_those_that_were_signed_go_on_only_when_that_is_said(
    settings: Settings, how: str
) -> None:
    path = kept(settings)
    if how == "gone":
        for old in settings.data_dir.glob("*.db*"):
            old.unlink()
    else:
        path.write_text(Checkpoint(ORIGIN, 1, b"\0" * 32).text + "\n\u2014 a AAAAAAA=\n")
    lost = ("init", "--after-loss", str(path), "--origin", "ledger.example/again")

    refused = commitments(settings, *lost)

    assert (refused.exit_code, "--facts-lost" in refused.output) == (1, True)
    done(settings, *lost, "--facts-lost")
    _, signed = served(settings)
    assert (signed.origin, signed.size) == ("ledger.example/again", 1 if how == "gone" else 2)


def begin_and_crash(head: HeadFile, note: str) -> None:
    begin(head, note)
    raise Crash


begin = HeadFile.begin


@pytest.mark.parametrize(
    ("module", "name", "stop"),
    [
        (continuing, "_put_aside", crash),
        (continuing, "first_head", crash),
        (HeadFile, "begin", begin_and_crash),
    ],
)
def test_going_on_after_a_loss_may_be_interrupted(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    name: str,
    stop: Callable[..., None],
) -> None:
    path = kept(settings)
    lose(settings, KEY)
    lost = ("init", "--after-loss", str(path), "--origin", "ledger.example/again")
    with monkeypatch.context() as patched:
        patched.setattr(module, name, stop)
        assert commitments(settings, *lost).exit_code == 3

    done(settings, *lost)

    _, signed = served(settings)
    assert (signed.origin, signed.size) == ("ledger.example/again", 2)
    assert [fact.key for fact in facts_about_the_log(settings)] == [str(keys_of(settings)[0])]
    aside = (log_folder(settings) / LOST).iterdir()
    assert [each.name for each in aside] == ["1-head"]
