"""Translating a record: commands in an order in which each finds what it names."""

from dataclasses import fields
from typing import Any, cast

import pytest
from pydantic import BaseModel

from api.record import entries
from api.record.checking import check
from api.record.ids import Ids
from api.record.plan import translated_back
from api.record.problems import BadRecord
from api.record.translation import translate
from ledger import commands as intents
from ledger.dates import PartialDate
from ledger.facts.assessment import Bearing, OutcomeContent
from ledger.facts.commitment import CommitmentContent, Due, Strength, ThirdParty, Verifiability
from ledger.facts.fact import QuotationId, StreamId
from ledger.facts.meeting import ClaimedDate, MeetingProfile, Participant
from ledger.facts.source import Citation, SourceProfile
from ledger.facts.stakeholder import OrganizationProfile, PersonProfile
from ledger.facts.statement import StatementContent
from ledger.rules.registry import AnyCommand, references
from ledger.vocabulary import Content, Form

Values = dict[str, Any]


def test_every_entry_becomes_commands_in_order(record: Values, ids: Ids) -> None:
    steps = translate(check(record, ids))

    assert [(type(step.command), step.origin) for step in steps] == [
        (intents.RegisterPerson, "/people/mayor"),
        (intents.RegisterOrganization, "/organizations/council"),
        (intents.RegisterOrganization, "/organizations/club"),
        (intents.StartMembership, "/people/mayor/memberships/0"),
        (intents.RegisterSource, "/sources/minutes"),
        (intents.ArchiveText, "/sources/minutes"),
        (intents.RecordMeeting, "/meeting"),
        (intents.DraftMinutes, "/meeting/minutes"),
        (intents.FinaliseMinutes, "/meeting/minutes_agreed_on"),
        (intents.RecordStatement, "/statements/worry"),
        (intents.TakeQuotation, "/commitments/jetty/citations/0"),
        (intents.RecordCommitment, "/commitments/jetty"),
        (intents.RecordCommitment, "/commitments/part"),
        (intents.RecordOutcome, "/outcomes/built"),
        (intents.AssessProgress, "/assessments/0"),
        (intents.ReportNothingFound, "/reviews/0"),
    ]


def test_nothing_is_named_before_it_is_there(record: Values, ids: Ids) -> None:
    seen: set[str] = set()
    for step in translate(check(record, ids)):
        command = cast("AnyCommand", step.command)
        named = {each.stream for each in references(command)}

        assert named <= seen | {step.command.id}

        seen.add(step.command.id)


def test_a_commitment_keeps_everything_that_was_written(record: Values, ids: Ids) -> None:
    steps = translate(check(record, ids))

    (content,) = [
        step.command.content
        for step in steps
        if isinstance(step.command, intents.RecordCommitment) and step.command.id == ids("jetty")
    ]
    quotation = QuotationId(ids("/commitments/jetty/citations/0"))
    assert content == CommitmentContent(
        promisors=(StreamId(ids("council")),),
        promisees=(StreamId(ids("club")),),
        text="Build a jetty.",
        citations=(Citation(source=StreamId(ids("minutes")), quotation=quotation),),
        meeting=StreamId(ids("meeting")),
        made_on=PartialDate("2024-05-01"),
        due=Due(latest=PartialDate("2025-06")),
        strength=Strength(
            form=Form.COMMITS,
            content=Content.SPECIFIC_ACTION,
            verifiability=Verifiability(deliverable=True, time=True),
        ),
    )


def test_words_that_are_cited_twice_are_taken_once(record: Values, ids: Ids) -> None:
    steps = translate(check(record, ids))

    taken = [step.command for step in steps if isinstance(step.command, intents.TakeQuotation)]
    (assessed,) = [
        step.command for step in steps if isinstance(step.command, intents.AssessProgress)
    ]
    assert len(taken) == 1
    assert assessed.citations[0].quotation == taken[0].quotation
    assert assessed.citations[0].role == "fulfilment"


def test_quotations_that_differ_only_in_who_spoke_are_two(record: Values, ids: Ids) -> None:
    citations = record["commitments"]["jetty"]["citations"]
    citations.append({**citations[0], "attributed_to": "somebody"})

    steps = translate(check(record, ids))

    assert sum(isinstance(step.command, intents.TakeQuotation) for step in steps) == 2


def test_what_was_said_elsewhere_is_not_put_into_the_meeting(record: Values, ids: Ids) -> None:
    record["statements"]["worry"]["in_meeting"] = False
    record["commitments"]["jetty"]["in_meeting"] = False

    steps = translate(check(record, ids))

    contents = [
        step.command.content
        for step in steps
        if isinstance(step.command, intents.RecordStatement | intents.RecordCommitment)
    ]
    assert [content.meeting for content in contents] == [None, None, ids("meeting")]


def test_entries_that_wait_for_each_other_are_refused(record: Values, ids: Ids) -> None:
    record["commitments"]["jetty"]["parent"] = "part"

    with pytest.raises(BadRecord, match="need each other"):
        translate(check(record, ids))


@pytest.mark.parametrize(
    ("refusal", "document"),
    [
        ("/11/content/promisors/0", "/commitments/jetty/promisors/0"),
        ("/11/content", "/commitments/jetty"),
        ("/11", "/commitments/jetty"),
        ("/10/exact", "/commitments/jetty/citations/0/exact"),
        ("/1/profile/name", "/organizations/council/name"),
        ("/3/organization", "/people/mayor/memberships/0/organization"),
        ("/5/text", "/sources/minutes/text"),
        ("/7/text", "/meeting/minutes/text"),
        ("/15/looked_on", "/reviews/0/looked_on"),
        ("/99/x", ""),
        ("", ""),
    ],
)
def test_a_refusal_points_into_the_document(
    record: Values, ids: Ids, refusal: str, document: str
) -> None:
    steps = translate(check(record, ids))

    assert translated_back(steps, refusal) == document


@pytest.mark.parametrize(
    ("shape", "entry", "elsewhere"),
    [
        (OrganizationProfile, entries.OrganizationEntry, set()),
        (PersonProfile, entries.PersonEntry, set()),
        (SourceProfile, entries.SourceEntry, set()),
        (MeetingProfile, entries.MeetingEntry, set()),
        (Participant, entries.ParticipantEntry, set()),
        (ClaimedDate, entries.ClaimedDateEntry, set()),
        (StatementContent, entries.StatementEntry, {"meeting"}),
        (CommitmentContent, entries.CommitmentEntry, {"meeting"}),
        (Due, entries.DueEntry, set()),
        (Strength, entries.StrengthEntry, set()),
        (Verifiability, entries.VerifiabilityEntry, set()),
        (ThirdParty, entries.ThirdPartyEntry, set()),
        (OutcomeContent, entries.OutcomeEntry, set()),
        (Bearing, entries.BearingEntry, set()),
        (intents.TakeQuotation, entries.QuotationEntry, {"id", "quotation"}),
        (intents.AssessProgress, entries.AssessmentEntry, {"id", "assessment"}),
        (intents.ReportNothingFound, entries.ReviewEntry, {"id"}),
        (intents.StartMembership, entries.MembershipEntry, {"id", "membership"}),
        (intents.ArchiveText, entries.SourceEntry, {"id"}),
    ],
)
def test_a_record_can_say_whatever_a_command_can(
    shape: type, entry: type[BaseModel], elsewhere: set[str]
) -> None:
    members = {each.name for each in fields(shape)}

    assert members - elsewhere <= entry.model_fields.keys()
