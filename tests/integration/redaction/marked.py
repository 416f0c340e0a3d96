"""Ten thousand facts of which every word is one of a kind, and where such words are still found."""

import gzip
import re
import subprocess
from collections.abc import Iterator, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zipfile import ZipFile

from arro3.io import read_parquet, write_json

from ledger.dates import PartialDate
from ledger.facts import AnyFact
from ledger.facts.fact import StreamId
from ledger.facts.source import SourceProfile, SourceRegistered, TextArchived
from ledger.facts.stakeholder import PersonProfile, PersonRegistered, StakeholderRenamed
from ledger.names import skeleton
from ledger.rules.naming import claims_of, names_given
from ledger.store.port import Claim, Key, Receipt, Recorder, Store, Unit
from ledger.vocabulary import Basis
from tests.integration.projections.keeping import draft
from tests.unit.projections.telling import CLERK, promise, recorded, stream

LETTERS: Final = "abcdefghkprstuvxyz"
"""Letters that look like nothing else, so that a name and what it looks like are the same."""
TOKEN: Final = re.compile(rb"zq[a-z]{10}")
HEX: Final = re.compile(rb"[0-9a-f]{64}")
DAY: Final = PartialDate("2022-02-15")
PER_UNIT: Final = 10
KINDS: Final = 5
"""Facts come in fives: two of a person, a promise, a source and its text."""


def tokens(count: int) -> list[str]:
    """Each unlike every other, and the same every time."""
    return [_token(sha256(b"%d" % number).digest()) for number in range(count)]


def _token(digest: bytes) -> str:
    return "zq" + "".join(LETTERS[each % len(LETTERS)] for each in digest[:10])


def history(words: Sequence[str]) -> Iterator[tuple[StreamId, int, AnyFact]]:
    """A fact for each word: (stream, version, fact)."""
    for first in range(0, len(words), KINDS):
        name, renamed, text, title, archived = words[first : first + KINDS]
        person, pledge, source = (stream(0x100000 + first * 4 + each) for each in range(3))
        yield person, 1, PersonRegistered(effective_on=DAY, profile=PersonProfile(name=name))
        yield person, 2, StakeholderRenamed(effective_on=DAY, name=renamed)
        yield pledge, 1, recorded(promise(f"Paint {text} blue.", promisors=(person,)))
        profile = SourceProfile(publisher="Gazette", title=title, basis=Basis.ON_RECORD)
        yield source, 1, SourceRegistered(effective_on=DAY, profile=profile)
        long = f"It says {archived}. " + "So it goes on. " * (first % 100 // 95 * 600)
        yield source, 2, TextArchived(effective_on=DAY, retrieved_on=DAY, sha256="00", text=long)


def fill(store: Store, words: Sequence[str], recorder: Recorder = CLERK) -> None:
    """Store a fact for each word, with the names that are claimed by it."""
    facts = list(history(words))
    units = [
        Unit(
            tuple([draft(*each) for each in some]),
            Key(recorder.by, f"key {start}", b"digest"),
            tuple([Claim(name, each) for each, _, fact in some for name in _claimed(each, fact)]),
        )
        for start in range(0, len(facts), PER_UNIT)
        for some in [facts[start : start + PER_UNIT]]
    ]
    for start in range(0, len(units), 100):
        outcomes = store.append(units[start : start + 100], 1_717_243_200_000)
        assert all(isinstance(each, Receipt) for each in outcomes)


def _claimed(about: StreamId, fact: AnyFact) -> list[str]:
    names = names_given(fact)
    assert all(skeleton(name) == name for name in names)
    return [claim for claim in claims_of(about, names) if "#" not in claim]


def part_of(position: int) -> str:
    """The part in which the word of the fact stands."""
    return "attachment" if position % KINDS == 0 else "words"


def found_in(*contents: bytes) -> set[str]:
    """Every word of ours that stands there."""
    return {found.decode() for content in contents for found in TOKEN.findall(content)}


def files(folder: Path) -> Iterator[bytes]:
    """Every file as it lies there, and what is in it where it is packed.

    Another process copies them first: whoever closes a file takes away every lock that its own
    process holds on it, and SQLite would no longer be alone with its shared memory.
    """
    with TemporaryDirectory() as place:
        copy = Path(place) / "copy"
        subprocess.run(["cp", "-r", str(folder), str(copy)], check=True)
        for path in sorted(each for each in copy.rglob("*") if each.is_file()):
            raw = path.read_bytes()
            yield raw
            yield unpacked(raw)


def unpacked(raw: bytes) -> bytes:
    """What is in gzip, in a ZIP file (a workbook is one) or in Parquet; else nothing."""
    if raw.startswith(b"\x1f\x8b"):
        return gzip.decompress(raw)
    if raw.startswith(b"PK"):
        with ZipFile(BytesIO(raw)) as packed:
            return b"\n".join(map(packed.read, packed.namelist()))
    if raw.startswith(b"PAR1"):
        table = BytesIO()
        write_json(read_parquet(BytesIO(raw)), table)
        return table.getvalue()
    return b""
