"""Connections to read through: one a thread, each with what it knows of the views' standing."""

import threading
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from projections.asking.standing import Standing
from projections.catalogue import is_postgres


class Line(NamedTuple):
    connection: Connection
    standing: Standing


class ClosedError(Exception):
    """Somebody asked after the views were closed."""


class Lines:
    """The lines to one database. A connection that broke is made again by whoever asks next."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._local = threading.local()
        self._closing = threading.Lock()
        self._closed = False
        self._opened: list[Connection] = []

    def here(self) -> Line:
        """The line of the calling thread."""
        line: Line | None = getattr(self._local, "line", None)
        if line is None or line.connection.closed:
            line = self._local.line = self._open()
        return line

    def _open(self) -> Line:
        # Every answer is one snapshot; SQLite calls that serializable.
        level = "REPEATABLE READ" if is_postgres(self._engine) else "SERIALIZABLE"
        connection = self._engine.connect().execution_options(isolation_level=level)
        self._keep(connection)
        return Line(connection, Standing(connection))

    def _keep(self, connection: Connection) -> None:
        """A thread may outlive the task that asked for it: what it opens late is closed at once."""
        with self._closing:
            if not self._closed:
                self._opened.append(connection)
                return
        connection.close()
        raise ClosedError

    def close(self) -> None:
        """Release every thread's connection."""
        with self._closing:
            self._closed = True
        while self._opened:
            self._opened.pop().close()
