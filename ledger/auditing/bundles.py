"""A bundle: the facts of one record as a file to keep, with all that is needed to check them.

`bundle.json` is all of it; the other files of the ZIP are the same pieces one by one, for other
programs. Pure: bytes in, bytes out.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

import orjson

from ledger.auditing.lies import LieError
from ledger.auditing.lines import parts_told, read_parts
from ledger.log.leaves import Salted

FORMAT: Final = "commitment-ledger/bundle/v1"
JSON: Final = "bundle.json"
TEXTS: Final = ("origin", "policy", "checkpoint")
README: Final = "README.txt"
PAGE: Final = "verify.html"
WRITTEN_FOR_PEOPLE: Final = frozenset({README, PAGE})
"""What a bundle says of itself, and nothing proves."""
LARGEST: Final = 64 << 20
MOST_FILES: Final = 100_000
_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)
_BROKEN: Final = (
    BadZipFile,
    EOFError,
    KeyError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
    zlib.error,
)
_UNREADABLE: Final = (ValueError, TypeError, LookupError, AttributeError)

TOLD: Final = """\
What this is
============

Facts that were published in the ledger {origin}:
{positions}.

They were taken from its log when it held {size} facts. With them come the salts and proofs by which
anybody can check, without trusting whoever gave you this file, that each of these facts stands in
the log, at that place and in these words.

How to check it
===============

* Open {page} in a browser, where it is in this file. It needs no network.
* Or: commitments verify THIS-FILE.zip --policy FILE
* Or with a program of somebody else's that reads C2SP tlog-proof: facts/N.tlog-proof is the proof
  of the bytes in facts/N.leaf.json under the signed checkpoint in the file `checkpoint`.

The key in `log-policy` is this file's own word. Compare it with one from elsewhere.

What it shows, and what it does not
===================================

It shows that these facts were recorded, in this order, before the checkpoint was signed, and that
not a letter of them was changed since. Words that are missing were withheld by order of a fact that
is in here too.

It does not show that what the facts say is true; that nothing else was recorded; or that nothing
came after. Records that these facts name by their ids, such as sources and meetings, are not in
here: each has a bundle of its own. A whole ledger is checked with `commitments verify URL`.
"""


@dataclass(frozen=True, slots=True)
class BundledFact:
    """`proof` is the text of a C2SP tlog-proof under the bundle's checkpoint."""

    position: int
    leaf: bytes
    parts: Mapping[str, Salted]
    proof: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """`checkpoint` and `policy` as they were published; facts in the order of their positions."""

    origin: str
    policy: str
    checkpoint: str
    facts: Sequence[BundledFact]


def write_bundle(bundle: Bundle) -> bytes:
    """`bundle.json`."""
    told = {
        "format": FORMAT,
        "origin": bundle.origin,
        "policy": bundle.policy,
        "checkpoint": bundle.checkpoint,
        "facts": [_told(fact) for fact in bundle.facts],
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _told(fact: BundledFact) -> dict[str, object]:
    return {
        "position": fact.position,
        "leaf": fact.leaf.decode(),
        "parts": parts_told(fact.parts),
        "proof": fact.proof,
    }


def write_fact(fact: BundledFact) -> bytes:
    """One fact as in a bundle, in a line."""
    return orjson.dumps(_told(fact), option=orjson.OPT_APPEND_NEWLINE)


def read_fact(line: bytes) -> BundledFact:
    """The reverse; raise LieError."""
    try:
        return _fact(orjson.loads(line))
    except _UNREADABLE as error:
        raise LieError(f"a fact with its proof cannot be read: {error}") from error


def read_bundle(told: bytes) -> Bundle:
    """The reverse; raise LieError."""
    try:
        found = orjson.loads(told)
        if found["format"] != FORMAT:
            raise ValueError(f"its format is {found['format']!r}, not {FORMAT}")
        origin, policy, checkpoint = (str(found[name]) for name in TEXTS)
        return Bundle(origin, policy, checkpoint, tuple(map(_fact, found["facts"])))
    except _UNREADABLE as error:
        raise LieError(f"{JSON} cannot be read: {error}") from error


def _fact(told: Mapping[str, Any]) -> BundledFact:
    position = told["position"]
    if type(position) is not int or position < 1:
        raise ValueError(f"{position!r} is no number of a fact")
    parts = read_parts(told["parts"])
    return BundledFact(position, told["leaf"].encode(), parts, str(told["proof"]))


def zip_bundle(bundle: Bundle, size: int, page: bytes | None) -> bytes:
    """The same bytes for the same bundle. `size` is the checkpoint's; `page` is `verify.html`."""
    positions = ", ".join(str(fact.position) for fact in bundle.facts)
    readme = TOLD.format(origin=bundle.origin, positions=positions, size=size, page=PAGE)
    files = {README: readme.encode(), **pieces_of(bundle)} | ({PAGE: page} if page else {})
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name, _BEGINNING), content, ZIP_DEFLATED)
    return packed.getvalue()


def pieces_of(bundle: Bundle) -> dict[str, bytes]:
    """Everything in the ZIP that can be checked, by its name there."""
    return {
        JSON: write_bundle(bundle),
        "checkpoint": bundle.checkpoint.encode(),
        "log-policy": bundle.policy.encode(),
        **{name: content for fact in bundle.facts for name, content in _files(fact)},
    }


def _files(fact: BundledFact) -> Iterable[tuple[str, bytes]]:
    place = f"facts/{fact.position}"
    yield f"{place}.leaf.json", fact.leaf
    yield f"{place}.tlog-proof", fact.proof.encode()
    for name, (salt, content) in fact.parts.items():
        kind = "txt" if name == "attachment" else "json"
        yield f"{place}.{name}.{kind}", content
        yield f"{place}.{name}.salt", salt.hex().encode() + b"\n"


def unzip_bundle(packed: bytes) -> Bundle:
    """Raise LieError for what is no bundle, and where its files say other things than its JSON."""
    try:
        with ZipFile(io.BytesIO(packed)) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > LARGEST or len(infos) > MOST_FILES:
                raise LieError("the bundle is larger than bundles are")
            files = {info.filename: archive.open(info).read(LARGEST) for info in infos}
    except _BROKEN as error:
        raise LieError(f"this is no bundle: {error}") from error
    if JSON not in files or len(files) != len(infos):
        raise LieError(f"this is no bundle: it holds no {JSON}, or a file twice")
    bundle = read_bundle(files[JSON])
    _hold_files(bundle, files)
    return bundle


def _hold_files(bundle: Bundle, files: Mapping[str, bytes]) -> None:
    wanted = pieces_of(bundle)
    for name in sorted((files.keys() | wanted.keys()) - WRITTEN_FOR_PEOPLE - {JSON}):
        if files.get(name) != wanted.get(name):
            raise LieError(f"{name[:80]} in the bundle is not what its {JSON} says")
