"""`commitments record`: one document into the ledger of the settings, or to a desk."""

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.cli.answers import Recorded, tell_recorded, tell_rehearsal
from api.cli.mistakes import mistakes_listed
from api.cli.sending import Desk
from api.cli.settings import failures_told, settings
from api.desk.accounts import open_accounts
from api.desk.receipts import document
from api.desk.register import NoSuchAccountError, Register
from api.desk.rehearsals import RehearsalDocument, rehearsed
from api.desk.roles import Role
from api.record.checking import Checked, check
from api.record.findings import warnings_of
from api.record.ids import ids_of
from api.record.plan import Step, translated_back
from api.record.problems import BadRecord, Problem
from api.record.reading import Document, read
from api.record.translation import translate
from ledger.deciding import Context
from ledger.errors import Refusal
from ledger.facts.fact import AccountId
from ledger.service import Ledger, open_ledger
from ledger.store.port import Recorder

ACCOUNT: Final = "Command line"
"""The account of local recordings: whoever may write the ledger's files may use it."""

NOBODY: Final = AccountId("00000000-0000-0000-0000-000000000000")
"""Stands for the account as long as nothing is stored."""


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
        given.translated(NOBODY)
        desk = None if url is None else Desk(url, token)
        if dry_run:
            tell_rehearsal(name, given.document, asyncio.run(_rehearsal(given, desk)))
        else:
            tell_recorded(name, given.document, asyncio.run(_recording(given, desk)))


async def _recording(given: Given, desk: Desk | None) -> Recorded:
    if desk is not None:
        return await desk.record(given.key, given.raw)
    async with _here(given, account_of) as here:
        return await here.record()


async def _rehearsal(given: Given, desk: Desk | None) -> RehearsalDocument:
    if desk is not None:
        return await desk.rehearse(given.key, given.raw)
    async with _here(given, _account_or_nobody) as here:
        return await here.rehearse()


@dataclass(frozen=True, slots=True)
class _Here:
    """A document before the ledger of the settings. What the rules refuse is a bad record."""

    ledger: Ledger
    checked: Checked
    steps: Sequence[Step]
    context: Context

    async def record(self) -> Recorded:
        commands = [step.command for step in self.steps]
        with _blamed(self.steps):
            receipt = await self.ledger.execute(commands, self.context)
        warnings = await warnings_of(self.ledger, receipt, self.steps)
        return Recorded(document(receipt, self.checked.named, warnings), receipt.replayed)

    async def rehearse(self) -> RehearsalDocument:
        with _blamed(self.steps):
            return await rehearsed(self.ledger, self.checked, self.steps, self.context, {})


@asynccontextmanager
async def _here(given: Given, who: Callable[[Register], AccountId]) -> AsyncIterator[_Here]:
    chosen = settings()
    async with open_accounts(chosen) as accounts, open_ledger(chosen) as ledger:
        account = who(accounts.register)
        checked, steps = given.translated(account)
        yield _Here(ledger, checked, steps, _context(given, account, checked))


def _context(given: Given, account: AccountId, checked: Checked) -> Context:
    asked = checked.record.recorder
    recorder = Recorder(by=account, name=ACCOUNT, on_behalf_of=asked.on_behalf_of, why=asked.why)
    return Context(recorder=recorder, key=given.key, fingerprint=hashlib.sha256(given.raw).digest())


@contextmanager
def _blamed(steps: Sequence[Step]) -> Iterator[None]:
    """A refusal as the mistake of the document that it came from."""
    try:
        yield
    except Refusal as refusal:
        pointer = translated_back(steps, refusal.pointer)
        problem = Problem(pointer, refusal.detail, allowed=refusal.allowed)
        raise BadRecord([problem]) from refusal


def account_of(register: Register) -> AccountId:
    """That of local recordings, made where there is none yet."""
    try:
        return register.find(ACCOUNT).id
    except NoSuchAccountError:
        return register.add(ACCOUNT, [Role.RECORDER, Role.ASSESSOR, Role.REVIEWER]).id


def _account_or_nobody(register: Register) -> AccountId:
    """A rehearsal makes no account; without one, nothing can have been recorded with it."""
    try:
        return register.find(ACCOUNT).id
    except NoSuchAccountError:
        return NOBODY
