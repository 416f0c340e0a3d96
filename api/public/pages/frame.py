"""What every page says about itself: where it is, which past it shows, how far the ledger was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from api.public.presentation.addresses import address

if TYPE_CHECKING:
    from aiohttp import web

    from api.edge.parse import Asked
    from api.parts import Parts
    from projections.port import ViewStatus

MOMENT: Final = ("as_of", "on")
PASSING: Final = ("cursor", "wait_for")
"""Parameters that are no part of what a page is about."""


@dataclass(frozen=True, slots=True)
class Frame:
    """`position` is the fact that the page is as of; `recorded_at` is None before the first.

    `logged` says that the ledger has a log that facts can be checked against.
    `mirror` is the log that this site is a copy of, if it is one.
    """

    site: str
    path: str
    query: Mapping[str, str]
    canonical: str
    position: int = 0
    recorded_at: str | None = None
    stalled: Sequence[ViewStatus] = ()
    logged: bool = False
    mirror: str | None = None
    moment_query: Mapping[str, str] = field(init=False)
    """The part of the query that says which day; read for every link, so found once."""

    def __post_init__(self) -> None:
        asked = {name: self.query[name] for name in MOMENT if name in self.query}
        object.__setattr__(self, "moment_query", asked)

    @property
    def lasting(self) -> Mapping[str, str]:
        """The query without what only turns pages or waits."""
        return {name: text for name, text in self.query.items() if name not in PASSING}

    @property
    def past(self) -> bool:
        """Whether the page shows another day than now."""
        return bool(self.moment_query)

    @property
    def now(self) -> str:
        """The same page as it is now."""
        return self.here(**dict.fromkeys((*MOMENT, *PASSING), ""))

    def here(self, **changed: str) -> str:
        """The same page with parts of its query changed; an empty text takes the part away."""
        return address(self.path, {**self.query, **changed})

    def link(self, path: str, **query: str) -> str:
        """Another page, on the same day as this one."""
        if not query and not self.moment_query:
            return path
        return address(path, {**query, **self.moment_query})


def bare(request: web.Request, parts: Parts) -> Frame:
    """A frame that asks the views nothing, for pages that must work when they do not."""
    about = {name: text for name, text in request.query.items() if name not in PASSING}
    return Frame(
        site=parts.settings.title,
        path=request.path,
        query=dict(request.query),
        canonical=parts.public_url + address(request.path, dict(sorted(about.items()))),
        logged=parts.log is not None,
        mirror=_mirrored(parts),
    )


def _mirrored(parts: Parts) -> str | None:
    log = parts.log
    return log.published.checkpoint.origin if log and log.mirrored and log.published else None


async def framed(request: web.Request, parts: Parts, asked: Asked) -> Frame:
    """The frame of a page at the moment asked about."""
    views, as_of = parts.views, asked.moment.as_of
    position = await parts.read(views.position) if as_of is None else as_of
    recorded = await parts.read(views.recorded_at, position)
    status = await parts.read(views.status)
    return replace(
        bare(request, parts),
        position=position,
        recorded_at=recorded.isoformat() if recorded else None,
        stalled=[view for view in status if view.stalled_at is not None],
    )
