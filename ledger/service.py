"""The only writer: commands in, a receipt out.

A command is decided on immutable states that are folded once and kept. Whoever loses a race decides
again on what the winner wrote; the caller sees a refusal from the rules only, or a conflict after a
bounded number of tries.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final, assert_never

from ledger.clock import Clock, utc_now
from ledger.commands import Command
from ledger.config import Settings
from ledger.deciding import Asked, Context, Deciding, Decision, indexed, look_alike
from ledger.errors import Conflict, Invalid, Refusal
from ledger.facts import AnyFact
from ledger.facts.fact import StreamId
from ledger.redacting import already, with_names
from ledger.states import States, Turns
from ledger.store.codec import decode
from ledger.store.committer import Committer
from ledger.store.opening import open_store
from ledger.store.port import (
    Claim,
    Epoch,
    Head,
    KeyReused,
    NameTaken,
    PartGone,
    Receipt,
    Store,
    StoredFact,
    Unit,
    VersionTaken,
)
from ledger.sweeping import Sweeping

TRIES: Final = 20
Listener = Callable[[int], None]


class KeyReusedForSomethingElse(Invalid):
    """The Idempotency-Key was used before for another request; take a new one."""


class VersionMoved(Conflict):
    """The record has changed since you read it; read it again and decide anew."""


class TooManyRaces(Conflict):
    """Others kept changing the same records; try again."""


class Ledger:
    """Executes commands; `listen` tells of every commit of this process.

    `epochs` are the ledger's, oldest first: none begins while it is open.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        clock: Clock,
        head: Head,
        epochs: Sequence[Epoch],
    ) -> None:
        self.store = store
        self.epochs = epochs
        self._clock = clock
        self._seen = head.position
        self._states = States(store)
        self._turns = Turns()
        self._listeners: list[Listener] = []
        self.sweeping = Sweeping(store)
        self.committer = Committer(
            store,
            clock,
            self._announce,
            queue_limit=settings.queue_limit,
            batch_limit=settings.batch_limit,
        )

    async def execute(self, commands: Sequence[Command], context: Context) -> Receipt:
        """Record everything that the commands ask for, or nothing.

        Later commands see earlier ones. Raises a Refusal whose pointer begins with the index of
        the command, or with `recorder`, or a LedgerError. The same key gets the first receipt
        again.
        """
        asked = Asked(commands, context)
        async with self._turns.of(asked.own):
            for attempt in range(TRIES):
                receipt = await self._try(asked, first=attempt == 0)
                if receipt is not None:
                    return receipt
        raise TooManyRaces

    async def _try(self, asked: "Asked", *, first: bool) -> Receipt | None:
        """None if somebody else wrote to one of the streams first."""
        try:
            decision = await self._decide(asked, presume=first)
        except Refusal:
            # The rules may object to what an earlier try with this key has stored, to a stream
            # presumed new, or to what another process has changed since we read it.
            earlier = await asyncio.to_thread(self.store.receipt, asked.key)
            if earlier is not None:
                return _first(earlier)
            self._states.drop(asked.named)
            decision = await self._decide(asked, presume=False)
        decision = await self._with_names(decision)
        generation = self._states.generation
        outcome = await self.committer.submit(
            Unit(decision.drafts, asked.key, decision.claims, decision.reads)
        )
        match outcome:
            case Receipt() | KeyReused():
                receipt = _first(outcome)
                if not receipt.replayed:
                    self._stored(decision, generation)
                return receipt
            case VersionTaken():
                self._states.outdate(decision.versions)
                return None
            case NameTaken():
                raise look_alike(asked.commands, decision.claims, outcome)
            case PartGone():
                raise already(decision, outcome)
            case _:
                assert_never(outcome)

    async def _with_names(self, decision: Decision) -> Decision:
        if not decision.erases:
            return decision
        return await asyncio.to_thread(with_names, self.store, decision)

    def _stored(self, decision: Decision, generation: int) -> None:
        """What is remembered may hold words that are gone now."""
        if decision.erases:
            self._states.forget()
            self.sweeping.begin()
        else:
            self._states.keep(decision.states, generation)

    async def _decide(self, asked: "Asked", *, presume: bool) -> Decision:
        """Most commands make something new, so a stream that is not kept is presumed to be new.

        The store refuses a first version that is taken, so a wrong presumption stores nothing.
        """
        expected = asked.context.expected
        new = asked.own - expected.keys() if presume else ()
        states = await self._states.of(asked.named, presumed_new=new)
        for stream, version in expected.items():
            if states[stream].version != version:
                raise VersionMoved
        deciding = Deciding(states, asked.context.recorder, self._clock())
        for index, command in enumerate(asked.commands):
            try:
                deciding.take(command)
            except Refusal as refusal:
                indexed(refusal, index)
                raise
        return deciding.decision()

    async def rehearse(
        self, commands: Sequence[Command], context: Context
    ) -> Receipt | Sequence[AnyFact]:
        """What `execute` would do now, and nothing stored: its facts, or an earlier try's receipt.

        Raises what `execute` would raise. Until it is recorded in earnest, others may record.
        """
        asked = Asked(commands, context)
        earlier = await asyncio.to_thread(self.store.receipt, asked.key)
        if earlier is not None:
            return _first(earlier)
        self._states.drop(asked.named)
        decision = await self._decide(asked, presume=False)
        taken = await asyncio.to_thread(_name_taken, self.store, decision.claims)
        if taken is not None:
            raise look_alike(commands, decision.claims, taken)
        return decision.facts

    async def recorded(self, receipt: Receipt, topic: str) -> Sequence[StoredFact]:
        """The facts of one topic among those of a receipt, as they are stored."""
        if all(placed.topic != topic for placed in receipt.facts):
            return []
        return await asyncio.to_thread(_recorded, self.store, receipt, topic)

    async def head(self) -> Head:
        """The newest place in the ledger."""
        return await asyncio.to_thread(self.store.head)

    @property
    def epoch(self) -> str:
        """The id of the present epoch."""
        return self.epochs[-1].id

    def listen(self, callback: Listener) -> None:
        """Call back on the loop with the newest position after each commit."""
        self._listeners.append(callback)

    def heard(self, position: int) -> None:
        """Facts up to here were put in by somebody else; call it on the loop."""
        self._states.forget()
        self._seen = position
        for listener in self._listeners:
            listener(position)

    def _announce(self, stored: Sequence[Receipt]) -> None:
        """A gap before our own facts means that another process wrote."""
        if stored[0].facts[0].position != self._seen + 1:
            self._states.forget()
        self._seen = stored[-1].position
        for listener in self._listeners:
            listener(self._seen)


def _name_taken(store: Store, claims: Sequence[Claim]) -> NameTaken | None:
    """The first name that somebody else bears, in the ledger or in the same request."""
    taken: dict[str, StreamId] = {}
    for claim in claims:
        holder = taken.setdefault(claim.name, store.holder(claim.name) or claim.stream)
        if holder != claim.stream:
            return NameTaken(claim.name, holder)
    return None


def _recorded(store: Store, receipt: Receipt, topic: str) -> Sequence[StoredFact]:
    """A request's facts stand side by side, so they are read in one go."""
    before = receipt.facts[0].position - 1
    entries = store.entries(after=before, limit=len(receipt.facts))
    return [decode(entry) for entry in entries if entry.topic == topic]


def _first(earlier: Receipt | KeyReused) -> Receipt:
    if isinstance(earlier, KeyReused):
        raise KeyReusedForSomethingElse
    return earlier


@asynccontextmanager
async def open_ledger(settings: Settings, clock: Clock = utc_now) -> AsyncIterator[Ledger]:
    """The ledger of the settings; at the end everything that was accepted is stored."""
    store = await asyncio.to_thread(open_store, settings)
    try:
        head, epochs = await asyncio.to_thread(lambda: (store.head(), store.epochs()))
        ledger = Ledger(store, settings, clock, head, epochs)
        try:
            yield ledger
        finally:
            await ledger.committer.close()
            await ledger.sweeping.close()
    finally:
        await asyncio.to_thread(store.close)
