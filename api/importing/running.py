"""The run: rows in order, many in flight, each stored whole or not at all.

A crash at any moment leaves whole rows on record and nothing else. Every row has an idempotency
key of its own, made from the mapping and from what the row is known by, so running again answers
the rows that are there from their receipts and goes on with the others. Rows that touch the same
record, or a party that another row is registering, follow each other; others do not wait.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from api.importing.mapping import ImportMapping, TableEntry
from api.importing.parties import Directory
from api.importing.reading import read_table
from api.importing.reporting import Ignored, Outcome, Recorded, Rejected
from api.importing.rows import Row
from api.importing.sameness import learned
from api.importing.translation import Place, Planned, Translator, ids_for
from ledger.commands import AssessProgress, Command
from ledger.deciding import Context
from ledger.errors import Refusal
from ledger.facts.fact import StreamId
from ledger.rules.assessment import EndStateReopensOnlyWithReason
from ledger.service import KeyReusedForSomethingElse
from ledger.store.port import Recorder

IN_FLIGHT: Final = 256
"""Rows on their way at once: as many as the ledger stores with one sync."""

Execute = Callable[[Sequence[Command], Context], Awaitable[int]]
"""Commands and their context → how many new facts; 0 where the key was used before."""

CHANGED: Final = (
    "This row was imported before with other words; what is on record stays. Change it at the desk."
)


def prepared(
    mapping: ImportMapping, folder: Path, holder: Callable[[str], StreamId | None]
) -> Translator:
    """Read what tells which records are the same. Raise BadTable."""
    tables = {table.name: table for table in mapping.tables}
    same = {
        kind: learned(
            entry, read_table(tables[entry.retitled.table], folder) if entry.retitled else ()
        )
        for kind, entry in mapping.same.items()
    }
    ids = ids_for(mapping)
    return Translator(mapping, Directory(ids, holder), same, ids)


def counted(mapping: ImportMapping, folder: Path) -> int:
    """How many rows there are. Raise BadTable for the first file that cannot be read to its end."""
    return sum(1 for table in mapping.tables for _ in read_table(table, folder))


@dataclass
class Run:
    """`seen` is told of each row's outcome, in the order of the rows."""

    translator: Translator
    execute: Execute
    recorder: Recorder
    seen: Callable[[Outcome], None]
    in_flight: int = IN_FLIGHT
    _waiting: deque[asyncio.Future[Outcome]] = field(default_factory=deque)
    _busy: dict[StreamId, asyncio.Future[Outcome]] = field(default_factory=dict)

    async def rows(self, folder: Path) -> None:
        """Raise LedgerError when it is not known what became of the last rows: run it again."""
        try:
            for table, row in self._all(folder):
                await self._start(table, row)
                while len(self._waiting) >= self.in_flight:
                    self.seen(await self._waiting.popleft())
            while self._waiting:
                self.seen(await self._waiting.popleft())
        finally:
            await asyncio.gather(*self._waiting, return_exceptions=True)

    def _all(self, folder: Path) -> Iterator[tuple[TableEntry, Row]]:
        for table in self.translator.mapping.tables:
            yield from ((table, row) for row in read_table(table, folder))

    async def _start(self, table: TableEntry, row: Row) -> None:
        place = self.translator.place(table, row)
        planned = place if isinstance(place, Rejected) else await self._plan(table, row, place)
        if isinstance(planned, Planned):
            self._waiting.append(self._sent(planned))
        else:
            self._waiting.append(_done(planned))

    async def _plan(
        self, table: TableEntry, row: Row, place: Place
    ) -> Planned | Ignored | Rejected:
        """Planned again after each wait: a party that was to be registered may not have been."""
        while True:
            planned = self.translator.translate(table, row, place)
            if not isinstance(planned, Planned):
                return planned
            busy = {self._busy[each] for each in planned.streams if each in self._busy}
            if not busy:
                return planned
            await asyncio.wait(busy)

    def _sent(self, planned: Planned) -> asyncio.Future[Outcome]:
        self.translator.directory.expect(planned.newcomers)
        sent = asyncio.ensure_future(self._record(planned))
        self._busy |= dict.fromkeys((command.id for command in planned.commands), sent)
        return sent

    async def _record(self, planned: Planned) -> Outcome:
        arrived = False
        try:
            outcome = await self._outcome(planned)
            arrived = isinstance(outcome, Recorded)
            return outcome
        finally:
            self.translator.directory.settle(planned.newcomers, arrived=arrived)
            for command in planned.commands:
                self._busy.pop(command.id, None)

    async def _outcome(self, planned: Planned) -> Outcome:
        place = planned.place
        why = f"{self.recorder.why} ({place.table}, row {place.number})".strip()
        recorder = replace(self.recorder, why=why)
        context = Context(
            recorder=recorder, key=planned.idempotency, fingerprint=planned.row.digest
        )
        try:
            return Recorded(await self._executed(planned, planned.commands, context))
        except KeyReusedForSomethingElse:
            return planned.refused(KeyReusedForSomethingElse(CHANGED), self.translator.suggest)
        except Refusal as refusal:
            return planned.refused(refusal, self.translator.suggest)

    async def _executed(
        self, planned: Planned, commands: Sequence[Command], context: Context
    ) -> int:
        """An end is reopened with the mapping's reason, where the rules ask for one."""
        try:
            return await self.execute(commands, context)
        except EndStateReopensOnlyWithReason as refusal:
            reasoned = _reasoned(planned, commands, refusal)
            if reasoned == list(commands):
                raise
            return await self._executed(planned, reasoned, context)


def _reasoned(
    planned: Planned, commands: Sequence[Command], refusal: EndStateReopensOnlyWithReason
) -> list[Command]:
    number = int(refusal.pointer.split("/")[1])
    reasons = planned.reopens
    return [
        replace(command, reopen_reason=reasons.get(planned.steps[index].origin))
        if index == number and isinstance(command, AssessProgress)
        else command
        for index, command in enumerate(commands)
    ]


def _done(outcome: Outcome) -> asyncio.Future[Outcome]:
    future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    future.set_result(outcome)
    return future
