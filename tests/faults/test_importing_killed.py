"""An import that is killed goes on where it was, and ends like one that was left alone."""

import os
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ledger.config import Settings
from ledger.store.codec import decode
from ledger.store.opening import open_store

ROWS = 600
KILLED_AT = (1, 300, 1_100)
"""Facts on record when SIGKILL comes: at the beginning, in the first table, in the second."""

MAPPING = """\
format: import-mapping/1
name: killed
parties:
  who: {split: [";"]}
tables:
  - name: promises
    file: promises.csv
    row: "{id}"
    retrieved_on: 2024-01-01
    source: {publisher: Town, title: Promises, basis: note}
    records:
      - make: commitment
        key: "{id}"
        quote: text
        entry:
          promisors: {from: who, parties: who}
          text: {from: text}
          made_on: "2020"
          strength: {form: commits, content: general_action}
  - name: events
    file: events.csv
    retrieved_on: 2024-01-01
    source: {publisher: Town, title: Events, basis: note}
    records:
      - make: assessment
        quote: {of: what, role: fulfilment}
        reopens: new_evidence
        entry:
          commitment: {from: id, record: commitment}
          assessed_on: {from: day, dates: [YYYY-MM-DD]}
          assessor_kind: independent
          progress: {from: what, words: {begun: in_progress, done: fulfilled}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    promises = [f"{n},Office {n % 40};Office {n % 7},Promise {n}" for n in range(ROWS)]
    (tmp_path / "promises.csv").write_text("\n".join(["id,who,text", *promises]))
    events = [
        f"{number % 50},{('begun', 'done')[number // 50 % 2]},2021-01-{number // 50 + 1:02}"
        for number in range(ROWS)
    ]
    (tmp_path / "events.csv").write_text("\n".join(["id,what,day", *events, "0,?,2021-02-01"]))
    return tmp_path


def importing(checkout: Path, folder: Path, data: str) -> "subprocess.Popen[bytes]":
    """The command, running; whoever starts it waits for its end."""
    given = {"LEDGER_DATA_DIR": str(folder / data), "LEDGER_DISK_RESERVE_PERCENT": "0"}
    return subprocess.Popen(
        [sys.executable, "-m", "api.cli", "import", str(folder / "mapping.yaml")],
        cwd=checkout,
        env={**os.environ, **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def killed_at(checkout: Path, folder: Path, facts: int) -> int:
    """How many facts are on record after the import was killed at that many, or a few more."""
    store = open_store(Settings(data_dir=folder / "killed", disk_reserve_percent=0))
    with closing(store), importing(checkout, folder, "killed") as running:
        while store.head().position < facts and running.poll() is None:
            time.sleep(0.005)
        running.kill()
        running.wait()
        return store.head().position


def finished(checkout: Path, folder: Path, data: str) -> str:
    with importing(checkout, folder, data) as running:
        told, _ = running.communicate()
    assert running.returncode == 4
    return told.decode()


def streams(folder: Path) -> dict[str, list[Any]]:
    """What every record went through, in order."""
    found: dict[str, list[Any]] = defaultdict(list)
    with closing(open_store(Settings(data_dir=folder, disk_reserve_percent=0))) as store:
        for entry in store.entries(after=0, limit=1_000_000):
            stored = decode(entry)
            found[stored.stream].append((stored.version, stored.recorder, stored.fact))
    return found


def test_a_killed_import_goes_on_and_ends_like_one_that_was_left_alone(
    checkout: Path, folder: Path
) -> None:
    finished(checkout, folder, "undisturbed")

    left = [killed_at(checkout, folder, facts) for facts in KILLED_AT]
    told = finished(checkout, folder, "killed")

    assert left == sorted(set(left))
    assert left[-1] < sum(map(len, streams(folder / "undisturbed").values()))
    assert " 0 there already" not in told
    assert streams(folder / "killed") == streams(folder / "undisturbed")
    assert " 0 recorded" in finished(checkout, folder, "killed")
