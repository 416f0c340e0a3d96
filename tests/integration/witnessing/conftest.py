"""A witness that listens on the loopback, in this process, for one test."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession

from api.witness.app import listening
from ledger.log.policies import parse_policy
from ledger.witnessing.witness import Witness, begin_witness, opened_witness
from tests.integration.witnessing.rig import LOG, NAME, policy_of


class Hands:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.seconds = 1_700_000_000

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a witness was begun."""
    begin_witness(tmp_path / "witness", NAME, "")
    return tmp_path / "witness"


@pytest.fixture
def witness(folder: Path, clock: Hands) -> Iterator[Witness]:
    with opened_witness(folder, NAME, "", parse_policy(policy_of(LOG.verifier)), clock) as opened:
        yield opened


@pytest.fixture
async def url(witness: Witness) -> AsyncIterator[str]:
    async with listening(witness, "127.0.0.1", 0) as address:
        yield address


@pytest.fixture
async def asker(url: str) -> AsyncIterator[ClientSession]:
    """Speaks to the witness and to nobody else."""
    async with ClientSession(url) as session:
        yield session
