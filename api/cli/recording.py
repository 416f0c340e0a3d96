"""`commitments record`: one document into the ledger of the settings, or to a desk."""

import asyncio
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from api.cli.mistakes import mistakes_listed
from api.cli.sending import send
from api.cli.settings import failures_told, settings
from api.desk.accounts import open_accounts
from api.desk.receipts import ReceiptDocument, document
from api.desk.register import Account, NoSuchAccountError, Register
from api.desk.roles import Role
from api.record.checking import Checked, check
from api.record.ids import ids_of
from api.record.plan import Step, translated_back
from api.record.problems import BadRecord, Problem
from api.record.reading import Document, read
from api.record.translation import translate
from ledger.errors import Refusal
from ledger.facts.fact import AccountId
from ledger.service import Context, open_ledger
from ledger.store.port import Recorder

ACCOUNT: Final = "Command line"
"""The account of local recordings: whoever may write the ledger's files may use it."""

NOBODY: Final = AccountId("00000000-0000-0000-0000-000000000000")
"""Stands for the account as long as a document is only checked."""


@dataclass(frozen=True, slots=True)
class Given:
    """A document as it was given, with its idempotency key."""

    raw: bytes
    key: str
    document: Document

    def translated(self, account: AccountId) -> tuple[Checked, Sequence[Step]]:
        """Raise BadRecord."""
        checked = check(self.document.value, ids_of(account, self.key))
        return checked, translate(checked)


def record_file(
    file: str, *, url: str | None, token: str | None, key: str | None, dry_run: bool
) -> None:
    """End with the exit codes that the command's help lists."""
    name = "(standard input)" if file == "-" else file
    raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    with mistakes_listed(name):
        given = Given(raw, key or f"record-{hashlib.sha256(raw).hexdigest()}", read(raw))
    with mistakes_listed(name, given.document), failures_told():
        _, steps = given.translated(NOBODY)
        if dry_run:
            click.echo(
                f"Well-formed: {len(steps)} commands. The ledger was not asked. Nothing was stored."
            )
        elif url is None:
            _show(asyncio.run(_locally(given)))
        else:
            _show(asyncio.run(send(url, token, given.key, given.raw)))


async def _locally(given: Given) -> ReceiptDocument:
    chosen = settings()
    async with open_accounts(chosen) as accounts, open_ledger(chosen) as ledger:
        account = _account(accounts.register)
        checked, steps = given.translated(account.id)
        try:
            receipt = await ledger.execute(
                [step.command for step in steps], _context(given, account, checked)
            )
        except Refusal as refusal:
            raise BadRecord([_mistake(refusal, steps)]) from refusal
    return document(receipt, checked.named)


def _context(given: Given, account: Account, checked: Checked) -> Context:
    asked = checked.record.recorder
    recorder = Recorder(
        by=account.id, name=account.name, on_behalf_of=asked.on_behalf_of, why=asked.why
    )
    return Context(recorder=recorder, key=given.key, fingerprint=hashlib.sha256(given.raw).digest())


def _mistake(refusal: Refusal, steps: Sequence[Step]) -> Problem:
    pointer = translated_back(steps, refusal.pointer)
    return Problem(pointer, refusal.detail, allowed=refusal.allowed)


def _account(register: Register) -> Account:
    try:
        return register.find(ACCOUNT)
    except NoSuchAccountError:
        return register.add(ACCOUNT, [Role.RECORDER, Role.ASSESSOR, Role.REVIEWER])


def _show(receipt: ReceiptDocument) -> None:
    first = receipt["facts"][0]["position"]
    count = len(receipt["facts"])
    click.echo(f"On record: {count} facts, positions {first} to {receipt['position']}.")
    for label, ident in receipt["ids"].items():
        click.echo(f"  {label}: {ident}")
