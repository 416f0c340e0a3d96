"""Refusals about assessments, reviews and rubrics."""

from dataclasses import replace
from typing import Final

from ledger.commands import AssessProgress, PublishRubric, ReportNothingFound
from ledger.dates import PartialDate
from ledger.facts.assessment import ProgressAssessed
from ledger.facts.fact import AssessmentId
from ledger.facts.source import Citation
from ledger.rules.assessment import (
    AssessedBeforeMade,
    AssessmentKnown,
    AssessorIsAParty,
    AssessorMissing,
    EndStateReopensOnlyWithReason,
    FailureNeedsReason,
    LaterViewStands,
    NeitherDueNorContradicted,
    NotAPromisee,
    NotAPromisor,
    NotAssessedIsTheDefault,
    NothingToReopen,
    ReasonWithoutFailure,
    TalkIsNotEnough,
    UnknownRubric,
)
from ledger.rules.days import InTheFuture
from ledger.rules.evidence import CitedTwice
from ledger.rules.rubric import DefinitionMissing, NotAVersion, UnknownProgress
from ledger.rules.source import UnknownSource
from ledger.rules.stakeholder import MergedParty, UnknownParty
from ledger.rules.words import InvisibleCharacters, NoWords
from ledger.vocabulary import (
    RUBRIC_VERSION,
    AssessorKind,
    FailureReason,
    Progress,
    ReopenReason,
)
from tests.unit.ledger.refused.case import Case
from tests.unit.ledger.samples import (
    COMMITMENT,
    COMPANY,
    DOUBLE,
    MINISTRY,
    NEW,
    NOBODY,
    ORIGIN,
    PROMISED,
    QUOTE,
    UNIVERSITY,
    assessed,
    ident,
)
from tests.unit.ledger.scenario import TOMORROW

ASSESS: Final = AssessProgress(
    id=COMMITMENT,
    assessment=AssessmentId(ident("another")),
    assessed_on=PartialDate("2022-05-01"),
    assessor_kind=AssessorKind.INDEPENDENT,
    progress=Progress.STALLED,
    rubric=RUBRIC_VERSION,
)
FAIL: Final = replace(ASSESS, progress=Progress.NOT_FULFILLED, failure_reason=FailureReason.UNKNOWN)
LOOK: Final = ReportNothingFound(
    id=COMMITMENT,
    looked_on=PartialDate("2022-05-01"),
    assessor_kind=AssessorKind.INDEPENDENT,
    looked_at="The gazette.",
)
ENDED: Final = assessed(Progress.FULFILLED, "2022-04-01")
REASONS: Final = tuple(ReopenReason)
SIGHT: Final = (*(value for value in Progress if value is not Progress.NOT_ASSESSED),)
DEFINED: Final = {value.value: value.definition for value in Progress}


def reopened(progress: Progress, on: str) -> ProgressAssessed:
    return replace(assessed(progress, on), reopen_reason=ReopenReason.NEW_EVIDENCE)


ASSESSMENTS: Final = (
    Case(
        "an assessment id is used once",
        [PROMISED, assessed(Progress.STALLED, "2022-04-01", name="another")],
        ASSESS,
        AssessmentKnown,
        "/assessment",
    ),
    Case(
        "nobody assesses that nobody looked",
        [PROMISED],
        replace(ASSESS, progress=Progress.NOT_ASSESSED),
        NotAssessedIsTheDefault,
        "/progress",
        allowed=SIGHT,
    ),
    Case(
        "an assessment is made under a rubric that is known",
        [PROMISED],
        replace(ASSESS, rubric="0"),
        UnknownRubric,
        "/rubric",
        allowed=(RUBRIC_VERSION,),
    ),
    Case(
        "nobody looks in the future",
        [PROMISED],
        replace(ASSESS, assessed_on=PartialDate(TOMORROW)),
        InTheFuture,
        "/assessed_on",
    ),
    Case(
        "nobody looks before the promise",
        [PROMISED],
        replace(ASSESS, assessed_on=PartialDate("2022-02-14")),
        AssessedBeforeMade,
        "/assessed_on",
    ),
    *(
        Case(
            f"{progress} is shown by a quotation",
            [PROMISED],
            replace(ASSESS, progress=progress),
            TalkIsNotEnough,
            "/citations",
        )
        for progress in (
            Progress.IN_PROGRESS,
            Progress.PARTLY_FULFILLED,
            Progress.FULFILLED,
            Progress.ABANDONED,
        )
    ),
    Case(
        "an assessment cites a quotation once in a role",
        [PROMISED],
        replace(ASSESS, citations=(ORIGIN, ORIGIN)),
        CitedTwice,
        "/citations/1",
    ),
    Case(
        "an assessment cites what is on record",
        [PROMISED],
        replace(ASSESS, citations=(Citation(source=NOBODY, quotation=QUOTE),)),
        UnknownSource,
        "/citations/0/source",
    ),
    # --- failure
    Case(
        "what was not fulfilled has a reason",
        [PROMISED],
        replace(FAIL, failure_reason=None),
        FailureNeedsReason,
        "/failure_reason",
    ),
    *(
        Case(
            f"{progress} has no failure reason",
            [PROMISED],
            replace(
                ASSESS,
                progress=progress,
                citations=(ORIGIN,),
                failure_reason=FailureReason.UNKNOWN,
            ),
            ReasonWithoutFailure,
            "/failure_reason",
        )
        for progress in SIGHT
        if progress not in {Progress.NOT_FULFILLED, Progress.ABANDONED}
    ),
    Case(
        "on the due day nothing has failed yet",
        [PROMISED],
        replace(FAIL, assessed_on=PartialDate("2022-02-27")),
        NeitherDueNorContradicted,
        "/progress",
    ),
    Case(
        "in the month of the due day nothing has certainly failed",
        [PROMISED],
        replace(FAIL, assessed_on=PartialDate("2022-02")),
        NeitherDueNorContradicted,
        "/progress",
    ),
    Case(
        "what has no due date fails by a contradiction only",
        [replace(PROMISED, content=replace(PROMISED.content, due=None))],
        replace(FAIL, citations=(ORIGIN,)),
        NeitherDueNorContradicted,
        "/progress",
    ),
    # --- end states
    Case(
        "an end reopens only with a reason",
        [PROMISED, ENDED],
        ASSESS,
        EndStateReopensOnlyWithReason,
        "/reopen_reason",
        allowed=REASONS,
    ),
    Case(
        "an end becomes another end only with a reason",
        [PROMISED, ENDED],
        FAIL,
        EndStateReopensOnlyWithReason,
        "/reopen_reason",
        allowed=REASONS,
    ),
    Case(
        "an end of the same day reopens only with a reason",
        [PROMISED, ENDED],
        replace(ASSESS, assessed_on=PartialDate("2022-04-01")),
        EndStateReopensOnlyWithReason,
        "/reopen_reason",
        allowed=REASONS,
    ),
    Case(
        "the last of two views of one day counts",
        [PROMISED, assessed(Progress.STALLED, "2022-04-01"), ENDED],
        ASSESS,
        EndStateReopensOnlyWithReason,
        "/reopen_reason",
        allowed=REASONS,
    ),
    Case(
        "the view that is last by the world's clock counts",
        [PROMISED, ENDED, assessed(Progress.STALLED, "2022-03-01")],
        ASSESS,
        EndStateReopensOnlyWithReason,
        "/reopen_reason",
        allowed=REASONS,
    ),
    Case(
        "nothing reopens that nobody assessed",
        [PROMISED],
        replace(ASSESS, reopen_reason=ReopenReason.NEW_EVIDENCE),
        NothingToReopen,
        "/reopen_reason",
    ),
    Case(
        "nothing reopens that is open",
        [PROMISED, assessed(Progress.NO_EVIDENCE, "2022-04-01")],
        replace(ASSESS, reopen_reason=ReopenReason.NEW_EVIDENCE),
        NothingToReopen,
        "/reopen_reason",
    ),
    Case(
        "nothing reopens when the same end is seen again",
        [PROMISED, ENDED],
        replace(
            ASSESS,
            progress=Progress.FULFILLED,
            citations=(ORIGIN,),
            reopen_reason=ReopenReason.NEW_EVIDENCE,
        ),
        NothingToReopen,
        "/reopen_reason",
    ),
    Case(
        "nothing reopens that somebody else has seen the end of",
        [PROMISED, assessed(Progress.FULFILLED, "2022-04-01", kind=AssessorKind.OFFICIAL)],
        replace(ASSESS, reopen_reason=ReopenReason.NEW_EVIDENCE),
        NothingToReopen,
        "/reopen_reason",
    ),
    Case(
        "an end recorded late does not precede an open view",
        [PROMISED, assessed(Progress.STALLED, "2022-05-02")],
        replace(ASSESS, progress=Progress.FULFILLED, citations=(ORIGIN,)),
        LaterViewStands,
        "/assessed_on",
    ),
    Case(
        "an end recorded late does not precede an open view, although a later one reopens",
        [
            PROMISED,
            assessed(Progress.STALLED, "2022-05-02"),
            assessed(Progress.FULFILLED, "2022-05-03"),
            reopened(Progress.NOT_STARTED, "2022-05-04"),
        ],
        replace(ASSESS, progress=Progress.FULFILLED, citations=(ORIGIN,)),
        LaterViewStands,
        "/assessed_on",
    ),
    # --- assessors
    Case(
        "who assesses itself has a name",
        [PROMISED],
        replace(ASSESS, assessor_kind=AssessorKind.SELF),
        AssessorMissing,
        "/assessor",
    ),
    Case(
        "a promisee who assesses has a name",
        [PROMISED],
        replace(ASSESS, assessor_kind=AssessorKind.PROMISEE),
        AssessorMissing,
        "/assessor",
    ),
    Case(
        "only a promisor assesses itself",
        [PROMISED],
        replace(ASSESS, assessor_kind=AssessorKind.SELF, assessor=MINISTRY),
        NotAPromisor,
        "/assessor",
    ),
    Case(
        "only a promisee assesses as one",
        [PROMISED],
        replace(ASSESS, assessor_kind=AssessorKind.PROMISEE, assessor=COMPANY),
        NotAPromisee,
        "/assessor",
    ),
    Case(
        "a promisor is not independent",
        [PROMISED],
        replace(ASSESS, assessor=COMPANY),
        AssessorIsAParty,
        "/assessor",
    ),
    Case(
        "a promisee is not independent",
        [PROMISED],
        replace(ASSESS, assessor=MINISTRY),
        AssessorIsAParty,
        "/assessor",
    ),
    Case(
        "a party is no official judge",
        [PROMISED],
        replace(ASSESS, assessor_kind=AssessorKind.OFFICIAL, assessor=COMPANY),
        AssessorIsAParty,
        "/assessor",
    ),
    Case(
        "an assessor is registered",
        [PROMISED],
        replace(ASSESS, assessor=NOBODY),
        UnknownParty,
        "/assessor",
    ),
    Case(
        "an assessor who is the promisor is registered",
        [replace(PROMISED, content=replace(PROMISED.content, promisors=(NOBODY,)))],
        replace(ASSESS, assessor_kind=AssessorKind.SELF, assessor=NOBODY),
        UnknownParty,
        "/assessor",
    ),
    Case(
        "an independent assessor is not a duplicate",
        [PROMISED],
        replace(ASSESS, assessor=DOUBLE),
        MergedParty,
        "/assessor",
    ),
    # --- reviews
    Case(
        "a review says where somebody looked",
        [PROMISED],
        replace(LOOK, looked_at=""),
        NoWords,
        "/looked_at",
    ),
    Case(
        "a review is not made in the future",
        [PROMISED],
        replace(LOOK, looked_on=PartialDate(TOMORROW)),
        InTheFuture,
        "/looked_on",
    ),
    Case(
        "a review is not made before the promise",
        [PROMISED],
        replace(LOOK, looked_on=PartialDate("2022-02-14")),
        AssessedBeforeMade,
        "/looked_on",
    ),
    Case(
        "a party reviews as what it is",
        [PROMISED],
        replace(LOOK, assessor=COMPANY),
        AssessorIsAParty,
        "/assessor",
    ),
    Case(
        "only a promisor reviews itself",
        [PROMISED],
        replace(LOOK, assessor_kind=AssessorKind.SELF, assessor=UNIVERSITY),
        NotAPromisor,
        "/assessor",
    ),
    Case(
        "a reviewer is registered",
        [PROMISED],
        replace(LOOK, assessor=NOBODY),
        UnknownParty,
        "/assessor",
    ),
    # --- rubrics
    Case(
        "a rubric has a version",
        [],
        PublishRubric(id=NEW, rubric="", definitions=DEFINED),
        NotAVersion,
        "/rubric",
    ),
    Case(
        "a version is short",
        [],
        PublishRubric(id=NEW, rubric="1" * 31, definitions=DEFINED),
        NotAVersion,
        "/rubric",
    ),
    Case(
        "a version is no sentence",
        [],
        PublishRubric(id=NEW, rubric="Version 1", definitions=DEFINED),
        NotAVersion,
        "/rubric",
    ),
    Case(
        "a rubric defines what there is",
        [],
        PublishRubric(id=NEW, rubric="2", definitions={**DEFINED, "nearly": "Nearly."}),
        UnknownProgress,
        "/definitions",
        allowed=tuple(Progress),
    ),
    Case(
        "a rubric defines everything",
        [],
        PublishRubric(
            id=NEW,
            rubric="2",
            definitions={code: text for code, text in DEFINED.items() if code != "stalled"},
        ),
        DefinitionMissing,
        "/definitions",
        allowed=("stalled",),
    ),
    Case(
        "a definition has words",
        [],
        PublishRubric(id=NEW, rubric="2", definitions={**DEFINED, "stalled": " "}),
        NoWords,
        "/definitions/stalled",
    ),
    Case(
        "a definition has nothing hidden in it",
        [],
        PublishRubric(id=NEW, rubric="2", definitions={**DEFINED, "stalled": "\0"}),
        InvisibleCharacters,
        "/definitions/stalled",
    ),
)
