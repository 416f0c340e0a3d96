"""The first thing to read in a backup: what else must be in it, with sums over each member."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final, Literal

import orjson
from pydantic import TypeAdapter, ValidationError

from ledger.errors import DamagedError

FORMAT: Final = "commitment-ledger/backup/v1"
MANIFEST: Final = "manifest.json"
FACTS: Final = "ledger/facts.jsonl"
KEYS: Final = "ledger/keys.jsonl"
NAMES: Final = "ledger/names.jsonl"
EPOCHS: Final = "ledger/epochs.jsonl"


@dataclass(frozen=True, slots=True)
class Member:
    """`size` counts bytes before packing, `sha256` is over those."""

    lines: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`head` is the leaf hash of the fact at `position` in hex; an empty ledger has none."""

    format: Literal["commitment-ledger/backup/v1"]
    made_at: str
    epoch: str
    position: int
    head: str | None
    members: Mapping[str, Member]


_SHAPE: Final = TypeAdapter(Manifest)


def write_manifest(manifest: Manifest) -> bytes:
    return orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2) + b"\n"


def read_manifest(content: bytes) -> Manifest:
    """Raise DamagedError."""
    try:
        return _SHAPE.validate_json(content)
    except ValidationError as error:
        where = ", ".join("/".join(map(str, each["loc"])) or "all" for each in error.errors())
        raise DamagedError(f"it cannot be read: {where}") from error
