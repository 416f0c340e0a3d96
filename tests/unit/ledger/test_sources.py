"""What sources hold: a text, once, and quotations that are looked for in it."""

from dataclasses import replace
from hashlib import sha256

from ledger.commands import (
    ArchiveText,
    CorrectSource,
    RegisterSource,
    TakeQuotation,
    VoidSource,
)
from ledger.dates import PartialDate
from ledger.facts.fact import WITHHELD, QuotationId
from ledger.facts.source import (
    QuotationRechecked,
    QuotationTaken,
    SourceCorrected,
    SourceRegistered,
    SourceVoided,
    TextArchived,
)
from ledger.rules.source import Source
from ledger.vocabulary import CorrectionReason, QuotationCheck, VoidReason
from tests.unit.ledger.samples import (
    COMPANY,
    HEADING,
    HEADING_QUOTED,
    MET_ON,
    NEW,
    QUOTE,
    QUOTED,
    SOURCE,
    SOURCE_PROFILE,
    SOURCE_REGISTERED,
    ident,
)
from tests.unit.ledger.scenario import TODAY, TOMORROW, folded, given

CLAIMED = PartialDate("2022-02-19")
TEXT = "They will share\u00a0a plan, and they will share a laboratory."
ARCHIVED = TextArchived(
    effective_on=CLAIMED,
    text=TEXT,
    sha256=sha256(TEXT.encode()).hexdigest(),
    retrieved_on=MET_ON,
)
ANOTHER = QuotationId(ident("another"))
TAKE = TakeQuotation(id=SOURCE, quotation=ANOTHER, exact="share a plan")


def taken(check: QuotationCheck, start: int | None, exact: str = TAKE.exact) -> QuotationTaken:
    return QuotationTaken(
        effective_on=CLAIMED, quotation=ANOTHER, exact=exact, check=check, start=start
    )


def test_a_source_is_true_from_the_day_that_it_claims() -> None:
    given().when(RegisterSource(id=NEW, profile=SOURCE_PROFILE)).then(
        SourceRegistered(effective_on=CLAIMED, profile=SOURCE_PROFILE)
    )


def test_a_source_that_claims_a_day_ahead_is_true_from_today() -> None:
    profile = replace(SOURCE_PROFILE, claimed_on=PartialDate(TOMORROW))

    given().when(RegisterSource(id=NEW, profile=profile)).then(
        SourceRegistered(effective_on=PartialDate(TODAY), profile=profile)
    )


def test_a_source_without_a_date_is_true_from_today() -> None:
    profile = replace(SOURCE_PROFILE, claimed_on=None)

    given().when(RegisterSource(id=NEW, profile=profile)).then(
        SourceRegistered(effective_on=PartialDate(TODAY), profile=profile)
    )


def test_a_correction_of_a_source_is_true_from_the_start() -> None:
    profile = replace(SOURCE_PROFILE, claimed_on=PartialDate("2022-02-20"))
    command = CorrectSource(
        id=SOURCE, profile=profile, reason=CorrectionReason.TRANSCRIPTION, noticed_by="Ada"
    )

    given(SOURCE_REGISTERED).when(command).then(
        SourceCorrected(
            effective_on=CLAIMED,
            profile=profile,
            reason=CorrectionReason.TRANSCRIPTION,
            noticed_by="Ada",
        )
    )


def test_a_voided_source_was_never_right() -> None:
    given(SOURCE_REGISTERED).when(VoidSource(id=SOURCE, reason=VoidReason.TEST)).then(
        SourceVoided(effective_on=CLAIMED, reason=VoidReason.TEST)
    )


def test_a_text_is_archived_with_its_digest() -> None:
    given(SOURCE_REGISTERED).when(ArchiveText(id=SOURCE, text=TEXT, retrieved_on=MET_ON)).then(
        ARCHIVED
    )


def test_archiving_looks_for_every_earlier_quotation_again() -> None:
    twice = replace(QUOTED, quotation=ANOTHER, exact="will share", prefix="")

    given(SOURCE_REGISTERED, QUOTED, HEADING_QUOTED, twice).when(
        ArchiveText(id=SOURCE, text=TEXT, retrieved_on=MET_ON)
    ).then(
        ARCHIVED,
        QuotationRechecked(
            effective_on=CLAIMED, quotation=QUOTE, check=QuotationCheck.FOUND, start=5
        ),
        QuotationRechecked(effective_on=CLAIMED, quotation=HEADING, check=QuotationCheck.NOT_FOUND),
        QuotationRechecked(effective_on=CLAIMED, quotation=ANOTHER, check=QuotationCheck.AMBIGUOUS),
    )


def test_a_withheld_quotation_is_not_looked_for() -> None:
    withheld = replace(QUOTED, exact=WITHHELD, prefix=WITHHELD, suffix=WITHHELD)

    given(SOURCE_REGISTERED, withheld).when(
        ArchiveText(id=SOURCE, text=TEXT, retrieved_on=MET_ON)
    ).then(ARCHIVED)


def test_a_quotation_without_a_text_waits() -> None:
    given(SOURCE_REGISTERED).when(TAKE).then(taken(QuotationCheck.NOT_CHECKABLE, None))


def test_a_quotation_says_where_it_stands() -> None:
    given(SOURCE_REGISTERED, ARCHIVED).when(TAKE).then(taken(QuotationCheck.FOUND, 10))


def test_a_quotation_that_is_not_there_is_recorded_and_says_so() -> None:
    given(SOURCE_REGISTERED, ARCHIVED).when(replace(TAKE, exact="a castle")).then(
        taken(QuotationCheck.NOT_FOUND, None, "a castle")
    )


def test_a_quotation_that_stands_twice_is_ambiguous() -> None:
    given(SOURCE_REGISTERED, ARCHIVED).when(replace(TAKE, exact="will share a")).then(
        taken(QuotationCheck.AMBIGUOUS, None, "will share a")
    )


def test_a_quotation_keeps_everything_that_was_said_of_it() -> None:
    command = replace(
        TAKE,
        prefix="will ",
        suffix=", and",
        in_heading=True,
        attributed_to="a speaker",
        speaker=COMPANY,
    )

    given(SOURCE_REGISTERED, ARCHIVED).when(command).then(
        replace(
            taken(QuotationCheck.FOUND, 10),
            prefix="will ",
            suffix=", and",
            in_heading=True,
            attributed_to="a speaker",
            speaker=COMPANY,
        )
    )


def test_a_withheld_text_cannot_be_searched() -> None:
    withheld = replace(ARCHIVED, text=WITHHELD)

    given(SOURCE_REGISTERED, withheld).when(TAKE).then(taken(QuotationCheck.NOT_CHECKABLE, None))


def test_two_quotations_that_differ_by_what_follows_are_two() -> None:
    first = replace(QUOTED, quotation=ANOTHER, suffix=" and")

    given(SOURCE_REGISTERED, first, QUOTED).when(
        replace(
            TAKE,
            quotation=QuotationId(ident("third")),
            exact=QUOTED.exact,
            prefix=QUOTED.prefix,
            suffix=" or",
        )
    ).accepted()


def test_words_of_the_heading_and_of_the_text_are_two_quotations() -> None:
    command = replace(TAKE, exact=QUOTED.exact, prefix=QUOTED.prefix, in_heading=True)

    given(SOURCE_REGISTERED, QUOTED).when(command).accepted()


def test_a_recheck_changes_nothing_that_a_rule_asks() -> None:
    rechecked = QuotationRechecked(
        effective_on=CLAIMED, quotation=QUOTE, check=QuotationCheck.FOUND, start=5
    )

    before = folded([SOURCE_REGISTERED, QUOTED])
    after = folded([SOURCE_REGISTERED, QUOTED, rechecked])

    assert isinstance(before, Source)
    assert after == before
