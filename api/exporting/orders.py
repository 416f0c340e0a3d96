"""What a service and the process that makes its datasets say to each other: a JSON line each."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from ledger.config import Settings

FOLDER: Final = "datasets"
DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Order:
    """Make the newest dataset of this ledger; `url` is where its readers are."""

    settings: Settings
    url: str

    @property
    def folder(self) -> Path:
        return datasets_folder(self.settings)


@dataclass(frozen=True, slots=True)
class Done:
    """The dataset as of `position` stands, or `trouble` says why it does not."""

    position: int | None
    trouble: str | None = None


def datasets_folder(settings: Settings) -> Path:
    """Where the service keeps what it serves under `/data`."""
    return settings.data_dir / FOLDER


def name_of(position: int) -> str:
    """Folders in the order of what they know."""
    return f"{position:0{DIGITS}}"


def write_order(order: Order) -> bytes:
    settings = order.settings.model_dump(mode="json")
    return orjson.dumps({"settings": settings, "url": order.url}) + b"\n"


def read_order(line: bytes) -> Order:
    """Raise ValueError on anything else."""
    told = orjson.loads(line)
    return Order(Settings.model_validate(told["settings"]), told["url"])


def write_done(done: Done) -> bytes:
    return orjson.dumps({"position": done.position, "trouble": done.trouble}) + b"\n"


def read_done(line: bytes) -> Done:
    """Raise ValueError on anything else."""
    told = orjson.loads(line)
    return Done(told["position"], told["trouble"])
