"""The command line, as people run it: what it prints, and with which exit code it ends."""

import asyncio
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from api.cli import main
from api.record.document import json_schema
from api.samples import sample
from ledger.store.sqlite_module import sqlite
from tests.integration.desk.office import Office, open_office


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Shell:
    """Runs `commitments` on a ledger of the test's own."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, *arguments: str, given: bytes = b"", **changed: str) -> Ended:
        """In this process, so that the imports are paid for once."""
        runner = CliRunner(env={**self.environment, **changed})
        result = runner.invoke(main, arguments, input=given)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ended(result.exit_code, result.stdout, result.stderr)

    async def start(self, *arguments: str, **changed: str) -> Ended:
        """In a process of its own, beside a service that runs in this one."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "api.cli", *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, **self.environment, **changed},
        )
        out, err = await process.communicate()
        return Ended(process.returncode or 0, out.decode(), err.decode())

    def write(self, name: str, content: bytes) -> str:
        path = self.folder / name
        path.write_bytes(content)
        return str(path)


@pytest.fixture
def shell(tmp_path: Path, checkout: Path) -> Shell:
    ledger = {
        "LEDGER_DATA_DIR": str(tmp_path / "ledger"),
        "LEDGER_DISK_RESERVE_PERCENT": "0",
        "LEDGER_PUBLIC_PORT": "0",
        "LEDGER_DESK_PORT": "0",
    }
    return Shell(tmp_path, {**ledger, "COLUMNS": "200", "PYTHONPATH": str(checkout)})


async def test_help_lists_every_command_without_importing_the_ledger(shell: Shell) -> None:
    helped = await shell.start("--help", PYTHONVERBOSE="1")

    assert helped.code == 0
    for command in ("serve", "record", "rebuild", "accounts", "doctor", "schema"):
        assert command in helped.out
    assert "import 'sqlalchemy" not in helped.err
    assert "import 'aiohttp" not in helped.err
    assert "import 'pydantic" not in helped.err


def test_schema_prints_the_published_schema(shell: Shell) -> None:
    printed = shell.run("schema")

    assert printed.code == 0
    assert orjson.loads(printed.out) == json_schema()


def test_recording_twice_stores_once_and_says_so(shell: Shell) -> None:
    file = shell.write("sample.yaml", sample())

    first = shell.run("record", file)
    again = shell.run("record", "-", given=sample())

    (new, *ids), (old, *same) = first.out.splitlines(), again.out.splitlines()
    span = re.fullmatch(r"On record: \d+ facts, (facts 1–\d+)\.", new)
    assert span is not None
    assert re.fullmatch(
        rf"Already recorded on \d+ \w+ \d{{4}}, \d\d:\d\d UTC, as {span[1]}; "
        r"nothing new was stored\.",
        old,
    )
    assert ids == same
    assert any(line.startswith("  community_lab: ") for line in ids)
    assert (first.code, again.code, first.err, again.err) == (0, 0, "", "")


def test_every_mistake_is_listed_with_line_and_field(shell: Shell) -> None:
    wrong = sample().replace(b"kind: concern", b"kind: worry", 1)
    wrong = wrong.replace(b"  held_on: 2022-02-15", b"  held_on: 2022-02-30", 1)
    file = shell.write("wrong.yaml", wrong)
    lines = wrong.decode().splitlines()

    ended = shell.run("record", file)

    assert ended.code == 1
    day, kind, total = ended.err.splitlines()
    assert day == (
        f"{file}:{lines.index('  held_on: 2022-02-30') + 1}:3: /meeting/held_on: "
        "Day is out of range for month."
    )
    assert kind.startswith(
        f"{file}:{lines.index('    kind: worry') + 1}:5: /statements/moderation_concern/kind: "
    )
    assert "Accepted: undertaking, concern," in kind
    assert total == "2 mistakes; nothing was stored."


def test_a_refusal_of_the_ledger_is_shown_at_its_line(shell: Shell) -> None:
    wrong = sample().replace(b"latest: 2022-02-27", b"latest: 2021-02-27", 1)
    wrong = wrong.replace(b"earliest: 2022-02-22", b"earliest: 2021-02-22", 1)
    file = shell.write("wrong.yaml", wrong)

    ended = shell.run("record", file)
    doctor = shell.run("doctor")

    assert ended.code == 1
    assert re.search(r"wrong\.yaml:\d+:\d+: /commitments/monetisation_plan/due", ended.err)
    assert "no fact yet" in doctor.out


def test_a_dry_run_says_what_would_be_recorded_and_stores_nothing(shell: Shell) -> None:
    file = shell.write("sample.yaml", sample())

    ended = shell.run("record", file, "--dry-run")
    doctor, accounts = shell.run("doctor"), shell.run("accounts", "list")
    recorded = shell.run("record", file)

    first, *rest = ended.out.splitlines()
    told = re.fullmatch(
        r"The ledger would accept this as (\d+) facts\. Nothing was stored\.", first
    )
    assert told is not None
    assert "  1 × meeting.recorded" in rest
    assert any(line.startswith("New names: ") and "Meta" in line for line in rest)
    assert any(line.startswith("Quotations: ") and "found in the text" in line for line in rest)
    assert ended.code == 0
    assert "no fact yet" in doctor.out
    assert accounts.out == ""
    assert recorded.out.startswith(f"On record: {told[1]} facts, ")


def test_a_dry_run_asks_the_rules_of_the_ledger(shell: Shell) -> None:
    shell.run("record", "-", given=sample())
    other = sample() + b"# another document, so another key\n"
    early = sample().replace(b"est: 2022-02-2", b"est: 2021-02-2")

    taken = shell.run("record", "-", "--dry-run", given=other)
    broken = shell.run("record", "-", "--dry-run", given=early)

    assert (taken.code, broken.code) == (1, 1)
    assert "bears this name" in taken.err
    assert "/commitments/monetisation_plan/due" in broken.err


def test_a_dry_run_of_what_is_on_record_says_that_it_is(shell: Shell) -> None:
    recorded = shell.run("record", "-", given=sample())

    ended = shell.run("record", "-", "--dry-run", given=sample())

    assert (recorded.code, ended.code) == (0, 0)
    assert ended.out.startswith("Already recorded on ")
    assert ended.out.endswith("; nothing new would be stored.\n")


def test_a_quotation_that_is_not_in_the_text_is_recorded_with_a_warning(shell: Shell) -> None:
    words, wrong = b"exact: it will go on arguing", b"exact: it shall go on arguing"
    text = sample().replace(words, wrong, 1)
    file = shell.write("wrong.yaml", text)
    line = text[: text.index(wrong)].count(b"\n") + 1

    rehearsed = shell.run("record", file, "--dry-run")
    recorded = shell.run("record", file)
    again = shell.run("record", file)

    assert (rehearsed.code, recorded.code, again.code) == (0, 0, 0)
    assert "1 not found in the text" in rehearsed.out
    assert rehearsed.err == recorded.err == again.err
    assert recorded.err.startswith(
        f"{file}:{line}:9: /commitments/advocacy/citations/0/exact: "
        "Warning: “it shall go on arguing for digital investment” is not found"
    )


def test_wrong_use_ends_with_2(shell: Shell) -> None:
    assert shell.run("record", "no-such-file.yaml").code == 2
    assert shell.run("rebuild", "no-such-view").code == 2
    assert shell.run("doctor", LEDGER_PUBLIC_PORT="many").code == 2


async def test_a_record_is_sent_to_a_desk(shell: Shell, tmp_path: Path) -> None:
    file = shell.write("sample.yaml", sample())
    wrong = shell.write("wrong.yaml", sample().replace(b"kind: concern", b"kind: worry", 1))
    async with open_office(tmp_path / "office") as office:
        sent = await _send(shell, office, file)
        again = await _send(shell, office, file)
        rehearsed = await _send(shell, office, file, "--dry-run")
        refused = await _send(shell, office, wrong)
        stranger = await shell.start(
            "record", file, "--url", office.running.desk_url, LEDGER_TOKEN="clt_wrong"
        )

    assert (sent.code, again.code, rehearsed.code) == (0, 0, 0)
    assert sent.out.startswith("On record: ")
    assert again.out.startswith("Already recorded on ")
    assert rehearsed.out.startswith("Already recorded on ")
    assert sent.out.splitlines()[1:] == again.out.splitlines()[1:]
    assert refused.code == 1
    assert "(line " not in refused.err
    assert stranger.code == 1
    assert "bearer token" in stranger.err


async def test_a_dry_run_asks_a_desk_and_stores_nothing(shell: Shell, tmp_path: Path) -> None:
    file = shell.write("sample.yaml", sample())
    late = sample().replace(b"est: 2022-02-2", b"est: 2021-02-2")
    async with open_office(tmp_path / "office") as office:
        good = await _send(shell, office, file, "--dry-run")
        bad = await _send(shell, office, shell.write("late.yaml", late), "--dry-run")
        head = await office.head()

    assert good.out.startswith("The ledger would accept this as ")
    assert (good.code, bad.code, head) == (0, 1, 0)
    assert re.search(r"late\.yaml:\d+:\d+: /commitments/monetisation_plan/due", bad.err)


async def _send(shell: Shell, office: Office, file: str, *options: str) -> Ended:
    url = office.running.desk_url
    return await shell.start("record", file, "--url", url, *options, LEDGER_TOKEN=office.token)


async def test_serving_prints_both_addresses_and_ends_when_it_is_told_to(shell: Shell) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "api.cli", "serve"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, **shell.environment},
    )
    assert process.stdout is not None

    lines = [(await process.stdout.readline()).decode().split() for _ in range(2)]
    addresses = {line[0]: line[-1] for line in lines}
    process.terminate()

    assert await process.wait() == 0
    assert addresses.keys() == {"Public", "Desk"}
    assert all(address.startswith("http://127.0.0.1:") for address in addresses.values())


def test_a_desk_that_does_not_answer_leaves_the_outcome_unknown(shell: Shell) -> None:
    file = shell.write("sample.yaml", sample())

    ended = shell.run("record", file, "--url", "http://127.0.0.1:1", LEDGER_TOKEN="x")

    assert ended.code == 3
    assert "unknown" in ended.err


def test_accounts_are_made_listed_and_stopped(shell: Shell) -> None:
    shell.run("accounts", "add", "Clerk", "--role", "recorder", "--role", "assessor")

    token = shell.run("accounts", "token", "Clerk", "--role", "recorder", "--days", "3")
    twice = shell.run("accounts", "add", "Clerk", "--role", "recorder")
    beyond = shell.run("accounts", "token", "Clerk", "--role", "admin")
    listed = shell.run("accounts", "list")
    ident = re.search(r"token ([0-9a-f-]{36})", listed.out)
    assert ident is not None
    revoked = shell.run("accounts", "revoke", ident[1])
    disabled = shell.run("accounts", "disable", "Clerk")
    after = shell.run("accounts", "token", "Clerk")
    trail = shell.run("accounts", "trail")

    assert token.out.startswith("clt_")
    assert (twice.code, beyond.code, revoked.code, disabled.code, after.code) == (1, 1, 0, 0, 1)
    assert token.out.strip() not in listed.out
    for event in ("account.added", "token.issued", "token.revoked", "account.disabled"):
        assert event in trail.out


def test_no_id_is_ever_cut(shell: Shell) -> None:
    party = "0f3b9d0a-1111-4222-8333-444455556666"
    added = shell.run("accounts", "add", "Clerk", "--role", "recorder", "--for", party)
    shell.run("accounts", "token", "Clerk", "--name", "a very long purpose " * 5)

    listed = shell.run("accounts", "list", COLUMNS="20")
    trail = shell.run("accounts", "trail", COLUMNS="20")

    assert party in listed.out
    for told in (listed.out, trail.out):
        assert added.out.strip() in told
        assert re.search(r"token [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", told)
        assert "…" not in told


def test_views_are_made_anew(shell: Shell) -> None:
    shell.run("record", "-", given=sample())

    one = shell.run("rebuild", "commitments")
    every = shell.run("rebuild")

    assert (one.code, every.code) == (0, 0)
    assert "commitments" in one.err
    assert "timeline" in every.err
    assert "view.built" not in one.out + every.out


@pytest.mark.parametrize("command", ["rebuild", "export"])
def test_what_reads_a_ledger_makes_none_in_a_folder_that_was_mistyped(
    shell: Shell, tmp_path: Path, command: str
) -> None:
    folder = [str(tmp_path / "out")] if command == "export" else []

    ended = shell.run(command, *folder)

    assert ended.code == 3
    assert f"There is no ledger at {tmp_path / 'ledger' / 'ledger.db'}." in ended.err
    assert "commitments serve" in ended.err
    assert not (tmp_path / "ledger").exists()


def test_the_doctor_finds_a_healthy_ledger_healthy(shell: Shell) -> None:
    shell.run("record", "-", given=sample())
    shell.run("rebuild")

    ended = shell.run("doctor")

    assert ended.code == 0, ended.out
    assert "wrong" not in ended.out
    assert "without a gap" in ended.out
    assert "View commitments" in ended.out


def test_the_doctor_finds_what_was_tampered_with(shell: Shell, tmp_path: Path) -> None:
    shell.run("record", "-", given=sample())
    connection = sqlite.connect(tmp_path / "ledger" / "ledger.db")
    connection.execute("DROP TRIGGER facts_are_never_deleted")
    connection.execute("DELETE FROM stored_events WHERE rowid = 3")
    connection.commit()
    connection.close()

    ended = shell.run("doctor", POSTGRES_ENABLE_DB_FUNCTIONS="y")

    assert ended.code == 1
    assert "facts_are_never_deleted" in ended.out
    assert "1 facts are gone" in ended.out
    assert "POSTGRES_ENABLE_DB_FUNCTIONS" in ended.out
