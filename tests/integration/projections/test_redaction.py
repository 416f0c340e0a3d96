"""Words that were redacted are in no view any more, whenever they were known."""

from collections.abc import Sequence

import pytest

from ledger.config import Settings
from ledger.facts.housekeeping import RedactionApplied
from ledger.log.leaves import WORDS_PART, commitment
from ledger.store.port import Store
from ledger.vocabulary import Progress, RedactionBasis
from projections.port import Moment, Query
from projections.sweeping import Sweeper
from tests.integration.projections.keeping import (
    dump,
    fold_everything,
    reading,
    record,
    stream_of,
    views_database,
)
from tests.integration.store.raw import raw
from tests.support.files import raw_bytes
from tests.unit.projections.telling import A, B, assessed, moved, on, promise, recorded, stream

SECRET = "A private affair."
FACTS = [
    *stream_of(
        A,
        [
            recorded(promise(SECRET)),
            assessed(Progress.IN_PROGRESS, "2022-09-01"),
            moved("2024", "2022-10-01"),
        ],
    ),
    *stream_of(B, [recorded()]),
]


def redact(settings: Settings, store: Store, position: int) -> None:
    """What the ledger does for an order: the fact, and the part blanked."""
    (entry,) = store.entries(after=position - 1, limit=1)
    (part,) = (each for each in entry.parts if each.name == WORDS_PART)
    assert part.salt is not None
    assert part.content is not None
    fact = RedactionApplied(
        effective_on=on("2024-06-01"),
        index=position - 1,
        part=WORDS_PART,
        c=commitment(part.salt, part.content).hex(),
        basis=RedactionBasis.DATA_PROTECTION,
        authority="order-17",
    )
    record(store, [(stream(0xEDAC00 + store.head().position), 1, fact)])
    with raw(settings) as database:
        database.execute(
            "UPDATE parts SET salt = NULL, content = NULL WHERE position = ? AND name = ?",
            position,
            WORDS_PART,
        )


@pytest.mark.parametrize("batch", [1, 100])
def test_redacted_words_leave_every_row_and_every_index(
    settings: Settings, store: Store, batch: int
) -> None:
    record(store, FACTS)
    with views_database(settings) as engine:
        fold_everything(engine, store, batch=batch)
        assert SECRET in repr(dump(engine))

        redact(settings, store, 1)
        fold_everything(engine, store, batch=batch)

        assert "private" not in repr(dump(engine))
        with reading(engine, store) as views:
            assert views.search("private", Query()).items == []
            assert views.search("build", Query()).items[0]["subject"]["id"] == B
            then = views.item("commitments", A, Moment(as_of=2))
            fact = views.fact(1)
    assert then is not None
    assert then["clocks"]["position"] == 2
    assert fact is not None
    assert fact["recorder"]["name"] is None


def test_what_a_redaction_leaves_is_what_a_rebuild_makes(settings: Settings, store: Store) -> None:
    record(store, FACTS)
    with views_database(settings) as engine:
        fold_everything(engine, store, batch=2)
        redact(settings, store, 1)
        fold_everything(engine, store, batch=2)
        lived = dump(engine)

        with engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM generations")
        fold_everything(engine, store)

        assert dump(engine) == lived


def test_what_is_told_of_a_redaction_survives_the_redaction_of_its_own_words(
    settings: Settings, store: Store
) -> None:
    record(store, FACTS)
    redact(settings, store, 1)
    with views_database(settings) as engine:
        fold_everything(engine, store, batch=1)
        redact(settings, store, 5)
        fold_everything(engine, store, batch=1)

        with reading(engine, store) as views:
            first, fifth = views.fact(1), views.fact(5)
            about = views.facts(Query(filters={"subject": A})).items
    assert first is not None
    assert fifth is not None
    assert [(each["part"], each["position"]) for each in first["redactions"]] == [("words", 5)]
    assert [each["position"] for each in fifth["redactions"]] == [6]
    assert first["redactions"][0]["authority"] == "order-17"
    assert [each["position"] for each in about] == [5, 3, 2, 1]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_no_byte_of_the_words_is_left_in_the_file(settings: Settings, store: Store) -> None:
    """Some are so long that they fill pages of their own; of others each is led to by the next."""
    words = [f"quixotic{number:05}" for number in range(1500)]
    for number, word in enumerate(words):
        text = f"Paint {word} blue." + " Once more." * (number % 50 // 49 * 2000)
        record(store, stream_of(stream(number), [recorded(promise(text))]))
    with views_database(settings) as engine:
        worker = fold_everything(engine, store)
        assert set(words[1::3]) - set(left(settings, words)) == set()
        for position in range(1, 1501, 3):
            redact(settings, store, position)
        while worker.round():
            pass

        Sweeper(engine).look(erased=True)

    assert left(settings, words[::3]) == []
    assert left(settings, words[1::3]) == words[1::3]


def left(settings: Settings, words: Sequence[str]) -> list[str]:
    """Those of the words that stand anywhere in the files of the views."""
    found = b"".join(raw_bytes(path) for path in settings.data_dir.glob("views.db*"))
    return [word for word in words if word.encode() in found]
