"""A 404 that says more: what was not there on the day asked about may be on record now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.edge.problems import ProblemError, refuse
from api.parts import PARTS
from api.public.presentation.calendar import instant, spoken
from api.public.presentation.phrases import counted
from projections.port import NOW

if TYPE_CHECKING:
    from aiohttp import web

    from projections.documents import FactView
    from projections.port import Moment

RELATION: Final = "latest-version"
"""RFC 5829: the link leads to the same thing as it is now."""


async def no_record(
    request: web.Request, collection: str, ident: str, moment: Moment
) -> ProblemError:
    """For a record that was published after the moment, with the link to it as it is now."""
    if moment == NOW:
        return refuse("not-found")
    parts = request.app[PARTS]
    facts = await parts.read(parts.views.history, ident)
    if not facts or facts[0]["subject"]["kind"] != collection:
        return refuse("not-found")
    return _not_yet(request, _why(facts[0], moment))


def refuse_later(request: web.Request, fact: FactView, moment: Moment) -> None:
    """Raise 404 for a fact that the ledger did not hold yet, with the link to it."""
    if moment.as_of is not None and fact["position"] > moment.as_of:
        recorded = f"it was recorded {instant(fact['recorded_at'])}"
        held = counted(moment.as_of, "fact")
        raise _not_yet(request, f"The ledger held {held} then and not yet this one: {recorded}.")


def _why(first: FactView, moment: Moment) -> str:
    position = first["position"]
    if moment.as_of is not None and position > moment.as_of:
        return (
            f"The ledger held {counted(moment.as_of, 'fact')} then. This begins with fact "
            f"{position:,}, recorded {instant(first['recorded_at'])}."
        )
    return (
        "On the day asked about there was nothing to tell yet: the first fact about this is dated "
        f"{spoken(first['effective_on'])}."
    )


def _not_yet(request: web.Request, detail: str) -> ProblemError:
    """The same address without the moment is the one that answers."""
    link = request.app[PARTS].public_url + request.path
    headers = {"Link": f'<{link}>; rel="{RELATION}"'}
    return refuse("not-found", detail, headers=headers, links={RELATION: link})
