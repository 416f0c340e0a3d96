"""HTML in a cell, as plain words: breaks become lines, and the address of a link stays."""

from html.parser import HTMLParser
from typing import Final

_BREAKS: Final = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "ul", "ol"})
_SILENT: Final = frozenset({"script", "style"})


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._links: list[tuple[str, int]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.words.append("\n")
        if tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.words)))
        self._silent += tag in _SILENT

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        if tag == "a" and self._links:
            address, at = self._links.pop()
            if address and "".join(self.words[at:]).strip() != address:
                self.words.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def plain(text: str) -> str:
    """The words of the text, a line for each that HTML would begin anew."""
    parser = _Words()
    parser.feed(text)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.words).splitlines())
    return "\n".join(line for line in lines if line)
