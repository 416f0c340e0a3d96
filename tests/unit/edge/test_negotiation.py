"""Which form a client gets, and whether it may be packed."""

import pytest

from api.edge.negotiation import admits_gzip, choose, prefers_html

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html", "text/html"),
        ("text/*", "text/html"),
        ("application/json;q=0.5, text/html;q=0.4", "application/json"),
        ("text/html;q=0.1, */*;q=0", "text/html"),
        ("application/json;q=0, */*", "text/html"),
        ("image/png", None),
        ("application/json;q=nonsense", None),
        (";;;,,,", None),
    ],
)
def test_the_most_exact_range_decides_and_quality_orders(accept: str, chosen: str | None) -> None:
    assert choose(accept, ("application/json", "text/html")) == chosen


@pytest.mark.parametrize(("accept", "html"), [(FIREFOX, True), ("", False), ("*/*", False)])
def test_only_who_names_html_is_shown_pages(accept: str, *, html: bool) -> None:
    assert prefers_html(accept) is html


@pytest.mark.parametrize(
    ("header", "packed"),
    [("gzip, deflate, br", True), ("gzip;q=0", False), ("br", False), ("", False), ("GZIP", True)],
)
def test_gzip_goes_only_to_who_names_it(header: str, *, packed: bool) -> None:
    assert admits_gzip(header) is packed
