"""What `commitments doctor` looks at around the ledger: programs, settings, disk, ports."""

import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.cli.place import STAGE
from ledger.config import Settings
from ledger.errors import UnsafeSettingError
from ledger.publishing.keys import in_the_clear, key_files, open_to_others
from ledger.publishing.signing import log_folder
from ledger.store.opening import refuse_variables
from ledger.store.sqlite_module import refuse_old, sqlite

PATIENCE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at and how it is; `cure` is empty where nothing is wrong.

    What is not wrong may still be worth a second thought: then it `warns`.
    """

    what: str
    state: str
    cure: str = ""
    warns: bool = False

    @property
    def healthy(self) -> bool:
        return not self.cure


def around(settings: Settings) -> Iterator[Finding]:
    """Nothing is created or changed by looking."""
    yield _sqlite()
    yield _environment()
    yield _disk(settings)
    yield from _restore(settings)
    yield from _keys(settings)
    yield _port("Public listener", settings.public_host, settings.public_port, "PUBLIC")
    yield _port("Desk listener", settings.desk_host, settings.desk_port, "DESK")


def _sqlite() -> Finding:
    try:
        refuse_old(sqlite)
    except UnsafeSettingError as error:
        return Finding("SQLite", sqlite.sqlite_version, str(error))
    return Finding("SQLite", sqlite.sqlite_version)


def _environment() -> Finding:
    try:
        refuse_variables(os.environ)
    except UnsafeSettingError as error:
        return Finding("Settings", "unsafe", str(error))
    return Finding("Settings", "safe")


def _disk(settings: Settings) -> Finding:
    usage = shutil.disk_usage(_existing(settings.data_dir.absolute()))
    free = 100 * usage.free / usage.total
    state = f"{free:.0f} % free"
    if free < settings.disk_reserve_percent:
        return Finding("Disk", state, "Make room: below the reserve nothing new is recorded.")
    return Finding("Disk", state)


def _restore(settings: Settings) -> Iterator[Finding]:
    stage = settings.data_dir / STAGE
    if not settings.on_postgres and stage.exists():
        cure = f"If no restore is running, remove {stage} and restore again."
        yield Finding("Restore", "unfinished: folder restoring", cure)


def _keys(settings: Settings) -> Iterator[Finding]:
    """Those that the log signs with. That they lie in the clear is a warning and no illness."""
    for path in key_files(log_folder(settings)):
        if open_to_others(path):
            yield Finding(f"Key {path.name}", "open to others", f"chmod 600 {path}")
        elif in_the_clear(path):
            how = "in the clear: `commitments keys passphrase` encrypts it"
            yield Finding(f"Key {path.name}", how, warns=True)
        else:
            yield Finding(f"Key {path.name}", "encrypted")


def _existing(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.exists())


def _port(what: str, host: str, port: int, name: str) -> Finding:
    """Free, taken by a service of ours (which answers /healthz), or taken by something else."""
    if port == 0 or _is_free(host, port):
        return Finding(what, "free")
    if _answers(host, port):
        return Finding(what, "in service")
    cure = f"Something else uses port {port}: stop it, or set LEDGER_{name}_PORT."
    return Finding(what, "taken", cure)


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _answers(host: str, port: int) -> bool:
    ask = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection((host, port), PATIENCE) as connection:
            connection.sendall(ask)
            return connection.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False
