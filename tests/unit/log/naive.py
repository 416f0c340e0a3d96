"""The tree in the words of RFC 6962, section 2.1: slow, and easy to believe."""

from collections.abc import Sequence
from hashlib import sha256


def leaves(count: int) -> list[bytes]:
    return [sha256(b"\0" + b"%d" % index).digest() for index in range(count)]


def root(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    middle = 1
    while middle * 2 < len(hashes):
        middle *= 2
    return sha256(b"\1" + root(hashes[:middle]) + root(hashes[middle:])).digest()
