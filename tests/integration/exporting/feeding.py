"""Writes as many records as it is told through every format, and prints the most memory it took.

Run as a program, with the folder of a dataset to take records from, a folder to write to, and the
number of pages.
"""

import resource
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from api.exporting import csv_files, follow_the_money, json_lines, parquet, sqlite_file, xlsx
from api.exporting.files import Edition, Making
from projections.port import COLLECTIONS

PER_PAGE = 100
FORMATS = (csv_files, follow_the_money, json_lines, parquet, sqlite_file, xlsx)


def main(dataset: Path, target: Path, pages: int) -> None:
    target.mkdir()
    making = Making(target, Edition(1, datetime(2024, 1, 1, tzinfo=UTC), "A ledger", ""))
    records = {name: _records(dataset, name) for name in COLLECTIONS}
    with ExitStack() as stack:
        takers = [stack.enter_context(each.writing(making)) for each in FORMATS]
        for _ in range(pages):
            for name in COLLECTIONS:
                page = list(_fresh(records[name]))
                for take in takers:
                    take(name, page)
    sys.stdout.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))


def _records(dataset: Path, name: str) -> list[Any]:
    return [orjson.loads(line) for line in (dataset / "jsonl" / f"{name}.jsonl").open("rb")]


def _fresh(records: list[Any]) -> Iterator[Any]:
    """A page of records under new ids; what they hold many of gets new ones too."""
    for index in range(PER_PAGE):
        record = {**records[index % len(records)], "id": str(uuid4())}
        for name in {"assessments", "milestones", "memberships"} & record.keys():
            record[name] = [{**each, "id": str(uuid4())} for each in record[name]]
        yield record


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
