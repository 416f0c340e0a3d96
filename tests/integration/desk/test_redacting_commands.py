"""`commitments redact`, at a desk and on the ledger of the settings."""

import re

import pytest

from api.desk.roles import Role
from tests.integration.desk.office import Office, organization
from tests.integration.desk.test_command_line import Shell, shell
from tests.integration.desk.test_redactions import SECRET

__all__ = ["shell"]

PROPOSAL = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ORDER = ("--basis", "safety", "--authority", "police-7/2026")
MEETING = b"""\
format: meeting-record/1
organizations:
  board: {name: Xanthippe Quillfeather}
"""


def ident_in(text: str) -> str:
    found = PROPOSAL.search(text)
    assert found is not None, text
    return found[0]


@pytest.fixture
def filled(shell: Shell) -> Shell:
    """A ledger with one name in it, and two accounts that may redact."""
    recorded = shell.run("record", shell.write("board.yaml", MEETING))
    assert recorded.code == 0, recorded.err
    for name in ("Ines", "Omar"):
        assert shell.run("accounts", "add", name, "--role", "redactor").code == 0
    assert shell.run("accounts", "add", "Uri", "--role", "recorder").code == 0
    return shell


def test_two_accounts_take_words_away(filled: Shell) -> None:
    proposed = filled.run("redact", "propose", "1", *ORDER, "--account", "Ines")
    ident = ident_in(proposed.out)
    listed = filled.run("redact", "list", "--account", "Omar")
    alone = filled.run("redact", "approve", ident, "--account", "Ines")
    approved = filled.run("redact", "approve", ident, "--account", "Omar", "--why", "By order.")
    again = filled.run("redact", "approve", ident, "--account", "Omar", "--why", "By order.")
    after = filled.run("redact", "list", "--account", "Ines")

    assert proposed.code == 0, proposed.err
    assert "safety, police-7/2026: 1:words" in proposed.out
    assert ident in listed.out
    assert (alone.code, "two people" in alone.err) == (1, True)
    assert approved.code == 0, approved.err
    assert "The words are gone; fact 2 says so." in approved.out
    assert (again.code, again.out) == (0, approved.out)
    assert after.out == "Nothing waits for approval.\n"
    files = (filled.folder / "ledger").rglob("*")
    assert not any(SECRET.encode() in each.read_bytes() for each in files if each.is_file())


def test_what_was_withdrawn_is_not_approved(filled: Shell) -> None:
    proposed = filled.run("redact", "propose", "1:words", *ORDER, "--account", "Ines")
    ident = ident_in(proposed.out)

    withdrawn = filled.run("redact", "withdraw", ident, "--account", "Omar")
    approved = filled.run("redact", "approve", ident, "--account", "Omar")

    assert (withdrawn.code, "withdrawn" in withdrawn.out) == (0, True)
    assert (approved.code, "was withdrawn" in approved.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("propose", "1", *ORDER), 2, "--account"),
        (("propose", "x", *ORDER, "--account", "Ines"), 2, "is no position"),
        (("propose", "0", *ORDER, "--account", "Ines"), 2, "is no position"),
        (("propose", "9", *ORDER, "--account", "Ines"), 1, "/targets/0/position: The ledger"),
        (("propose", "1:attachment", *ORDER, "--account", "Ines"), 1, "/targets/0/part"),
        (("propose", "1", *ORDER, "--account", "Nobody"), 1, "no account"),
        (("propose", "1", *ORDER, "--account", "Uri"), 1, "role redactor"),
        (("approve", "nothing", "--account", "Ines"), 1, "Nobody has proposed"),
        (("list", "--url", "http://127.0.0.1:9"), 2, "token"),
    ],
)
def test_what_is_wrong_is_said(
    filled: Shell, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ended = filled.run("redact", *arguments)

    assert ended.code == code, ended.err
    assert said in ended.err


async def test_the_same_goes_over_a_desk(office: Office, shell: Shell) -> None:
    await office.made("organizations", organization(SECRET))
    first, second = (office.new_token(name, (Role.REDACTOR,)) for name in ("Ines", "Omar"))
    at = ("--url", office.running.desk_url)

    proposed = await shell.start("redact", "propose", "1", *ORDER, *at, LEDGER_TOKEN=first)
    ident = ident_in(proposed.out)
    alone = await shell.start("redact", "approve", ident, *at, LEDGER_TOKEN=first)
    approved = await shell.start("redact", "approve", ident, *at, LEDGER_TOKEN=second)
    listed = await shell.start("redact", "list", *at, LEDGER_TOKEN=second)

    assert (alone.code, "two people" in alone.err) == (1, True)
    assert approved.code == 0, approved.err
    assert "fact 2 says so" in approved.out
    assert listed.out == "Nothing waits for approval.\n"
    assert await office.head() == 2
