"""A service asks its witnesses, shows what they saw, and is found out if it was put back."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from api.witness.app import listening
from ledger.config import Settings
from ledger.log.checkpoints import read_checkpoint
from ledger.log.cosignatures import cosign
from ledger.log.notes import COSIGNATURE, VerifierKey, parse_note, verifier
from ledger.log.policies import parse_policy
from ledger.log.receipts import parse_proof
from ledger.log.submissions import parse_submission
from ledger.publishing.beginning import begin_log
from ledger.publishing.log import Log
from ledger.publishing.publisher import LogStoppedError
from ledger.publishing.signing import log_folder, open_signer
from ledger.vocabulary import Classification
from ledger.witnessing import member
from ledger.witnessing.evidence import kept_evidence
from ledger.witnessing.witness import begin_witness, opened_witness
from tests.integration.api.seed import organization, record
from tests.integration.api.service import Service, seeded, serving, settings_in
from tests.integration.witnessing.rig import NAME, key_of, policy_of

ORIGIN = "ledger.example/tests"


@pytest.fixture(autouse=True)
def _soon_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who did not answer is asked again soon."""
    monkeypatch.setattr(member, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(member, "LONGEST_PAUSE", 0.2)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A ledger with a log; its policy is written once the witness has an address."""
    folder = tmp_path / "home"
    folder.mkdir()
    begin_log(settings_in(folder), ORIGIN)
    return folder


def policed(home: Path, *lines: str, quorum: str = "w1") -> Settings:
    (home / "policy").write_text("".join(f"{line}\n" for line in [*lines, f"quorum {quorum}"]))
    return settings_in(home, log_policy=home / "policy")


@asynccontextmanager
async def witnessing(home: Path, port: int = 0) -> AsyncIterator[str]:
    """The real witness of this log, with its own folder; yields its line of a policy."""
    folder = home.parent / "witness"
    if not folder.exists():
        begin_witness(folder, NAME, "")
    keys = open_signer(settings_in(home)).verifiers
    with opened_witness(folder, NAME, "", parse_policy(policy_of(*keys))) as witness:
        async with listening(witness, "127.0.0.1", port) as url:
            yield f"witness w1 {witness.verifier} {url}/"


def log_of(service: Service) -> Log:
    log = service.running.parts.log
    assert log is not None
    return log


async def until(said: Callable[[], object]) -> None:
    """Look again until it is so; the test's own time limit ends it otherwise."""
    while not said():
        await asyncio.sleep(0.02)


async def published(service: Service) -> int:
    """The size of the newest checkpoint, once it covers all that is recorded."""
    head = await service.ledger.head()
    assert await log_of(service).reach(head.position, 10)
    return head.position


async def test_what_witnesses_saw_is_shown_to_everybody(home: Path) -> None:
    async with witnessing(home) as line, seeded(home, **_policy_in(home, line)) as service:
        size = await published(service)
        await until(lambda: log_of(service).quorum)

        told = await (await service.client.get(service.public("/checkpoint"))).read()
        policy = parse_policy(await text(service, "/log-policy"))
        assert list(policy.require(parse_note(told))) == ["w1"]
        proof = parse_proof((await text(service, f"/facts/{size}.tlog-proof")).encode())
        assert list(policy.require(proof.note)) == ["w1"]
        assert await text(service, "/log/witnessed") == told.decode()
        shown = await json(service, "/log/witnesses.json")
        assert shown["quorum"] == {"name": "w1", "met": True, "size": size}
        (row,) = shown["witnesses"]
        assert (row["size"], row["behind"], row["counts"], row["trouble"]) == (size, 0, True, "")
        ready = await json(service, "/readyz")
        assert (ready["status"], ready["log"]["quorum"]) == ("ok", True)
        page = await text(service, "/log")
        assert "Enough witnesses have cosigned the newest checkpoint" in page
        assert row["key"].replace("+", "&#43;") in page or row["key"] in page
        figures = await (await service.client.get(service.desk("/metrics"))).text()
        assert 'ledger_log_witness_behind{witness="w1"} 0.0' in figures


def _policy_in(home: Path, *lines: str) -> dict[str, object]:
    return {"log_policy": policed(home, *lines).log_policy}


async def text(service: Service, path: str) -> str:
    answer = await service.client.get(service.public(path))
    assert answer.status == 200, await answer.text()
    return await answer.text()


async def json(service: Service, path: str) -> Any:
    return await (await service.client.get(service.public(path))).json()


async def test_a_witness_that_was_away_catches_up_without_new_facts(home: Path) -> None:
    async with witnessing(home) as line:
        port = int(line.rstrip("/").rpartition(":")[2])
    settings = policed(home, line)
    async with serving(settings) as service:
        await record(service.ledger, "first", organization("first", Classification.GOVERNMENT))
        size = await published(service)
        assert log_of(service).quorum is False
        assert (await service.client.get(service.public("/log/witnessed"))).status == 404
        ready = await json(service, "/readyz")
        assert ready["status"] == "degraded"

        async with witnessing(home, port):
            await until(lambda: log_of(service).quorum)

        _, shown = read_checkpoint((await text(service, "/checkpoint")).encode())
        assert shown.size == size


async def test_cosignatures_outlive_a_restart_without_the_witness(home: Path) -> None:
    async with witnessing(home) as line, serving(policed(home, line)) as service:
        await record(service.ledger, "first", organization("first", Classification.GOVERNMENT))
        await published(service)
        await until(lambda: log_of(service).quorum)

    async with serving(policed(home, line)) as service:
        assert log_of(service).quorum is True


# --- put back to an older state


async def test_database_and_head_that_were_put_back_together_are_found_out(home: Path) -> None:
    older = home.parent / "older"
    async with witnessing(home) as line:
        settings = policed(home, line)
        async with serving(settings) as service:
            await record(service.ledger, "first", organization("first", Classification.GOVERNMENT))
            await published(service)
        shutil.copytree(home, older)
        async with serving(settings) as service:
            await record(
                service.ledger, "second", organization("second", Classification.GOVERNMENT)
            )
            await published(service)
            await until(lambda: log_of(service).quorum)
        shutil.rmtree(home)
        shutil.copytree(older, home)

        with pytest.raises(LogStoppedError, match=r"put back to an older state.*'w1' has shown"):
            async with serving(settings):
                pytest.fail("it must not start")

    (evidence,) = kept_evidence(log_folder(settings))
    told = evidence.read_text()
    assert f"{ORIGIN}\n2\n" in told
    assert f"{ORIGIN}\n1\n" in told


async def test_a_history_that_went_on_from_an_older_state_is_found_out(home: Path) -> None:
    older = home.parent / "older"
    async with witnessing(home) as line:
        port = int(line.rstrip("/").rpartition(":")[2])
        settings = policed(home, line)
        async with serving(settings) as service:
            await published(service)
        shutil.copytree(home, older)
        async with serving(settings) as service:
            await record(
                service.ledger, "second", organization("second", Classification.GOVERNMENT)
            )
            await published(service)
            await until(lambda: log_of(service).quorum)
    shutil.rmtree(home)
    shutil.copytree(older, home)

    async with serving(settings) as service:
        for name in ("another", "yet another", "and one more"):
            await record(service.ledger, name, organization(name, Classification.GOVERNMENT))
        await published(service)
        async with witnessing(home, port):
            await until(lambda: "another history" in (log_of(service).trouble or ""))
        ready = await json(service, "/readyz")
        size = log_of(service).size
        await record(service.ledger, "late", organization("late", Classification.GOVERNMENT))

    assert ready["status"] == "degraded"
    assert ready["log"] == {
        "size": size,
        "behind": 0,
        "trouble": "stopped",
        "quorum": False,
        "evidence": 1,
        "stopped": True,
    }
    (evidence,) = kept_evidence(log_folder(settings))
    told = evidence.read_text()
    assert f"{ORIGIN}\n1\n" in told
    assert "old 1\n" in told
    assert f"{ORIGIN}\n3\n" in told


# --- witnesses that are none


Lie = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def _larger(_: web.Request) -> web.Response:
    return web.Response(status=409, body=b"1000000\n", content_type="text/x.tlog.size")


async def _disbelief(_: web.Request) -> web.Response:
    return web.Response(status=422)


async def _nonsense(_: web.Request) -> web.Response:
    return web.Response(body=b"\xff" * 1000)


async def _endless(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    while True:
        await answer.write(b"x" * (1 << 16))


async def _never(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    return web.Response()


async def _elsewhere(_: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": "/elsewhere"})


async def _of_another_text(request: web.Request) -> web.Response:
    """A cosignature with the right key of something that was never asked."""
    asked = parse_submission(await request.read())
    line = cosign(asked.note.text.replace(ORIGIN, "other"), NAME, key_of("liar"), 1_700_000_000)
    return web.Response(text=str(line))


async def _without_time(request: web.Request) -> web.Response:
    asked = parse_submission(await request.read())
    return web.Response(text=str(cosign(asked.note.text, NAME, key_of("liar"), 0)))


@asynccontextmanager
async def lying(lie: Lie) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/add-checkpoint", lie)
    key: VerifierKey = verifier(NAME, key_of("liar"), COSIGNATURE)
    async with TestServer(app) as server:
        yield f"witness liar {key} {server.make_url('/')}"


@pytest.mark.parametrize(
    ("lie", "trouble"),
    [
        (_larger, "has cosigned 1000000 facts, more than this log has signed"),
        (_disbelief, "says that this log contradicts itself: "),
        (_nonsense, "answers what is no answer"),
        (_endless, "cannot be reached (ResponseError)"),
        (_never, "did not answer within a second"),
        (_elsewhere, "answers 302"),
        (_of_another_text, "answers with a cosignature that does not hold"),
        (_without_time, "answers with a cosignature that does not hold"),
    ],
)
async def test_a_witness_that_lies_stops_nothing(home: Path, lie: Lie, trouble: str) -> None:
    async with (
        witnessing(home) as honest,
        lying(lie) as line,
        serving(policed(home, honest, line)) as service,
    ):
        await record(service.ledger, "first", organization("first", Classification.GOVERNMENT))
        await published(service)
        await until(lambda: log_of(service).quorum)
        rows = await asyncio.to_thread(log_of(service).record.cosigners)
        ready = await json(service, "/readyz")

    key = line.split()[2]
    assert (rows[key].at, rows[key].trouble) == (0, trouble)
    assert log_of(service).trouble is None
    assert ready["status"] == ("degraded" if lie in (_larger, _disbelief) else "ok")


async def test_a_witness_that_hangs_holds_up_one_checkpoint_and_not_the_next(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member, "FIRST_PAUSE", 1000.0)
    monkeypatch.setattr(member, "LONGEST_PAUSE", 1000.0)
    asked = list[str]()

    async def hang(request: web.Request) -> web.Response:
        asked.append(request.path)
        return await _never(request)

    async with lying(hang) as line, serving(policed(home, line, quorum="none")) as service:
        for name in ("first", "second", "third", "fourth"):
            await record(service.ledger, name, organization(name, Classification.GOVERNMENT))
            await published(service)
        (row,) = (await json(service, "/log/witnesses.json"))["witnesses"]

    assert asked == ["/add-checkpoint"]
    assert (row["trouble"], row["counts"]) == ("did not answer within a second", False)
