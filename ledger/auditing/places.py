"""Where a published log can be read: at an address, or in a folder that holds the same files."""

from http import HTTPStatus
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from urllib3 import PoolManager, Retry
from urllib3.exceptions import HTTPError

from ledger.errors import LedgerError

PATIENCE_SECONDS: Final = 30
CONNECTIONS: Final = 4
RETRIES: Final = Retry(
    total=5, backoff_factor=0.5, status_forcelist=(429, 503), raise_on_status=False
)
GONE: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
HEADERS: Final = {"Accept-Encoding": "gzip", "User-Agent": "commitments-verify"}


class UnreachableError(LedgerError):
    """The log cannot be read now, which says nothing about whether it is true."""


class MissingError(LedgerError):
    """The log does not hold a file that its own checkpoint says it holds."""


class Place(Protocol):
    """Blocking; used from several threads."""

    def read(self, path: str) -> bytes:
        """A file of the log, such as `tile/0/000`; raise MissingError, UnreachableError."""


class Folder:
    """A mirror, an export or a bundle on disk."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, path: str) -> bytes:
        try:
            return (self._root / path).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise MissingError(f"{path} is missing in {self._root}") from None
        except OSError as error:
            raise UnreachableError(f"{self._root / path} cannot be read: {error}") from error


class Web:
    """A ledger's public address."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._pool = PoolManager(maxsize=CONNECTIONS, headers=HEADERS, timeout=PATIENCE_SECONDS)

    def read(self, path: str) -> bytes:
        address = f"{self._url}/{path}"
        try:
            answer = self._pool.request("GET", address, retries=RETRIES)
        except HTTPError as error:
            raise UnreachableError(f"{address} cannot be reached: {error}") from error
        if answer.status in GONE:
            raise MissingError(f"{self._url} has no {path}")
        if answer.status != HTTPStatus.OK:
            raise UnreachableError(f"{address} answers {answer.status}")
        return answer.data


def place(told: str) -> Place:
    """An http or https address, else a folder; raise ValueError if it is neither."""
    if urlsplit(told).scheme in {"http", "https"}:
        return Web(told)
    if Path(told).is_dir():
        return Folder(Path(told))
    raise ValueError(f"{told!r} is neither an http address nor a folder")
