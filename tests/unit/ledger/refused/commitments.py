"""Refusals about commitments and their milestones."""

from dataclasses import replace
from typing import Final

from ledger.commands import (
    CorrectCommitment,
    MoveDue,
    ReachMilestone,
    RecordCommitment,
    SetMilestone,
    SupersedeCommitment,
    WithdrawCommitment,
)
from ledger.dates import PartialDate
from ledger.facts.commitment import (
    CommitmentContent,
    CommitmentSuperseded,
    CommitmentVoided,
    CommitmentWithdrawn,
    Due,
    DueMoved,
    MilestoneReached,
    Relation,
    ThirdParty,
)
from ledger.facts.fact import MilestoneId
from ledger.facts.source import Citation
from ledger.rules.between import (
    HeadingIsNotEvidence,
    NotAnUndertaking,
    PartOfItsPart,
    SuccessorIsSuperseded,
    VoidedReference,
)
from ledger.rules.commitment import (
    AlreadyOver,
    DueUnchanged,
    NoLongerStands,
    UnknownCommitment,
    WithdrawnAfterDue,
)
from ledger.rules.days import BeforeItBegan, InTheFuture
from ledger.rules.evidence import CitedTwice
from ledger.rules.meeting import UnknownMeeting
from ledger.rules.milestone import AlreadyReached, MilestoneKnown, UnknownMilestone
from ledger.rules.parties import PartyTwice
from ledger.rules.promise import (
    DueBeforeMade,
    DueEndsBeforeItBegins,
    EmptyPromisors,
    NoOriginCited,
)
from ledger.rules.source import UnknownQuotation, UnknownSource
from ledger.rules.stakeholder import MergedParty, UnknownParty
from ledger.rules.statement import UnknownStatement
from ledger.vocabulary import (
    CorrectionReason,
    Progress,
    RelationKind,
    VoidReason,
)
from tests.unit.ledger.refused.case import Case
from tests.unit.ledger.samples import (
    BAD_STATEMENT,
    COMMITMENT,
    COMMITMENT_CONTENT,
    COMPANY,
    CONCERN,
    CONTRADICTION,
    DOUBLE,
    DUE,
    HEADING,
    MET_ON,
    MILESTONE,
    MINISTRY,
    NEW,
    NOBODY,
    ORIGIN,
    OTHER_COMMITMENT,
    PROMISED,
    QUOTE,
    QUOTED,
    SOURCE,
    SOURCE_REGISTERED,
    STEP,
    assessed,
    ident,
)
from tests.unit.ledger.scenario import TOMORROW

WHY: Final = CorrectionReason.MISREADING
AHEAD: Final = PartialDate(TOMORROW)
BEFORE: Final = PartialDate("2022-02-14")
MARCH: Final = PartialDate("2022-03-01")
LATER: Final = Due(latest=PartialDate("2022-12-31"))
SUPERSEDED: Final = CommitmentSuperseded(effective_on=MARCH, successor=OTHER_COMMITMENT)
WITHDRAWN: Final = CommitmentWithdrawn(effective_on=MET_ON)
VOIDED: Final = CommitmentVoided(effective_on=MET_ON, reason=VoidReason.TEST)
REACHED: Final = MilestoneReached(effective_on=MARCH, milestone=MILESTONE)
FULFILLED: Final = assessed(Progress.FULFILLED, "2022-02-26")

MOVE: Final = MoveDue(id=COMMITMENT, due=LATER, moved_on=MARCH)
SUPERSEDE: Final = SupersedeCommitment(
    id=COMMITMENT, successor=OTHER_COMMITMENT, superseded_on=MARCH
)
WITHDRAW: Final = WithdrawCommitment(id=COMMITMENT, withdrawn_on=PartialDate("2022-02-20"))
SET: Final = SetMilestone(
    id=COMMITMENT, milestone=MilestoneId(ident("another")), text="A step.", set_on=MARCH
)
REACH: Final = ReachMilestone(id=COMMITMENT, milestone=MILESTONE, reached_on=MARCH)


def recording(content: CommitmentContent) -> RecordCommitment:
    return RecordCommitment(id=NEW, content=content)


def correcting(content: CommitmentContent) -> CorrectCommitment:
    return CorrectCommitment(id=COMMITMENT, content=content, reason=WHY)


def due(latest: str, earliest: str | None = None) -> CommitmentContent:
    first = None if earliest is None else PartialDate(earliest)
    return replace(COMMITMENT_CONTENT, due=Due(earliest=first, latest=PartialDate(latest)))


def citing(*citations: Citation) -> CommitmentContent:
    return replace(COMMITMENT_CONTENT, citations=citations)


CONTENT: Final = (
    Case(
        "a promise has a promisor",
        [],
        recording(replace(COMMITMENT_CONTENT, promisors=())),
        EmptyPromisors,
        "/content/promisors",
    ),
    Case(
        "a corrected promise has a promisor",
        [PROMISED],
        correcting(replace(COMMITMENT_CONTENT, promisors=())),
        EmptyPromisors,
        "/content/promisors",
    ),
    Case(
        "a promisor is named once",
        [],
        recording(replace(COMMITMENT_CONTENT, promisors=(COMPANY, COMPANY))),
        PartyTwice,
        "/content/promisors/1",
    ),
    Case(
        "a promisee is named once",
        [],
        recording(replace(COMMITMENT_CONTENT, promisees=(MINISTRY, MINISTRY))),
        PartyTwice,
        "/content/promisees/1",
    ),
    Case(
        "nothing is promised in the future",
        [],
        recording(replace(COMMITMENT_CONTENT, made_on=AHEAD, due=None)),
        InTheFuture,
        "/content/made_on",
    ),
    Case(
        "nothing is corrected into a promise of the future",
        [PROMISED],
        correcting(replace(COMMITMENT_CONTENT, made_on=AHEAD, due=None)),
        InTheFuture,
        "/content/made_on",
    ),
    Case(
        "nothing is due before it was promised",
        [],
        recording(due("2022-02-14")),
        DueBeforeMade,
        "/content/due/latest",
    ),
    Case(
        "the earliest due date is not after the latest",
        [],
        recording(due("2022-02-27", "2022-02-28")),
        DueEndsBeforeItBegins,
        "/content/due/earliest",
    ),
    Case(
        "evidence includes the words that promise",
        [],
        recording(citing(CONTRADICTION)),
        NoOriginCited,
        "/content/citations",
    ),
    Case(
        "a promise cites a quotation once in a role",
        [],
        recording(citing(ORIGIN, CONTRADICTION, ORIGIN)),
        CitedTwice,
        "/content/citations/2",
    ),
    Case(
        "a heading is no origin of a promise",
        [],
        recording(citing(ORIGIN, Citation(source=SOURCE, quotation=HEADING))),
        HeadingIsNotEvidence,
        "/content/citations/1",
    ),
    Case(
        "a heading is no origin of a corrected promise",
        [PROMISED],
        correcting(citing(Citation(source=SOURCE, quotation=HEADING))),
        HeadingIsNotEvidence,
        "/content/citations/0",
    ),
)

REFERENCES: Final = (
    Case(
        "who promises is registered",
        [],
        recording(replace(COMMITMENT_CONTENT, promisors=(NOBODY,))),
        UnknownParty,
        "/content/promisors/0",
    ),
    Case(
        "who promises is not a duplicate",
        [],
        recording(replace(COMMITMENT_CONTENT, promisors=(COMPANY, DOUBLE))),
        MergedParty,
        "/content/promisors/1",
    ),
    Case(
        "to whom it is promised is registered",
        [],
        recording(replace(COMMITMENT_CONTENT, promisees=(MINISTRY, NOBODY))),
        UnknownParty,
        "/content/promisees/1",
    ),
    Case(
        "a third party with an id is registered",
        [],
        recording(
            replace(
                COMMITMENT_CONTENT,
                third_parties=(ThirdParty(name="a"), ThirdParty(name="b", stakeholder=NOBODY)),
            )
        ),
        UnknownParty,
        "/content/third_parties/1/stakeholder",
    ),
    Case(
        "the evidence of a promise is on record",
        [],
        recording(citing(Citation(source=NOBODY, quotation=QUOTE))),
        UnknownSource,
        "/content/citations/0/source",
    ),
    Case(
        "the statement of a promise is on record",
        [],
        recording(replace(COMMITMENT_CONTENT, statement=NOBODY)),
        UnknownStatement,
        "/content/statement",
    ),
    Case(
        "the statement of a promise is not voided",
        [],
        recording(replace(COMMITMENT_CONTENT, statement=BAD_STATEMENT)),
        VoidedReference,
        "/content/statement",
    ),
    Case(
        "the statement of a promise is an undertaking",
        [],
        recording(replace(COMMITMENT_CONTENT, statement=CONCERN)),
        NotAnUndertaking,
        "/content/statement",
    ),
    Case(
        "the meeting of a promise is on record",
        [],
        recording(replace(COMMITMENT_CONTENT, meeting=NOBODY)),
        UnknownMeeting,
        "/content/meeting",
    ),
    Case(
        "the whole of a part is on record",
        [],
        recording(replace(COMMITMENT_CONTENT, parent=NOBODY)),
        UnknownCommitment,
        "/content/parent",
    ),
    Case(
        "the whole of a part is not voided",
        [],
        recording(replace(COMMITMENT_CONTENT, parent=OTHER_COMMITMENT)),
        VoidedReference,
        "/content/parent",
        knowing={OTHER_COMMITMENT: [PROMISED, VOIDED]},
    ),
    Case(
        "a whole is no part of its part",
        [PROMISED],
        correcting(replace(COMMITMENT_CONTENT, parent=OTHER_COMMITMENT)),
        PartOfItsPart,
        "/content/parent",
        knowing={
            OTHER_COMMITMENT: [
                replace(PROMISED, content=replace(COMMITMENT_CONTENT, parent=COMMITMENT))
            ]
        },
    ),
    Case(
        "a related commitment is on record",
        [],
        recording(
            replace(
                COMMITMENT_CONTENT,
                relations=(Relation(kind=RelationKind.RESPONDS_TO, commitment=SOURCE),),
            )
        ),
        UnknownCommitment,
        "/content/relations/0/commitment",
    ),
)

CHANGES: Final = (
    Case(
        "a due date is not moved to itself",
        [PROMISED],
        replace(MOVE, due=DUE),
        DueUnchanged,
        "/due",
    ),
    Case(
        "a moved due date is not moved to itself",
        [PROMISED, DueMoved(effective_on=MARCH, due=LATER)],
        MOVE,
        DueUnchanged,
        "/due",
    ),
    Case(
        "a due date is not moved in the future",
        [PROMISED],
        replace(MOVE, moved_on=AHEAD),
        InTheFuture,
        "/moved_on",
    ),
    Case(
        "a due date is not moved before it was promised",
        [PROMISED],
        replace(MOVE, moved_on=BEFORE),
        BeforeItBegan,
        "/moved_on",
    ),
    Case(
        "nothing becomes due before it was promised",
        [PROMISED],
        replace(MOVE, due=Due(latest=BEFORE)),
        DueBeforeMade,
        "/due/latest",
    ),
    Case("a due date is not moved after the end", [PROMISED, FULFILLED], MOVE, AlreadyOver, "/id"),
    Case(
        "a superseded promise has no new due date",
        [PROMISED, SUPERSEDED],
        MOVE,
        NoLongerStands,
        "/id",
    ),
    Case(
        "a move cites a quotation once in a role",
        [PROMISED],
        replace(MOVE, citations=(ORIGIN, ORIGIN)),
        CitedTwice,
        "/citations/1",
    ),
    Case(
        "a move cites what is on record",
        [PROMISED],
        replace(MOVE, citations=(Citation(source=NOBODY, quotation=QUOTE),)),
        UnknownSource,
        "/citations/0/source",
    ),
    Case("a promise is superseded once", [PROMISED, SUPERSEDED], SUPERSEDE, NoLongerStands, "/id"),
    Case(
        "a withdrawn promise is not superseded",
        [PROMISED, WITHDRAWN],
        SUPERSEDE,
        NoLongerStands,
        "/id",
    ),
    Case(
        "a successor is on record",
        [PROMISED],
        replace(SUPERSEDE, successor=NOBODY),
        UnknownCommitment,
        "/successor",
    ),
    Case(
        "a successor is not voided",
        [PROMISED],
        SUPERSEDE,
        VoidedReference,
        "/successor",
        knowing={OTHER_COMMITMENT: [PROMISED, VOIDED]},
    ),
    Case(
        "a successor stands, so that successors close no circle",
        [PROMISED],
        SUPERSEDE,
        SuccessorIsSuperseded,
        "/successor",
        knowing={
            OTHER_COMMITMENT: [
                PROMISED,
                CommitmentSuperseded(effective_on=MARCH, successor=COMMITMENT),
            ]
        },
    ),
    Case(
        "nothing is superseded in the future",
        [PROMISED],
        replace(SUPERSEDE, superseded_on=AHEAD),
        InTheFuture,
        "/superseded_on",
    ),
    Case(
        "nothing is superseded before it was promised",
        [PROMISED],
        replace(SUPERSEDE, superseded_on=BEFORE),
        BeforeItBegan,
        "/superseded_on",
    ),
    Case("a promise is withdrawn once", [PROMISED, WITHDRAWN], WITHDRAW, NoLongerStands, "/id"),
    Case(
        "what was fulfilled is not withdrawn", [PROMISED, FULFILLED], WITHDRAW, AlreadyOver, "/id"
    ),
    Case(
        "what was due is not withdrawn",
        [PROMISED],
        replace(WITHDRAW, withdrawn_on=PartialDate("2022-02-28")),
        WithdrawnAfterDue,
        "/withdrawn_on",
    ),
    Case(
        "nothing is withdrawn in the future",
        [PROMISED],
        replace(WITHDRAW, withdrawn_on=AHEAD),
        InTheFuture,
        "/withdrawn_on",
    ),
    Case(
        "nothing is withdrawn before it was promised",
        [PROMISED],
        replace(WITHDRAW, withdrawn_on=BEFORE),
        BeforeItBegan,
        "/withdrawn_on",
    ),
    Case(
        "a withdrawal cites what is on record",
        [PROMISED],
        replace(
            WITHDRAW,
            citations=(ORIGIN, Citation(source=SOURCE, quotation=HEADING)),
        ),
        UnknownQuotation,
        "/citations/1/quotation",
        knowing={SOURCE: [SOURCE_REGISTERED, QUOTED]},
    ),
    Case(
        "a withdrawal cites a quotation once in a role",
        [PROMISED],
        replace(WITHDRAW, citations=(ORIGIN, ORIGIN)),
        CitedTwice,
        "/citations/1",
    ),
)

MILESTONES: Final = (
    Case(
        "a milestone id is used once",
        [PROMISED, STEP],
        replace(SET, milestone=MILESTONE),
        MilestoneKnown,
        "/milestone",
    ),
    Case(
        "a withdrawn promise has no new milestone",
        [PROMISED, WITHDRAWN],
        SET,
        NoLongerStands,
        "/id",
    ),
    Case(
        "a milestone is not set in the future",
        [PROMISED],
        replace(SET, set_on=AHEAD),
        InTheFuture,
        "/set_on",
    ),
    Case(
        "a milestone is not set before the promise",
        [PROMISED],
        replace(SET, set_on=BEFORE),
        BeforeItBegan,
        "/set_on",
    ),
    Case(
        "a milestone is not due before the promise",
        [PROMISED],
        replace(SET, due=Due(latest=BEFORE)),
        DueBeforeMade,
        "/due/latest",
    ),
    Case("a milestone that is reached was set", [PROMISED], REACH, UnknownMilestone, "/milestone"),
    Case(
        "a milestone is reached once",
        [PROMISED, STEP, REACHED],
        REACH,
        AlreadyReached,
        "/milestone",
    ),
    Case(
        "a milestone is not reached before it was set",
        [PROMISED, STEP],
        replace(REACH, reached_on=PartialDate("2022-02-28")),
        BeforeItBegan,
        "/reached_on",
    ),
    Case(
        "a milestone is not reached in the future",
        [PROMISED, STEP],
        replace(REACH, reached_on=AHEAD),
        InTheFuture,
        "/reached_on",
    ),
    Case(
        "a milestone cites a quotation once in a role",
        [PROMISED, STEP],
        replace(REACH, citations=(ORIGIN, ORIGIN)),
        CitedTwice,
        "/citations/1",
    ),
)

COMMITMENTS: Final = (*CONTENT, *REFERENCES, *CHANGES, *MILESTONES)
