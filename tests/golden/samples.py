"""Samples on disk: the parts of one stored fact of a topic, readable, without their salts.

`python -m tests.golden.samples` writes the samples of new topics and never touches an old one.
"""

from pathlib import Path
from typing import Final, TypedDict

import orjson

from ledger.facts import AnyFact
from ledger.log.leaves import ATTACHMENT_PART
from ledger.store.codec import encode
from tests.golden.facts import FACTS, RECORDER

FOLDER: Final = Path(__file__).parent / "stored"
READABLE: Final = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


class Sample(TypedDict):
    """`parts` are JSON but for the attachment, which is a text."""

    topic: str
    parts: dict[str, object]


def sample_of(fact: AnyFact) -> Sample:
    """The sample that this version of the program makes of a fact."""
    parts: dict[str, object] = {}
    for part in encode(fact, RECORDER):
        content = part.content or b""
        attached = part.name == ATTACHMENT_PART
        parts[part.name] = content.decode() if attached else orjson.loads(content)
    return {"topic": fact.TOPIC, "parts": parts}


def path_of(topic: str) -> Path:
    return FOLDER / f"{topic.replace('/', '.')}.json"


def stored() -> dict[str, Sample]:
    """Topic → the sample on disk."""
    samples: list[Sample] = [orjson.loads(path.read_bytes()) for path in FOLDER.glob("*.json")]
    return {sample["topic"]: sample for sample in samples}


def contents(sample: Sample) -> dict[str, bytes]:
    """The bytes of each part, as they stand in the store."""
    return {
        name: part.encode() if isinstance(part, str) else _canonical(part)
        for name, part in sample["parts"].items()
    }


def _canonical(part: object) -> bytes:
    return orjson.dumps(part, option=orjson.OPT_SORT_KEYS)


def write_missing() -> None:
    for fact in FACTS:
        if not path_of(fact.TOPIC).exists():
            path_of(fact.TOPIC).write_bytes(orjson.dumps(sample_of(fact), option=READABLE))


if __name__ == "__main__":
    write_missing()
