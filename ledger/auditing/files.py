"""Files that are there whole or not at all, whenever the power goes."""

import os
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Beside its place first: at any moment the old one or the new one is there. OSError."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
