"""Feeds as other programs read them."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from xml.parsers.expat import ParserCreate

import feedparser
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.public.entries import Entry, moment, printable
from api.public.feed_forms import Feed, atom, json_feed, rss

AT = datetime(2022, 2, 19, 8, 0, 0, 5, tzinfo=UTC)


def feed_of(*titles: str, text: str = "Words") -> Feed:
    entries = [
        Entry(f"urn:uuid:{index}", f"/facts/{index}", title, text, AT, ("labs",))
        for index, title in enumerate(titles)
    ]
    return Feed(
        title="Ledger: facts (topic a&b)",
        author="Ledger",
        id="http://ledger.example/facts.atom?topic=a&b",
        home="http://ledger.example/facts",
        here="http://ledger.example/facts.atom?cursor=x",
        links={"first": "http://ledger.example/facts.atom", "next": "http://ledger.example/n"},
        base="http://ledger.example",
        entries=entries,
    )


@given(words=st.text(min_size=1))
def test_whatever_people_wrote_is_in_atom_as_they_wrote_it(words: str) -> None:
    shown = printable(words)

    heard: list[str] = []
    parser = ParserCreate()
    parser.CharacterDataHandler = heard.append
    parser.ParseFile(BytesIO(atom(feed_of(shown, text=shown))))

    # XML itself reads a carriage return as a line feed.
    expected = shown.replace("\r\n", "\n").replace("\r", "\n")
    assert "".join(heard).count(expected) >= 2


@pytest.mark.parametrize("write", [atom, rss])
def test_readers_find_entries_links_and_dates(write: Callable[[Feed], bytes]) -> None:
    parsed = feedparser.parse(write(feed_of("<b>One</b> & two", "Three")))

    assert not parsed.bozo
    assert [entry.id for entry in parsed.entries] == ["urn:uuid:0", "urn:uuid:1"]
    assert [entry.link for entry in parsed.entries] == [
        "http://ledger.example/facts/0",
        "http://ledger.example/facts/1",
    ]
    assert {link.rel for link in parsed.feed.links} >= {"self", "first", "next", "alternate"}
    assert parsed.entries[0].updated == "2022-02-19T08:00:00.000005Z"
    assert parsed.entries[0].tags[0].term == "labs"


def test_markup_that_somebody_wrote_is_text_in_rss() -> None:
    parsed = feedparser.parse(rss(feed_of("One", text="<script>alert(1)</script>")))

    assert parsed.entries[0].summary == "&lt;script&gt;alert(1)&lt;/script&gt;"


def test_json_feed_leads_on_to_the_next_page() -> None:
    document = orjson.loads(json_feed(feed_of("One")))

    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["next_url"] == "http://ledger.example/n"
    assert document["items"][0]["url"] == "http://ledger.example/facts/0"


def test_an_empty_feed_has_not_changed_since_ever() -> None:
    assert feedparser.parse(atom(feed_of())).feed.updated == "1970-01-01T00:00:00.000000Z"


def test_facts_of_one_millisecond_are_told_apart() -> None:
    assert moment("2022-02-19T08:00:00.123Z", 7) < moment("2022-02-19T08:00:00.123Z", 8)
