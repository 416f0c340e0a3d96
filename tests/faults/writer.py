"""Appends until it is killed, and says for each request that it asks and that it was told.

Run as `python -m tests.faults.writer FOLDER ROUND`.
"""

import os
import sys
from contextlib import closing
from itertools import count
from pathlib import Path

from ledger.config import Settings
from ledger.store.opening import open_store
from ledger.store.port import Receipt
from tests.integration.store.units import NOW, key, unit


def main(folder: str, turn: str) -> None:
    settings = Settings(data_dir=Path(folder), disk_reserve_percent=0)
    with closing(open_store(settings)) as store:
        for number in count():
            name = f"{turn}-{number}"
            say("asks", name)
            (outcome,) = store.append([unit(key=key(name))], NOW)
            assert isinstance(outcome, Receipt)
            say("told", name, outcome.position)


def say(*words: object) -> None:
    """One write, so that a line is whole or absent."""
    os.write(sys.stdout.fileno(), " ".join(map(str, words)).encode() + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
