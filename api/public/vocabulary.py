"""The closed lists of the ledger as data: every term, its definition, other trackers' words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict

from api.edge.parse import moment, parameters
from api.parts import PARTS
from api.public.loading import Loaded
from api.public.presentation.terms import slug
from ledger.vocabulary import FOREIGN_SCALES, RUBRIC_VERSION, VOCABULARIES

if TYPE_CHECKING:
    from aiohttp import web


class TermView(TypedDict):
    """A stored code with the sentence that defines it."""

    code: str
    label: str
    definition: str


class Vocabulary(TypedDict):
    """`terms`: list → its terms; `foreign_scales`: rubric → scale → our progress → their word."""

    terms: dict[str, list[TermView]]
    foreign_scales: dict[str, dict[str, dict[str, str]]]
    rubric: str


VOCABULARY: Final[Vocabulary] = {
    "terms": {
        slug(terms).replace("-", "_"): [
            {"code": term.value, "label": term.label, "definition": term.definition}
            for term in terms
        ]
        for terms in VOCABULARIES
    },
    "foreign_scales": {
        rubric: {
            scale: {code.value: word for code, word in words.items()}
            for scale, words in scales.items()
        }
        for rubric, scales in FOREIGN_SCALES.items()
    },
    "rubric": RUBRIC_VERSION,
}


async def vocabulary(request: web.Request) -> Loaded:
    """The same at every moment; a term is never changed once it was stored."""
    parameters(request)
    asked = await moment(request)
    parts = request.app[PARTS]
    position = await parts.read(parts.views.position)
    return Loaded("vocabulary", (VOCABULARY,), position, asked, single=True)
