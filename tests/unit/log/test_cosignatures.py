"""Cosignatures and policies: the examples of C2SP hold, and nothing that is nearly one does."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.log.cosignatures import Cosigned, cosign, cosigned
from ledger.log.notes import COSIGNATURE, Note, NoteError, VerifierKey, sign, verifier
from ledger.log.policies import Group, Policy, PolicyError, Witness, parse_policy
from ledger.log.proofs import ProofError
from ledger.log.submissions import Submission, parse_submission

ORIGIN = "ledger.example/promises"
ROOT = sha256(b"\0leaf").digest()


def key_of(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


LOG = key_of("log")
TREE = Checkpoint(ORIGIN, 1, ROOT)
NOTE = Note(TREE.text, (sign(TREE.text, ORIGIN, LOG),))
NAMES = ("X1", "X2", "X3", "Y1", "Y2", "Y3")
KEYS = {name: verifier(f"{name}.example", key_of(name), COSIGNATURE) for name in NAMES}
LINES = "".join(f"witness {name} {key}\n" for name, key in KEYS.items())

# The example of tlog-policy, with keys.
SPEC = f"""\
log {verifier(ORIGIN, LOG)}

witness X1 {KEYS["X1"]}
witness X2 {KEYS["X2"]}
witness X3 {KEYS["X3"]}
group X-witnesses 2 X1 X2 X3

witness Y1 {KEYS["Y1"]}
witness Y2 {KEYS["Y2"]}
witness Y3 {KEYS["Y3"]}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""

# The request of tlog-witness and the checkpoint of tlog-cosignature: whose keys nobody here has.
SPEC_REQUEST = """\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/\
Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u2014 example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+\
49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
"""
SPEC_COSIGNATURE = (
    "\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlr"
    "DJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)


def cosigned_by(*names: str, at: int = 1_700_000_000) -> Note:
    lines = [cosign(TREE.text, KEYS[name].name, key_of(name), at) for name in names]
    return Note(NOTE.text, (*NOTE.signatures, *lines))


# --- cosignatures


def test_the_time_in_the_example_of_the_specification_is_the_one_it_tells() -> None:
    note, _ = read_checkpoint((SPEC_REQUEST.partition("\n\n")[2] + SPEC_COSIGNATURE).encode())

    assert int.from_bytes(note.signatures[-1].value[:8]) == 1679315147
    assert len(note.signatures[-1].value) == 8 + 64


def test_a_cosignature_says_when_and_by_whom() -> None:
    assert cosigned(cosigned_by("X1", at=7), KEYS["X1"]) == Cosigned(KEYS["X1"], 7)
    assert cosigned(NOTE, KEYS["X1"]) is None
    assert cosigned(cosigned_by("X2"), KEYS["X1"]) is None


def test_the_signed_message_is_the_one_of_the_specification() -> None:
    line = cosign(TREE.text, "w", key_of("X1"), 42)

    message = f"cosignature/v1\ntime 42\n{TREE.text}".encode()
    assert line.value[8:] == key_of("X1").sign(message)
    told = b"w\n\x04" + key_of("X1").public_key().public_bytes_raw()
    assert line.id == sha256(told).digest()[:4]


def test_of_two_cosignatures_of_a_witness_the_later_counts() -> None:
    both = Note(
        TREE.text, (*cosigned_by("X1", at=9).signatures, *cosigned_by("X1", at=5).signatures)
    )

    assert cosigned(both, KEYS["X1"]) == Cosigned(KEYS["X1"], 9)


@given(st.integers(0, (8 + 64) * 8 - 1))
def test_a_cosignature_with_any_bit_turned_over_spoils_the_note(bit: int) -> None:
    line = cosigned_by("X1").signatures[-1]
    value = bytearray(line.value)
    value[bit // 8] ^= 1 << bit % 8
    forged = Note(NOTE.text, (type(line)(line.name, line.id, bytes(value)),))

    with pytest.raises(NoteError):
        cosigned(forged, KEYS["X1"])


def test_a_log_key_does_not_cosign_and_a_witness_key_does_not_sign() -> None:
    as_log = VerifierKey(KEYS["X1"].name, KEYS["X1"].public)
    signed = Note(TREE.text, (sign(TREE.text, KEYS["X1"].name, key_of("X1")),))

    assert cosigned(signed, KEYS["X1"]) is None
    assert cosigned_by("X1").of(as_log) == []


# --- policies


@pytest.mark.parametrize(
    ("names", "enough"),
    [
        ("X1 X2 Y1", True),
        ("X2 X3 Y1 Y2 Y3", True),
        ("X1 Y1", False),
        ("X1 X2 X3", False),
        ("Y1 Y2 Y3", False),
        ("", False),
    ],
)
def test_the_example_of_the_specification_asks_for_two_and_one(names: str, enough: bool) -> None:
    policy = parse_policy(SPEC)

    assert policy.met(cosigned_by(*names.split())) is enough
    if enough:
        assert list(policy.require(cosigned_by(*names.split()))) == names.split()
    else:
        with pytest.raises(NoteError, match="too few witnesses"):
            policy.require(cosigned_by(*names.split()))


def test_a_forged_cosignature_spoils_the_note_even_where_others_are_enough() -> None:
    (line,) = cosigned_by("Y3").signatures[1:]
    forged = type(line)(line.name, line.id, line.value[:-1] + bytes([line.value[-1] ^ 1]))
    note = cosigned_by("X1", "X2", "Y1")

    with pytest.raises(NoteError, match="forged"):
        parse_policy(SPEC).require(Note(note.text, (*note.signatures, forged)))


def test_a_policy_is_written_as_it_is_read() -> None:
    policy = parse_policy(SPEC + "# the end\n\n \t \n")

    assert parse_policy(str(policy)) == policy
    assert policy.groups["X-and-Y"] == Group(2, ("X-witnesses", "Y-witnesses"))


@given(st.data())
def test_more_witnesses_are_never_worse(data: st.DataObject) -> None:
    groups = {
        f"g{number}": Group(data.draw(st.integers(1, len(part))), tuple(part))
        for number, part in enumerate((NAMES[:2], NAMES[2:4], NAMES[4:]))
    }
    top = Group(data.draw(st.integers(1, 3)), tuple(groups))
    witnesses = {name: Witness(key, "https://w.example") for name, key in KEYS.items()}
    policy = Policy((), witnesses, {**groups, "top": top}, "top")
    some = data.draw(st.sets(st.sampled_from(NAMES)))
    more = some | data.draw(st.sets(st.sampled_from(NAMES)))

    assert parse_policy(str(policy)) == policy
    assert policy.satisfied([*NAMES])
    assert not policy.satisfied([])
    assert policy.satisfied([*some]) <= policy.satisfied([*more])


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("", "no quorum line"),
        (LINES, "no quorum line"),
        ("quorum none\nquorum none\n", "line 2.*quorum line already"),
        ("quorum X1\n" + LINES, "line 1.*not defined above"),
        ("quorum none none\n", "line 1.*2 words"),
        (LINES + "group none any X1\nquorum none\n", "'none' is taken"),
        (LINES + "group X1 any X2\nquorum X1\n", "'X1' is taken"),
        (LINES + "group g 0 X1\nquorum g\n", "'0' is neither"),
        (LINES + "group g 2 X1\nquorum g\n", "2 of 1 members can never be"),
        (LINES + "group g +1 X1\nquorum g\n", "neither `any` nor `all`"),
        (LINES + "group g \u0661 X1\nquorum g\n", "neither `any` nor `all`"),
        (LINES + "group g all\nquorum g\n", "words"),
        (LINES + "group g all X1 X1\nquorum g\n", "in a group already"),
        (LINES + "group g all X1\ngroup h all X1\nquorum g\n", "in a group already"),
        (LINES + "group g all g\nquorum g\n", "'g' is not defined above"),
        (LINES + "group g all none\nquorum g\n", "'none' is not defined above"),
        (LINES + f"witness Z {KEYS['X1']}\nquorum none\n", "key stands there twice"),
        (f"log {verifier(ORIGIN, LOG)}\nlog {verifier('other', LOG)}\nquorum none\n", "twice"),
        (f"log {KEYS['X1']}\nquorum none\n", "no Ed25519 verifier key"),
        (f"witness a {verifier(ORIGIN, LOG)}\nquorum none\n", "no Ed25519 verifier key"),
        ("witness a nothing\nquorum none\n", "line 1"),
        ("quorum none\r\n", "line 1.*control character"),
        ("quorum\u00a0none\n", "line 1.*is no line of a policy"),
        ("Quorum none\n", "is no line of a policy"),
    ],
)
def test_a_policy_that_is_none_is_refused_with_its_line(told: str, said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        parse_policy(told)


def test_spaces_tabs_and_comments_do_not_count() -> None:
    told = f" \twitness\t a  {KEYS['X1']}\thttps://w.example/ \n\t# more\n \tquorum a\t"

    assert parse_policy(told).witnesses == {"a": Witness(KEYS["X1"], "https://w.example/")}


# --- submissions


def test_the_request_of_the_specification_is_read_and_written() -> None:
    found = parse_submission(SPEC_REQUEST.encode())

    assert (found.old, len(found.proof), found.checkpoint.size) == (20852014, 4, 20852163)
    assert str(found) == SPEC_REQUEST


@pytest.mark.parametrize(
    "head",
    [
        "old 01\n\n",
        "old -1\n\n",
        "old \n\n",
        "1\n\n",
        "old 1 \n\n",
        "OLD 1\n\n",
        "old 1\n",
        "old 1\nAAAA\n\n",
        "old 1\r\n\r\n",
        "\n\n",
        "old " + "9" * 40 + "\n\n",
        "old \u0661\n\n",
        "old 1\n" + ("A" * 43 + "=\n") * 64 + "\n",
    ],
)
def test_a_request_is_written_in_one_way(head: str) -> None:
    with pytest.raises(NoteError):
        parse_submission((head + str(NOTE)).encode())


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_nothing_else_is_a_request(told: bytes) -> None:
    with pytest.raises(NoteError):
        parse_submission(told)


def test_the_empty_tree_is_continued_without_a_proof() -> None:
    empty = Checkpoint(ORIGIN, 0, sha256().digest())
    Submission(0, (), NOTE, TREE).verify(b"")
    Submission(0, (), NOTE, empty).verify(b"")

    with pytest.raises(ProofError, match="needs no proof"):
        Submission(0, (ROOT,), NOTE, TREE).verify(b"")
    with pytest.raises(ProofError, match="empty tree"):
        Submission(0, (), NOTE, Checkpoint(ORIGIN, 0, ROOT)).verify(b"")
    with pytest.raises(ProofError, match="one root"):
        Submission(1, (), NOTE, TREE).verify(sha256(b"other").digest())
