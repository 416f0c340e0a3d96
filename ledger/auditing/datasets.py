"""An exported dataset: facts in lines, and a checkpoint that covers them or goes further."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import orjson

from ledger.auditing.audit import Auditor, refuse_shrunk
from ledger.auditing.bundled import prove_order
from ledger.auditing.bundles import read_fact
from ledger.auditing.history import History
from ledger.auditing.lies import LieError
from ledger.auditing.lines import read_parts
from ledger.auditing.pieces import UNREADABLE, Piece
from ledger.auditing.places import Folder, MissingError, UnreachableError, opened
from ledger.auditing.trust import Held, hold_checkpoint, trust_in
from ledger.auditing.verifying import Told, Verified, whole
from ledger.errors import DamagedError
from ledger.log.checkpoints import Checkpoint
from ledger.log.edge import Edge
from ledger.log.hashing import HASH_BYTES
from ledger.log.notes import NoteError, decode, encode
from ledger.log.policies import Policy
from ledger.log.proofs import ProofError, verify_consistency
from ledger.log.tiles import WIDTH

DESCRIPTOR: Final = "datapackage.json"
CONSISTENCY: Final = "consistency-proof"
LATER: Final = "later-redactions.jsonl"
LONGEST_LINE: Final = 64 << 20
LONGEST: Final = 64 << 20
TABLES: Final = (
    "Tables and other files beside the facts were made from them, and are not looked at here: "
    "make an export of your own to compare, or ask `sha256sum --check SHA256SUMS` whether they "
    "are as they were exported."
)


def is_dataset(folder: Path) -> bool:
    """Whether what lies here is an export and not the files of a log."""
    return (folder / DESCRIPTOR).is_file() and not (folder / "tile").is_dir()


def verify_dataset(
    folder: Path, policy: Policy | None, since: Checkpoint | None, told: Told
) -> Verified:
    """Audit the facts of a dataset; raise LieError, MissingError, UnreachableError."""
    place = Folder(folder)
    text = opened(place)
    held = hold_checkpoint(text, trust_in(place, policy))
    position = _position(place)
    refuse_shrunk(held.signed, since)
    if since is not None and since.size > position:
        raise UnreachableError(
            f"this dataset goes to fact {position} and the checkpoint that you kept to fact "
            f"{since.size}: it holds nothing to compare them by"
        )
    with Auditor(since, held.signed.origin) as auditor:
        for piece in _pieces(folder):
            auditor.take(piece)
            told(auditor.edge.size, position)
        _hold_end(place, auditor.edge, position, held.signed)
        _explain(place, auditor.history, held)
        audited = auditor.end(held.signed)
    size, origin = held.signed.size, held.signed.origin
    further = f"It is as of fact {position}; {size} were signed, and these are the first of them."
    notes = (TABLES,) if position == size else (further, TABLES)
    return Verified(held, audited, whole(position, origin), notes)


def _position(place: Folder) -> int:
    try:
        position = orjson.loads(place.read(DESCRIPTOR, LONGEST))["ledger"]["position"]
    except UNREADABLE as error:
        raise LieError(f"{DESCRIPTOR} cannot be read: {error!r}") from error
    if type(position) is not int or position < 0:
        raise LieError(f"{DESCRIPTOR} does not say which fact the dataset is as of")
    return position


def _hold_end(place: Folder, edge: Edge, position: int, signed: Checkpoint) -> None:
    """The facts end where the dataset says, and are those that were signed, or their first."""
    if edge.size != position:
        raise LieError(
            f"the dataset was cut: it says that it goes to fact {position}, and ends at {edge.size}"
        )
    if position > signed.size:
        raise LieError(f"the dataset goes to fact {position}; only {signed.size} were signed")
    proof: Sequence[bytes] = ()
    if 0 < position < signed.size:
        proof = _read_consistency(place, position)
    try:
        if position:
            verify_consistency(position, signed.size, edge.root(), signed.root, proof)
    except ProofError as error:
        raise LieError(
            f"the {position} facts are not the first of those that were signed: something was "
            f"changed, left out or put in ({error})"
        ) from error


def write_consistency(old: int, proof: Sequence[bytes]) -> str:
    """As a witness is asked (C2SP tlog-witness), without the checkpoint."""
    return "\n".join([f"old {old}", *map(encode, proof)]) + "\n"


def _read_consistency(place: Folder, position: int) -> list[bytes]:
    try:
        first, *lines = place.read(CONSISTENCY).decode("ascii").removesuffix("\n").split("\n")
        if first != f"old {position}":
            raise LieError(f"the {CONSISTENCY} is not for {position} facts")
        hashes = [decode(line, "a hash") for line in lines]
    except (UnicodeDecodeError, NoteError) as error:
        raise LieError(f"the {CONSISTENCY} cannot be read: {error}") from error
    if any(len(each) != HASH_BYTES for each in hashes):
        raise LieError(f"the {CONSISTENCY} holds something that is no hash")
    return hashes


def _explain(place: Folder, history: History, held: Held) -> None:
    """Words that are gone by order of a fact after the dataset's last one."""
    if not history.withheld:
        return
    try:
        lines = place.read(LATER, LONGEST).splitlines()
        for line in lines:
            history.explain(*prove_order(read_fact(line), held))
    except MissingError:
        return
    except DamagedError as error:
        raise LieError(str(error)) from error


# --- the lines


def _pieces(folder: Path) -> Iterator[Piece]:
    lines = _lines(folder)
    start = 0
    while some := list(islice(lines, WIDTH)):
        yield Piece(start, *_columns(start, some))
        start += len(some)


def _columns(start: int, lines: Sequence[bytes]) -> tuple[Any, Any, Any]:
    leaves, hashes, parts = [], [], []
    for position, line in enumerate(lines, start + 1):
        try:
            told = orjson.loads(line)
            if told["position"] != position:
                raise LieError(f"fact {position} is missing: {told['position']!r} is in its place")
            leaves.append(told["leaf"].encode())
            hashes.append(bytes.fromhex(told["leaf_hash"]))
            parts.append(read_parts(told["parts"]))
        except UNREADABLE as error:
            raise LieError(f"the line of fact {position} cannot be read: {error!r}") from error
    return leaves, hashes, parts


def _lines(folder: Path) -> Iterator[bytes]:
    for path in sorted((folder / "facts").glob("*.jsonl.gz")):
        try:
            with gzip.open(path) as file:
                while line := file.readline(LONGEST_LINE):
                    yield line
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise LieError(f"facts/{path.name} cannot be unpacked: {error}") from error
        except OSError as error:
            raise UnreachableError(f"{path} cannot be read: {error}") from error
