"""What a worker process and its parent say to each other: one JSON line each, over pipes."""

from collections.abc import Mapping
from typing import Final

import orjson

from ledger.config import Settings
from projections.waiting import Reached

NEWS: Final = b"\n"
"""From the parent: facts may have come."""


def write_settings(settings: Settings) -> bytes:
    """The first line to a worker: the same ledger, whatever the environment says."""
    return orjson.dumps(settings.model_dump(mode="json")) + b"\n"


def read_settings(line: bytes) -> Settings:
    """Raise ValueError on anything else."""
    return Settings.model_validate(orjson.loads(line))


def write_report(reached: Mapping[str, Reached], trouble: str | None) -> bytes:
    """From the worker, after each round: how far each view is, and what is wrong with all."""
    views = {name: [each.position, each.stalled] for name, each in reached.items()}
    return orjson.dumps({"views": views, "trouble": trouble}) + b"\n"


def read_report(line: bytes) -> tuple[Mapping[str, Reached], str | None]:
    """Raise ValueError on anything else."""
    told = orjson.loads(line)
    views = {
        name: Reached(position, stalled=stalled)
        for name, (position, stalled) in told["views"].items()
    }
    return views, told["trouble"]
