"""P1 to P4: what readers and officials cost a running service, beside nginx and bare aiohttp."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.request import Request, urlopen

from tests.benchmarks.filled import fill
from tests.benchmarks.measure import Row, in_turn, ratio
from tests.benchmarks.processes import Load, Target, load, nginx
from tests.benchmarks.recording import desk_token, post_script
from tests.benchmarks.service import bare_aiohttp, service

FACTS: Final = 20_000
FEED: Final = "/api/v1/commitments?limit=50"


@dataclass(frozen=True)
class Scene:
    """The service and its floors, all serving the same bytes. `token` may record at the desk."""

    public: Target
    desk: Target
    floor: Target
    bare: Target
    etag: str
    folder: Path
    token: str

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Load:
        return load(self.public, path, headers=headers)


@contextmanager
def scene() -> Iterator[Scene]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        data = folder / "data"
        data.mkdir()
        fill(data, FACTS)
        token = desk_token(data)
        public, desk = stack.enter_context(service(data, f"{FEED}&wait_for={FACTS}"))
        body, etag = _fetched(public.url + FEED)
        (folder / "body").write_bytes(body)
        floor = stack.enter_context(nginx(folder / "nginx", {"feed": body}))
        bare = stack.enter_context(bare_aiohttp(folder / "body", data / "views.db"))
        yield Scene(public, desk, floor, bare, etag, folder, token)


def _fetched(url: str) -> tuple[bytes, str]:
    with urlopen(Request(url), timeout=60) as answer:
        return answer.read(), answer.headers["ETag"]


def hot_feed(at: Scene) -> Row:
    """P1: server CPU per GET of a hot list ÷ nginx with the same bytes."""
    costs = in_turn(
        {
            "ours": lambda: at.get(FEED).cpu_each,
            "nginx": lambda: load(at.floor, "/feed").cpu_each,
            "aiohttp": lambda: load(at.bare, "/bytes").cpu_each,
        }
    )
    return ratio(
        "P1 hot list of 50: server CPU per GET ÷ nginx",
        costs["ours"],
        costs["nginx"],
        gate=3,
        at_most=True,
        aiohttp=costs["aiohttp"],
    )


def not_modified(at: Scene) -> Row:
    """P2: 304 a second ÷ nginx's."""
    stamp = _stamp(at.floor.url + "/feed")
    rates = in_turn(
        {
            "ours": lambda: at.get(FEED, {"If-None-Match": at.etag}).rate,
            "nginx": lambda: load(at.floor, "/feed", headers={"If-None-Match": stamp}).rate,
            "aiohttp": lambda: load(at.bare, "/empty").rate,
        }
    )
    return ratio(
        "P2 304 on it: requests/s ÷ nginx",
        rates["ours"],
        rates["nginx"],
        gate=0.15,
        at_most=False,
        aiohttp=rates["aiohttp"],
    )


def _stamp(url: str) -> str:
    return _fetched(url)[1]


def uncached_past(at: Scene) -> Row:
    """P3: CPU of a page of 50 of some past, which no cache holds ÷ an empty aiohttp handler."""
    return _uncached(at, "P3 uncached page of 50, of a past: CPU ÷ empty handler", PASTS)


def uncached_present(at: Scene) -> Row:
    """P3: the same of what is known now, narrowed by days that differ from request to request."""
    return _uncached(at, "P3 uncached page of 50, narrowed by days: CPU ÷ empty handler", NARROWED)


def _uncached(at: Scene, figure: str, requests: str) -> Row:
    """The peer asks the same database for 50 stored documents of the past and joins them."""
    ours, peer = at.folder / "ours.lua", at.folder / "peer.lua"
    ours.write_text(requests)
    peer.write_text(PASTS.replace(FEED, "/stored?limit=50"))
    costs = in_turn(
        {
            "ours": lambda: load(at.public, "/", script=ours).cpu_each,
            "stored": lambda: load(at.bare, "/", script=peer).cpu_each,
            "empty": lambda: load(at.bare, "/empty").cpu_each,
        }
    )
    return ratio(
        figure,
        costs["ours"],
        costs["empty"],
        gate=8,
        at_most=True,
        **{"aiohttp + sqlite3": costs["stored"]},
    )


# Each run begins elsewhere, so that hardly an address is ever asked for twice.
PASTS: Final = """\
local n = os.time() * 7919 % 18000
request = function()
  n = n + 1
  return wrk.format("GET", "/api/v1/commitments?limit=50&as_of=" .. (1000 + n % 18000))
end
"""

NARROWED: Final = """\
local n = os.time() * 7919 % 18000
request = function()
  n = n + 1
  local made = string.format("%d-%02d-%02d", 2014 + n % 8, 1 + n % 12, 1 + n % 28)
  local due = string.format("%d-01-01", 2026 + n % 7000)
  local days = "&made_after=" .. made .. "&due_before=" .. due
  return wrk.format("GET", "/api/v1/commitments?limit=50" .. days)
end
"""


def durable_post(at: Scene) -> Row:
    """P4: durable POSTs a second, 128 clients, whole command path ÷ a POST that stores nothing."""
    script = at.folder / "post.lua"
    script.write_text(post_script(at.token))
    rates = in_turn(
        {
            "ours": lambda: (
                load(at.desk, "/api/v1/organizations", connections=128, script=script).rate
            ),
            "nothing": lambda: load(at.bare, "/", connections=128, script=script).rate,
        }
    )
    return ratio(
        "P4 durable POST, 128 clients ÷ a POST that stores nothing",
        rates["ours"],
        rates["nothing"],
        gate=0.4,
        at_most=False,
    )


def rows() -> list[Row]:
    with scene() as at:
        figures: list[Callable[[Scene], Row]] = [
            hot_feed,
            not_modified,
            uncached_past,
            uncached_present,
            durable_post,
        ]
        return [figure(at) for figure in figures]
