"""A dry run: the rules are asked as in a real one, and nothing is stored."""

import asyncio
from collections.abc import Sequence
from typing import assert_never

from ledger.clock import Clock, utc_now
from ledger.commands import Command
from ledger.deciding import Context
from ledger.errors import Refusal
from ledger.facts.fact import StreamId
from ledger.rules import registry
from ledger.rules.between import check_recorder
from ledger.rules.naming import Naming, bears
from ledger.rules.streams import State
from ledger.service import KeyReusedForSomethingElse
from ledger.states import folded
from ledger.store.port import Key, KeyReused, Receipt, Store


class Rehearsal:
    """Judges requests on what the ledger holds and on those that it let pass before."""

    def __init__(self, store: Store, clock: Clock = utc_now) -> None:
        self._store, self._clock = store, clock
        self._states: dict[StreamId, State | None] = {}
        self._names: dict[str, StreamId] = {}

    async def execute(self, commands: Sequence[Command], context: Context) -> int:
        """How many facts would be stored: 0 for what is on record. Raise a Refusal."""
        key = Key(context.recorder.by, context.key, context.fingerprint)
        match await asyncio.to_thread(self._store.receipt, key):
            case Receipt():
                return 0
            case KeyReused():
                raise KeyReusedForSomethingElse
            case None:
                return await asyncio.to_thread(self._judge, commands, context)
            case other:
                assert_never(other)

    def holder(self, look: str) -> StreamId | None:
        """Who bears a name that looks so, or would by now."""
        return self._names.get(look) or self._store.holder(look)

    def _judge(self, commands: Sequence[Command], context: Context) -> int:
        states = self._known(commands, context.recorder.on_behalf_of)
        names: dict[str, StreamId] = {}
        count = 0
        for index, command in enumerate(commands):
            try:
                count += self._take(command, states, names)
            except Refusal as refusal:
                refusal.pointer = f"/{index}{refusal.pointer}"
                raise
        check_recorder(context.recorder.on_behalf_of, states)
        self._states |= states
        self._names |= names
        return count

    def _known(
        self, commands: Sequence[Command], on_behalf_of: StreamId | None
    ) -> dict[StreamId, State]:
        named = {ref.stream for command in commands for ref in registry.references(command)}
        named |= {command.id for command in commands}
        named |= {on_behalf_of} if on_behalf_of else set()
        missing = [stream for stream in named if stream not in self._states]
        stored = self._store.streams(missing)
        self._states |= {stream: folded(stored.get(stream, ())).state for stream in missing}
        return {each: state for each in named if (state := self._states[each]) is not None}

    def _take(
        self, command: Command, states: dict[StreamId, State], names: dict[str, StreamId]
    ) -> int:
        registry.check(command, states)
        facts = registry.decide(command, states.get(command.id), self._clock())
        for name in registry.claimed_names(command, states):
            holder = names.get(name) or self.holder(name)
            if holder not in {None, command.id} and isinstance(command, Naming):
                self._refuse(command, name, holder)
            names[name] = command.id
        for fact in facts:
            states[command.id] = registry.evolve(states.get(command.id), fact)
        return len(facts)

    def _refuse(self, command: Naming, name: str, holder: StreamId | None) -> None:
        if holder is not None and bears(command, name):
            raise registry.look_alike(command, name, holder)
