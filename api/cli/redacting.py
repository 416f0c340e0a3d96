"""`commitments redact …`: words that have to go, at a desk or in the ledger of the settings."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Final, Protocol, cast
from uuid import uuid4

import click

from api.cli.sending import Desk
from api.cli.settings import fail, failures_told, settings
from api.desk.accounts import Accounts, open_accounts
from api.desk.proposals import Proposal
from api.desk.receipts import ReceiptDocument
from api.desk.receipts import document as receipt_document
from api.desk.redacting import carry_out, check_proposal
from api.desk.redactions import PATH, ProposalDocument, ProposalsDocument, document
from api.desk.register import Account, NoSuchAccountError
from api.desk.roles import Role
from api.public.presentation.calendar import instant
from api.record.problems import BadRecord
from ledger.deciding import Context
from ledger.errors import Refusal
from ledger.facts.fact import StreamId
from ledger.redacting import Place
from ledger.service import Ledger, open_ledger
from ledger.store.port import Recorder
from ledger.vocabulary import RedactionBasis

REFUSED: Final = 1


class Where(Protocol):
    """Where redactions are proposed and approved. Raises Refusal or BadRecord."""

    async def propose(
        self, places: Sequence[Place], basis: RedactionBasis, authority: str
    ) -> ProposalDocument: ...

    async def pending(self) -> Sequence[ProposalDocument]: ...

    async def approve(self, ident: str, why: str) -> ReceiptDocument: ...

    async def withdraw(self, ident: str) -> ProposalDocument: ...


@dataclass(frozen=True, slots=True)
class AtDesk:
    """Over HTTP, as whoever the token belongs to."""

    desk: Desk

    async def propose(
        self, places: Sequence[Place], basis: RedactionBasis, authority: str
    ) -> ProposalDocument:
        targets = [{"position": at, "part": part} for at, part in places]
        asked = {"targets": targets, "basis": basis.value, "authority": authority}
        return cast("ProposalDocument", await self.desk.tell(PATH, f"redact-{uuid4()}", asked))

    async def pending(self) -> Sequence[ProposalDocument]:
        return cast("ProposalsDocument", await self.desk.ask(PATH))["data"]

    async def approve(self, ident: str, why: str) -> ReceiptDocument:
        said = {"recorder": {"why": why}}
        told = await self.desk.tell(f"{PATH}/{ident}/approval", f"approve-{ident}", said)
        return cast("ReceiptDocument", told)

    async def withdraw(self, ident: str) -> ProposalDocument:
        told = await self.desk.tell(f"{PATH}/{ident}/withdrawal", f"withdraw-{ident}", {})
        return cast("ProposalDocument", told)


@dataclass(frozen=True, slots=True)
class Here:
    """In the ledger of the settings, as one of its accounts."""

    ledger: Ledger
    accounts: Accounts
    account: Account

    async def propose(
        self, places: Sequence[Place], basis: RedactionBasis, authority: str
    ) -> ProposalDocument:
        wanted = Proposal(
            id=StreamId(str(uuid4())),
            places=tuple(places),
            basis=basis,
            authority=authority,
            proposed_by=self.account.id,
        )
        await check_proposal(self.ledger, wanted)
        kept, _ = self.accounts.proposals.add(wanted)
        return document(kept)

    async def pending(self) -> Sequence[ProposalDocument]:
        return [document(each) for each in self.accounts.proposals.pending()]

    async def approve(self, ident: str, why: str) -> ReceiptDocument:
        proposal = self.accounts.proposals.find(ident)
        by, name, party = self.account.id, self.account.name, self.account.organization
        context = Context(
            recorder=Recorder(by=by, name=name, on_behalf_of=party, why=why),
            key=f"approve-{ident}",
            fingerprint=hashlib.sha256(why.encode()).digest(),
        )
        receipt = await carry_out(self.ledger, self.accounts.proposals, proposal, context)
        return receipt_document(receipt, {"id": proposal.id})

    async def withdraw(self, ident: str) -> ProposalDocument:
        return document(self.accounts.proposals.withdraw(ident, self.account.id))


@dataclass(frozen=True, slots=True)
class Access:
    """A desk with a token, or the name of an account here."""

    url: str | None
    token: str | None
    account: str | None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Where]:
        if self.url is not None:
            yield AtDesk(Desk(self.url, self.token))
            return
        if self.account is None:
            raise click.UsageError("Name an account with --account, or a desk with --url.")
        chosen = settings()
        async with open_accounts(chosen) as accounts, open_ledger(chosen) as ledger:
            yield Here(ledger, accounts, _redactor(accounts, self.account))


def _redactor(accounts: Accounts, name: str) -> Account:
    try:
        account = accounts.register.find(name)
    except NoSuchAccountError:
        fail("There is no account of that name.", REFUSED)
    if Role.REDACTOR not in account.roles or account.disabled_at is not None:
        fail("The account is disabled, or does not have the role redactor.", REFUSED)
    return account


def propose(access: Access, places: Sequence[str], basis: str, authority: str) -> None:
    """`places` are positions, or positions with the name of a part: 12, 12:attachment."""
    wanted = [_place(each) for each in places]
    reason = next(term for term in RedactionBasis if term.value == basis)
    with _refusals_told():
        told = asyncio.run(_propose(access, wanted, reason, authority))
    click.echo(_line(told))
    click.echo(f"Somebody else approves it: commitments redact approve {told['id']}")


async def _propose(
    access: Access, places: Sequence[Place], basis: RedactionBasis, authority: str
) -> ProposalDocument:
    async with access.open() as where:
        return await where.propose(places, basis, authority)


def _place(text: str) -> Place:
    number, _, part = text.partition(":")
    if not number.isdecimal() or not 1 <= int(number[:16]) < 2**53:
        raise click.BadParameter(f"{text!r} is no position: 12, or 12:attachment.")
    return Place(int(number[:16]), part or "words")


def show(access: Access) -> None:
    with _refusals_told():
        found = asyncio.run(_pending(access))
    for each in found:
        click.echo(_line(each))
    if not found:
        click.echo("Nothing waits for approval.")


async def _pending(access: Access) -> Sequence[ProposalDocument]:
    async with access.open() as where:
        return await where.pending()


def approve(access: Access, ident: str, why: str) -> None:
    with _refusals_told():
        receipt = asyncio.run(_approve(access, ident, why))
    first, last = receipt["facts"][0]["position"], receipt["position"]
    said = f"fact {first} says so" if first == last else f"facts {first}–{last} say so"
    click.echo(f"The words are gone; {said}.")


async def _approve(access: Access, ident: str, why: str) -> ReceiptDocument:
    async with access.open() as where:
        return await where.approve(ident, why)


def withdraw(access: Access, ident: str) -> None:
    with _refusals_told():
        told = asyncio.run(_withdraw(access, ident))
    click.echo(_line(told))


async def _withdraw(access: Access, ident: str) -> ProposalDocument:
    async with access.open() as where:
        return await where.withdraw(ident)


def _line(proposal: ProposalDocument) -> str:
    places = ", ".join(f"{each['position']}:{each['part']}" for each in proposal["targets"])
    until = f", until {instant(proposal['expires_at'])}" if proposal["state"] == "pending" else ""
    return (
        f"{proposal['id']}  {proposal['state']}{until}: {proposal['basis']}, "
        f"{proposal['authority']}: {places}"
    )


@contextmanager
def _refusals_told() -> Iterator[None]:
    with failures_told():
        try:
            yield
        except Refusal as refusal:
            fail(_told(refusal.pointer, refusal.detail), REFUSED)
        except BadRecord as refused:
            fail("\n".join(_told(each.pointer, each.detail) for each in refused.problems), REFUSED)


def _told(pointer: str, detail: str) -> str:
    return f"{pointer}: {detail}" if pointer else detail
