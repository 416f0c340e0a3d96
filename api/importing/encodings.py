"""Text files in the encoding that the mapping names; a wrong one is told from the bytes."""

import codecs
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Final, TextIO

from api.importing.rows import BadTable

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLOCK: Final = 1 << 16


def text_encoding(name: str) -> str:
    """The name; raise LookupError for what turns no bytes into text, such as base64 or zlib."""
    with closing(TextIOWrapper(BytesIO(), encoding=name)):
        return name


@contextmanager
def opened(path: Path, encoding: str) -> Iterator[TextIO]:
    """The text with its line ends as they are. Raise BadTable, here or while it is read."""
    check_encoding(path, encoding)
    name = "utf-8-sig" if _is_utf8(encoding) else encoding
    with path.open(encoding=name, newline="") as text:
        yield text


def check_encoding(path: Path, encoding: str) -> None:
    """Raise BadTable where the bytes are not in the encoding, or are plainly in another."""
    likely = _marked(path)
    if likely and codecs.lookup(likely) != codecs.lookup(encoding):
        raise _wrong(path, encoding, f"the file begins with the mark of {likely}", likely)
    try:
        _decode_all(path, encoding)
    except UnicodeError as error:
        raise _wrong(path, encoding, str(error), _likely(path)) from error
    if not _is_unicode(encoding) and not _is_ascii(path) and _decodes(path, "utf-8"):
        raise _wrong(path, encoding, "every byte of it makes sense as utf-8", "utf-8")


def _wrong(path: Path, encoding: str, why: str, likely: str) -> BadTable:
    return BadTable(f"{path.name} is not in {encoding}: {why}. Write `encoding: {likely}`.")


def _likely(path: Path) -> str:
    """UTF-16 without a mark shows by its zero bytes: every second one, in most scripts."""
    first = next(_blocks(path), b"")
    if b"\0" in first:
        return "utf-16-le" if first[1::2].count(0) > first[::2].count(0) else "utf-16-be"
    return "utf-8" if _decodes(path, "utf-8") else "utf-16 or windows-1252"


def _marked(path: Path) -> str:
    with path.open("rb") as raw:
        first = raw.read(4)
    return next((name for mark, name in _MARKS if first.startswith(mark)), "")


def _decode_all(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    for block in _blocks(path):
        if "\0" in decoder.decode(block):
            raise UnicodeError("it holds zero bytes, as utf-16 does")
    decoder.decode(b"", final=True)


def _decodes(path: Path, encoding: str) -> bool:
    """Whether the whole file makes sense so."""
    try:
        _decode_all(path, encoding)
    except UnicodeError:
        return False
    return True


def _is_ascii(path: Path) -> bool:
    return all(block.isascii() for block in _blocks(path))


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as raw:
        while block := raw.read(_BLOCK):
            yield block


def _is_utf8(encoding: str) -> bool:
    return codecs.lookup(encoding).name in {"utf-8", "utf-8-sig"}


def _is_unicode(encoding: str) -> bool:
    return codecs.lookup(encoding).name.startswith("utf")
