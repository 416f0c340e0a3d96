"""Sources: where something was said, the archived text, and the quotations taken from it."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, assert_never

from ledger import quoting
from ledger.commands import ArchiveText, CorrectSource, RegisterSource, TakeQuotation, VoidSource
from ledger.dates import PartialDate
from ledger.errors import Conflict, Unknown
from ledger.facts.fact import QuotationId, Withheld
from ledger.facts.source import (
    QuotationRechecked,
    QuotationTaken,
    SourceCorrected,
    SourceFact,
    SourceProfile,
    SourceRegistered,
    SourceVoided,
    TextArchived,
)
from ledger.quoting import Finding, Searchable
from ledger.rules.days import lies_ahead, past, today
from ledger.rules.record import refuse_taken, refuse_unchanged, refuse_voided
from ledger.rules.words import (
    ARCHIVE_LIMIT,
    check_language,
    check_name,
    check_remark,
    check_text,
    check_url,
)
from ledger.vocabulary import QuotationCheck

SourceCommand = RegisterSource | CorrectSource | VoidSource | ArchiveText | TakeQuotation


class UnknownSource(Unknown):
    """No source has this id; register it first, or name one that is registered."""


class UnknownQuotation(Unknown):
    """The source has no quotation with this id; take the quotation first."""


class AlreadyArchived(Conflict):
    """The very same text is archived already; there is nothing to do."""


class AnotherTextArchived(Conflict):
    """Another text of this source is archived; register what you have as a source of its own."""


class QuotationKnown(Conflict):
    """The source has a quotation with this id; take a new id for another one."""


class QuotedTwice(Conflict):
    """The same words are quoted already; cite that quotation, or give what stands around them."""


class Quoted(NamedTuple):
    """What tells two quotations of one source apart."""

    exact: str
    prefix: str
    suffix: str
    in_heading: bool


class Source(NamedTuple):
    """`text` is None until a text is archived, and Withheld once that was redacted."""

    began: PartialDate
    profile: SourceProfile
    text: str | None = None
    sha256: str = ""
    quotations: Mapping[QuotationId, Quoted] = {}
    voided: bool = False


def decide(command: SourceCommand, state: Source | None, now: datetime) -> Sequence[SourceFact]:
    """Raise a refusal, or say what happens."""
    if isinstance(command, RegisterSource):
        refuse_taken(state)
        return _registered(command, now)
    if state is None:
        raise UnknownSource(pointer="/id")
    refuse_voided(voided=state.voided)
    match command:
        case CorrectSource():
            return _corrected(command, state)
        case VoidSource():
            return [SourceVoided(effective_on=state.began, reason=command.reason)]
        case ArchiveText():
            return _archived(command, state, now)
        case TakeQuotation():
            return _quoted(command, state)
        case _:
            assert_never(command)


def _registered(command: RegisterSource, now: datetime) -> Sequence[SourceFact]:
    _check_profile(command.profile)
    claimed = command.profile.claimed_on
    # A source may print a day that has not come: a magazine of next month.
    began = today(now) if claimed is None or lies_ahead(claimed, now) else claimed
    return [SourceRegistered(effective_on=began, profile=command.profile)]


def _check_profile(profile: SourceProfile) -> None:
    check_name(profile.publisher, "/profile/publisher")
    check_name(profile.title, "/profile/title")
    check_url(profile.url, "/profile/url")
    check_language(profile.language, "/profile/language")


def _corrected(command: CorrectSource, state: Source) -> Sequence[SourceFact]:
    _check_profile(command.profile)
    check_remark(command.noticed_by, "/noticed_by")
    refuse_unchanged(state.profile, command.profile, "/profile")
    return [
        SourceCorrected(
            effective_on=state.began,
            profile=command.profile,
            reason=command.reason,
            noticed_by=command.noticed_by,
        )
    ]


def _archived(command: ArchiveText, state: Source, now: datetime) -> Sequence[SourceFact]:
    check_text(command.text, "/text", ARCHIVE_LIMIT)
    past(command.retrieved_on, now, "/retrieved_on")
    digest = hashlib.sha256(command.text.encode()).hexdigest()
    if state.text is not None:
        raise (AlreadyArchived if digest == state.sha256 else AnotherTextArchived)(pointer="/text")
    archived = TextArchived(
        effective_on=state.began,
        text=command.text,
        sha256=digest,
        retrieved_on=command.retrieved_on,
    )
    return [archived, *_rechecked(command.text, state)]


def _rechecked(text: str, state: Source) -> Sequence[QuotationRechecked]:
    searchable = Searchable(text)
    return [
        _recheck(state.began, quotation, _looked_for(quoted, searchable))
        for quotation, quoted in state.quotations.items()
        if not isinstance(quoted.exact, Withheld)
    ]


def _recheck(began: PartialDate, quotation: QuotationId, finding: Finding) -> QuotationRechecked:
    return QuotationRechecked(
        effective_on=began, quotation=quotation, check=finding.check, start=finding.start
    )


def _looked_for(quoted: Quoted, text: Searchable) -> Finding:
    return text.find(quoted.exact, quoted.prefix, quoted.suffix)


def _quoted(command: TakeQuotation, state: Source) -> Sequence[SourceFact]:
    check_text(command.exact, "/exact")
    check_remark(command.prefix, "/prefix")
    check_remark(command.suffix, "/suffix")
    check_remark(command.attributed_to, "/attributed_to")
    if command.quotation in state.quotations:
        raise QuotationKnown(pointer="/quotation")
    quoted = Quoted(command.exact, command.prefix, command.suffix, command.in_heading)
    if quoted in state.quotations.values():
        raise QuotedTwice(pointer="/exact")
    return [_taken(command, state.began, _found(quoted, state.text))]


def _found(quoted: Quoted, text: str | None) -> Finding:
    """Words that are not there are recorded too: the page says so, and nobody loses them."""
    if text is None or isinstance(text, Withheld):
        return Finding(QuotationCheck.NOT_CHECKABLE, None)
    return quoting.find(text, quoted.exact, quoted.prefix, quoted.suffix)


def _taken(command: TakeQuotation, began: PartialDate, finding: Finding) -> QuotationTaken:
    return QuotationTaken(
        effective_on=began,
        quotation=command.quotation,
        exact=command.exact,
        prefix=command.prefix,
        suffix=command.suffix,
        in_heading=command.in_heading,
        attributed_to=command.attributed_to,
        speaker=command.speaker,
        check=finding.check,
        start=finding.start,
    )


def evolve(state: Source | None, fact: SourceFact) -> Source:
    """The source after the fact; `decide` sees to it that the first one registers it."""
    if isinstance(fact, SourceRegistered):
        return Source(fact.effective_on, fact.profile)
    if state is None:
        raise UnknownSource
    match fact:
        case QuotationTaken():
            quoted = Quoted(fact.exact, fact.prefix, fact.suffix, fact.in_heading)
            return state._replace(quotations={**state.quotations, fact.quotation: quoted})
        case QuotationRechecked():
            return state
        case SourceCorrected():
            return state._replace(profile=fact.profile)
        case SourceVoided():
            return state._replace(voided=True)
        case TextArchived():
            return state._replace(text=fact.text, sha256=fact.sha256)
        case _:
            assert_never(fact)
