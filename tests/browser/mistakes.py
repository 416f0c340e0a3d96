"""`.tlog-proof` files with a mistake put into each: none may be believed.

That holds for whoever asks for the witness too: its line is as good as any to change.
"""

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count, islice
from random import Random
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Final

from ledger.log.notes import Note, sign
from ledger.log.receipts import parse_proof
from tests.browser.written import ORIGIN, WITNESS_KEY, Written, forged

SEED: Final = 20_261
DIGITS: Final = f"{ascii_uppercase}{ascii_lowercase}{digits}+/"
OTHER_KEY: Final = WITNESS_KEY
Mistake = Callable[[Random, bytes, Written], bytes]


def bit(chance: Random, proof: bytes, _: Written) -> bytes:
    at = chance.randrange(len(proof))
    return proof[:at] + bytes([proof[at] ^ 1 << chance.randrange(8)]) + proof[at + 1 :]


def byte_left_out(chance: Random, proof: bytes, _: Written) -> bytes:
    at = chance.randrange(len(proof))
    return proof[:at] + proof[at + 1 :]


def byte_put_in(chance: Random, proof: bytes, _: Written) -> bytes:
    at = chance.randint(0, len(proof))
    return proof[:at] + chance.choice((b" ", b"\n", b"\r", b"\0", b"=", b"A", b"\xc3")) + proof[at:]


def end_cut_off(chance: Random, proof: bytes, _: Written) -> bytes:
    return proof[: chance.randrange(len(proof))]


def line_left_out(chance: Random, proof: bytes, _: Written) -> bytes:
    lines = proof.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def lines_exchanged(chance: Random, proof: bytes, _: Written) -> bytes:
    lines = proof.splitlines(keepends=True)
    one, other = chance.sample(range(len(lines) - 2), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def hash_put_in(chance: Random, proof: bytes, _: Written) -> bytes:
    found = parse_proof(proof)
    at = chance.randint(0, len(found.path))
    added = chance.choice((bytes(32), found.checkpoint.root, *found.path))
    return _told(replace(found, path=(*found.path[:at], added, *found.path[at:])))


def hash_of_another_length(chance: Random, proof: bytes, _: Written) -> bytes:
    found = parse_proof(proof)
    at = chance.randrange(len(found.path))
    value = chance.choice((found.path[at][:-1], b"", found.path[at] + b"\0"))
    return _told(replace(found, path=(*found.path[:at], value, *found.path[at + 1 :])))


def other_index(chance: Random, proof: bytes, ledger: Written) -> bytes:
    found = parse_proof(proof)
    return _told(replace(found, index=chance.choice((*range(len(ledger.leaves) + 2), 1 << 64))))


def other_fact(chance: Random, _: bytes, ledger: Written) -> bytes:
    return ledger.proof(chance.randint(1, len(ledger.leaves))).encode()


def signature_of_another_size(chance: Random, proof: bytes, ledger: Written) -> bytes:
    found = parse_proof(proof)
    older = ledger.note(chance.randrange(1, len(ledger.leaves)))
    return _told(replace(found, note=Note(found.note.text, older.signatures)))


def signed_by_another(chance: Random, proof: bytes, _: Written) -> bytes:
    found = parse_proof(proof)
    text = found.note.text
    line = chance.choice((forged(text), sign(text, ORIGIN, OTHER_KEY)))
    return _told(replace(found, note=Note(text, (line,))))


def forged_beside_true(_: Random, proof: bytes, __: Written) -> bytes:
    """One false line in the log's name spoils the note."""
    found = parse_proof(proof)
    lines = (*found.note.signatures, forged(found.note.text))
    return _told(replace(found, note=Note(found.note.text, lines)))


def other_text(chance: Random, proof: bytes, _: Written) -> bytes:
    found = parse_proof(proof)
    origin, size, root = found.note.text.splitlines()
    text = chance.choice(
        (
            f"{origin}\n{int(size) + 1}\n{root}\n",
            f"{origin}\n0{size}\n{root}\n",
            f"{origin}\n+{size}\n{root}\n",
            f"{origin} \n{size}\n{root}\n",
            f"{origin}\n{size}\n{root}\nmore\n",
            f"{origin}\n{size}\n{base64.b64encode(chance.randbytes(32)).decode()}\n",
        )
    )
    return _told(replace(found, note=Note(text, found.note.signatures)))


def other_spelling(chance: Random, proof: bytes, _: Written) -> bytes:
    """Base64 that lenient decoders read as the same bytes."""
    lines = proof.decode().splitlines()
    at = chance.choice([at for at, line in enumerate(lines) if line.endswith("=")])
    bare = lines[at].rstrip("=")
    padding = "=" * (len(lines[at]) - len(bare))
    unused_bit_set = bare[:-1] + DIGITS[DIGITS.index(bare[-1]) ^ 1] + padding
    lines[at] = chance.choice((bare, f"{lines[at]}=", f"{lines[at]} ", unused_bit_set))
    return "".join(f"{line}\n" for line in lines).encode()


def _told(proof: object) -> bytes:
    return str(proof).encode()


MISTAKES: Final[tuple[Mistake, ...]] = (
    bit,
    byte_left_out,
    byte_put_in,
    end_cut_off,
    line_left_out,
    lines_exchanged,
    hash_put_in,
    hash_of_another_length,
    other_index,
    other_fact,
    signature_of_another_size,
    signed_by_another,
    forged_beside_true,
    other_text,
    other_spelling,
)


def mistaken(ledger: Written, position: int, number: int, seed: int = SEED) -> Iterator[bytes]:
    """So many wrong proofs of one fact, the same ones every time."""
    chance, whole = Random(seed), ledger.proof(position).encode()
    made = (MISTAKES[turn % len(MISTAKES)](chance, whole, ledger) for turn in count())
    return islice((proof for proof in made if proof != whole), number)
