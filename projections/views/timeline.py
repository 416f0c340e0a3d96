"""One line for each fact: what happened in a plain sentence, who recorded it, what it mentions."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Final, assert_never

import orjson

from ledger.facts import AnyFact
from ledger.facts.assessment import (
    OutcomeCorrected,
    OutcomeRecorded,
    OutcomeVoided,
    ProgressAssessed,
    ReviewFoundNothing,
    RubricPublished,
)
from ledger.facts.commitment import (
    CommitmentContent,
    CommitmentCorrected,
    CommitmentRecorded,
    CommitmentSuperseded,
    CommitmentVoided,
    CommitmentWithdrawn,
    DueMoved,
    MilestoneReached,
    MilestoneSet,
)
from ledger.facts.dispute import DisputeOpened, DisputeResolved, ReplyPublished
from ledger.facts.fact import StreamId, Withheld
from ledger.facts.housekeeping import RedactionApplied
from ledger.facts.keys import KeyRotated, LogContinued
from ledger.facts.meeting import (
    MeetingCorrected,
    MeetingProfile,
    MeetingRecorded,
    MeetingVoided,
    MinutesDrafted,
    MinutesFinalised,
)
from ledger.facts.source import (
    QuotationRechecked,
    QuotationTaken,
    SourceCorrected,
    SourceRegistered,
    SourceVoided,
    TextArchived,
)
from ledger.facts.stakeholder import (
    AliasAdded,
    MembershipEnded,
    MembershipStarted,
    OrganizationCorrected,
    OrganizationRegistered,
    PersonCorrected,
    PersonRegistered,
    StakeholderMerged,
    StakeholderRenamed,
    StakeholderUnmerged,
)
from ledger.facts.statement import (
    StatementContent,
    StatementCorrected,
    StatementRecorded,
    StatementVoided,
)
from ledger.store.port import StoredFact
from projections.spans import Document
from projections.views.pieces import said

Mention = tuple[str, str]
"""(role, id): `stakeholder`, `meeting`, `subject`; REDACTED goes with a position."""

REDACTED: Final = "redacted"


def line(stored: StoredFact, kind: str) -> Document:
    """The stored document; long attachments are left out, other streams stand as ids."""
    recorder = stored.recorder
    return {
        "id": stored.fact_id,
        "version": stored.version,
        "stream": stored.stream,
        "kind": kind,
        "title": title(stored.fact),
        "effective_on": stored.fact.effective_on,
        "recorder": {
            "by": recorder.by,
            "name": said(recorder.name),
            "on_behalf_of": recorder.on_behalf_of,
            "why": said(recorder.why),
        },
        "sources": list(dict.fromkeys(_sources(stored))),
        "leaf_hash": stored.leaf_hash.hex(),
        "data": _data(stored),
    }


def encoded(document: Document) -> bytes:
    return orjson.dumps(document)


def _data(stored: StoredFact) -> object:
    fact = stored.fact
    if isinstance(stored.recorder.name, Withheld) or fact.TOPIC in _ATTACHED:
        return plain(fact)
    return fact


_ATTACHED: Final = {
    TextArchived.TOPIC: "text",
    MinutesDrafted.TOPIC: "text",
}


def plain(value: Any) -> object:
    """JSON in which words that were redacted are None."""
    if isinstance(value, Withheld):
        return None
    if is_dataclass(value):
        left_out = _ATTACHED.get(getattr(value, "TOPIC", ""))
        return {
            field.name: plain(getattr(value, field.name))
            for field in fields(value)
            if field.name != left_out
        }
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def title(fact: AnyFact) -> str:
    """One plain sentence; what it is about stands beside it."""
    match fact:
        case OrganizationRegistered():
            return "An organization was registered."
        case PersonRegistered():
            return "A person was registered."
        case OrganizationCorrected() | PersonCorrected():
            return f"The profile was corrected: {fact.reason.label}."
        case StakeholderRenamed():
            return "The stakeholder took a new name."
        case AliasAdded():
            return "Another name was noted."
        case MembershipStarted():
            return "A membership began."
        case MembershipEnded():
            return f"A membership ended in {fact.until}."
        case StakeholderMerged():
            return "It turned out to be the same as another stakeholder."
        case StakeholderUnmerged():
            return "It turned out to be another stakeholder after all."
        case SourceRegistered():
            return f"A source was registered: {fact.profile.basis.label}."
        case SourceCorrected():
            return f"The source's description was corrected: {fact.reason.label}."
        case SourceVoided():
            return f"The source was voided: {fact.reason.label}."
        case TextArchived():
            return f"The text of the source was archived, as retrieved on {fact.retrieved_on}."
        case QuotationTaken():
            return f"A quotation was taken; the check says: {fact.check.label}."
        case QuotationRechecked():
            return f"A quotation was checked again; the check says: {fact.check.label}."
        case MeetingRecorded():
            return "A meeting was recorded."
        case MeetingCorrected():
            return f"The record of the meeting was corrected: {fact.reason.label}."
        case MeetingVoided():
            return f"The record of the meeting was voided: {fact.reason.label}."
        case MinutesDrafted():
            return "Minutes were drafted."
        case MinutesFinalised():
            return "The minutes were agreed."
        case StatementRecorded():
            return f"A statement was recorded: {fact.content.kind.label}."
        case StatementCorrected():
            return f"The record of the statement was corrected: {fact.reason.label}."
        case StatementVoided():
            return f"The record of the statement was voided: {fact.reason.label}."
        case CommitmentRecorded():
            return f"A commitment was recorded: {fact.content.strength.form.label}."
        case CommitmentCorrected():
            return f"The record of the commitment was corrected: {fact.reason.label}."
        case DueMoved():
            return f"The due date was moved to {fact.due.latest}."
        case CommitmentSuperseded():
            return "The commitment was replaced by another."
        case CommitmentWithdrawn():
            return "The commitment was withdrawn."
        case CommitmentVoided():
            return f"The record of the commitment was voided: {fact.reason.label}."
        case MilestoneSet():
            return "A milestone was set."
        case MilestoneReached():
            return "A milestone was reached."
        case ProgressAssessed():
            return f"Progress was assessed as {fact.progress.label} ({fact.assessor_kind.label})."
        case ReviewFoundNothing():
            return "Somebody looked and found nothing new."
        case OutcomeRecorded():
            return "An outcome was recorded."
        case OutcomeCorrected():
            return f"The record of the outcome was corrected: {fact.reason.label}."
        case OutcomeVoided():
            return f"The record of the outcome was voided: {fact.reason.label}."
        case RubricPublished():
            return f"Version {fact.rubric} of the rubric was published."
        case ReplyPublished():
            return "A party replied."
        case DisputeOpened():
            return f"The record was disputed: {fact.ground.label}."
        case DisputeResolved():
            return f"A dispute was resolved: {fact.resolution.label}."
        case RedactionApplied():
            return f"Words were redacted: {fact.basis.label}."
        case KeyRotated():
            return "The log took a further key to sign with."
        case LogContinued():
            return f"The log {fact.before} was lost; its facts are published under a new name."
        case _:
            assert_never(fact)


def _sources(stored: StoredFact) -> Iterator[str]:
    """The sources that the fact cites; a source's own facts cite it."""
    match stored.fact:
        case (
            SourceRegistered()
            | SourceCorrected()
            | SourceVoided()
            | TextArchived()
            | QuotationTaken()
            | QuotationRechecked()
        ):
            yield stored.stream
        case MeetingRecorded(profile=profile) | MeetingCorrected(profile=profile):
            yield from profile.sources
        case (
            StatementRecorded(content=content)
            | StatementCorrected(content=content)
            | CommitmentRecorded(content=content)
            | CommitmentCorrected(content=content)
            | OutcomeRecorded(content=content)
            | OutcomeCorrected(content=content)
        ):
            yield from (citation.source for citation in content.citations)
        case (
            DueMoved(citations=citations)
            | CommitmentWithdrawn(citations=citations)
            | MilestoneReached(citations=citations)
            | ProgressAssessed(citations=citations)
        ):
            yield from (citation.source for citation in citations)
        case _:
            return


# --- what a line can be found by


def mentions(
    stored: StoredFact, collection: str | None, lasting: Iterable[Mention]
) -> set[Mention]:
    """Whom and what the fact names, and whom and what its record is about."""
    found = {*lasting, *_passing(stored.fact), ("subject", stored.stream)}
    if collection in _ITSELF:
        found.add((_ITSELF[collection], stored.stream))
    return found


def redaction_mentions(fact: AnyFact, redacts: StreamId | None) -> set[Mention]:
    """By what a redaction is found: the fact that lost words, and the record that this is of."""
    if not isinstance(fact, RedactionApplied) or redacts is None:
        return set()
    return {(REDACTED, str(fact.index + 1)), ("subject", redacts)}


_ITSELF: Final = {"stakeholders": "stakeholder", "meetings": "meeting"}


def lasting_mentions(fact: AnyFact) -> frozenset[Mention]:
    """What every later fact of the stream is about too."""
    return frozenset(_lasting(fact))


def _lasting(fact: AnyFact) -> Iterator[Mention]:
    match fact:
        case CommitmentRecorded(content=content) | CommitmentCorrected(content=content):
            yield from _commitment(content)
        case StatementRecorded(content=content) | StatementCorrected(content=content):
            yield from _statement(content)
        case MeetingRecorded(profile=profile) | MeetingCorrected(profile=profile):
            yield from _meeting(profile)
        case OutcomeRecorded(content=content) | OutcomeCorrected(content=content):
            yield from (("subject", bearing.subject) for bearing in content.bears_on)
        case _:
            return


def _commitment(content: CommitmentContent) -> Iterator[Mention]:
    yield from (("stakeholder", party) for party in (*content.promisors, *content.promisees))
    yield from (
        ("stakeholder", third.stakeholder) for third in content.third_parties if third.stakeholder
    )
    if content.meeting is not None:
        yield "meeting", content.meeting


def _statement(content: StatementContent) -> Iterator[Mention]:
    yield from (("stakeholder", party) for party in (*content.speakers, *content.addressees))
    if content.meeting is not None:
        yield "meeting", content.meeting


def _meeting(profile: MeetingProfile) -> Iterator[Mention]:
    for participant in profile.participants:
        yield "stakeholder", participant.stakeholder
        if participant.delegation is not None:
            yield "stakeholder", participant.delegation


def _passing(fact: AnyFact) -> Iterator[Mention]:
    """What only this fact names."""
    match fact:
        case ProgressAssessed(assessor=party) | ReviewFoundNothing(assessor=party):
            named: tuple[str | None, ...] = (party,)
        case ReplyPublished(party=party) | DisputeOpened(party=party):
            named = (party,)
        case QuotationTaken(speaker=party):
            named = (party,)
        case MembershipStarted(organization=party) | StakeholderMerged(into=party):
            named = (party,)
        case OrganizationRegistered(profile=profile) | OrganizationCorrected(profile=profile):
            named = (profile.founder,)
        case _:
            named = ()
    yield from (("stakeholder", party) for party in named if party is not None)
