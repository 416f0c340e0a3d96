"""What was stored once is read for ever, and what is stored now is stored the same way."""

import pytest

from ledger.facts import FACTS as TOPICS
from ledger.facts import AnyFact
from ledger.facts.fact import StreamId
from ledger.store.codec import decode, encode
from ledger.store.port import Entry, Part
from tests.golden.facts import COMMITMENT, FACTS, RECORDER
from tests.golden.samples import Sample, contents, stored

STORED = stored()


def entry(sample: Sample) -> Entry:
    """The sample in a place of its own; reading asks neither the leaf nor the salts."""
    return Entry(
        position=1,
        at=0,
        fact_id="",
        stream=StreamId(COMMITMENT),
        version=1,
        topic=sample["topic"],
        leaf=b"",
        leaf_hash=b"",
        parts=tuple(Part(name, b"", content) for name, content in contents(sample).items()),
    )


def test_every_topic_has_a_sample() -> None:
    assert set(STORED) == set(TOPICS)
    assert [fact.TOPIC for fact in FACTS] == list(TOPICS)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.TOPIC)
def test_a_stored_fact_reads_as_it_was_meant(fact: AnyFact) -> None:
    read = decode(entry(STORED[fact.TOPIC]))

    assert read.fact == fact
    assert read.recorder == RECORDER


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.TOPIC)
def test_a_fact_is_stored_byte_for_byte_as_it_was(fact: AnyFact) -> None:
    parts = {part.name: part.content for part in encode(fact, RECORDER)}

    assert parts == contents(STORED[fact.TOPIC])
