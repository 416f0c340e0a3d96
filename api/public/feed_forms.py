"""A feed as Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1, with the links of RFC 5005. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import orjson

from api.public.entries import Entry

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DECLARATION: Final = '<?xml version="1.0" encoding="utf-8"?>\n'


@dataclass(frozen=True, slots=True)
class Feed:
    """`id` stays the same from page to page; `base` stands before every entry's path."""

    title: str
    author: str
    id: str
    home: str
    here: str
    links: Mapping[str, str]
    base: str
    entries: Sequence[Entry]

    @property
    def updated(self) -> datetime:
        """When the newest entry was recorded; an empty feed has not changed since ever."""
        return max((one.at for one in self.entries), default=_EPOCH)


def atom(feed: Feed) -> bytes:
    links = {"self": feed.here, "alternate": feed.home, **feed.links}
    parts = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
        _element("title", feed.title),
        _element("id", feed.id),
        _element("updated", _stamp(feed.updated)),
        f"<author>{_element('name', feed.author)}</author>",
        *_links("link", links),
        *(_atom_entry(feed.base, one) for one in feed.entries),
        "</feed>",
    )
    return _document(parts)


def _atom_entry(base: str, one: Entry) -> str:
    return "".join(
        (
            "<entry>",
            _element("title", one.title),
            _element("id", one.id),
            *_links("link", {"alternate": base + one.path}),
            _element("published", _stamp(one.at)),
            _element("updated", _stamp(one.at)),
            _element("summary", one.text),
            *(f"<category term={quoteattr(tag)}/>" for tag in one.tags),
            "</entry>",
        )
    )


def rss(feed: Feed) -> bytes:
    parts = (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>',
        _element("title", feed.title),
        _element("link", feed.home),
        _element("description", feed.title),
        _element("language", "en"),
        _element("lastBuildDate", format_datetime(feed.updated)),
        *_links("atom:link", {"self": feed.here, **feed.links}),
        *(_rss_item(feed.base, one) for one in feed.entries),
        "</channel></rss>",
    )
    return _document(parts)


def _rss_item(base: str, one: Entry) -> str:
    """A description is HTML inside XML, so its text is escaped twice."""
    return "".join(
        (
            "<item>",
            _element("title", one.title),
            _element("link", base + one.path),
            f'<guid isPermaLink="false">{escape(one.id)}</guid>',
            _element("pubDate", format_datetime(one.at)),
            _element("atom:updated", _stamp(one.at)),
            _element("description", escape(one.text)),
            *(_element("category", tag) for tag in one.tags),
            "</item>",
        )
    )


def json_feed(feed: Feed) -> bytes:
    following = {"next_url": feed.links["next"]} if "next" in feed.links else {}
    return orjson.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "home_page_url": feed.home,
            "feed_url": feed.here,
            **following,
            "language": "en",
            "authors": [{"name": feed.author}],
            "items": [_json_item(feed.base, one) for one in feed.entries],
        }
    )


def _json_item(base: str, one: Entry) -> Mapping[str, object]:
    return {
        "id": one.id,
        "url": base + one.path,
        "title": one.title,
        "content_text": one.text,
        "date_published": one.at,
        "date_modified": one.at,
        "tags": one.tags,
    }


def _document(parts: Iterable[str]) -> bytes:
    return (_DECLARATION + "".join(parts)).encode()


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _links(name: str, links: Mapping[str, str]) -> Iterable[str]:
    return (
        f"<{name} rel={quoteattr(relation)} href={quoteattr(target)}/>"
        for relation, target in links.items()
    )


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


Write = Callable[[Feed], bytes]
FORMS: Final[Mapping[str, tuple[str, Write]]] = {
    ".atom": ("application/atom+xml", atom),
    ".rss": ("application/rss+xml", rss),
    ".feed.json": ("application/feed+json", json_feed),
}
"""Ending of the address → media type and writer."""
