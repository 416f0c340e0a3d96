"""Notes, checkpoints and proofs as text: what was signed is read, and nothing else."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.log.notes import Note, NoteError, parse_key, parse_note, require_signed, sign, verifier
from ledger.log.proofs import ProofError
from ledger.log.receipts import TlogProof, parse_proof

KEY = Ed25519PrivateKey.from_private_bytes(sha256(b"a key of these tests").digest())
OTHER = Ed25519PrivateKey.from_private_bytes(sha256(b"another").digest())
NAME = "ledger.example/promises"
ROOT = sha256(b"\0leaf").digest()
TEXT = Checkpoint(NAME, 1, ROOT).text
NOTE = Note(TEXT, (sign(TEXT, NAME, KEY),))
PROOF = TlogProof(0, (), NOTE, Checkpoint(NAME, 1, ROOT))

# The two examples of C2SP signed-note, whose keys nobody here has.
SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXp"
    "pzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)


def test_the_example_of_the_specification_holds() -> None:
    key = parse_key(SPEC_KEY)

    assert str(key) == SPEC_KEY
    assert require_signed(parse_note(SPEC_NOTE.encode()), [key]) == [key]


def test_a_note_is_read_as_it_is_written() -> None:
    assert str(parse_note(str(NOTE).encode())) == str(NOTE)
    assert read_checkpoint(str(NOTE).encode()) == (NOTE, Checkpoint(NAME, 1, ROOT))
    assert parse_proof(str(PROOF).encode()) == PROOF
    assert parse_key(str(verifier(NAME, KEY))) == verifier(NAME, KEY)


def test_lines_of_strangers_are_let_pass_and_do_not_count() -> None:
    stranger = sign(TEXT, NAME, OTHER)
    note = Note(TEXT, (stranger, *NOTE.signatures))

    assert require_signed(note, [verifier(NAME, KEY)]) == [verifier(NAME, KEY)]
    with pytest.raises(NoteError, match="no trusted key"):
        require_signed(Note(TEXT, (stranger,)), [verifier(NAME, KEY)])


def test_a_false_line_of_a_known_key_spoils_the_note() -> None:
    forged = Note(TEXT.replace("1", "2", 1), NOTE.signatures)

    with pytest.raises(NoteError, match="forged"):
        require_signed(forged, [verifier(NAME, KEY)])


@given(st.integers(0, len(str(NOTE).encode()) * 8 - 1))
def test_a_note_with_any_bit_turned_over_is_refused(bit: int) -> None:
    told = bytearray(str(NOTE).encode())
    told[bit // 8] ^= 1 << bit % 8

    with pytest.raises(NoteError):
        require_signed(parse_note(bytes(told)), [verifier(NAME, KEY)])


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_nothing_else_is_a_note_a_proof_or_a_checkpoint(told: bytes) -> None:
    for read in (parse_note, parse_proof, read_checkpoint):
        with pytest.raises(NoteError):
            read(told)


@pytest.mark.parametrize(
    "text",
    [
        f"{NAME}\n01\n{'A' * 43}=\n",
        f"{NAME}\n-1\n{'A' * 43}=\n",
        f"{NAME}\n1\n{'A' * 42}==\n",
        f"{NAME}\n1\n{'A' * 43}B\n",
        f"{NAME}\n1\n",
        f"\n1\n{'A' * 43}=\n",
        f"{NAME}\n{'9' * 400}\nAAAA\n",
        f"{NAME}\n1\n{'A' * 43}=\n\nmore\n",
    ],
)
def test_a_checkpoint_is_written_in_one_way(text: str) -> None:
    with pytest.raises(NoteError):
        read_checkpoint(str(Note(text, NOTE.signatures)).encode())


@pytest.mark.parametrize(
    "key",
    ["", "name", "name+00000000+AAAA", SPEC_KEY.replace("530d903a", "530d903b"),
     SPEC_KEY.replace("example", "exam ple"), SPEC_KEY + "=", SPEC_KEY.upper()],
)  # fmt: skip
def test_a_key_is_written_in_one_way(key: str) -> None:
    with pytest.raises(NoteError):
        parse_key(key)


def test_a_proof_holds_for_its_leaf_only() -> None:
    PROOF.verify(ROOT)

    with pytest.raises(ProofError):
        PROOF.verify(sha256(b"\0another").digest())
