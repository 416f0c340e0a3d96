"""Where things are: addresses of pages and of the same records in other forms."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from projections.documents import MatrixCell

SINGULAR: Final[Mapping[str, str]] = {
    "commitments": "commitment",
    "stakeholders": "stakeholder",
    "meetings": "meeting",
    "statements": "statement",
    "sources": "source",
    "outcomes": "outcome",
}
"""Collection → what one of its records is called; these are the kinds that have a page."""


def address(path: str, query: Mapping[str, str]) -> str:
    """The path with its query, in the order given, without members that say nothing."""
    said = {name: text for name, text in query.items() if text}
    return f"{path}?{urlencode(said)}" if said else path


def record(kind: str, ident: str) -> str | None:
    """The page of a record, or None for a kind that has no page of its own."""
    return f"/{kind}/{ident}" if kind in SINGULAR else None


FORMS: Final = (
    ("application/atom+xml", "Atom feed", "atom"),
    ("application/rss+xml", "RSS feed", "rss"),
    ("application/feed+json", "JSON feed", "feed.json"),
    ("text/csv", "Table (CSV)", "csv"),
    ("application/json", "Data (JSON)", "json"),
)
"""Media type, title and suffix of a list in its other forms."""


def forms_of(kind: str, query: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """The same list as feeds and data: media type, title and address, with the same filters."""
    return tuple(
        (media, title, address(f"/{kind}.{suffix}", query)) for media, title, suffix in FORMS
    )


def data_forms_of(kind: str, query: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """As `forms_of`, for what has no feed."""
    return tuple(form for form in forms_of(kind, query) if form[0] in _DATA)


_DATA: Final = ("text/csv", "application/json")


def pointed(member: str, ident: object) -> str | None:
    """The page of a record that a member of a stored fact points to by its id."""
    kind = _POINTERS.get(member)
    return record(kind, ident) if kind and isinstance(ident, str) and _ID.fullmatch(ident) else None


_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

_POINTERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            "addressees",
            "assessor",
            "delegation",
            "founder",
            "into",
            "organization",
            "party",
            "promisees",
            "promisors",
            "speaker",
            "speakers",
            "stakeholder",
        ),
        "stakeholders",
    ),
    **dict.fromkeys(("meeting", "follows"), "meetings"),
    **dict.fromkeys(("source", "sources"), "sources"),
    **dict.fromkeys(("commitment", "parent", "successor"), "commitments"),
    "statement": "statements",
}


def pair_query(cell: MatrixCell) -> dict[str, str] | None:
    """The filters that list the commitments counted in a cell; none list those to nobody."""
    if cell["promisee"] is None:
        return None
    return {"promisor": cell["promisor"]["id"], "promisee": cell["promisee"]["id"]}
