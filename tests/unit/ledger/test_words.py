"""What may be written: the limits themselves, and what only looks forbidden."""

import pytest

from ledger.rules.words import (
    ARCHIVE_LIMIT,
    NAME_LIMIT,
    TEXT_LIMIT,
    TOPIC_LIMIT,
    URL_LIMIT,
    TooLong,
    check_language,
    check_name,
    check_remark,
    check_text,
    check_topics,
    check_url,
)

HOST = "https://x.example/"


@pytest.mark.parametrize(
    "name",
    [
        "a" * NAME_LIMIT,
        "7",
        "Zo\N{LATIN SMALL LETTER E WITH DIAERESIS} O\N{RIGHT SINGLE QUOTATION MARK}Brien",
        "\N{ARABIC LETTER MEEM}\N{ZERO WIDTH NON-JOINER}\N{ARABIC LETTER HEH}",
        "\N{DEVANAGARI LETTER KA}\N{ZERO WIDTH JOINER}",
        " Meta ",
    ],
)
def test_a_name_may_be(name: str) -> None:
    check_name(name, "/name")


@pytest.mark.parametrize("text", ["a" * TEXT_LIMIT, "One.\r\n\tTwo.", "\u202eold and new"])
def test_a_text_may_be(text: str) -> None:
    check_text(text, "/text")


def test_an_archived_text_may_be_longer() -> None:
    check_text("a" * ARCHIVE_LIMIT, "/text", ARCHIVE_LIMIT)


def test_a_remark_may_be_missing() -> None:
    check_remark("", "/note")
    check_remark("a" * TEXT_LIMIT, "/note")


def test_a_limit_is_said_in_characters() -> None:
    with pytest.raises(TooLong) as caught:
        check_name("a" * 1001, "/name")

    assert caught.value.detail == "This has 1,001 characters; 300 are the most that is kept here."


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://x.example",
        "https://x.example:8443/a?b=c#d",
        "HTTPS://X.EXAMPLE/@ada",
        "https://[2001:db8::1]/",
        HOST + "a" * (URL_LIMIT - len(HOST)),
    ],
)
def test_an_address_may_be(url: str) -> None:
    check_url(url, "/url")


@pytest.mark.parametrize("topic", ["plans", "a", "4g", "big-plans-2022", "a" * TOPIC_LIMIT])
def test_a_topic_may_be(topic: str) -> None:
    check_topics([topic, "other"], "/topics")


@pytest.mark.parametrize("tag", ["en", "ur", "und", "zh-Hant", "en-GB-oxendict", "sl-rozaj-1994"])
def test_a_language_may_be(tag: str) -> None:
    check_language(tag, "/language")
