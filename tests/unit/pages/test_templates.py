"""What the templates print, from documents alone."""

import re
from collections.abc import Callable, Mapping

import aiohttp_jinja2
import jinja2
import pytest
from aiohttp import web

from api.public.pages.frame import Frame
from api.public.pages.rendering import TEMPLATES, prepare
from api.public.presentation.groups import sources_of
from projections.documents import Commitment
from projections.port import ViewStatus
from tests.unit.pages.examples import assessment, bearing, citation, commitment, ident, party

FRAME = Frame(
    site="The ledger",
    path="/commitments/x",
    query={},
    canonical="https://ledger.example/commitments/x",
    position=12,
    recorded_at="2022-02-19T09:00:00+00:00",
)

Show = Callable[..., str]


@pytest.fixture
def templates() -> jinja2.Environment:
    app = web.Application()
    prepare(app)
    return aiohttp_jinja2.get_env(app)


@pytest.fixture
def show(templates: jinja2.Environment) -> Show:
    """The page of a commitment, or any other template."""

    def shown(doc: Commitment, frame: Frame = FRAME, template: str = "commitments") -> str:
        context: Mapping[str, object] = {
            "doc": doc,
            "kind": "commitments",
            "title": doc["text"] or "Commitment",
            "path": "/commitments/x",
            "history": [],
            "sources": sources_of(doc),
            "frame": frame,
            "trail": (("/commitments", "Commitments"),),
            "alternates": (),
        }
        return templates.get_template(f"records/{template}.html").render(context)

    return shown


def listed_context(*items: Commitment) -> Mapping[str, object]:
    """What a list of commitments without filters needs."""
    return {
        "items": items,
        "kind": "commitments",
        "title": "Commitments",
        "summary": "",
        "results_title": "All",
        "forms": (),
        "current": (),
        "fields": (),
        "orders": (),
        "order": "newest",
        "later": False,
        "next_page": "",
        "frame": FRAME,
        "trail": (),
        "alternates": (),
    }


def test_every_template_compiles(templates: jinja2.Environment) -> None:
    names = sorted(str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("*.html"))

    assert names
    for name in names:
        templates.get_template(name)


def test_no_template_of_the_site_styles_or_scripts_inline() -> None:
    """verify.html is opened from a disk, where there are no other files; its policy names both."""
    files = [file for file in TEMPLATES.rglob("*.html") if file.name != "verify.html"]
    whole = "".join(file.read_text() for file in files)
    outside = re.sub(
        r"""<script type="module" src="{{ asset\('\w+\.js'\) }}"></script>""", "", whole
    )

    assert not [
        bad for bad in ("<script", "<style", "style=", "onclick", "javascript:") if bad in outside
    ]


def test_what_people_wrote_is_never_markup(show: Show) -> None:
    hostile = "<script>alert('x')</script>"
    doc = commitment(
        text=hostile,
        purpose=hostile,
        promisors=[party(1, hostile)],
        citations=[citation(exact=hostile, attributed_to=hostile, prefix=hostile)],
        topics=[hostile],
        assessments=[assessment(1, note=hostile)],
    )

    page = show(doc)

    assert "<script" not in page
    assert page.count("&lt;script&gt;") > 6


def test_withheld_words_say_that_they_are_withheld(show: Show) -> None:
    page = show(commitment(citations=[citation(exact=None)], promisors=[party(1, None)]))

    assert "These words are withheld." in page
    assert '<span class="withheld">words withheld</span>' in page


def test_a_commitment_to_nobody_in_particular_says_so(show: Show) -> None:
    assert "<dt>Promised to</dt><dd>nobody in particular</dd>" in show(commitment())


def test_an_outcome_without_an_assessment_stands_beside_the_status(
    show: Show, templates: jinja2.Environment
) -> None:
    promise = commitment(outcomes=[bearing("fulfils")], flags=["overdue"])

    page = show(promise).partition("</header>\n<dl")[0]
    row = templates.get_template("list.html").render(listed_context(promise))

    for text in (page, row):
        assert '<strong class="tag still">not assessed</strong>' in text
        assert "An outcome that bears on it is on record; nobody has assessed it yet." in text
    assert ">The jetty was opened.<" in page
    assert "recorded as: " in page


def test_sources_that_disagree_on_the_speaker_are_announced(show: Show) -> None:
    named = citation(attributed_to="the head of policy")
    vague = citation(role="corroboration", attributed_to="one of the representatives")

    assert "differ in how they name who spoke" in show(commitment(citations=[named, vague]))
    assert "differ in how they name who spoke" not in show(commitment(citations=[named]))


def test_words_from_a_heading_bear_a_badge(show: Show) -> None:
    page = show(commitment(citations=[citation(in_heading=True)]))

    assert "Strength is never read from a heading." in page


def test_a_moved_due_date_shows_what_stood_before(show: Show) -> None:
    first = {
        "earliest": "2022-02-22",
        "latest": "2022-02-27",
        "text": "in ten days",
        "basis": "stated",
    }
    now = {"earliest": None, "latest": "2022-04", "text": None, "basis": "stated"}
    moved = {"was": first, "moved_on": "2022-03-01", "position": 9}

    page = show(commitment(due=now, due_moves=[moved]))

    assert "between 22 and 27 February 2022" in page
    assert "by the end of April 2022" in page


def test_a_corrected_text_is_struck_and_its_reason_told(show: Show) -> None:
    correction = {
        "reason": "transcription",
        "noticed_by": "a reader",
        "recorded_at": "2022-03-01T09:00:00.000000Z",
        "position": 9,
        "changes": [{"member": "text", "was": "Publish it all", "now": "Publish the plan"}],
    }

    page = show(commitment(corrections=[correction]))

    assert '<del><span class="quiet">was </span><bdi>Publish it all</bdi></del>' in page
    assert "The recorder copied it wrongly." in page
    assert "Noticed by <bdi>a reader</bdi>" in page


def test_a_void_record_leaves_a_stub_and_the_reason(show: Show) -> None:
    page = show(
        commitment(text=None, record_status="voided", record_reason="not_said"), template="void"
    )

    assert "This record is void." in page
    assert "It was never said." in page


def test_the_past_is_announced_with_a_way_back_to_now(show: Show) -> None:
    past = Frame("The ledger", "/commitments/x", {"as_of": "12", "on": "2022-03-01"}, "", 12)

    page = show(commitment(), past)

    assert "This is not the present." in page
    assert "what was true on 1 March 2022, as far as the ledger knew then" in page
    assert 'href="/commitments/x">Show this page as it is now' in page


def test_a_stalled_view_is_announced(show: Show) -> None:
    stalled = ViewStatus("commitments", 1, 30, 5, 31, "unknown topic", None)
    frame = Frame("The ledger", "/commitments/x", {}, "", 30, None, (stalled,))

    assert "Stale since fact 31." in show(commitment(), frame)


def test_links_lead_to_pages_of_the_same_day(show: Show) -> None:
    past = Frame("The ledger", "/commitments/x", {"as_of": "12"}, "", 12)

    page = show(commitment(), past)

    assert f'href="/stakeholders/{ident(1)}?as_of=12"' in page


def test_a_name_that_a_template_lacks_is_an_error(templates: jinja2.Environment) -> None:
    with pytest.raises(jinja2.UndefinedError):
        templates.get_template("records/commitments.html").render(frame=FRAME)


def test_an_address_that_is_not_of_the_web_is_no_link(show: Show) -> None:
    cited = citation()
    cited["source"]["url"] = "javascript:alert(1)"

    page = show(commitment(citations=[cited]))

    assert "<bdi>javascript:alert(1)</bdi>" in page
    assert 'href="javascript' not in page
