"""Entry bundles: up to 256 entries of the log in one answer (C2SP tlog-tiles, log entries)."""

from collections.abc import Iterable

ENTRY_LIMIT = 0xFFFF


def pack(entries: Iterable[bytes]) -> bytes:
    """Each entry behind its length in two bytes, the higher one first."""
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def unpack(bundle: bytes) -> list[bytes]:
    """Raise ValueError if the bytes are not whole entries."""
    entries, at = list[bytes](), 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2])
        if end > len(bundle) or at + 2 > len(bundle):
            raise ValueError("the bundle ends in the middle of an entry")
        entries.append(bundle[at + 2 : end])
        at = end
    return entries
