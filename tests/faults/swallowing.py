"""A TCP proxy in front of PostgreSQL that can lose one COMMIT: its answer, or the request."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

REQUEST: Final = b"COMMIT"
ANSWER: Final = b"COMMIT\0"


class Loss(Enum):
    """What the next COMMIT loses; the connection ends with it."""

    ANSWER = auto()
    REQUEST = auto()


@dataclass
class Proxy:
    """Forwards to `target` until `loses` is set, and again after that came true once."""

    target: tuple[str, int]
    listener: socket.socket
    loses: Loss | None = None
    lost: int = 0
    open: list[socket.socket] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(self.target)
                self.open += [client, server]
                threading.Thread(target=self._forward, args=(client, server)).start()

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        """Requests one by one with their answers: psycopg waits for each."""
        back = threading.Thread(target=self._answer, args=(client, server))
        back.start()
        with suppress(OSError):
            while asked := client.recv(65_536):
                if REQUEST in asked and self.loses is Loss.REQUEST:
                    self._lose()
                    break
                server.sendall(asked)
        _end(server, client)
        back.join()

    def _answer(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while answer := server.recv(65_536):
                if ANSWER in answer and self.loses is Loss.ANSWER:
                    self._lose()
                    break
                client.sendall(answer)
        _end(client, server)

    def _lose(self) -> None:
        self.loses = None
        self.lost += 1


def _end(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy(port: int) -> Iterator[Proxy]:
    """A proxy for the server on a loopback port; its own port is free."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        running = Proxy(("127.0.0.1", port), listener)
        thread = threading.Thread(target=running.serve)
        thread.start()
        try:
            yield running
        finally:
            _end(listener, *running.open)
            thread.join()
            for end in running.open:
                end.close()
