"""Rubrics: the published definitions by which progress is assessed, one version a stream."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from ledger.commands import PublishRubric
from ledger.errors import Invalid
from ledger.facts.assessment import RubricPublished
from ledger.rules.days import today
from ledger.rules.record import refuse_taken
from ledger.rules.words import check_text
from ledger.vocabulary import Progress

_VERSION: Final = re.compile("[0-9a-z]+(?:[.-][0-9a-z]+)*")
_VERSION_LIMIT: Final = 30


class NotAVersion(Invalid):
    """A version is written in digits and lower-case letters, with dots or hyphens between."""


class UnknownProgress(Invalid):
    """The ledger knows no such progress; define only the codes in the list."""


class DefinitionMissing(Invalid):
    """A rubric defines every progress code; add the ones that are missing."""


class Rubric(NamedTuple):
    """A published version stands for ever; a changed definition is a new version."""

    version: str


def decide(
    command: PublishRubric, state: Rubric | None, now: datetime
) -> Sequence[RubricPublished]:
    """Raise a refusal, or publish the version."""
    refuse_taken(state)
    if len(command.rubric) > _VERSION_LIMIT or not _VERSION.fullmatch(command.rubric):
        raise NotAVersion(pointer="/rubric")
    _check_definitions(command)
    return [
        RubricPublished(
            effective_on=today(now), rubric=command.rubric, definitions=command.definitions
        )
    ]


def _check_definitions(command: PublishRubric) -> None:
    codes = list(Progress)
    for code, definition in command.definitions.items():
        if code not in codes:
            raise UnknownProgress(pointer="/definitions", allowed=codes)
        check_text(definition, f"/definitions/{code}")
    missing = [code for code in codes if code not in command.definitions]
    if missing:
        raise DefinitionMissing(pointer="/definitions", allowed=missing)


def evolve(_state: Rubric | None, fact: RubricPublished) -> Rubric:
    """The rubric that was published."""
    return Rubric(fact.rubric)
