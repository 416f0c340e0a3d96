"""Proposing a redaction and carrying it out: the ledger's rules are asked both times."""

import asyncio

from api.desk.proposals import Proposal, Proposals
from ledger.commands import RedactParts
from ledger.deciding import Context
from ledger.errors import Refusal
from ledger.facts.fact import AccountId
from ledger.redacting import find_targets, refuse_gone
from ledger.service import Ledger
from ledger.store.port import Receipt, Recorder

NOBODY: AccountId = AccountId("00000000-0000-0000-0000-000000000000")
"""Stands for whoever will approve, while it is asked whether somebody could."""


async def check_proposal(ledger: Ledger, proposal: Proposal) -> None:
    """Raise the Refusal that an approval would meet, with a pointer into the proposal."""
    await asyncio.to_thread(refuse_gone, ledger.store, proposal.places)
    command = await _command(ledger, proposal, NOBODY)
    recorder = Recorder(by=NOBODY, name="nobody")
    context = Context(recorder=recorder, key=f"redaction-{proposal.id}", fingerprint=b"")
    try:
        await ledger.rehearse([command], context)
    except Refusal as refusal:
        refusal.pointer = refusal.pointer.removeprefix("/0")
        raise


async def carry_out(
    ledger: Ledger, proposals: Proposals, proposal: Proposal, context: Context
) -> Receipt:
    """Approve it in the name of the recorder. Raise a Refusal, after which nothing has changed.

    Where the outcome is unknown, the proposal stays as one that is being approved: repeat it.
    """
    account = context.recorder.by
    command = await _command(ledger, proposal, account)
    await asyncio.to_thread(proposals.begin_approval, proposal.id, account)
    try:
        receipt = await ledger.execute([command], context)
    except Refusal:
        await asyncio.to_thread(proposals.take_back_approval, proposal.id)
        raise
    await asyncio.to_thread(proposals.carried_out, proposal.id, account, receipt.position)
    return receipt


async def _command(ledger: Ledger, proposal: Proposal, approver: AccountId) -> RedactParts:
    targets = await asyncio.to_thread(find_targets, ledger.store, proposal.places)
    return RedactParts(
        id=proposal.id,
        targets=targets,
        basis=proposal.basis,
        authority=proposal.authority,
        proposed_by=proposal.proposed_by,
        approved_by=approver,
    )
