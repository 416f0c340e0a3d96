"""Every problem that the service knows has a page."""

import aiohttp_jinja2
import jinja2
import pytest
from aiohttp import web

from api.edge.kinds import KINDS, Kind
from api.edge.problems import Fault, Problem
from api.public.pages.errors import explained
from api.public.pages.frame import Frame
from api.public.pages.rendering import prepare

FRAME = Frame("The ledger", "/commitments", {}, "")


@pytest.fixture
def template() -> jinja2.Template:
    app = web.Application()
    prepare(app)
    return aiohttp_jinja2.get_env(app).get_template("error.html")


def shown(template: jinja2.Template, problem: Problem) -> str:
    return template.render({"frame": FRAME, "request_id": "abc", **explained(problem)})


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.slug)
def test_every_kind_of_problem_is_told_with_its_number_and_a_way_on(
    template: jinja2.Template, kind: Kind
) -> None:
    page = shown(template, Problem(kind, kind.meaning))

    assert f"<title>{kind.title} – The ledger</title>" in page
    assert f"Error {kind.status}" in page
    assert "give the number <code>abc</code>" in page
    assert 'href="/commitments"' in page


def test_what_cannot_be_had_just_now_is_told_apart_from_what_is_not_there(
    template: jinja2.Template,
) -> None:
    later = Problem(KINDS["not-there-yet"], "")
    missing = Problem(KINDS["not-found"], "")

    assert "<h1>Not available just now</h1>" in shown(template, later)
    assert "<h1>There is no such page</h1>" in shown(template, missing)


def test_each_fault_is_summed_up_with_what_would_be_accepted(template: jinja2.Template) -> None:
    form = Fault("There is no such `form`.", parameter="form", allowed=("commits", "informs"))
    day = Fault("Not a day.", parameter="on", allowed=("2022-02-15",))

    page = shown(template, Problem(KINDS["bad-parameter"], "x", (form, day)))

    assert "<strong>form</strong>: There is no such <code>form</code>." in page
    assert "Accepted: <code>commits</code>, <code>informs</code>." in page
    assert "For example: <code>2022-02-15</code>." in page
