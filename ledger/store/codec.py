"""Facts to stored bytes and back. What stands here is stored for ever.

A fact is kept as a *leaf* and up to three *parts*. The leaf is RFC 8785 canonical JSON with
ASCII keys and no words; it binds each part by its commitment and size. Parts are canonical JSON:

* `facts`: {"by": account, "for": stakeholder, "on": effective date, "body": {…}}; no "for" where
  the recorder acts for nobody
* `words`: {"by": the recorder's name, "why": the reason, "body": {…}}; no "why" where none is given
* `attachment`: one long text, in UTF-8 as it is

and `ledger.store.shapes` says how a body is split.
"""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from ledger.errors import LedgerError
from ledger.facts import FACTS, AnyFact
from ledger.facts.fact import WITHHELD
from ledger.log.bundles import ENTRY_LIMIT
from ledger.log.leaves import (
    ATTACHMENT_PART,
    FACTS_PART,
    LEAF_VERSION,
    SALT_BYTES,
    WORDS_PART,
    commitment,
)
from ledger.store.chance import chance
from ledger.store.port import Draft, Entry, Part, Recorder, StoredFact
from ledger.store.shapes import Shape, ShapeError, shape_of

_CANONICAL: Final = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_SHAPES: Final[Mapping[str, Shape]] = {topic: shape_of(fact) for topic, fact in FACTS.items()}


class UnreadableFactError(LedgerError):
    """A stored fact of an unknown topic, or whose parts do not have the shape of its topic."""


def encode(fact: AnyFact, recorder: Recorder) -> tuple[Part, ...]:
    """The parts of a fact, each with a fresh salt."""
    shape = _SHAPES[fact.TOPIC]
    body, words = shape.write(fact)
    facts = {"by": recorder.by, "on": body.pop("effective_on"), "body": body}
    if recorder.on_behalf_of is not None:
        facts["for"] = recorder.on_behalf_of
    said = {"by": recorder.name, "body": words}
    if recorder.why:
        said["why"] = recorder.why
    attachment = body.pop(shape.attachment, None) if shape.attachment else None
    contents = [
        (FACTS_PART, orjson.dumps(facts, option=_CANONICAL)),
        (WORDS_PART, orjson.dumps(said, option=_CANONICAL)),
    ]
    if attachment is not None:
        contents.append((ATTACHMENT_PART, attachment.encode()))
    return _salted(contents)


def _salted(contents: list[tuple[str, bytes]]) -> tuple[Part, ...]:
    salts = chance.take(SALT_BYTES * len(contents))
    return tuple(
        Part(name, salts[SALT_BYTES * index : SALT_BYTES * (index + 1)], content)
        for index, (name, content) in enumerate(contents)
    )


def leaf_bytes(draft: Draft, at: int) -> bytes:
    """The canonical leaf of a draft recorded at `at` (ms); raise ValueError if it is too long."""
    leaf = orjson.dumps(
        {
            "v": LEAF_VERSION,
            "at": at,
            "id": draft.fact_id,
            "stream": draft.stream,
            "ver": draft.version,
            "type": draft.topic,
            "prev": None if draft.prev is None else draft.prev.hex(),
            "parts": {part.name: _bound(part) for part in draft.parts},
        },
        option=_CANONICAL,
    )
    if len(leaf) > ENTRY_LIMIT:
        message = f"a leaf of {len(leaf)} bytes; an entry of the log holds {ENTRY_LIMIT}"
        raise ValueError(message)
    return leaf


def _bound(part: Part) -> dict[str, object]:
    if part.salt is None or part.content is None:
        message = f"the {part.name} of a new fact are missing"
        raise ValueError(message)
    return {"c": commitment(part.salt, part.content).hex(), "n": len(part.content)}


def fact_id(leaf: bytes) -> str:
    """The id inside a leaf, cut out of its canonical bytes."""
    start = leaf.index(b'"id":"') + 6
    return leaf[start : leaf.index(b'"', start)].decode()


def decode(entry: Entry) -> StoredFact:
    """Raise UnreadableFactError; redacted parts read as WITHHELD."""
    try:
        return _decoded(entry)
    except (ShapeError, LookupError, TypeError, ValueError, AttributeError) as error:
        message = f"fact {entry.position} ({entry.topic}) cannot be read: {error!r}"
        raise UnreadableFactError(message) from error


def _decoded(entry: Entry) -> StoredFact:
    shape = _SHAPES[entry.topic]
    contents = {part.name: part.content for part in entry.parts}
    facts = orjson.loads(_present(contents[FACTS_PART]))
    words = _words(contents[WORDS_PART])
    body = facts["body"]
    body["effective_on"] = facts["on"]
    if shape.attachment is not None and ATTACHMENT_PART in contents:
        body[shape.attachment] = _attached(contents[ATTACHMENT_PART])
    return StoredFact(
        position=entry.position,
        at=entry.at,
        fact_id=entry.fact_id,
        stream=entry.stream,
        version=entry.version,
        leaf_hash=entry.leaf_hash,
        recorder=_recorder(facts, words),
        fact=shape.read(body, None if words is None else words["body"]),
    )


def _present(content: bytes | None) -> bytes:
    if content is None:
        raise ShapeError(FACTS_PART)
    return content


def _words(content: bytes | None) -> dict[str, Any] | None:
    return None if content is None else orjson.loads(content)


def _attached(content: bytes | None) -> str:
    return WITHHELD if content is None else content.decode()


def _recorder(facts: Mapping[str, Any], words: Mapping[str, Any] | None) -> Recorder:
    recorder = Recorder(
        by=facts["by"],
        name=WITHHELD if words is None else words["by"],
        on_behalf_of=facts.get("for"),
        why=WITHHELD if words is None else words.get("why", ""),
    )
    of = recorder.on_behalf_of
    told: tuple[object, ...] = recorder.by, recorder.name, recorder.why, "" if of is None else of
    for each in told:
        if not isinstance(each, str):
            raise ShapeError(each)
    return recorder
