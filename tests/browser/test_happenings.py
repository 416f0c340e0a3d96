"""What happens to a commitment after it was recorded can all be read on its page."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

import pytest
from playwright.async_api import Page

from api.app import Running
from ledger.commands import (
    AssessProgress,
    Command,
    CorrectCommitment,
    MoveDue,
    OpenDispute,
    PublishReply,
    ReachMilestone,
    RecordCommitment,
    RegisterOrganization,
    SetMilestone,
    SupersedeCommitment,
    VoidCommitment,
)
from ledger.dates import PartialDate
from ledger.deciding import Context
from ledger.facts.commitment import CommitmentContent, Due, Strength
from ledger.facts.fact import (
    AccountId,
    AssessmentId,
    DisputeId,
    MilestoneId,
    ReplyId,
    StreamId,
)
from ledger.facts.stakeholder import OrganizationProfile
from ledger.store.port import Recorder
from ledger.vocabulary import (
    RUBRIC_VERSION,
    AssessorKind,
    Content,
    CorrectionReason,
    DisputeGround,
    FailureReason,
    Form,
    Progress,
    VoidReason,
)

ARABIC = "هيئة مياه النهر"
URDU = "ہم ندی کے کنارے بند بنائیں گے"
CLERK = AccountId(str(uuid4()))
PATIENCE = 10.0


def fresh() -> StreamId:
    return StreamId(str(uuid4()))


def on(day: str) -> PartialDate:
    return PartialDate.parse(day)


def promise(text: str, promisor: StreamId, due: Due | None = None) -> CommitmentContent:
    return CommitmentContent(
        promisors=(promisor,),
        text=text,
        made_on=on("2024-03-01"),
        due=due,
        strength=Strength(form=Form.COMMITS, content=Content.SPECIFIC_ACTION),
    )


BOARD, FIRST, SECOND, WRONG = fresh(), fresh(), fresh(), fresh()
STEP = MilestoneId(str(uuid4()))
BY_JUNE = Due(latest=on("2024-06-30"), text="by the end of June")
BY_MAY = Due(latest=on("2024-05-31"))


BY_ITSELF = AssessProgress(
    id=FIRST,
    assessment=AssessmentId(str(uuid4())),
    assessed_on=on("2024-07-01"),
    assessor_kind=AssessorKind.SELF,
    assessor=BOARD,
    progress=Progress.NO_EVIDENCE,
    rubric=RUBRIC_VERSION,
    note="The files are not in order.",
)
BY_ANOTHER = AssessProgress(
    id=FIRST,
    assessment=AssessmentId(str(uuid4())),
    assessed_on=on("2024-07-02"),
    assessor_kind=AssessorKind.INDEPENDENT,
    progress=Progress.NOT_FULFILLED,
    failure_reason=FailureReason.LACK_OF_FUNDS,
    rubric=RUBRIC_VERSION,
)

HAPPENINGS: Sequence[Command] = (
    RegisterOrganization(id=BOARD, profile=OrganizationProfile(name=ARABIC)),
    RecordCommitment(id=FIRST, content=promise("Build a tall wall", BOARD, BY_MAY)),
    CorrectCommitment(
        id=FIRST,
        content=promise(URDU, BOARD, BY_MAY),
        reason=CorrectionReason.TRANSLATION,
        noticed_by="a reader",
    ),
    MoveDue(id=FIRST, due=BY_JUNE, moved_on=on("2024-05-20")),
    SetMilestone(id=FIRST, milestone=STEP, text="Dig the footing", set_on=on("2024-03-02")),
    ReachMilestone(id=FIRST, milestone=STEP, reached_on=on("2024-04-02")),
    BY_ITSELF,
    BY_ANOTHER,
    PublishReply(
        id=FIRST,
        reply=ReplyId(str(uuid4())),
        party=BOARD,
        text="The rains came early.",
        replied_on=on("2024-07-05"),
    ),
    OpenDispute(
        id=FIRST,
        dispute=DisputeId(str(uuid4())),
        ground=DisputeGround.WRONG_STATUS,
        party=BOARD,
        opened_by=CLERK,
        text="More than half stands.",
        opened_on=on("2024-07-06"),
    ),
    RecordCommitment(id=SECOND, content=promise("Build a long dam", BOARD)),
    SupersedeCommitment(id=FIRST, successor=SECOND, superseded_on=on("2024-08-01")),
    RecordCommitment(id=WRONG, content=promise("Paint the wall", BOARD)),
    VoidCommitment(id=WRONG, reason=VoidReason.NOT_SAID),
)


@pytest.fixture
async def told(site: Running) -> Mapping[StreamId, str]:
    """Record → its page, after everything has happened."""
    recorder = Recorder(by=CLERK, name="Clerk")
    context = Context(recorder=recorder, key="happenings", fingerprint=b"happenings")
    await site.parts.ledger.execute(HAPPENINGS, context)
    head = await site.parts.ledger.head()
    assert await site.parts.follower.wait(head.position, PATIENCE)
    return {each: f"{site.public_url}/commitments/{each}" for each in (FIRST, SECOND, WRONG)}


async def text_of(page: Page, address: str) -> str:
    await page.goto(address)
    return " ".join((await page.locator("main").inner_text()).split())


async def test_a_corrected_due_moved_contested_disputed_commitment_tells_all_of_it(
    told: Mapping[StreamId, str], page: Page
) -> None:
    text = await text_of(page, told[FIRST])

    for words in (
        "contested",
        "disputed",
        "Superseded. The parties replaced this commitment by: Build a long dam",
        "On 20 May 2024 the date was moved. Until then it was by 31 May 2024.",
        "by 30 June 2024 (by the end of June)",
        "Dig the footing: reached on 2 April 2024",
        f"The promisor itself, {ARABIC}",
        "An independent assessor not fulfilled on 2 July 2024",
        "Reason: lack of funds. The money was not there.",
        "The rains came early.",
        "objected on 6 July 2024: wrong status",
        "translation",
        "The translation was wrong. Noticed by a reader.",
        "Build a tall wall",
    ):
        assert words in text


async def test_superseded_commitments_are_linked_both_ways(
    told: Mapping[StreamId, str], page: Page
) -> None:
    text = await text_of(page, told[SECOND])

    assert f"This commitment replaces: {URDU}" in text


async def test_a_void_record_keeps_its_place_its_reason_and_its_history(
    told: Mapping[StreamId, str], page: Page
) -> None:
    text = await text_of(page, told[WRONG])

    assert "This record is void." in text
    assert "It was never said." in text
    assert "Void since" in text


async def test_a_void_record_is_a_stub_in_the_list(
    told: Mapping[StreamId, str], site: Running, page: Page
) -> None:
    assert told

    text = await text_of(page, f"{site.public_url}/commitments?record_status=voided")

    assert "Void commitment" in text
    assert "Paint the wall" not in text


async def test_words_in_another_script_run_their_own_way(
    told: Mapping[StreamId, str], page: Page
) -> None:
    await page.goto(told[FIRST])

    heading = page.locator("h1")

    assert await heading.evaluate("node => getComputedStyle(node).direction") == "rtl"
    assert await page.locator("body").evaluate("node => getComputedStyle(node).direction") == "ltr"


async def test_the_page_of_an_earlier_position_knows_nothing_of_later_facts(
    told: Mapping[StreamId, str], site: Running, page: Page
) -> None:
    history = site.parts.views.history(FIRST)

    text = await text_of(page, f"{told[FIRST]}?as_of={history[0]['position']}")

    assert "Build a tall wall" in text
    assert URDU not in text
    assert "contested" not in text
