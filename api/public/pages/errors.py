"""Errors as pages: what happened in plain words, what is wrong with each part, where to go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import aiohttp_jinja2
from aiohttp import web

from api.edge.problems import REQUEST_ID
from api.parts import PARTS
from api.public.absence import RELATION
from api.public.pages.frame import bare

if TYPE_CHECKING:
    from api.edge.problems import Problem

_HEADINGS: Final[Mapping[int, str]] = {
    400: "We could not read this address",
    404: "There is no such page",
    405: "This page can only be read",
    410: "These words were taken away by order",
    429: "Too many requests from your address",
    503: "Not available just now",
}

_ADVICE: Final[Mapping[int, str]] = {
    400: "Correct the part named above, or start again from one of these pages.",
    404: (
        "If you typed the address, check it. If you asked for another day, the record may not "
        "have existed then. What was once published here stays: a record is never removed."
    ),
    410: "That they are gone is on record, and so is by whose order; see what was redacted.",
    429: "Wait a minute and load the page again.",
    503: "Try again in a moment. Nothing that was recorded is lost.",
}

_NOT_YET: Final = "This was not on record yet"

_ANY_ADVICE: Final = "You can go on from one of these pages."


async def error_page(request: web.Request, problem: Problem) -> web.StreamResponse:
    """The problem in the dress of the site. It asks the views nothing: they may be the problem."""
    context = {
        "frame": bare(request, request.app[PARTS]),
        "request_id": request.get(REQUEST_ID, ""),
        **explained(problem),
    }
    return aiohttp_jinja2.render_template("error.html", request, context, status=problem.status)


def explained(problem: Problem) -> Mapping[str, object]:
    """The problem, a heading that people understand, and what they can do about it."""
    heading = _HEADINGS.get(problem.status, problem.kind.title)
    advice = _ADVICE.get(problem.status, _ANY_ADVICE)
    latest = problem.links.get(RELATION)
    return {
        "problem": problem,
        "heading_words": _NOT_YET if latest else heading,
        "advice": _ANY_ADVICE if latest else advice,
        "latest": latest,
    }
