"""What is stored for ever: the bytes of leaves and parts, and the way back to facts."""

import hashlib
import hmac
import json
from dataclasses import fields, replace
from typing import cast

import orjson
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.dates import PartialDate
from ledger.facts import FACTS, AnyFact
from ledger.facts.commitment import (
    CommitmentContent,
    CommitmentRecorded,
    Due,
    Strength,
    ThirdParty,
    Verifiability,
)
from ledger.facts.fact import WITHHELD, AccountId, Fact, QuotationId, StreamId
from ledger.facts.meeting import (
    ClaimedDate,
    MeetingProfile,
    MeetingRecorded,
    MinutesDrafted,
    Participant,
)
from ledger.facts.source import Citation, QuotationTaken, TextArchived
from ledger.log.hashing import leaf_hash
from ledger.log.leaves import ATTACHMENT_PART, FACTS_PART, WORDS_PART, commitment
from ledger.store.codec import UnreadableFactError, decode, encode, fact_id, leaf_bytes
from ledger.store.port import Draft, Entry, Part, Recorder
from ledger.vocabulary import Content, Form, QuotationCheck

AT = 1_645_000_000_000
ID = "3f2b8f8e-6c0e-4b52-8f0f-0d6f5a7f7b11"
STREAM = StreamId("9d2c1a34-5f1e-4a7b-9d0a-2f1f0c3b4a5d")
OTHER = StreamId("c1d7e1b0-77a5-4a4e-8f6e-6b6f2f8d1e02")
ACCOUNT = AccountId("0b7cf0f7-6d36-4e79-8a6e-8b1f9b6b3d3e")
RECORDER = Recorder(by=ACCOUNT, name="Amina", why="from the minutes")
DAY = PartialDate("2022-02-15")

COMMITMENT = CommitmentRecorded(
    effective_on=DAY,
    content=CommitmentContent(
        promisors=(STREAM, OTHER),
        third_parties=(ThirdParty(name="academia"), ThirdParty(name="", stakeholder=OTHER)),
        text="Explore a Community Lab – together",
        citations=(Citation(source=OTHER, quotation=QuotationId(ID)),),
        made_on=DAY,
        due=Due(latest=PartialDate("2022"), text="by the end of the year"),
        strength=Strength(
            form=Form.AGREES_TO_EXPLORE,
            content=Content.CONSIDER,
            verifiability=Verifiability(deliverable=True),
            reading="agreed to explore",
        ),
        topics=("innovation",),
    ),
)
MEETING = MeetingRecorded(
    effective_on=DAY,
    profile=MeetingProfile(
        title="First meeting",
        held_on=DAY,
        claimed_dates=(ClaimedDate(source=OTHER, held_on=DAY, text="on Tuesday"),),
        participants=(Participant(stakeholder=STREAM, role="chair"),),
        agenda=("literacy", "inclusion"),
    ),
)
MINUTES = MinutesDrafted(effective_on=DAY, text="Everybody agreed.\n")


def entry(fact: Fact, *parts: Part) -> Entry:
    return Entry(7, AT, ID, STREAM, 1, fact.TOPIC, b"", b"", parts)


def blanked(part: Part) -> Part:
    return Part(part.name, None, None)


# --- golden bytes

FACTS_JSON = (
    '{"body":{"content":{"citations":[{"quotation":"3f2b8f8e-6c0e-4b52-8f0f-0d6f5a7f7b11",'
    '"role":"origin","source":"c1d7e1b0-77a5-4a4e-8f6e-6b6f2f8d1e02"}],'
    '"due":{"basis":"stated","latest":"2022"},"made_on":"2022-02-15",'
    '"promisors":["9d2c1a34-5f1e-4a7b-9d0a-2f1f0c3b4a5d","c1d7e1b0-77a5-4a4e-8f6e-6b6f2f8d1e02"],'
    '"strength":{"content":"consider","form":"agrees_to_explore","formal_status":"declared",'
    '"verifiability":{"deliverable":true}},'
    '"third_parties":[{},{"stakeholder":"c1d7e1b0-77a5-4a4e-8f6e-6b6f2f8d1e02"}],'
    '"topics":["innovation"]}},'
    '"by":"0b7cf0f7-6d36-4e79-8a6e-8b1f9b6b3d3e","on":"2022-02-15"}'
)
WORDS_JSON = (
    '{"body":{"content":{"due":{"text":"by the end of the year"},'
    '"strength":{"reading":"agreed to explore"},"text":"Explore a Community Lab – together",'
    '"third_parties":[{"name":"academia"},{"name":""}]}},'
    '"by":"Amina","why":"from the minutes"}'
)
LEAF = (
    '{"at":1645000000000,"id":"3f2b8f8e-6c0e-4b52-8f0f-0d6f5a7f7b11",'
    '"parts":{"facts":{"c":"1f31f65c42af9d2bcec2a53e29d638028764736e0ca87aab2b620f1d677ce'
    'b3f","n":596},'
    '"words":{"c":"f146e7627fe20338d3bc6b43d0fa709461a75e9b8a4b6af74b19625d76813cd3",'
    '"n":239}},"prev":"abababababababababababababababababababababababababababababababab",'
    '"stream":"9d2c1a34-5f1e-4a7b-9d0a-2f1f0c3b4a5d","type":"commitment.recorded/1",'
    '"v":"commitment-ledger/leaf/v1","ver":2}'
)
LEAF_HASH = "66ee9092a76db1126456a290e1288bca1925848b9d98c69d3f1f570bd823cb8c"


def test_a_fact_is_split_into_structure_and_words_of_the_same_shape() -> None:
    facts, words = encode(COMMITMENT, RECORDER)

    assert (facts.name, facts.content) == (FACTS_PART, FACTS_JSON.encode())
    assert (words.name, words.content) == (WORDS_PART, WORDS_JSON.encode())


def test_a_long_text_is_a_part_of_its_own_as_it_is() -> None:
    facts, words, attachment = encode(MINUTES, RECORDER)

    assert attachment.name == ATTACHMENT_PART
    assert attachment.content == b"Everybody agreed.\n"
    assert facts.content == f'{{"body":{{}},"by":"{ACCOUNT}","on":"2022-02-15"}}'.encode()
    assert words.content == b'{"body":{},"by":"Amina","why":"from the minutes"}'


def test_a_recorder_for_somebody_names_them_among_the_structure() -> None:
    facts, words = encode(MEETING, Recorder(by=ACCOUNT, name="Amina", on_behalf_of=OTHER))

    assert orjson.loads(facts.content or b"")["for"] == OTHER
    assert "why" not in orjson.loads(words.content or b"")


def test_a_fixed_draft_gives_exactly_these_leaf_bytes() -> None:
    parts = (
        Part(FACTS_PART, bytes(range(32)), FACTS_JSON.encode()),
        Part(WORDS_PART, bytes(range(32, 64)), WORDS_JSON.encode()),
    )

    leaf = leaf_bytes(Draft(ID, STREAM, 2, "commitment.recorded/1", b"\xab" * 32, parts), AT)

    assert leaf == LEAF.encode()
    assert leaf_hash(leaf).hex() == LEAF_HASH


def test_the_first_fact_of_a_stream_has_no_fact_before_it() -> None:
    leaf = leaf_bytes(Draft(ID, STREAM, 1, "x/1", None, ()), AT)

    assert orjson.loads(leaf)["prev"] is None
    assert fact_id(leaf) == ID


def test_the_commitment_of_a_part_is_an_hmac_keyed_by_its_salt() -> None:
    """RFC 2104 by hand: the key is shorter than a block of SHA-256."""
    salt, content = bytes(range(32)), b"words"
    key = salt + bytes(32)
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in key) + b"commitment-ledger/part/v1\0words")

    outer = hashlib.sha256(bytes(b ^ 0x5C for b in key) + inner.digest())

    assert commitment(salt, content) == outer.digest()
    assert (
        commitment(salt, content)
        == hmac.new(salt, b"commitment-ledger/part/v1\0words", "sha256").digest()
    )


def test_the_hash_of_a_leaf_is_that_of_rfc_6962() -> None:
    """The empty leaf and the second one of the Certificate Transparency test vectors."""
    empty = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    zero = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"

    assert leaf_hash(b"").hex() == empty
    assert leaf_hash(b"\0").hex() == zero


def test_salts_are_never_used_twice() -> None:
    salts = [part.salt for _ in range(50) for part in encode(MINUTES, RECORDER)]

    assert len(set(salts)) == 150
    assert {len(salt or b"") for salt in salts} == {32}


def test_a_leaf_longer_than_an_entry_of_the_log_is_refused() -> None:
    with pytest.raises(ValueError, match="65535"):
        leaf_bytes(Draft(ID, STREAM, 1, "x" * 65_536, None, ()), AT)


def test_a_new_fact_has_all_of_its_parts() -> None:
    with pytest.raises(ValueError, match="missing"):
        leaf_bytes(Draft(ID, STREAM, 1, "x/1", None, (Part(FACTS_PART, None, None),)), AT)


# --- every fact there is

st.register_type_strategy(PartialDate, st.dates().map(PartialDate.of))
SAFE = st.integers(-(2**53) + 1, 2**53 - 1)
ASCII = st.text(st.characters(max_codepoint=127))
NARROWER = {
    "index": SAFE,
    "size": SAFE,
    "start": st.none() | SAFE,
    "definitions": st.dictionaries(ASCII, st.text()),
}


def facts_of(kind: type[Fact]) -> st.SearchStrategy[AnyFact]:
    names = {field.name for field in fields(kind)}
    narrowed = {name: NARROWER[name] for name in names & NARROWER.keys()}
    return cast("st.SearchStrategy[AnyFact]", st.builds(kind, **narrowed))


ANY_FACT = st.one_of([facts_of(kind) for kind in FACTS.values()])
RECORDERS = st.builds(Recorder)


@pytest.mark.parametrize("kind", FACTS.values(), ids=FACTS)
def test_every_fact_comes_back_as_it_was(kind: type[Fact]) -> None:
    @settings(max_examples=25)
    @given(facts_of(kind), RECORDERS)
    def check(fact: AnyFact, recorder: Recorder) -> None:
        stored = decode(entry(fact, *encode(fact, recorder)))

        assert (stored.fact, stored.recorder) == (fact, recorder)

    check()


@given(ANY_FACT, RECORDERS)
def test_every_part_is_canonical_json(fact: AnyFact, recorder: Recorder) -> None:
    for part in encode(fact, recorder):
        if part.name != ATTACHMENT_PART:
            assert part.content == rfc8785.dumps(json.loads(part.content or b""))


@given(ANY_FACT, st.integers(1, 2**53 - 1), st.integers(0, 2**53 - 1))
def test_every_leaf_is_canonical_json_in_ascii(fact: AnyFact, version: int, at: int) -> None:
    parts = encode(fact, RECORDER)

    leaf = leaf_bytes(Draft(ID, STREAM, version, fact.TOPIC, b"\x01" * 32, parts), at)

    assert leaf == rfc8785.dumps(json.loads(leaf))
    assert leaf.isascii()
    assert fact_id(leaf) == ID


@given(ANY_FACT)
def test_no_word_is_among_the_structure(fact: AnyFact) -> None:
    """Blanking words and attachment leaves a fact whose structure is what it was."""
    facts, *words = encode(fact, RECORDER)

    redacted = decode(entry(fact, facts, *map(blanked, words))).fact

    again, *_ = encode(redacted, RECORDER)
    assert again.content == facts.content


# --- redacted parts


def test_redacted_words_read_as_withheld_and_the_structure_stays() -> None:
    facts, words = encode(COMMITMENT, RECORDER)

    stored = decode(entry(COMMITMENT, facts, blanked(words)))

    assert stored.recorder == Recorder(by=ACCOUNT, name=WITHHELD, why=WITHHELD)
    assert isinstance(stored.fact, CommitmentRecorded)
    content = stored.fact.content
    assert content.text is content.purpose is content.strength.reading is WITHHELD
    assert [party.stakeholder for party in content.third_parties] == [None, OTHER]
    assert all(party.name is WITHHELD for party in content.third_parties)
    assert content.due == Due(latest=PartialDate("2022"), text=WITHHELD)
    assert content.citations == COMMITMENT.content.citations


def test_a_list_of_redacted_words_keeps_its_length() -> None:
    facts, words = encode(MEETING, RECORDER)

    fact = decode(entry(MEETING, facts, blanked(words))).fact

    assert isinstance(fact, MeetingRecorded)
    assert len(fact.profile.agenda) == 2
    assert all(topic is WITHHELD for topic in fact.profile.agenda)


def test_an_attachment_is_redacted_apart_from_the_words() -> None:
    archived = TextArchived(effective_on=DAY, text="long", sha256="ab", retrieved_on=DAY)
    facts, words, attachment = encode(archived, RECORDER)

    without_text = decode(entry(archived, facts, words, blanked(attachment))).fact
    without_words = decode(entry(archived, facts, blanked(words), attachment)).fact

    assert without_text == replace(archived, text=WITHHELD)
    assert isinstance(without_text, TextArchived)
    assert without_text.text is WITHHELD
    assert without_words == replace(archived, sha256=WITHHELD)


# --- what grew later, and poison


def test_a_fact_stored_before_a_field_was_added_reads_its_default() -> None:
    """A quotation as stored when it had no heading, attribution or speaker."""
    facts = (
        f'{{"body":{{"check":"found","quotation":"{ID}","start":0}},"by":"a","on":"2022"}}'
    ).encode()
    words = b'{"body":{"exact":"words"},"by":"n"}'

    stored = decode(
        Entry(
            1,
            AT,
            ID,
            STREAM,
            1,
            QuotationTaken.TOPIC,
            b"",
            b"",
            (Part(FACTS_PART, b"", facts), Part(WORDS_PART, b"", words)),
        )
    )

    assert stored.fact == QuotationTaken(
        effective_on=PartialDate("2022"),
        quotation=QuotationId(ID),
        exact="words",
        check=QuotationCheck.FOUND,
        start=0,
    )


GOOD_FACTS = f'{{"body":{{"check":"found","quotation":"{ID}"}},"by":"a","on":"2022"}}'
GOOD_WORDS = '{"body":{"exact":"x"},"by":"n"}'


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ("", GOOD_WORDS),
        ("[]", GOOD_WORDS),
        ('{"body":{}}', GOOD_WORDS),
        (GOOD_FACTS.replace("found", "lost"), GOOD_WORDS),
        (GOOD_FACTS.replace('"check"', '"extra":1,"check"'), GOOD_WORDS),
        (GOOD_FACTS.replace('"check"', '"start":"0","check"'), GOOD_WORDS),
        (GOOD_FACTS.replace('"check"', '"start":true,"check"'), GOOD_WORDS),
        (GOOD_FACTS.replace('"check"', '"in_heading":1,"check"'), GOOD_WORDS),
        (GOOD_FACTS.replace('"check":"found",', ""), GOOD_WORDS),
        (GOOD_FACTS.replace('"2022"', "2022"), GOOD_WORDS),
        (GOOD_FACTS.replace(f'"{ID}"', "7"), GOOD_WORDS),
        (GOOD_FACTS, GOOD_WORDS.replace('"exact":"x"', "")),
        (GOOD_FACTS, GOOD_WORDS.replace('"x"', "7")),
        (GOOD_FACTS, GOOD_WORDS.replace('"exact"', '"check":"found","exact"')),
        (GOOD_FACTS, "{}"),
    ],
)
def test_a_fact_of_another_shape_is_named_and_not_guessed_at(facts: str, words: str) -> None:
    poison = Entry(
        7,
        AT,
        ID,
        STREAM,
        1,
        QuotationTaken.TOPIC,
        b"",
        b"",
        (Part(FACTS_PART, b"", facts.encode()), Part(WORDS_PART, b"", words.encode())),
    )

    with pytest.raises(UnreadableFactError, match="fact 7"):
        decode(poison)


def test_a_fact_of_an_unknown_topic_is_named() -> None:
    facts, words = encode(MEETING, RECORDER)

    with pytest.raises(UnreadableFactError, match=r"unheard\.of/1"):
        decode(replace(entry(MEETING, facts, words), topic="unheard.of/1"))


def test_a_fact_without_its_structure_is_named() -> None:
    facts, words = encode(MEETING, RECORDER)

    with pytest.raises(UnreadableFactError):
        decode(entry(MEETING, blanked(facts), words))
