"""What records must be to each other: there, of the right kind, and fit to be named so."""

from collections.abc import Iterable, Mapping
from typing import Final, assert_never

from ledger.commands import (
    AddAlias,
    Command,
    CorrectCommitment,
    CorrectOrganization,
    CorrectOutcome,
    CorrectPerson,
    MergeStakeholder,
    RecordCommitment,
    RecordOutcome,
    RegisterOrganization,
    RegisterPerson,
    RenameStakeholder,
    SupersedeCommitment,
)
from ledger.errors import Conflict
from ledger.facts.assessment import Bearing
from ledger.facts.fact import StreamId
from ledger.facts.source import Citation
from ledger.rules.amounts import check_amounts
from ledger.rules.commitment import Commitment, UnknownCommitment
from ledger.rules.dispute import UnknownSubject
from ledger.rules.meeting import Meeting, UnknownMeeting
from ledger.rules.naming import refuse_unlike_name
from ledger.rules.references import Reference, Wanted, references
from ledger.rules.source import Source, UnknownQuotation, UnknownSource
from ledger.rules.stakeholder import (
    AcrossKinds,
    NotAnOrganization,
    Stakeholder,
    UnknownParty,
    refuse_merged,
)
from ledger.rules.statement import Statement, UnknownStatement
from ledger.rules.streams import State
from ledger.vocabulary import Effect, QuotationRole, RecordStatus, StakeholderKind, StatementKind

_ADDRESSABLE: Final = frozenset({StatementKind.CONCERN, StatementKind.REQUEST})


class VoidedReference(Conflict):
    """The record was voided as wholly wrong; name one that stands, or leave it out."""


class NotAnUndertaking(Conflict):
    """A commitment comes from an undertaking; this statement is of another kind."""


class HeadingIsNotEvidence(Conflict):
    """A heading is no origin of a promise; cite the text, and the heading in another role."""


class NothingToAddress(Conflict):
    """Only a concern or a request can be addressed; choose another effect."""


class NothingWasPromised(Conflict):
    """Only a commitment can be advanced or fulfilled; choose another effect."""


class SuccessorIsSuperseded(Conflict):
    """The successor is superseded itself; name the one that stands now."""


class PartOfItsPart(Conflict):
    """The parent is a part of this commitment already; a whole is no part of its part."""


def check(command: Command, states: Mapping[StreamId, State]) -> None:
    """Raise the first refusal about the streams that `references` lists; `states` has those.

    Lists come first: what is too long is not gone through.
    """
    check_amounts(command)
    for reference in references(command):
        _check_reference(reference, states.get(reference.stream))
    _check_together(command, states)


def check_recorder(on_behalf_of: StreamId | None, states: Mapping[StreamId, State]) -> None:
    """Whoever something is recorded for is a stakeholder like any other that is named."""
    if on_behalf_of is not None:
        wanted = Reference(on_behalf_of, Wanted.PARTY, "/recorder/on_behalf_of")
        _check_reference(wanted, states.get(on_behalf_of))


def _check_reference(reference: Reference, state: State | None) -> None:
    pointer = reference.pointer
    match reference.wanted:
        case Wanted.PARTY:
            refuse_merged(_party(state, pointer), pointer)
        case Wanted.ORGANIZATION:
            _check_organization(_party(state, pointer), pointer)
        case Wanted.PARTY_ON_RECORD | Wanted.ITSELF:
            _party(state, pointer)
        case Wanted.SOURCE:
            _check_source(reference, state)
        case Wanted.MEETING:
            _check_meeting(state, pointer)
        case Wanted.STATEMENT:
            _check_statement(state, pointer)
        case Wanted.COMMITMENT:
            _check_commitment(state, pointer)
        case Wanted.SUBJECT:
            _check_subject(state, pointer)
        case _:
            assert_never(reference.wanted)


def _party(state: State | None, pointer: str) -> Stakeholder:
    if not isinstance(state, Stakeholder):
        raise UnknownParty(pointer=pointer)
    return state


def _check_organization(party: Stakeholder, pointer: str) -> None:
    if party.kind is not StakeholderKind.ORGANIZATION:
        raise NotAnOrganization(pointer=pointer)
    refuse_merged(party, pointer)


def _check_source(reference: Reference, state: State | None) -> None:
    # A citation is pointed at by its own place: the source and the quotation are members of it.
    cited = reference.quotation is not None
    pointer = f"{reference.pointer}/source" if cited else reference.pointer
    if not isinstance(state, Source):
        raise UnknownSource(pointer=pointer)
    _refuse_voided(state, pointer)
    if cited and reference.quotation not in state.quotations:
        raise UnknownQuotation(pointer=f"{reference.pointer}/quotation")


def _check_meeting(state: State | None, pointer: str) -> None:
    if not isinstance(state, Meeting):
        raise UnknownMeeting(pointer=pointer)
    _refuse_voided(state, pointer)


def _check_statement(state: State | None, pointer: str) -> None:
    """Only commitments name one statement: the undertaking that they were read from."""
    if not isinstance(state, Statement):
        raise UnknownStatement(pointer=pointer)
    _refuse_voided(state, pointer)
    if state.content.kind is not StatementKind.UNDERTAKING:
        raise NotAnUndertaking(pointer=pointer)


def _check_commitment(state: State | None, pointer: str) -> None:
    if not isinstance(state, Commitment):
        raise UnknownCommitment(pointer=pointer)
    _refuse_voided(state, pointer)


def _check_subject(state: State | None, pointer: str) -> None:
    if not isinstance(state, Commitment | Statement):
        raise UnknownSubject(pointer=pointer)
    _refuse_voided(state, pointer)


def _refuse_voided(state: Source | Meeting | Statement | Commitment, pointer: str) -> None:
    if state.voided:
        raise VoidedReference(pointer=pointer)


# --- what records must be to each other


def _check_together(command: Command, states: Mapping[StreamId, State]) -> None:
    match command:
        case (
            RegisterOrganization()
            | CorrectOrganization()
            | RegisterPerson()
            | CorrectPerson()
            | RenameStakeholder()
            | AddAlias()
        ):
            for index, namesake in enumerate(command.namesakes):
                pointer = f"/namesakes/{index}"
                refuse_unlike_name(command, _party(states.get(namesake), pointer), pointer)
        case MergeStakeholder():
            own, into = (_party(states.get(each), "/into") for each in (command.id, command.into))
            if own.kind is not into.kind:
                raise AcrossKinds(pointer="/into")
        case RecordCommitment() | CorrectCommitment():
            _check_origins(command.content.citations, states)
            _check_parent(command, states)
        case SupersedeCommitment():
            _check_successor(states.get(command.successor))
        case RecordOutcome() | CorrectOutcome():
            for index, bearing in enumerate(command.content.bears_on):
                _check_effect(
                    bearing, states.get(bearing.subject), f"/content/bears_on/{index}/effect"
                )
        case _:
            return


def _check_origins(citations: Iterable[Citation], states: Mapping[StreamId, State]) -> None:
    """Headings inflate: "plans to establish" stands over "agreed to explore"."""
    for index, citation in enumerate(citations):
        source = states.get(citation.source)
        heading = isinstance(source, Source) and source.quotations[citation.quotation].in_heading
        if heading and citation.role is QuotationRole.ORIGIN:
            raise HeadingIsNotEvidence(pointer=f"/content/citations/{index}")


def _check_parent(
    command: RecordCommitment | CorrectCommitment, states: Mapping[StreamId, State]
) -> None:
    parent = command.content.parent
    state = None if parent is None else states.get(parent)
    if isinstance(state, Commitment) and state.content.parent == command.id:
        raise PartOfItsPart(pointer="/content/parent")


def _check_successor(state: State | None) -> None:
    """Who is superseded supersedes nobody, so no chain of successors closes into a circle."""
    if isinstance(state, Commitment) and state.status is RecordStatus.SUPERSEDED:
        raise SuccessorIsSuperseded(
            f"The successor was superseded by {state.successor}; name the one that stands now.",
            pointer="/successor",
        )


def _check_effect(bearing: Bearing, state: State | None, pointer: str) -> None:
    match bearing.effect:
        case Effect.ADDRESSES:
            if not isinstance(state, Statement) or state.content.kind not in _ADDRESSABLE:
                raise NothingToAddress(pointer=pointer)
        case Effect.ADVANCES | Effect.FULFILS:
            if not isinstance(state, Commitment):
                raise NothingWasPromised(pointer=pointer)
        case Effect.CONTRADICTS | Effect.BEARS_ON:
            return
        case _:
            assert_never(bearing.effect)
