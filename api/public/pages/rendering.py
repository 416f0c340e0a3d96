"""Templates: how they are found, and every word function they may call."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import aiohttp_jinja2
import jinja2
from aiohttp import web

from api.public.pages.assets import asset
from api.public.presentation import addresses, calendar, marks, phrases, terms, titles

TEMPLATES: Final = Path(__file__).parents[2] / "templates"

NAVIGATION: Final = (
    ("/commitments", "Commitments"),
    ("/meetings", "Meetings"),
    ("/statements", "Statements"),
    ("/stakeholders", "Stakeholders"),
    ("/sources", "Sources"),
    ("/outcomes", "Outcomes"),
    ("/matrix", "Who promised whom"),
    ("/facts", "Facts"),
)

_WORDS: Final[dict[str, object]] = {
    "asset": asset,
    "navigation": NAVIGATION,
    "record": addresses.record,
    "pair_query": addresses.pair_query,
    "pointed": addresses.pointed,
    "singular": addresses.SINGULAR,
    "spoken": calendar.spoken,
    "dated": calendar.dated,
    "instant": calendar.instant,
    "matched": marks.matched,
    "withheld": phrases.WITHHELD,
    "withheld_reason": phrases.WITHHELD_REASON,
    "withheld_by": phrases.withheld_by,
    "redactions_of": phrases.redactions_of,
    "tone": phrases.tone,
    "joint": phrases.joint,
    "counted": phrases.counted,
    "capital": phrases.capital,
    "due_words": phrases.due_words,
    "assessor_words": phrases.assessor_words,
    "element_words": phrases.element_words,
    "check_words": phrases.check_words,
    "checkable": phrases.checkable,
    "differing_attribution": phrases.differing_attribution,
    "flag_reason": phrases.flag_reason,
    "unassessed": phrases.unassessed,
    "language": phrases.language,
    "is_void": titles.is_void,
    "label": terms.label,
    "definition": terms.definition,
    "heading": terms.heading,
    "anchor": terms.anchor,
}


def prepare(app: web.Application) -> None:
    """Give the application its templates. A name that a template lacks is an error, not a blank."""
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    ).globals.update(_WORDS)
