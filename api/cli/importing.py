"""`commitments import`: tables into the ledger of the settings, with a bar that tells how far."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final, assert_never

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from api.cli.mistakes import mistakes_listed
from api.cli.settings import fail, failures_told, settings
from api.desk.accounts import open_accounts
from api.desk.register import NoSuchAccountError, Register
from api.desk.roles import Role
from api.importing.encodings import text_encoding
from api.importing.mapping import ImportMapping
from api.importing.opening import read_mapping
from api.importing.rehearsing import Rehearsal
from api.importing.reporting import (
    Ignored,
    Outcome,
    Recorded,
    Rejected,
    Rejection,
    Report,
    report_to,
)
from api.importing.rows import BadTable
from api.importing.running import IN_FLIGHT, Run, counted, prepared
from api.importing.translation import Translator
from ledger.commands import Command
from ledger.deciding import Context
from ledger.facts.fact import AccountId
from ledger.service import Ledger, open_ledger
from ledger.store.port import Recorder

ACCOUNT: Final = AccountId("1e2b7c00-0000-4000-8000-000000000001")
"""The account of imports: whoever may write the ledger's files may use it."""
NAME: Final = "Import"
NOT_ACCEPTABLE: Final = 1
TURNED_DOWN: Final = 4
TOLD: Final = 5
"""Rejections shown in the terminal; the report has all of them."""


def import_files(
    mapping: str,
    folder: str | None,
    *,
    report: str | None,
    encodings: Sequence[str],
    dry_run: bool,
) -> None:
    """End with the exit codes that the command's help lists."""
    with mistakes_listed(mapping):
        read = read_mapping(Path(mapping).read_bytes())
    chosen = _encoded(read, encodings)
    listed = Path(report or f"{Path(mapping).stem}.rejected.csv")
    with failures_told(), _unreadable_told(), _listing(listed) as rejections:
        told = _Told(rejections)
        tables = Path(folder or Path(mapping).parent)
        asyncio.run(_imported(chosen, tables, told, dry_run=dry_run))
    told.finish(listed, dry_run=dry_run)


def _encoded(mapping: ImportMapping, encodings: Sequence[str]) -> ImportMapping:
    """The mapping with the encodings that were given on the command line."""
    given = dict(_encoding(each) for each in encodings)
    if unknown := given.keys() - {table.name for table in mapping.tables}:
        raise click.UsageError(f"The mapping has no table {', '.join(sorted(unknown))}.")
    tables = [
        table.model_copy(update={"encoding": given.get(table.name, table.encoding)})
        for table in mapping.tables
    ]
    return mapping.model_copy(update={"tables": tuple(tables)})


def _encoding(given: str) -> tuple[str, str]:
    table, _, encoding = given.partition("=")
    try:
        text_encoding(encoding)
    except LookupError as error:
        raise click.UsageError(f"No such encoding: {encoding or given}.") from error
    return table, encoding


@contextmanager
def _listing(path: Path) -> Iterator[Report]:
    """Opened before anything is stored, so that no run ends without its report."""
    with ExitStack() as stack:
        try:
            report = stack.enter_context(report_to(path))
        except OSError as error:
            raise click.UsageError(f"No report can be written to {path}: {error}.") from error
        yield report


@contextmanager
def _unreadable_told() -> Iterator[None]:
    try:
        yield
    except BadTable as error:
        fail(f"{error} Nothing was stored.", NOT_ACCEPTABLE)


async def _imported(mapping: ImportMapping, folder: Path, told: "_Told", *, dry_run: bool) -> None:
    total = await asyncio.to_thread(counted, mapping, folder)
    chosen = settings()
    async with open_accounts(chosen) as accounts, open_ledger(chosen) as ledger:
        if not dry_run:
            _known(accounts.register)
        rehearsal = Rehearsal(ledger.store)
        holder = rehearsal.holder if dry_run else ledger.store.holder
        translator = await asyncio.to_thread(prepared, mapping, folder, holder)
        if dry_run:
            _show_pairs(translator)
        with told.bar(total):
            run = Run(
                translator,
                rehearsal.execute if dry_run else partial(_recorded, ledger),
                Recorder(
                    by=ACCOUNT,
                    name=NAME,
                    on_behalf_of=mapping.recorder.on_behalf_of,
                    why=mapping.recorder.why,
                ),
                told.see,
                in_flight=1 if dry_run else min(IN_FLIGHT, chosen.queue_limit),
            )
            await run.rows(folder)


def _show_pairs(translator: Translator) -> None:
    """What was concluded from likeness alone is for somebody to look over."""
    for kind, same in translator.same.items():
        for before, after in same.pairs:
            click.echo(f"One {kind}: “{before}” became “{after}”.")


def _known(register: Register) -> None:
    """The account has the same id in every installation, so that its keys hold in a copy too."""
    try:
        register.find(ACCOUNT)
    except NoSuchAccountError:
        register.add(NAME, [Role.RECORDER, Role.ASSESSOR, Role.REVIEWER], ident=ACCOUNT)


async def _recorded(ledger: Ledger, commands: Sequence[Command], context: Context) -> int:
    receipt = await ledger.execute(commands, context)
    return 0 if receipt.replayed else len(receipt.facts)


@dataclass
class _Told:
    """What the terminal shows: a bar while it runs, the first rejections, and the sums."""

    report: Report
    counts: Counter[str] = field(default_factory=Counter)
    first: list[str] = field(default_factory=list)
    began: float = field(default_factory=monotonic)
    _bar: Progress | None = None
    _task: TaskID | None = None

    @contextmanager
    def bar(self, total: int) -> Iterator[None]:
        self.began = monotonic()
        with Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]} rows/s"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        ) as self._bar:
            self._task = self._bar.add_task("import", total=total, rate="–")
            yield

    def see(self, outcome: Outcome) -> None:
        match outcome:
            case Recorded(0):
                self.counts["there already"] += 1
            case Recorded(facts):
                self.counts["recorded"] += 1
                self.counts["facts"] += facts
            case Ignored():
                self.counts["ignored"] += 1
            case Rejected(rejections):
                self.counts["turned down"] += 1
                self._list(rejections)
            case _:
                assert_never(outcome)
        self.counts["rows"] += 1
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self.counts["rows"], rate=f"{self.rate:,.0f}")

    def _list(self, rejections: Sequence[Rejection]) -> None:
        for each in rejections:
            self.report.add(each)
            if len(self.first) < TOLD:
                accepted = f" Accepted: {', '.join(each.accepted)}." if each.accepted else ""
                where = f"{each.table}, row {each.row}: {each.field}"
                self.first.append(f"{where}: {each.reason}{accepted}")

    @property
    def rate(self) -> float:
        return self.counts["rows"] / max(monotonic() - self.began, 0.001)

    def finish(self, listed: Path, *, dry_run: bool) -> None:
        """Say the sums, and end with `TURNED_DOWN` if anything was."""
        would = "Dry run, nothing was stored: " if dry_run else ""
        names = ("recorded", "there already", "ignored", "turned down")
        sums = ", ".join(f"{self.counts[name]:,} {name}" for name in names)
        click.echo(
            f"{would}{self.counts['rows']:,} rows: {sums}. "
            f"{self.counts['facts']:,} facts, {self.rate:,.0f} rows/s."
        )
        if not self.counts["turned down"]:
            listed.unlink()
            return
        for line in self.first:
            click.echo(line, err=True)
        fail(f"Every row that was turned down, and why: {listed}", TURNED_DOWN)
