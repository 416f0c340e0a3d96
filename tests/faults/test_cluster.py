"""Several nodes on PostgreSQL: each process is killed in turn under load, and nothing is lost."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout

from ledger.store.postgres_store import PostgresStore
from tests.support.postgres import PostgresServer

PATIENCE: Final = 90
WRITERS: Final = 4
NAMES: Final = "the organizations that were acknowledged are the ones that readers find"


@pytest.mark.postgres
@pytest.mark.timeout(300)
async def test_workers_nodes_and_the_primary_are_killed_in_turn_and_nothing_is_lost(
    start_postgres: Callable[..., PostgresServer], tmp_path: Path
) -> None:
    primary = await asyncio.to_thread(
        start_postgres, on_disk=False, settings={"synchronous_standby_names": "*"}
    )
    standby = await asyncio.to_thread(start_postgres, on_disk=False, standby_of=primary)
    url = (
        f"postgresql://postgres@127.0.0.1:{primary.port},127.0.0.1:{standby.port}/postgres"
        "?target_session_attrs=read-write&connect_timeout=2"
    )
    async with AsyncExitStack() as stack, asyncio.timeout(PATIENCE * 2):
        cluster = Cluster(stack, url, tmp_path)
        workers = [await cluster.start("work") for _ in range(2)]
        nodes = [await cluster.serve() for _ in range(2)]
        load = Load([node.desk for node in nodes], await cluster.token())
        writing = [asyncio.create_task(load.write()) for _ in range(WRITERS)]

        for worker in workers:
            await load.more()
            await cluster.kill(worker)
            await nodes[1].sees(load.newest)
            await cluster.start("work")
        await cluster.kill(nodes[0].process)
        await load.more()
        await asyncio.to_thread(primary.kill)
        await asyncio.to_thread(standby.promote)
        await load.more()
        load.stop()
        await asyncio.gather(*writing)

        await nodes[1].sees(load.newest)
        assert await nodes[1].organizations() == sorted(load.acknowledged), NAMES
    stored = await asyncio.to_thread(positions, standby)
    assert stored == list(range(1, len(stored) + 1))
    assert set(load.acknowledged.values()) <= set(stored)


def positions(server: PostgresServer) -> list[int]:
    with closing(PostgresStore(server.url())) as store:
        return [entry.position for entry in store.entries(after=0, limit=1_000_000)]


@dataclass
class Node:
    """A service; `public` and `desk` are its addresses."""

    process: Process
    public: str
    desk: str

    async def sees(self, position: int) -> None:
        """Wait until its readers see a position."""
        async with asyncio.timeout(PATIENCE), ClientSession() as client:
            while True:
                async with client.get(f"{self.public}/readyz") as answer:
                    views = (await answer.json())["views"]
                if views and all(view["position"] >= position for view in views):
                    return
                await asyncio.sleep(0.1)

    async def organizations(self) -> list[str]:
        """Names, page after page."""
        names: list[str] = []
        async with ClientSession() as client:
            address = f"{self.public}/api/v1/stakeholders?limit=100"
            while address:
                async with client.get(address) as answer:
                    page = await answer.json()
                    following = answer.links.get("next")
                names += [item["name"] for item in page["data"]]
                address = str(following["url"]) if following else ""
        return sorted(names)


@dataclass
class Load:
    """Writers who try again with the same key, at the other desk, until they get a receipt."""

    desks: Sequence[str]
    token: str
    acknowledged: dict[str, int] = field(default_factory=dict)
    stopped: bool = False

    @property
    def newest(self) -> int:
        return max(self.acknowledged.values(), default=0)

    def stop(self) -> None:
        self.stopped = True

    async def more(self) -> None:
        """Wait until so much more is acknowledged."""
        wanted = len(self.acknowledged) + 5 * WRITERS
        while len(self.acknowledged) < wanted:
            await asyncio.sleep(0.05)

    async def write(self) -> None:
        async with ClientSession(timeout=ClientTimeout(total=10)) as client:
            while not self.stopped:
                name = f"Office-{uuid4()}"
                self.acknowledged[name] = await self._record(client, name)

    async def _record(self, client: ClientSession, name: str) -> int:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": name}
        body = {"profile": {"name": name, "classification": "government"}}
        turn = 0
        while True:
            desk = self.desks[turn % len(self.desks)]
            turn += 1
            try:
                async with client.post(
                    f"{desk}/api/v1/organizations", json=body, headers=headers
                ) as answer:
                    assert answer.status not in range(400, 500), await answer.text()
                    if answer.ok:
                        return int((await answer.json())["position"])
            except (ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.1)


class Cluster:
    """Processes of one ledger; all that still run are ended with the stack."""

    def __init__(self, stack: AsyncExitStack, url: str, folder: Path) -> None:
        self._stack = stack
        self._environment = {
            **os.environ,
            "LEDGER_URL": url,
            "LEDGER_DATA_DIR": str(folder),
            "LEDGER_PUBLIC_PORT": "0",
            "LEDGER_DESK_PORT": "0",
            "LEDGER_SAMPLE": "false",
            "LEDGER_VIEWS_WORKER": "none",
            "LEDGER_RATE_LIMIT": "1000000",
            "LEDGER_LOG_LEVEL": "error",
        }

    async def start(self, *command: str) -> Process:
        return await self._stack.enter_async_context(self._running(command))

    async def serve(self) -> Node:
        process = await self.start("serve")
        assert process.stdout is not None
        public, desk = [(await process.stdout.readline()).decode().split()[-1] for _ in range(2)]
        return Node(process, public, desk)

    async def token(self) -> str:
        await self._said("accounts", "add", "Office", "--role", "recorder")
        return await self._said("accounts", "token", "Office")

    async def _said(self, *command: str) -> str:
        process = await self.start(*command)
        written, _ = await process.communicate()
        return written.decode().strip()

    @staticmethod
    async def kill(process: Process) -> None:
        process.kill()
        await process.wait()

    @asynccontextmanager
    async def _running(self, command: Sequence[str]) -> AsyncIterator[Process]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "api.cli", *command, env=self._environment, stdout=PIPE
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                await self.kill(process)
