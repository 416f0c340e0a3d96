"""What people write: characters, lengths and shapes, and in each field that is read."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ledger.commands import (
    AddAlias,
    ArchiveText,
    AssessProgress,
    Command,
    CorrectCommitment,
    CorrectMeeting,
    CorrectOrganization,
    CorrectOutcome,
    CorrectPerson,
    CorrectSource,
    CorrectStatement,
    DraftMinutes,
    MoveDue,
    OpenDispute,
    RecordCommitment,
    RecordMeeting,
    RecordOutcome,
    RecordStatement,
    RegisterOrganization,
    RegisterPerson,
    RegisterSource,
    RenameStakeholder,
    ReportNothingFound,
    SetMilestone,
    StartMembership,
    TakeQuotation,
)
from ledger.dates import PartialDate
from ledger.errors import Refusal
from ledger.facts.commitment import ThirdParty
from ledger.facts.fact import MembershipId, MilestoneId, QuotationId
from ledger.facts.meeting import ClaimedDate, Participant
from ledger.rules.words import (
    ARCHIVE_LIMIT,
    NAME_LIMIT,
    TEXT_LIMIT,
    TOPIC_LIMIT,
    URL_LIMIT,
    InvisibleCharacters,
    NotALanguage,
    NotATopic,
    NotAWebAddress,
    NoWords,
    TooLong,
    TopicTwice,
)
from ledger.vocabulary import AssessorKind, CorrectionReason, DisputeGround, Progress
from tests.unit.ledger.refused.case import Case
from tests.unit.ledger.samples import (
    ASSESSMENT,
    CLERK,
    COMMITMENT,
    COMMITMENT_CONTENT,
    COMPANY,
    DISPUTE,
    DUE,
    HISTORIES,
    MEETING,
    MEETING_PROFILE,
    MET_ON,
    MINISTRY,
    MINISTRY_PROFILE,
    NEW,
    OUTCOME,
    OUTCOME_CONTENT,
    PERSON,
    PERSON_PROFILE,
    SOURCE,
    SOURCE_PROFILE,
    UNDERTAKING,
    UNDERTAKING_CONTENT,
    ident,
)

HIDDEN: Final = "wires\x07"
WHY: Final = CorrectionReason.TRANSCRIPTION


def named(name: str) -> Command:
    return RegisterPerson(id=NEW, profile=replace(PERSON_PROFILE, name=name))


def linked(url: str) -> Command:
    return RegisterSource(id=NEW, profile=replace(SOURCE_PROFILE, url=url))


def about(*topics: str) -> Command:
    content = replace(UNDERTAKING_CONTENT, topics=topics)
    return RecordStatement(id=NEW, content=content, said_on=MET_ON)


def stating(text: str) -> Command:
    content = replace(UNDERTAKING_CONTENT, text=text)
    return RecordStatement(id=NEW, content=content, said_on=MET_ON)


def speaking(tag: str) -> Command:
    return RegisterSource(id=NEW, profile=replace(SOURCE_PROFILE, language=tag))


FAULTS: Final[tuple[tuple[str, Command, type[Refusal], str], ...]] = (
    ("an empty name", named(""), NoWords, "/profile/name"),
    ("a name of spaces", named(" \u00a0"), NoWords, "/profile/name"),
    ("a name of nothing but an accent", named("\u0301"), NoWords, "/profile/name"),
    ("a filler in a name", named("Meta\u3164"), InvisibleCharacters, "/profile/name"),
    ("a blank pattern in a name", named("Meta\u2800"), InvisibleCharacters, "/profile/name"),
    ("a variant mark in a name", named("Me\ufe0fta"), InvisibleCharacters, "/profile/name"),
    ("a joiner of marks in a name", named("Me\u034fta"), InvisibleCharacters, "/profile/name"),
    ("a text that nobody can see", stating("\u200b\u3164"), NoWords, "/content/text"),
    ("a text with no character", stating("a\uffff"), InvisibleCharacters, "/content/text"),
    ("a name that is too long", named("a" * (NAME_LIMIT + 1)), TooLong, "/profile/name"),
    ("a name with NUL", named("Ada\0"), InvisibleCharacters, "/profile/name"),
    ("a name in two lines", named("Ada\nB"), InvisibleCharacters, "/profile/name"),
    ("a name with a tab", named("Ada\tB"), InvisibleCharacters, "/profile/name"),
    ("a name with half a character", named("Ada\ud800"), InvisibleCharacters, "/profile/name"),
    ("a name with DEL", named("Ada\x7f"), InvisibleCharacters, "/profile/name"),
    *(
        (
            f"a name with U+{ord(mark):04X}",
            named(f"Ada{mark}B"),
            InvisibleCharacters,
            "/profile/name",
        )
        for mark in "\u00ad\u061c\u200b\u200e\u200f\u2028\u202a\u202e\u2060\u2066\u2069\ufeff"
    ),
    ("an empty text", stating(""), NoWords, "/content/text"),
    ("a text of spaces", stating(" \n"), NoWords, "/content/text"),
    ("a text that is too long", stating("a" * (TEXT_LIMIT + 1)), TooLong, "/content/text"),
    ("a text with NUL", stating("a\0"), InvisibleCharacters, "/content/text"),
    ("a text with an escape", stating("\x1b[2J"), InvisibleCharacters, "/content/text"),
    ("a text with half a character", stating("\udfff"), InvisibleCharacters, "/content/text"),
    ("a script as an address", linked("javascript:alert(1)"), NotAWebAddress, "/profile/url"),
    (
        "a script as the address of a person",
        RegisterPerson(id=NEW, profile=replace(PERSON_PROFILE, url="javascript:alert(1)")),
        NotAWebAddress,
        "/profile/url",
    ),
    ("a file as an address", linked("file:///etc/passwd"), NotAWebAddress, "/profile/url"),
    ("an address without a host", linked("https:///lab"), NotAWebAddress, "/profile/url"),
    ("an address with a name", linked("https://ada@x.example"), NotAWebAddress, "/profile/url"),
    (
        "an address with a password",
        linked("https://ada:secret@x.example"),
        NotAWebAddress,
        "/profile/url",
    ),
    ("an address with a space", linked("https://x.example/a b"), NotAWebAddress, "/profile/url"),
    ("an address with a quote", linked('https://x.example/"'), NotAWebAddress, "/profile/url"),
    (
        "an address with a port of words",
        linked("https://x.example:a/"),
        NotAWebAddress,
        "/profile/url",
    ),
    ("an address in broken brackets", linked("https://[x.example"), NotAWebAddress, "/profile/url"),
    (
        "an address that turns its direction",
        linked("https://x.example/\u202e"),
        NotAWebAddress,
        "/profile/url",
    ),
    ("an address with NUL", linked("https://x.example/\0"), NotAWebAddress, "/profile/url"),
    (
        "an address that is too long",
        linked("https://x.example/" + "a" * URL_LIMIT),
        TooLong,
        "/profile/url",
    ),
    ("a topic in capitals", about("wires", "Plans"), NotATopic, "/content/topics/1"),
    ("a topic with a space", about("big plans"), NotATopic, "/content/topics/0"),
    ("an empty topic", about(""), NotATopic, "/content/topics/0"),
    ("a topic with two hyphens", about("big--plans"), NotATopic, "/content/topics/0"),
    ("a topic that is too long", about("a" * (TOPIC_LIMIT + 1)), NotATopic, "/content/topics/0"),
    (
        "a topic of a commitment in capitals",
        RecordCommitment(id=NEW, content=replace(COMMITMENT_CONTENT, topics=("Plans",))),
        NotATopic,
        "/content/topics/0",
    ),
    ("a topic named twice", about("plans", "wires", "plans"), TopicTwice, "/content/topics/2"),
    ("a language in words", speaking("en glish"), NotALanguage, "/profile/language"),
    ("a language of one letter", speaking("e"), NotALanguage, "/profile/language"),
    ("an empty language", speaking(""), NotALanguage, "/profile/language"),
    ("a language with an empty subtag", speaking("en-"), NotALanguage, "/profile/language"),
)


def _archives() -> Iterator[Case]:
    too_long = "a" * (ARCHIVE_LIMIT + 1)
    yield Case(
        "an archived text has a limit",
        HISTORIES[SOURCE],
        ArchiveText(id=SOURCE, text=too_long, retrieved_on=MET_ON),
        TooLong,
        "/text",
    )
    yield Case(
        "minutes have a limit",
        HISTORIES[MEETING],
        DraftMinutes(id=MEETING, text=too_long),
        TooLong,
        "/text",
    )


ORGANIZATION = RegisterOrganization(id=NEW, profile=MINISTRY_PROFILE)
COMMITTED = RecordCommitment(id=NEW, content=COMMITMENT_CONTENT)
MEETING_PLANNED = RecordMeeting(id=NEW, profile=MEETING_PROFILE)
QUOTATION = TakeQuotation(id=SOURCE, quotation=QuotationId(ident("another")), exact="a plan")
STEP_SET = SetMilestone(
    id=COMMITMENT, milestone=MilestoneId(ident("another")), text="A step.", set_on=MET_ON
)

READ: Final[tuple[tuple[Command, str], ...]] = (
    (
        RegisterPerson(id=NEW, profile=replace(PERSON_PROFILE, aliases=(HIDDEN,))),
        "/profile/aliases/0",
    ),
    (replace(ORGANIZATION, profile=replace(MINISTRY_PROFILE, name=HIDDEN)), "/profile/name"),
    (replace(ORGANIZATION, profile=replace(MINISTRY_PROFILE, purpose=HIDDEN)), "/profile/purpose"),
    (RenameStakeholder(id=MINISTRY, name=HIDDEN, renamed_on=MET_ON), "/name"),
    (AddAlias(id=MINISTRY, alias=HIDDEN), "/alias"),
    (
        StartMembership(
            id=PERSON,
            membership=MembershipId(ident("another")),
            organization=COMPANY,
            role=HIDDEN,
        ),
        "/role",
    ),
    (
        CorrectOrganization(id=MINISTRY, profile=MINISTRY_PROFILE, reason=WHY, noticed_by=HIDDEN),
        "/noticed_by",
    ),
    (
        CorrectPerson(id=PERSON, profile=PERSON_PROFILE, reason=WHY, noticed_by=HIDDEN),
        "/noticed_by",
    ),
    (
        RegisterSource(id=NEW, profile=replace(SOURCE_PROFILE, publisher=HIDDEN)),
        "/profile/publisher",
    ),
    (RegisterSource(id=NEW, profile=replace(SOURCE_PROFILE, title=HIDDEN)), "/profile/title"),
    (
        CorrectSource(id=SOURCE, profile=SOURCE_PROFILE, reason=WHY, noticed_by=HIDDEN),
        "/noticed_by",
    ),
    (ArchiveText(id=SOURCE, text=HIDDEN, retrieved_on=MET_ON), "/text"),
    (replace(QUOTATION, exact=HIDDEN), "/exact"),
    (replace(QUOTATION, prefix=HIDDEN), "/prefix"),
    (replace(QUOTATION, suffix=HIDDEN), "/suffix"),
    (replace(QUOTATION, attributed_to=HIDDEN), "/attributed_to"),
    (replace(MEETING_PLANNED, profile=replace(MEETING_PROFILE, title=HIDDEN)), "/profile/title"),
    (replace(MEETING_PLANNED, profile=replace(MEETING_PROFILE, place=HIDDEN)), "/profile/place"),
    (replace(MEETING_PLANNED, profile=replace(MEETING_PROFILE, series=HIDDEN)), "/profile/series"),
    (
        replace(MEETING_PLANNED, profile=replace(MEETING_PROFILE, agenda=("Wires", HIDDEN))),
        "/profile/agenda/1",
    ),
    (
        replace(
            MEETING_PLANNED,
            profile=replace(
                MEETING_PROFILE,
                claimed_dates=(ClaimedDate(source=SOURCE, held_on=MET_ON, text=HIDDEN),),
            ),
        ),
        "/profile/claimed_dates/0/text",
    ),
    (
        replace(
            MEETING_PLANNED,
            profile=replace(
                MEETING_PROFILE, participants=(Participant(stakeholder=PERSON, role=HIDDEN),)
            ),
        ),
        "/profile/participants/0/role",
    ),
    (
        CorrectMeeting(id=MEETING, profile=MEETING_PROFILE, reason=WHY, noticed_by=HIDDEN),
        "/noticed_by",
    ),
    (
        CorrectPerson(id=PERSON, profile=replace(PERSON_PROFILE, name=HIDDEN), reason=WHY),
        "/profile/name",
    ),
    (
        CorrectSource(id=SOURCE, profile=replace(SOURCE_PROFILE, title=HIDDEN), reason=WHY),
        "/profile/title",
    ),
    (DraftMinutes(id=MEETING, text=HIDDEN), "/text"),
    (stating(HIDDEN), "/content/text"),
    (
        CorrectStatement(
            id=UNDERTAKING, content=UNDERTAKING_CONTENT, reason=WHY, noticed_by=HIDDEN
        ),
        "/noticed_by",
    ),
    (replace(COMMITTED, content=replace(COMMITMENT_CONTENT, text=HIDDEN)), "/content/text"),
    (replace(COMMITTED, content=replace(COMMITMENT_CONTENT, purpose=HIDDEN)), "/content/purpose"),
    (
        replace(
            COMMITTED,
            content=replace(
                COMMITMENT_CONTENT,
                strength=replace(COMMITMENT_CONTENT.strength, reading=HIDDEN),
            ),
        ),
        "/content/strength/reading",
    ),
    (
        replace(
            COMMITTED,
            content=replace(COMMITMENT_CONTENT, third_parties=(ThirdParty(name=HIDDEN),)),
        ),
        "/content/third_parties/0/name",
    ),
    (
        replace(COMMITTED, content=replace(COMMITMENT_CONTENT, due=replace(DUE, text=HIDDEN))),
        "/content/due/text",
    ),
    (
        CorrectCommitment(id=COMMITMENT, content=COMMITMENT_CONTENT, reason=WHY, noticed_by=HIDDEN),
        "/noticed_by",
    ),
    (
        MoveDue(id=COMMITMENT, due=replace(DUE, text=HIDDEN), moved_on=MET_ON),
        "/due/text",
    ),
    (replace(STEP_SET, text=HIDDEN), "/text"),
    (replace(STEP_SET, due=replace(DUE, text=HIDDEN)), "/due/text"),
    (
        AssessProgress(
            id=COMMITMENT,
            assessment=ASSESSMENT,
            assessed_on=MET_ON,
            assessor_kind=AssessorKind.INDEPENDENT,
            progress=Progress.STALLED,
            rubric="1",
            note=HIDDEN,
        ),
        "/note",
    ),
    (
        ReportNothingFound(
            id=COMMITMENT,
            looked_on=MET_ON,
            assessor_kind=AssessorKind.INDEPENDENT,
            looked_at=HIDDEN,
        ),
        "/looked_at",
    ),
    (
        RecordOutcome(id=NEW, content=replace(OUTCOME_CONTENT, text=HIDDEN), happened_on=MET_ON),
        "/content/text",
    ),
    (
        CorrectOutcome(
            id=OUTCOME,
            content=OUTCOME_CONTENT,
            happened_on=PartialDate("2022-05"),
            reason=WHY,
            noticed_by=HIDDEN,
        ),
        "/noticed_by",
    ),
    (
        OpenDispute(
            id=COMMITMENT,
            dispute=DISPUTE,
            ground=DisputeGround.NOT_SAID,
            opened_by=CLERK,
            text=HIDDEN,
            opened_on=MET_ON,
        ),
        "/text",
    ),
)

WORDS: Final = (
    *(
        Case(f"{sentence} is refused", [], command, refusal, pointer)
        for sentence, command, refusal, pointer in FAULTS
    ),
    *(
        Case(
            f"hidden characters in {pointer} of {type(command).__name__} are refused",
            HISTORIES.get(command.id, []),
            command,
            InvisibleCharacters,
            pointer,
        )
        for command, pointer in READ
    ),
    *_archives(),
)
