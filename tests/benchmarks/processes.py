"""Servers under load, each a process of its own, and what their CPU costs per request."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import Request, urlopen

import psutil

NGINX_CONF: Final = """\
user root; daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  default_type application/json; keepalive_requests 1000000;
  server {{ listen 127.0.0.1:{port}; root {folder}/www; }}
}}
"""

_REQUESTS: Final = re.compile(r"(\d+) requests in ([\d.]+)(ms|s|m)")
_FAILED: Final = re.compile(r"Non-2xx or 3xx responses: (\d+)")


class LoadFailedError(Exception):
    """The load generator got answers that were no success, so its figure would mean nothing."""


@dataclass(frozen=True)
class Load:
    """What one run of wrk did: requests, seconds on the wall, CPU seconds of the server."""

    requests: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    @property
    def cpu_each(self) -> float:
        return self.cpu / self.requests


@dataclass(frozen=True)
class Target:
    """A running server and where to ask it."""

    url: str
    pid: int

    def cpu(self) -> float:
        """CPU seconds of the process and its children so far."""
        process = psutil.Process(self.pid)
        family = [process, *process.children(recursive=True)]
        return sum(sum(each.cpu_times()[:2]) for each in family)

    def memory(self) -> int:
        """Resident bytes of the process and its children."""
        process = psutil.Process(self.pid)
        return sum(each.memory_info().rss for each in [process, *process.children(recursive=True)])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str], url: str, environment: Mapping[str, str], ready: str = "/"
) -> Iterator[Target]:
    """Start a server, wait until `ready` answers, end it by its id."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(url + ready, process)
        yield Target(url, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(6000):
        if process.poll() is not None:
            message = f"the server at {url} ended with {process.returncode}"
            raise LoadFailedError(message)
        try:
            urlopen(Request(url), timeout=5).close()
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.01)
        else:
            return
    message = f"nothing answered at {url}"
    raise LoadFailedError(message)


@contextmanager
def nginx(folder: Path, files: Mapping[str, bytes]) -> Iterator[Target]:
    """The floor: the same bytes from nginx, one worker."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    port = free_port()
    (folder / "www").mkdir(parents=True)
    for name, content in files.items():
        (folder / "www" / name).write_bytes(content)
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX_CONF.format(folder=folder, port=port))
    command = [program, "-e", str(folder / "error.log"), "-c", str(configuration)]
    with running(command, f"http://127.0.0.1:{port}", {}, f"/{next(iter(files))}") as target:
        yield target


def load(
    target: Target,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    connections: int = 32,
    seconds: float = 2,
    script: Path | None = None,
) -> Load:
    """Ask `path` over and over with wrk. Raise LoadFailedError on answers that are no success."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "20s"]
    command += [f"-H{name}: {value}" for name, value in (headers or {}).items()]
    command += ["-s", str(script)] if script else []
    before = target.cpu()
    printed = subprocess.run(
        [*command, target.url + path], capture_output=True, text=True, check=True
    ).stdout
    cpu = target.cpu() - before
    return _read(printed, cpu)


def _read(printed: str, cpu: float) -> Load:
    found = _REQUESTS.search(printed)
    if found is None or _FAILED.search(printed):
        raise LoadFailedError(printed)
    unit = {"ms": 0.001, "s": 1.0, "m": 60.0}[found[3]]
    return Load(int(found[1]), float(found[2]) * unit, cpu)
