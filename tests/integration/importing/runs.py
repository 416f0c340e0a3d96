"""An import into a ledger that is open already, and what became of its rows."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.importing.opening import read_mapping
from api.importing.rehearsing import Rehearsal
from api.importing.reporting import Ignored, Outcome, Recorded, Rejected, Rejection
from api.importing.running import Execute, Run, prepared
from ledger.commands import Command
from ledger.config import Settings
from ledger.deciding import Context
from ledger.facts.fact import AccountId
from ledger.service import Ledger, open_ledger
from ledger.store.codec import decode
from ledger.store.port import Recorder, StoredFact

RECORDER: Final = Recorder(
    by=AccountId("00000000-0000-4000-8000-0000000000aa"), name="Import", why="A test"
)


@dataclass(frozen=True)
class Result:
    """Outcomes in the order of the rows."""

    outcomes: tuple[Outcome, ...]

    @property
    def recorded(self) -> int:
        """Rows with new facts."""
        return sum(isinstance(each, Recorded) and each.facts > 0 for each in self.outcomes)

    @property
    def there_already(self) -> int:
        return sum(each == Recorded(0) for each in self.outcomes)

    @property
    def ignored(self) -> int:
        return sum(isinstance(each, Ignored) for each in self.outcomes)

    @property
    def turned_down(self) -> int:
        return sum(isinstance(each, Rejected) for each in self.outcomes)

    @property
    def rejections(self) -> list[Rejection]:
        refused = [each for each in self.outcomes if isinstance(each, Rejected)]
        return [rejection for each in refused for rejection in each.rejections]


async def imported(
    ledger: Ledger, mapping: bytes, folder: Path, *, rehearse: bool = False
) -> Result:
    rehearsal = Rehearsal(ledger.store)
    holder = rehearsal.holder if rehearse else ledger.store.holder
    execute = rehearsal.execute if rehearse else recording(ledger)
    outcomes: list[Outcome] = []
    translator = prepared(read_mapping(mapping), folder, holder)
    in_flight = 1 if rehearse else 64
    await Run(translator, execute, RECORDER, outcomes.append, in_flight).rows(folder)
    return Result(tuple(outcomes))


def recording(ledger: Ledger) -> Execute:
    async def execute(commands: Sequence[Command], context: Context) -> int:
        receipt = await ledger.execute(commands, context)
        return 0 if receipt.replayed else len(receipt.facts)

    return execute


@asynccontextmanager
async def ledger_in(folder: Path, url: str = "") -> AsyncIterator[Ledger]:
    async with open_ledger(Settings(data_dir=folder, url=url, disk_reserve_percent=0)) as ledger:
        yield ledger


def facts_of(ledger: Ledger) -> list[StoredFact]:
    """Everything on record, in order."""
    return [decode(entry) for entry in ledger.store.entries(after=0, limit=1_000_000)]
