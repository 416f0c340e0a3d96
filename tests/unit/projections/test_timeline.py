"""Each fact as one line: a sentence, its own content, and what it can be found by."""

from dataclasses import replace
from itertools import chain

import orjson
from hypothesis import given
from hypothesis import strategies as st

from ledger.facts import AnyFact
from ledger.facts.assessment import Bearing, OutcomeContent, OutcomeRecorded
from ledger.facts.fact import WITHHELD
from ledger.facts.meeting import MinutesDrafted
from ledger.store.port import StoredFact
from ledger.vocabulary import Effect, Progress
from projections.views.timeline import Mention, encoded, lasting_mentions, line, mentions, title
from tests.unit.projections import histories
from tests.unit.projections.telling import (
    CLERK,
    A,
    B,
    C,
    assessed,
    on,
    promise,
    recorded,
    stored,
    stream,
)

ANY_FACT = st.one_of(*histories.BEGINNINGS.values(), *chain(*histories.LATER.values()))
PROMISED = promise(promisors=(B,), promisees=(C,))


def written(facts: list[StoredFact]) -> dict[str, object]:
    """The last fact's line as it is stored."""
    kept: dict[str, object] = orjson.loads(encoded(line(facts[-1], "commitments")))
    return kept


@given(fact=ANY_FACT)
def test_every_fact_has_a_sentence(fact: AnyFact) -> None:
    sentence = title(fact)

    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "_" not in sentence


def test_a_line_says_who_recorded_what_for_whom_and_why() -> None:
    recorder = replace(CLERK, on_behalf_of=C, why="The meeting of 15 February")

    kept = written(stored([recorded()], recorder=recorder))

    assert kept["recorder"] == {
        "by": CLERK.by,
        "name": "A clerk",
        "on_behalf_of": C,
        "why": "The meeting of 15 February",
    }
    assert kept["title"] == "A commitment was recorded: commits."
    assert kept["effective_on"] == "2022-02-15"


def test_the_content_is_the_facts_own() -> None:
    kept = written(stored([recorded(), assessed(Progress.IN_PROGRESS, "2022-09-01")]))

    assert isinstance(kept["data"], dict)
    assert kept["data"]["progress"] == "in_progress"
    assert kept["data"]["citations"] == []


def test_long_texts_are_not_kept_twice() -> None:
    kept = written(stored([MinutesDrafted(effective_on=on("2022"), text="They met.")]))

    assert kept["data"] == {"effective_on": "2022"}


def test_redacted_words_are_none_in_every_place() -> None:
    content = replace(PROMISED, text=WITHHELD)
    recorder = replace(CLERK, name=WITHHELD, why=WITHHELD)

    kept = written(stored([recorded(content)], recorder=recorder))

    assert kept["recorder"] == {"by": CLERK.by, "name": None, "on_behalf_of": None, "why": None}
    assert isinstance(kept["data"], dict)
    assert kept["data"]["content"]["text"] is None
    assert kept["data"]["content"]["promisors"] == [B]


def mentioned(*facts: AnyFact, collection: str = "commitments") -> set[Mention]:
    """What the last fact of a stream can be found by."""
    lasting = frozenset[Mention]().union(*map(lasting_mentions, facts))
    return mentions(stored(facts)[-1], collection, lasting)


def test_what_happens_to_a_promise_is_about_its_parties() -> None:
    found = mentioned(recorded(PROMISED), assessed(Progress.STALLED, "2022-09-01"))

    assert found == {("subject", A), ("stakeholder", B), ("stakeholder", C)}


def test_an_assessor_is_named_by_the_assessment_only() -> None:
    assessor = stream(0xD)
    first = replace(assessed(Progress.STALLED, "2022-09-01"), assessor=assessor)
    second = assessed(Progress.IN_PROGRESS, "2022-10-01", number=2)

    assert ("stakeholder", assessor) in mentioned(recorded(PROMISED), first)
    assert ("stakeholder", assessor) not in mentioned(recorded(PROMISED), first, second)


def test_an_outcome_is_found_under_what_it_bears_on() -> None:
    happened = OutcomeRecorded(
        effective_on=on("2022-12-01"),
        content=OutcomeContent(
            text="It opened.", bears_on=(Bearing(subject=B, effect=Effect.FULFILS),)
        ),
    )

    assert mentioned(happened, collection="outcomes") == {("subject", A), ("subject", B)}
