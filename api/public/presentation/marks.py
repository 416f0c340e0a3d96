"""Where to mark words: quotations in an archived text, matches in a search excerpt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ledger.quoting import normalised
from projections.documents import Quotation

MATCH_OPENS: Final = "\u2068"
MATCH_CLOSES: Final = "\u2069"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; `begins` names the quotations that start with it, for links to land on."""

    text: str
    marked: bool
    begins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Span:
    ident: str
    start: int
    stop: int


def quoted(text: str, quotations: Sequence[Quotation]) -> list[Piece]:
    """The whole text in pieces, cut wherever a quotation that was found begins or ends.

    Quotations may overlap; a piece is marked when at least one covers it.
    """
    spans = [span for quotation in quotations if (span := _span(text, quotation))]
    edges = {0, len(text), *(s.start for s in spans), *(s.stop for s in spans)}
    return [_piece(text, spans, *edge) for edge in pairwise(sorted(edges))]


def matched(excerpt: str) -> Iterator[Piece]:
    """A search excerpt in pieces, without the signs that stood around the matches."""
    for chunk in excerpt.split(MATCH_OPENS):
        match, closed, rest = chunk.partition(MATCH_CLOSES)
        if closed:
            yield Piece(match, marked=True)
        yield Piece(rest if closed else match, marked=False)


def _span(text: str, quotation: Quotation) -> _Span | None:
    start, exact = quotation["start"], quotation["exact"]
    if start is None or not exact or start >= len(text):
        return None
    return _Span(quotation["id"], start, _stop(text, start, len(normalised(exact).strip())))


def _stop(text: str, start: int, length: int) -> int:
    """Where `length` characters end that were counted without differences of typography.

    Each step takes as many more as typography has swallowed, so it never goes too far.
    """
    stop = start + length
    while stop < len(text) and (missing := length - len(normalised(text[start:stop]))):
        stop += missing
    return min(stop, len(text))


def _piece(text: str, spans: Sequence[_Span], start: int, stop: int) -> Piece:
    return Piece(
        text[start:stop],
        marked=any(span.start <= start and stop <= span.stop for span in spans),
        begins=tuple(span.ident for span in spans if span.start == start),
    )
