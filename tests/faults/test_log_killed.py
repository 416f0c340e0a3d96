"""A service that is killed again and again while it signs: one history, every fact proved."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Final

from aiohttp import ClientSession

from ledger.auditing.audit import audit
from ledger.auditing.web import Web
from ledger.log.checkpoints import Checkpoint, read_checkpoint
from tests.faults.test_cluster import Load, Node

WRITERS: Final = 3
LIVES: Final = 3
PATIENCE: Final = 100
ORIGIN: Final = "ledger.example/killed"


class Service:
    """`commitments` as processes of their own, on one folder."""

    def __init__(self, folder: Path) -> None:
        self.environment = {
            **os.environ,
            "LEDGER_DATA_DIR": str(folder / "data"),
            "LEDGER_LOG_DIR": str(folder / "log"),
            "LEDGER_PUBLIC_PORT": "0",
            "LEDGER_DESK_PORT": "0",
            "LEDGER_SAMPLE": "false",
            "LEDGER_VIEWS_WORKER": "none",
            "LEDGER_EXPORT_SECONDS": "0",
            "LEDGER_RATE_LIMIT": "1000000",
            "LEDGER_LOG_LEVEL": "error",
        }

    async def run(self, *command: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "api.cli", *command, env=self.environment, stdout=PIPE
        )

    async def said(self, *command: str) -> tuple[int, str]:
        process = await self.run(*command)
        written, _ = await process.communicate()
        return process.returncode or 0, written.decode()

    async def serve(self) -> Node:
        process = await self.run("serve")
        assert process.stdout is not None
        public, desk = [(await process.stdout.readline()).decode().split()[-1] for _ in range(2)]
        return Node(process, public, desk)


async def checkpoint(node: Node) -> tuple[bytes, Checkpoint]:
    async with ClientSession() as client, client.get(f"{node.public}/checkpoint") as answer:
        told = await answer.read()
    return told, read_checkpoint(told)[1]


async def test_a_service_killed_under_load_signs_one_history(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    service = Service(tmp_path)
    await service.said("init", "--origin", ORIGIN)
    await service.said("accounts", "add", "Office", "--role", "recorder")
    _, token = await service.said("accounts", "token", "Office")
    acknowledged: dict[str, int] = {}
    kept: list[tuple[bytes, Checkpoint]] = []
    async with asyncio.timeout(PATIENCE):
        for _ in range(LIVES):
            node = await service.serve()
            try:
                load = Load([node.desk], token.strip(), acknowledged)
                writing = [asyncio.create_task(load.write()) for _ in range(WRITERS)]
                await load.more()
                kept.append(await checkpoint(node))
            finally:
                node.process.kill()
                await node.process.wait()
            load.stop()
            for writer in writing:
                writer.cancel()
            await asyncio.gather(*writing, return_exceptions=True)

        node = await service.serve()
        try:
            signed = await reached(node, max(acknowledged.values()))
            for _, since in kept:
                found = await asyncio.to_thread(audit, Web(node.public), signed, since, watch)
                assert found.facts == signed.size
            saved = tmp_path / "kept"
            saved.write_bytes(kept[0][0])
            code, said = await service.said("verify", node.public, "--since", str(saved))
        finally:
            node.process.kill()
            await node.process.wait()

    assert len(kept) == LIVES
    assert code == 0
    assert said.startswith(f"True: {signed.size} facts of {ORIGIN}, from the first to the last.")


def watch(_position: int) -> None:
    """Nobody watches."""


async def reached(node: Node, position: int) -> Checkpoint:
    while (signed := (await checkpoint(node))[1]).size < position:
        await asyncio.sleep(0.1)
    return signed
