"""Publishes one round, and is killed at the step that it is told.

Run as `python -m tests.faults.dying DATA LOG STEP`; `short` lets no file grow beyond forty bytes.
"""

import os
import resource
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any, Final, NamedTuple

from ledger.config import Settings
from tests.integration.log.desk import Desk, open_desk
from tests.integration.store.units import NOW


class Step(NamedTuple):
    """What the interpreter tells of a call (`sys.setprofile`), and the number of the call."""

    event: str
    function: str
    turn: int = 1


STEPS: Final = {
    "before the tiles": Step("call", "grow"),
    "tiles written and not committed": Step("call", "do_commit"),
    "tiles stored": Step("return", "grow"),
    "signed": Step("return", "sign", 2),
    "before the head": Step("call", "swap"),
    "new head open and empty": Step("c_call", "write"),
    "new head written and not synced": Step("c_call", "fsync"),
    "new head synced": Step("c_return", "fsync"),
    "before the rename": Step("c_call", "rename"),
    "renamed and the folder not synced": Step("c_return", "rename"),
    "head durable": Step("return", "swap"),
    "before it is shown": Step("call", "publish"),
    "shown and not committed": Step("call", "do_commit", 2),
    "shown": Step("return", "publish"),
}


class Killer:
    """Ends this process, as a loss of power would, when a step comes."""

    def __init__(self, step: Step) -> None:
        self._step, self._left = step, step.turn

    def __call__(self, frame: FrameType, event: str, arg: Any) -> None:
        name = getattr(arg, "__name__", "") if event.startswith("c_") else frame.f_code.co_name
        if (event, name) == self._step[:2]:
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)


def main(data: str, log: str, step: str) -> None:
    settings = Settings(data_dir=Path(data), log_dir=Path(log), disk_reserve_percent=0)
    with open_desk(settings) as desk:
        if step == "short":
            publish_in_little_room(desk)
        else:
            publish(desk, STEPS[step])


def publish(desk: Desk, step: Step) -> None:
    publisher = desk.publisher()
    sys.setprofile(Killer(step))
    following = publisher.round(NOW)
    assert following is not None
    desk.tiles.publish(str(following.note), desk.signer.verifiers)


def publish_in_little_room(desk: Desk) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    known = desk.head.note()
    resource.setrlimit(resource.RLIMIT_FSIZE, (40, resource.RLIM_INFINITY))
    desk.head.swap(known, known)


if __name__ == "__main__":
    main(*sys.argv[1:])
