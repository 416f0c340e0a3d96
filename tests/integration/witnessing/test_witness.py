"""A witness answers as C2SP tlog-witness says, remembers through everything, and never forks."""

import asyncio
import signal
from hashlib import sha256
from pathlib import Path
from time import monotonic

import pytest
from aiohttp import ClientSession

from ledger.errors import PlaceTakenError
from ledger.log.checkpoints import Checkpoint
from ledger.log.cosignatures import cosigned
from ledger.log.hashing import EMPTY
from ledger.log.notes import Note, NoteError, encode, parse_note, parse_signatures, sign
from ledger.log.policies import parse_policy
from ledger.log.submissions import Submission
from ledger.publishing.keys import KEY, KeyUnreadableError
from ledger.witnessing.client import Client, Disbelief, Elsewhere, Lines
from ledger.witnessing.evidence import kept_evidence
from ledger.witnessing.seen import FILE, NoWitnessError
from ledger.witnessing.witness import Witness, begin_witness, opened_witness
from tests.integration.witnessing.conftest import Hands
from tests.integration.witnessing.rig import (
    FORK,
    LOG,
    NAME,
    ORIGIN,
    SomeLog,
    key_of,
    policy_of,
    witness_process,
)

HASH = sha256(ORIGIN.encode()).hexdigest()


def soon() -> float:
    """A time of the monotonic clock that is far enough away."""
    return monotonic() + 60


async def answered(asker: ClientSession, body: bytes) -> tuple[int, str, str]:
    answer = await asker.post("/add-checkpoint", data=body)
    return answer.status, answer.content_type, await answer.text()


async def test_a_checkpoint_that_continues_is_cosigned(
    asker: ClientSession, witness: Witness, clock: Hands
) -> None:
    for old, size in ((0, 3), (3, 3), (3, 260), (260, 600)):
        status, _, told = await answered(asker, LOG.body(old, size))

        found = cosigned(Note(LOG.note(size).text, parse_signatures(told)), witness.verifier)
        assert (status, found and found.at) == (200, clock.seconds)


async def test_the_newest_is_shown_with_the_lines_of_log_and_witness(
    asker: ClientSession, witness: Witness
) -> None:
    assert (await asker.get(f"/{HASH}/checkpoint")).status == 404
    stranger = sign(LOG.note(7).text, "stranger", key_of("stranger"))
    asked = LOG.submission(0, 7)
    asked = Submission(
        0, (), Note(asked.note.text, (stranger, *asked.note.signatures)), asked.checkpoint
    )
    await answered(asker, str(asked).encode())

    answer = await asker.get(f"/{HASH}/checkpoint")

    note = parse_note(await answer.read())
    assert note.text == LOG.note(7).text
    assert [line.name for line in note.signatures] == [ORIGIN, NAME]
    assert cosigned(note, witness.verifier) is not None
    assert (await asker.get(f"/{'0' * 64}/checkpoint")).status == 404


async def test_another_size_is_told_with_the_one_it_is_at(asker: ClientSession) -> None:
    assert await answered(asker, LOG.body(2, 3)) == (409, "text/x.tlog.size", "0\n")
    await answered(asker, LOG.body(0, 5))

    assert await answered(asker, LOG.body(3, 9)) == (409, "text/x.tlog.size", "5\n")
    assert await answered(asker, LOG.body(0, 3)) == (409, "text/x.tlog.size", "5\n")
    answer = await asker.post("/add-checkpoint", data=LOG.body(0, 3))
    assert answer.headers["Content-Type"] == "text/x.tlog.size"


def with_proof(asked: Submission, *proof: bytes) -> bytes:
    return str(Submission(asked.old, proof, asked.note, asked.checkpoint)).encode()


def of_tree(checkpoint: Checkpoint, old: int = 0) -> bytes:
    note = Note(checkpoint.text, (sign(checkpoint.text, ORIGIN, key_of("log")),))
    return str(Submission(old, (), note, checkpoint)).encode()


async def test_a_fork_is_refused_and_kept_as_evidence(asker: ClientSession, folder: Path) -> None:
    await answered(asker, LOG.body(0, 9))

    for body in (
        FORK.body(9, 12),
        FORK.body(9, 9),
        with_proof(LOG.submission(9, 12)),
        with_proof(LOG.submission(9, 12), *LOG.submission(9, 12).proof, EMPTY),
        with_proof(LOG.submission(9, 9), EMPTY),
    ):
        assert (await answered(asker, body))[0] == 422

    assert await answered(asker, LOG.body(1, 12)) == (409, "text/x.tlog.size", "9\n")
    evidence = kept_evidence(folder)
    assert [path.name.split("-")[:2] for path in evidence] == [["9", "12"]] * 2 + [["9", "9"]] * 2
    told = "".join(path.read_text() for path in evidence)
    assert LOG.note(9).text in told
    assert str(FORK.submission(9, 12)) in told


async def test_the_first_tree_needs_no_proof_and_the_empty_one_has_one_root(
    asker: ClientSession,
) -> None:
    assert (await answered(asker, of_tree(Checkpoint(ORIGIN, 0, sha256(b"x").digest()))))[0] == 422
    assert (await answered(asker, with_proof(LOG.submission(0, 4), EMPTY)))[0] == 422
    assert (await answered(asker, of_tree(Checkpoint(ORIGIN, 0, EMPTY))))[0] == 200
    assert (await answered(asker, LOG.body(0, 4)))[0] == 200


async def test_who_signed_decides_between_unknown_and_forbidden(asker: ClientSession) -> None:
    forged = LOG.submission(0, 4)
    (line,) = forged.note.signatures
    broken = type(line)(line.name, line.id, line.value[:-1] + bytes([line.value[-1] ^ 1]))
    stranger = SomeLog(LOG.words, key="stranger")
    both = Note(forged.note.text, (line, broken))

    assert (await answered(asker, SomeLog(LOG.words, "other").body(0, 4)))[0] == 404
    assert (await answered(asker, stranger.body(0, 4)))[0] == 403
    for note in (Note(both.text, (broken,)), both):
        body = str(Submission(0, (), note, forged.checkpoint)).encode()
        assert (await answered(asker, body))[0] == 403


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n\n",
        LOG.body(0, 4).replace(b"old 0", b"old 00"),
        LOG.body(0, 4).replace(b"old 0", b"old 5"),
        LOG.body(0, 4).replace(
            b"old 0\n\n", b"old 0\n" + f"{encode(EMPTY)}\n".encode() * 64 + b"\n"
        ),
        LOG.body(0, 4).replace(b"old 0\n", b"old 0\n\xff"),
        of_tree(Checkpoint(ORIGIN, 2**63, EMPTY)),
    ],
)
async def test_what_is_no_request_is_turned_down(asker: ClientSession, body: bytes) -> None:
    status, kind, _ = await answered(asker, body)

    assert (status, kind) == (400, "text/plain")


async def test_a_request_that_is_too_long_is_not_read(asker: ClientSession) -> None:
    assert (await answered(asker, b"old 0\n" * 20_000))[0] == 413


async def test_a_clock_that_runs_back_is_not_followed(
    asker: ClientSession, witness: Witness, clock: Hands
) -> None:
    await answered(asker, LOG.body(0, 4))
    then, clock.seconds = clock.seconds, clock.seconds - 86_400

    _, _, told = await answered(asker, LOG.body(4, 8))

    found = cosigned(Note(LOG.note(8).text, parse_signatures(told)), witness.verifier)
    assert found is not None
    assert found.at == then


async def test_of_requests_at_once_only_those_that_follow_each_other_are_cosigned(
    asker: ClientSession,
) -> None:
    """Each asks to go on from the empty tree: one may, whichever comes first."""
    answers = await asyncio.gather(
        *(answered(asker, log.body(0, size)) for size in range(20, 40) for log in (LOG, FORK))
    )

    assert sorted(status for status, _, _ in answers) == [200] + [409] * 39


async def test_a_new_key_of_the_log_is_known_beside_the_old(folder: Path) -> None:
    rotated = SomeLog(LOG.words, key="rotated")
    policy = parse_policy(policy_of(LOG.verifier, rotated.verifier))
    with opened_witness(folder, NAME, "", policy) as witness:
        witness.add(LOG.body(0, 4))
        witness.add(rotated.body(4, 8))


async def test_the_client_understands_the_witness(url: str, witness: Witness) -> None:
    client = Client(url)
    ask = asyncio.to_thread

    assert isinstance(await ask(client.submit, LOG.submission(0, 9), soon()), Lines)
    assert await ask(client.submit, LOG.submission(4, 9), soon()) == Elsewhere(9)
    assert isinstance(await ask(client.submit, FORK.submission(9, 12), soon()), Disbelief)
    shown = await ask(client.latest, ORIGIN, soon())
    assert shown is not None
    assert cosigned(parse_note(shown), witness.verifier) is not None
    assert await ask(client.latest, "other", soon()) is None
    client.close()


# --- its folder


def test_a_witness_is_begun_once_and_under_one_name(folder: Path) -> None:
    with pytest.raises(PlaceTakenError):
        begin_witness(folder, NAME, "")
    with (
        pytest.raises(NoWitnessError, match=r"named 'witness\.example/w1', not 'other'"),
        opened_witness(folder, "other", "", parse_policy("quorum none")),
    ):
        pytest.fail("it is another's")
    with pytest.raises(NoteError):
        begin_witness(folder.parent / "new", "a name", "")


def test_a_witness_without_its_memory_does_not_begin_anew(folder: Path) -> None:
    for path in folder.glob(f"{FILE}*"):
        path.unlink()

    with (
        pytest.raises(NoWitnessError, match="put the file back"),
        opened_witness(folder, NAME, "", parse_policy("quorum none")),
    ):
        pytest.fail("it has forgotten what it cosigned")
    with pytest.raises(PlaceTakenError):
        begin_witness(folder, NAME, "")


def test_its_key_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    key = begin_witness(tmp_path / "w", NAME, "open sesame")

    assert b"ENCRYPTED" in (tmp_path / "w" / KEY).read_bytes()
    assert (tmp_path / "w" / KEY).stat().st_mode & 0o777 == 0o600
    with opened_witness(
        tmp_path / "w", NAME, "open sesame", parse_policy("quorum none")
    ) as witness:
        assert witness.verifier == key
    with (
        pytest.raises(KeyUnreadableError, match="LEDGER_WITNESS_PASSPHRASE"),
        opened_witness(tmp_path / "w", NAME, "sesame", parse_policy("quorum none")),
    ):
        pytest.fail("that is not its passphrase")


def test_what_was_cosigned_outlives_a_kill(folder: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    policy.write_text(policy_of(LOG.verifier))

    for old, size in ((0, 9), (9, 30), (30, 31)):
        with witness_process(folder, policy) as (process, url):
            client = Client(url)
            assert isinstance(client.submit(LOG.submission(old, size), soon()), Lines)
            client.close()
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL

    with witness_process(folder, policy) as (process, url):
        client = Client(url)
        assert client.submit(LOG.submission(0, 31), soon()) == Elsewhere(31)
        assert isinstance(client.submit(FORK.submission(31, 40), soon()), Disbelief)
        assert isinstance(client.submit(LOG.submission(31, 40), soon()), Lines)
        client.close()
        process.terminate()
        assert process.wait() == 0
