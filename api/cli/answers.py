"""What a recording or its rehearsal came to, in sentences; warnings go to standard error."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import click

from api.cli.mistakes import line_of
from api.desk.receipts import ReceiptDocument, WarningLine
from api.desk.rehearsals import RehearsalDocument
from api.public.presentation.calendar import instant
from api.public.presentation.phrases import check_words, counted, listed
from api.record.checking import placed
from api.record.problems import Problem
from api.record.reading import Document


@dataclass(frozen=True, slots=True)
class Recorded:
    """A receipt; `replayed` says that an earlier recording got it."""

    receipt: ReceiptDocument
    replayed: bool


def tell_recorded(name: str, document: Document, recorded: Recorded) -> None:
    """What is on record now, and whether it was already."""
    receipt = recorded.receipt
    click.echo(_already(receipt) if recorded.replayed else _new(receipt))
    _tell_ids(receipt["ids"])
    _warn(name, document, receipt["warnings"])


def tell_rehearsal(name: str, document: Document, rehearsal: RehearsalDocument) -> None:
    """What recording it would do."""
    recorded = rehearsal["recorded"]
    if recorded is not None:
        click.echo(_already(recorded, "would be"))
    else:
        _tell_news(rehearsal)
    _warn(name, document, rehearsal["warnings"])


def _new(receipt: ReceiptDocument) -> str:
    count = counted(len(receipt["facts"]), "fact")
    return f"On record: {count}, {_span(receipt)}."


def _already(receipt: ReceiptDocument, was: str = "was") -> str:
    when = instant(receipt["facts"][0]["recorded_at"])
    return f"Already recorded on {when}, as {_span(receipt)}; nothing new {was} stored."


def _span(receipt: ReceiptDocument) -> str:
    first, last = receipt["facts"][0]["position"], receipt["position"]
    return f"fact {first}" if first == last else f"facts {first}–{last}"


def _tell_news(rehearsal: RehearsalDocument) -> None:
    facts = counted(sum(rehearsal["facts"].values()), "fact")
    click.echo(f"The ledger would accept this as {facts}. Nothing was stored.")
    for topic, count in rehearsal["facts"].items():
        click.echo(f"  {count} × {topic.partition('/')[0]}")
    if names := rehearsal["names"]:
        click.echo(f"New names: {', '.join(names)}.")
    if found := rehearsal["quotations"]:
        told = [f"{count} {check_words(check)}" for check, count in found.items()]
        click.echo(f"Quotations: {listed(told)}.")


def _tell_ids(ids: Mapping[str, str]) -> None:
    for label, ident in ids.items():
        click.echo(f"  {label}: {ident}")


def _warn(name: str, document: Document, warnings: Sequence[WarningLine]) -> None:
    doubts = [Problem(each["pointer"], f"Warning: {each['detail']}") for each in warnings]
    for doubt in placed(doubts, document.places):
        click.echo(line_of(name, doubt), err=True)
