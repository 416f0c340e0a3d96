"""What every record has in common: beginning, being there, being voided, being corrected."""

from dataclasses import replace
from typing import Final

from ledger.commands import (
    AddAlias,
    AssessProgress,
    CorrectCommitment,
    CorrectMeeting,
    CorrectOrganization,
    CorrectOutcome,
    CorrectPerson,
    CorrectSource,
    CorrectStatement,
    MergeStakeholder,
    OpenDispute,
    PublishRubric,
    RecordCommitment,
    RecordMeeting,
    RecordOutcome,
    RecordStatement,
    RegisterOrganization,
    RegisterPerson,
    RegisterSource,
    ReportNothingFound,
    SupersedeCommitment,
    UnmergeStakeholder,
    VoidCommitment,
    VoidMeeting,
    VoidOutcome,
    VoidSource,
    VoidStatement,
)
from ledger.dates import PartialDate
from ledger.facts.assessment import OutcomeVoided
from ledger.facts.commitment import CommitmentVoided, Relation
from ledger.facts.meeting import MeetingVoided
from ledger.rules.commitment import UnknownCommitment
from ledger.rules.dispute import UnknownSubject
from ledger.rules.meeting import UnknownMeeting
from ledger.rules.outcome import UnknownOutcome
from ledger.rules.record import IdTaken, NamesItself, NothingCorrected, OfAnotherKind, Voided
from ledger.rules.source import UnknownSource
from ledger.rules.stakeholder import UnknownParty
from ledger.rules.statement import UnknownStatement
from ledger.vocabulary import (
    AssessorKind,
    CorrectionReason,
    DisputeGround,
    Progress,
    RelationKind,
    VoidReason,
)
from tests.unit.ledger.refused.case import Case
from tests.unit.ledger.samples import (
    ASSESSMENT,
    CLERK,
    COMMITMENT,
    COMMITMENT_CONTENT,
    DISPUTE,
    HAPPENED,
    MEETING,
    MEETING_PROFILE,
    MEETING_RECORDED,
    MET_ON,
    MINISTRY,
    MINISTRY_PROFILE,
    MINISTRY_REGISTERED,
    NEW,
    OUTCOME,
    OUTCOME_CONTENT,
    PERSON,
    PERSON_PROFILE,
    PERSON_REGISTERED,
    PROMISED,
    PUBLISHED,
    RUBRIC,
    SOURCE,
    SOURCE_PROFILE,
    SOURCE_REGISTERED,
    SOURCE_VOIDED,
    STATED,
    STATEMENT_VOIDED,
    UNDERTAKING,
    UNDERTAKING_CONTENT,
)

WHY: Final = CorrectionReason.MISREADING
MEETING_VOIDED: Final = MeetingVoided(effective_on=MET_ON, reason=VoidReason.TEST)
COMMITMENT_VOIDED: Final = CommitmentVoided(effective_on=MET_ON, reason=VoidReason.TEST)
OUTCOME_VOIDED: Final = OutcomeVoided(effective_on=HAPPENED.effective_on, reason=VoidReason.TEST)
OBJECTION: Final = OpenDispute(
    id=COMMITMENT,
    dispute=DISPUTE,
    ground=DisputeGround.NOT_SAID,
    opened_by=CLERK,
    text="No.",
    opened_on=MET_ON,
)

RECORDS: Final = (
    Case(
        "an organization cannot be registered under an id that is taken",
        [MINISTRY_REGISTERED],
        RegisterOrganization(id=MINISTRY, profile=replace(MINISTRY_PROFILE, name="Another")),
        IdTaken,
        "/id",
    ),
    Case(
        "a person cannot be registered under an id that is taken",
        [PERSON_REGISTERED],
        RegisterPerson(id=PERSON, profile=PERSON_PROFILE),
        IdTaken,
        "/id",
    ),
    Case(
        "a source cannot be registered under an id that is taken",
        [SOURCE_REGISTERED],
        RegisterSource(id=SOURCE, profile=SOURCE_PROFILE),
        IdTaken,
        "/id",
    ),
    Case(
        "a meeting cannot be recorded under an id that is taken",
        [MEETING_RECORDED],
        RecordMeeting(id=MEETING, profile=MEETING_PROFILE),
        IdTaken,
        "/id",
    ),
    Case(
        "a statement cannot be recorded under an id that is taken",
        [STATED],
        RecordStatement(id=UNDERTAKING, content=UNDERTAKING_CONTENT, said_on=MET_ON),
        IdTaken,
        "/id",
    ),
    Case(
        "a commitment cannot be recorded under an id that is taken",
        [PROMISED],
        RecordCommitment(id=COMMITMENT, content=COMMITMENT_CONTENT),
        IdTaken,
        "/id",
    ),
    Case(
        "an outcome cannot be recorded under an id that is taken",
        [HAPPENED],
        RecordOutcome(id=OUTCOME, content=OUTCOME_CONTENT, happened_on=MET_ON),
        IdTaken,
        "/id",
    ),
    Case(
        "a rubric version is published once",
        [PUBLISHED],
        PublishRubric(id=RUBRIC, rubric="1", definitions=PUBLISHED.definitions),
        IdTaken,
        "/id",
    ),
    Case(
        "a person cannot be registered where a source is",
        [SOURCE_REGISTERED],
        RegisterPerson(id=SOURCE, profile=PERSON_PROFILE),
        OfAnotherKind,
        "/id",
    ),
    Case(
        "a dispute is about no meeting",
        [MEETING_RECORDED],
        replace(OBJECTION, id=MEETING),
        OfAnotherKind,
        "/id",
    ),
    # --- nothing there
    Case(
        "nobody gets an alias who is not registered",
        [],
        AddAlias(id=NEW, alias="Wires"),
        UnknownParty,
        "/id",
    ),
    Case(
        "nobody is unmerged who is not registered",
        [],
        UnmergeStakeholder(id=NEW),
        UnknownParty,
        "/id",
    ),
    Case(
        "nobody is merged who is not registered",
        [],
        MergeStakeholder(id=NEW, into=MINISTRY),
        UnknownParty,
        "/id",
    ),
    Case(
        "a source that is not registered cannot be voided",
        [],
        VoidSource(id=NEW, reason=VoidReason.TEST),
        UnknownSource,
        "/id",
    ),
    Case(
        "a meeting that is not recorded cannot be voided",
        [],
        VoidMeeting(id=NEW, reason=VoidReason.TEST),
        UnknownMeeting,
        "/id",
    ),
    Case(
        "a statement that is not recorded cannot be voided",
        [],
        VoidStatement(id=NEW, reason=VoidReason.TEST),
        UnknownStatement,
        "/id",
    ),
    Case(
        "a commitment that is not recorded cannot be voided",
        [],
        VoidCommitment(id=NEW, reason=VoidReason.TEST),
        UnknownCommitment,
        "/id",
    ),
    Case(
        "a commitment that is not recorded cannot be assessed",
        [],
        AssessProgress(
            id=NEW,
            assessment=ASSESSMENT,
            assessed_on=MET_ON,
            assessor_kind=AssessorKind.INDEPENDENT,
            progress=Progress.STALLED,
            rubric="1",
        ),
        UnknownCommitment,
        "/id",
    ),
    Case(
        "an outcome that is not recorded cannot be voided",
        [],
        VoidOutcome(id=NEW, reason=VoidReason.TEST),
        UnknownOutcome,
        "/id",
    ),
    Case(
        "a dispute is about a record that is there",
        [],
        replace(OBJECTION, id=NEW),
        UnknownSubject,
        "/id",
    ),
    # --- voided
    Case(
        "a voided source is not voided again",
        [SOURCE_REGISTERED, SOURCE_VOIDED],
        VoidSource(id=SOURCE, reason=VoidReason.TEST),
        Voided,
        "/id",
    ),
    Case(
        "a voided meeting takes nothing more",
        [MEETING_RECORDED, MEETING_VOIDED],
        VoidMeeting(id=MEETING, reason=VoidReason.TEST),
        Voided,
        "/id",
    ),
    Case(
        "a voided statement takes nothing more",
        [STATED, STATEMENT_VOIDED],
        VoidStatement(id=UNDERTAKING, reason=VoidReason.TEST),
        Voided,
        "/id",
    ),
    Case(
        "a voided statement is not disputed",
        [STATED, STATEMENT_VOIDED],
        replace(OBJECTION, id=UNDERTAKING),
        Voided,
        "/id",
    ),
    Case(
        "a voided commitment takes nothing more",
        [PROMISED, COMMITMENT_VOIDED],
        VoidCommitment(id=COMMITMENT, reason=VoidReason.TEST),
        Voided,
        "/id",
    ),
    Case(
        "a voided commitment is not reviewed",
        [PROMISED, COMMITMENT_VOIDED],
        ReportNothingFound(
            id=COMMITMENT,
            looked_on=MET_ON,
            assessor_kind=AssessorKind.INDEPENDENT,
            looked_at="The press.",
        ),
        Voided,
        "/id",
    ),
    Case(
        "a voided commitment is not disputed",
        [PROMISED, COMMITMENT_VOIDED],
        OBJECTION,
        Voided,
        "/id",
    ),
    Case(
        "a voided outcome takes nothing more",
        [HAPPENED, OUTCOME_VOIDED],
        VoidOutcome(id=OUTCOME, reason=VoidReason.TEST),
        Voided,
        "/id",
    ),
    # --- nothing corrected
    Case(
        "a correction of an organization changes something",
        [MINISTRY_REGISTERED],
        CorrectOrganization(id=MINISTRY, profile=MINISTRY_PROFILE, reason=WHY),
        NothingCorrected,
        "/profile",
    ),
    Case(
        "a correction of a person changes something",
        [PERSON_REGISTERED],
        CorrectPerson(id=PERSON, profile=PERSON_PROFILE, reason=WHY),
        NothingCorrected,
        "/profile",
    ),
    Case(
        "a correction of a source changes something",
        [SOURCE_REGISTERED],
        CorrectSource(id=SOURCE, profile=SOURCE_PROFILE, reason=WHY),
        NothingCorrected,
        "/profile",
    ),
    Case(
        "a correction of a meeting changes something",
        [MEETING_RECORDED],
        CorrectMeeting(id=MEETING, profile=MEETING_PROFILE, reason=WHY),
        NothingCorrected,
        "/profile",
    ),
    Case(
        "a correction of a statement changes something",
        [STATED],
        CorrectStatement(id=UNDERTAKING, content=UNDERTAKING_CONTENT, reason=WHY),
        NothingCorrected,
        "/content",
    ),
    Case(
        "a correction of a commitment changes something",
        [PROMISED],
        CorrectCommitment(id=COMMITMENT, content=COMMITMENT_CONTENT, reason=WHY),
        NothingCorrected,
        "/content",
    ),
    Case(
        "a correction of an outcome changes something",
        [HAPPENED],
        CorrectOutcome(
            id=OUTCOME,
            content=OUTCOME_CONTENT,
            happened_on=HAPPENED.effective_on,
            reason=WHY,
        ),
        NothingCorrected,
        "/content",
    ),
    # --- itself
    Case(
        "nobody founds itself",
        [MINISTRY_REGISTERED],
        CorrectOrganization(
            id=MINISTRY, profile=replace(MINISTRY_PROFILE, founder=MINISTRY), reason=WHY
        ),
        NamesItself,
        "/profile/founder",
    ),
    Case(
        "nobody is merged into itself",
        [MINISTRY_REGISTERED],
        MergeStakeholder(id=MINISTRY, into=MINISTRY),
        NamesItself,
        "/into",
    ),
    Case(
        "a meeting does not follow itself",
        [MEETING_RECORDED],
        CorrectMeeting(id=MEETING, profile=replace(MEETING_PROFILE, follows=MEETING), reason=WHY),
        NamesItself,
        "/profile/follows",
    ),
    Case(
        "a commitment does not supersede itself",
        [PROMISED],
        SupersedeCommitment(
            id=COMMITMENT, successor=COMMITMENT, superseded_on=PartialDate("2022-03-01")
        ),
        NamesItself,
        "/successor",
    ),
    Case(
        "a commitment is no part of itself",
        [PROMISED],
        CorrectCommitment(
            id=COMMITMENT, content=replace(COMMITMENT_CONTENT, parent=COMMITMENT), reason=WHY
        ),
        NamesItself,
        "/content/parent",
    ),
    Case(
        "a commitment does not duplicate itself",
        [PROMISED],
        CorrectCommitment(
            id=COMMITMENT,
            content=replace(
                COMMITMENT_CONTENT,
                relations=(Relation(kind=RelationKind.DUPLICATES, commitment=COMMITMENT),),
            ),
            reason=WHY,
        ),
        NamesItself,
        "/content/relations/0/commitment",
    ),
)
