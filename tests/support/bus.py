"""A NATS server of the tests' own, from a wheel."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from socket import create_connection
from typing import Final

from tests.support.postgres import free_port

PATIENCE: Final = 30.0


@dataclass
class NatsServer:
    """A server with JetStream on a loopback port; a restart keeps port and data."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        program = Path(sys.executable).parent / "nats-server"
        command = [
            str(program),
            "-a",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-js",
            "-sd",
            str(self.folder),
        ]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        while not self._answers():
            assert time.monotonic() < end, "the NATS server did not start"
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(PATIENCE)

    def _answers(self) -> bool:
        with suppress(OSError), create_connection(("127.0.0.1", self.port), 1):
            return True
        return False


@contextmanager
def running_nats(folder: Path) -> Iterator[NatsServer]:
    """A server that ends with the block."""
    server = NatsServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
