"""Evidence: two signed checkpoints that cannot both be true, kept as a file that nobody changes."""

import os
from pathlib import Path
from typing import Final

FOLDER: Final = "evidence"
MOST: Final = 1000
"""Files, after which no more are kept: whoever signs contradictions could fill a disk with them."""


def keep_evidence(folder: Path, name: str, told: str) -> Path | None:
    """Write `evidence/NAME.txt` once; where it is there already, it stays as it is.

    None where it is not kept because there are too many. Raise OSError.
    """
    place = folder / FOLDER
    place.mkdir(mode=0o700, exist_ok=True)
    path = place / f"{name}.txt"
    if path.exists() or len(list(place.iterdir())) >= MOST:
        return path if path.exists() else None
    with path.open("x", encoding="utf-8") as file:
        file.write(told)
        file.flush()
        os.fsync(file.fileno())
    return path


def kept_evidence(folder: Path) -> list[Path]:
    """What was kept, in the order of the names; empty where there is none."""
    return sorted((folder / FOLDER).glob("*.txt"))
