"""A folder appears whole or not at all: it is made beside its place and renamed into it.

Whoever makes a folder holds a lock on it, so that what a crash left can be told from what is
being made.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

MAKING: Final = ".making-"
OLD: Final = ".replaced-"


@contextmanager
def made_whole(target: Path) -> Iterator[Path]:
    """An empty folder that takes the target's place at the end of the block, or is dropped.

    A crash before the end leaves the target as it was. Where a folder stands in the place already,
    two renames are needed; a crash between them leaves the old one aside, and `clear_leftovers`
    puts it back.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    clear_leftovers(target.parent)
    folder = Path(mkdtemp(prefix=f"{MAKING}{target.name}-", dir=target.parent))
    folder.chmod(0o755)
    with _locked(folder):
        try:
            yield folder
            _sync(folder)
            _place(folder, target)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The lock goes with the process, however it ends."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(held)


def _sync(folder: Path) -> None:
    """Names are on the disk only once their folders are."""
    for each in (folder, *(below for below in folder.rglob("*") if below.is_dir())):
        opened = os.open(each, os.O_RDONLY)
        os.fsync(opened)
        os.close(opened)


def _place(folder: Path, target: Path) -> None:
    old = target.with_name(OLD + target.name)
    if target.exists():
        target.rename(old)
    folder.rename(target)
    opened = os.open(target.parent, os.O_RDONLY)
    os.fsync(opened)
    os.close(opened)
    shutil.rmtree(old, ignore_errors=True)


def clear_leftovers(parent: Path) -> None:
    """Drop half-made folders that nobody works on, and finish or undo what a crash cut short."""
    for old in parent.glob(f"{OLD}*"):
        target = old.with_name(old.name.removeprefix(OLD))
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(target)
    for folder in parent.glob(f"{MAKING}*"):
        with suppress(BlockingIOError, FileNotFoundError), _locked(folder):
            shutil.rmtree(folder, ignore_errors=True)
