"""A dataset as a whole: equal for one fact, whole or not at all, without withheld words."""

import gzip
import os
import subprocess
import sys
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import arro3.io
import orjson
import pytest

from api.exporting.dataset import (
    Format,
    NotADataset,
    NotThereYet,
    NotWritten,
    Sources,
    available,
    earlier_dataset,
    write_dataset,
)
from api.exporting.facts import Earlier, write_facts
from api.exporting.files import Edition, File, Making
from api.exporting.orders import Done, Order, read_done, write_order
from ledger.store.opening import open_store
from tests.benchmarks.filled import fill
from tests.integration.exporting.kept import (
    URL,
    Kept,
    contents,
    facts_in,
    json_lines,
    told_of_islamabad,
)
from tests.integration.projections.keeping import stream_of
from tests.integration.projections.test_redaction import SECRET, redact
from tests.unit.projections.telling import A, B, moved, promise, recorded


def unpacked(path: str, content: bytes, place: Path) -> bytes:
    """The bytes that a reader of the file gets to see."""
    if path.endswith(".gz"):
        return gzip.decompress(content)
    if path.endswith(".xlsx"):
        book = zipfile.ZipFile(BytesIO(content))
        return b"".join(map(book.read, book.namelist()))
    if path.endswith(".parquet"):
        read: Any = arro3.io.read_parquet(str(place)).read_all()
        columns = [[scalar.as_py() for scalar in read[name]] for name in read.column_names]
        return repr(columns).encode()
    return content


def seen(dataset: Path) -> dict[str, bytes]:
    return {path: unpacked(path, c, dataset / path) for path, c in contents(dataset).items()}


def test_two_datasets_as_of_one_fact_are_equal_byte_for_byte(
    ledger: Kept, dataset: Path, tmp_path: Path
) -> None:
    again = ledger.export(tmp_path / "again")

    assert contents(again) == contents(dataset)


def test_neither_later_facts_nor_later_days_change_a_dataset(ledger: Kept, tmp_path: Path) -> None:
    ledger.add(stream_of(A, [recorded(), moved("2025-06-30", "2022-10-01")]))
    position = ledger.store.head().position
    newest = ledger.export(tmp_path / "newest")
    ledger.add(stream_of(B, [recorded()]))

    past = ledger.export(tmp_path / "past", as_of=position)

    flags = json_lines(past / "jsonl" / "commitments.jsonl")[-1]["flags"]
    assert "overdue" not in flags, "it was due a year after the day of its last fact"
    assert contents(past) == contents(newest)


def test_not_one_byte_of_redacted_words_is_left(ledger: Kept, tmp_path: Path) -> None:
    ledger.add(stream_of(A, [recorded(promise(SECRET))]))
    position = ledger.store.head().position
    target = ledger.export(tmp_path / "dataset")
    said = {path.partition("/")[0] for path, content in seen(target).items() if leaks(content)}
    assert said == {each.value for each in Format}

    redact(ledger.settings, ledger.store, position)
    ledger.fold()
    ledger.export(target, earlier=target)
    past = ledger.export(tmp_path / "past", as_of=position)

    assert [path for path, content in seen(target).items() if leaks(content)] == []
    assert [path for path, content in seen(past).items() if leaks(content)] == []
    assert [part["name"] for part in facts_in(target)[position - 1]["parts"]] == ["facts"]
    assert json_lines(target / "jsonl" / "commitments.jsonl")[-1]["text"] is None


def leaks(content: bytes) -> bool:
    return SECRET.encode() in content or b"private affair" in content.lower()


@pytest.mark.parametrize("part", ["facts", "stakeholders", "statements", "outcomes"])
def test_what_fails_half_way_leaves_the_old_dataset(ledger: Kept, dataset: Path, part: str) -> None:
    before = contents(dataset)
    ledger.add(stream_of(A, [recorded()]))
    sources = Sources(ledger.store, ledger.engine, ledger.views)
    edition = sources.edition(ledger.settings, URL, None)

    def fail(what: str, _done: int, _all: int) -> None:
        if what == part:
            raise OSError(part)

    with pytest.raises(NotWritten, match=part):
        write_dataset(dataset, sources, edition, available(), progress=fail)

    assert contents(dataset) == before
    assert [each.name for each in dataset.parent.glob(".*")] == []


def test_a_folder_with_something_else_in_it_is_left_alone(ledger: Kept, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("Dear")

    with pytest.raises(NotADataset):
        ledger.export(tmp_path / "letters")

    assert contents(tmp_path / "letters") == {"dear.txt": b"Dear"}


def test_a_fact_that_is_not_there_yet_is_refused(ledger: Kept, tmp_path: Path) -> None:
    with pytest.raises(NotThereYet):
        ledger.export(tmp_path / "future", as_of=1000)

    assert not (tmp_path / "future").exists()


def test_a_dataset_of_nothing_is_a_dataset(ledger: Kept, tmp_path: Path) -> None:
    empty = ledger.export(tmp_path / "empty", as_of=0)

    assert json_lines(empty / "jsonl" / "commitments.jsonl") == []
    assert (empty / "csv" / "commitments.csv").read_text().startswith("id,text,")
    assert not (empty / "facts").exists()


def test_full_parts_of_history_are_taken_over_unless_they_changed(tmp_path: Path) -> None:
    settings = fill(tmp_path / "ledger", 10_003)

    with closing(open_store(settings)) as store:

        def made(name: str, earlier: Earlier | None) -> tuple[Path, list[File]]:
            edition = Edition(10_003, datetime(2024, 1, 1, tzinfo=UTC), "A ledger", URL)
            making = Making(tmp_path / name, edition)
            write_facts(making, store, earlier, lambda _: None)
            return making.folder, making.files

        first, files = made("first", None)
        sealed = {file.path: file for file in files if file.sealed}
        (path,) = sealed
        lent = Earlier(first, sealed, ())
        foreign = {path: replace(sealed[path], sealed="another ledger's")}
        second, again = made("second", lent)
        touched, _ = made("touched", replace(lent, redacted=(5000,)))
        other, _ = made("other", replace(lent, sealed=foreign))
        os.truncate(touched / path, 100)
        rotten, _ = made("rotten", Earlier(touched, sealed, ()))

    assert [file.path for file in files] == [path, "facts/000010001-tail.jsonl.gz"]
    assert again == files
    assert (second / path).samefile(first / path)
    for each in (touched, other, rotten):
        assert not (each / path).samefile(first / path)
    assert contents(other) == contents(rotten) == contents(first)


def test_an_earlier_dataset_knows_what_was_redacted_since(ledger: Kept, dataset: Path) -> None:
    ledger.add(stream_of(A, [recorded(promise(SECRET))]))
    position = ledger.store.head().position
    redact(ledger.settings, ledger.store, position)
    ledger.fold()

    earlier = earlier_dataset(dataset, ledger.views)

    assert earlier is not None
    assert earlier.redacted == [position]


def test_postgresql_gives_the_same_records(
    dataset: Path, postgres_database_url: str, tmp_path: Path
) -> None:
    with told_of_islamabad(tmp_path / "other", postgres_database_url) as other:
        target = other.export(tmp_path / "of_postgresql")

    told, same = contents(dataset), contents(target)
    assert told.keys() == same.keys()
    for path in told:
        if path.startswith(("csv/", "jsonl/", "ftm/")):
            assert same[path] == told[path]


def test_a_service_makes_no_dataset_that_recording_has_no_room_for(ledger: Kept) -> None:
    roomy = ordered(ledger)
    assert roomy == Done(ledger.store.head().position)
    made = ledger.settings.data_dir / "datasets" / f"{roomy.position:012}" / "datapackage.json"
    told = orjson.loads(made.read_bytes())
    told["resources"][0]["bytes"] = 1 << 60
    made.write_bytes(orjson.dumps(told))

    full = ordered(ledger)

    assert full.position is None
    assert "too few for another dataset" in (full.trouble or "")


def ordered(ledger: Kept) -> Done:
    """What the process that makes datasets for a service answers."""
    done = subprocess.run(
        [sys.executable, "-m", "api.exporting"],
        input=write_order(Order(ledger.settings, URL)),
        capture_output=True,
        check=True,
    )
    return read_done(done.stdout)
