"""A server that wants to hang or fill whoever checks it does neither."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from ledger.auditing.audit import audit
from ledger.auditing.lies import LieError
from ledger.auditing.places import Folder, MissingError, UnreachableError
from ledger.auditing.verifying import verify_log
from ledger.auditing.web import Web
from ledger.log.checkpoints import Checkpoint, read_checkpoint
from tests.integration.auditing.published import Published

SECONDS = 1.0
BOMB = gzip.compress(bytes(64 << 20), 1)
Answer = Callable[[BaseHTTPRequestHandler, Event], None]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Answer every request in this way; `Event` is set when it is time to give up."""
    ending = Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            try:
                answer(self, ending)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Nothing on the screen of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        ending.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _head(handler: BaseHTTPRequestHandler, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, text in headers.items():
        handler.send_header(name.replace("_", "-"), text)
    handler.end_headers()


def endless(handler: BaseHTTPRequestHandler, ending: Event) -> None:
    _head(handler, Transfer_Encoding="chunked")
    while not ending.is_set():
        handler.wfile.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")


def huge(handler: BaseHTTPRequestHandler, ending: Event) -> None:
    _head(handler, Content_Length=str(10**15))
    while not ending.is_set():
        handler.wfile.write(b"x" * 0x10000)


def bomb(handler: BaseHTTPRequestHandler, _ending: Event) -> None:
    _head(handler, Content_Encoding="gzip", Content_Length=str(len(BOMB)))
    handler.wfile.write(BOMB)


def slow_body(handler: BaseHTTPRequestHandler, ending: Event) -> None:
    _head(handler, Content_Length="100000")
    while not ending.wait(SECONDS / 20):
        handler.wfile.write(b"x")


def slow_head(handler: BaseHTTPRequestHandler, ending: Event) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not ending.wait(SECONDS / 20):
        handler.wfile.write(b"x")


def silent(_handler: BaseHTTPRequestHandler, ending: Event) -> None:
    ending.wait()


def elsewhere(handler: BaseHTTPRequestHandler, _ending: Event) -> None:
    _head(handler, 302, Location="http://192.0.2.1/checkpoint", Content_Length="0")


def packed_otherwise(handler: BaseHTTPRequestHandler, _ending: Event) -> None:
    _head(handler, Content_Encoding="gzip, gzip", Content_Length="0")


def broken(handler: BaseHTTPRequestHandler, _ending: Event) -> None:
    handler.wfile.write(b"\x16\x03\x01 no HTTP at all\r\n\r\n")
    handler.close_connection = True


def gone(handler: BaseHTTPRequestHandler, _ending: Event) -> None:
    _head(handler, 404, Content_Length="0")


HOSTILE: list[tuple[Answer, str]] = [
    (endless, "is longer than the 8192 bytes"),
    (huge, "is longer than the 8192 bytes"),
    (bomb, "is longer than the 8192 bytes"),
    (slow_body, "answers too slowly"),
    (slow_head, "answers too slowly"),
    (silent, "cannot be read|answers too slowly"),
    (elsewhere, "answers 302 and sends to http://192.0.2.1/checkpoint; give that address if"),
    (packed_otherwise, "is packed as nobody asked for: gzip, gzip"),
    (broken, "cannot be read"),
    (gone, "is not there"),
]


@pytest.mark.parametrize(("answer", "told"), HOSTILE, ids=[each.__name__ for each, _ in HOSTILE])
def test_each_answer_comes_to_an_end(answer: Answer, told: str) -> None:
    with (
        serving(answer) as url,
        closing(Web(url, SECONDS)) as web,
        pytest.raises((UnreachableError, MissingError), match=told),
    ):
        web.read("tile/0/000", 8192)


def test_a_busy_ledger_is_asked_again() -> None:
    asked = list[float]()

    def busy(handler: BaseHTTPRequestHandler, _ending: Event) -> None:
        asked.append(time.monotonic())
        if len(asked) == 1:
            _head(handler, 429, Retry_After="0", Content_Length="0")
        else:
            _head(handler, Content_Length="5")
            handler.wfile.write(b"after")

    with serving(busy) as url, closing(Web(url, SECONDS)) as web:
        assert web.read("checkpoint") == b"after"


def test_a_signed_size_that_nobody_can_have_ends_at_the_first_file_that_is_missing() -> None:
    signed = Checkpoint("ledger.example/huge", 2**60, bytes(32))

    with (
        serving(gone) as url,
        closing(Web(url, SECONDS)) as web,
        pytest.raises(MissingError, match="counts 1152921504606846976 facts, and http"),
    ):
        audit(web, signed, None, lambda _: None)


# --- logs that move while they are read


class Moving:
    """A folder in whose place another one is put after a file was read."""

    def __init__(self, before: Path, after: Path, trigger: str) -> None:
        self._folders, self._trigger = [Folder(before), Folder(after)], trigger

    def read(self, path: str, limit: int = 1 << 20) -> bytes:
        found = self._folders[0].read(path, limit)
        if path == self._trigger and len(self._folders) > 1:
            self._folders.pop(0)
        return found


def test_words_that_are_redacted_while_they_are_read_are_accounted_for(tmp_path: Path) -> None:
    log = Published().add(300)
    before = log.write(tmp_path / "before")
    after = log.redact(290).add(3).write(tmp_path / "after")
    for kind in ("entries", "0", "parts"):
        held = (before / f"tile/{kind}/001.p/44").read_bytes()
        (after / f"tile/{kind}/001.p/44").write_bytes(held)
    lines = (after / "tile/parts/001.p/48").read_bytes().splitlines(keepends=True)
    (after / "tile/parts/001.p/44").write_bytes(b"".join(lines[:44]))

    place = Moving(before, after, "checkpoint")
    verified = verify_log(place, None, None, lambda _position, _last: None, moves=True)

    assert (verified.audited.facts, verified.audited.redacted) == (304, 1)
    assert verified.held.text == log.note()


def test_words_that_are_gone_and_stay_unexplained_are_a_lie(tmp_path: Path) -> None:
    log = Published().add(300)
    before = log.write(tmp_path / "before")
    del log.parts[289]["words"]
    after = log.add(4).write(tmp_path / "after")
    lines = (after / "tile/parts/001.p/48").read_bytes().splitlines(keepends=True)
    (after / "tile/parts/001.p/44").write_bytes(b"".join(lines[:44]))
    for kind in ("entries", "0"):
        held = (before / f"tile/{kind}/001.p/44").read_bytes()
        (after / f"tile/{kind}/001.p/44").write_bytes(held)

    with pytest.raises(LieError, match="the words of fact 290 are gone, and no fact ordered it"):
        verify_log(
            Moving(before, after, "checkpoint"),
            None,
            None,
            lambda _position, _last: None,
            moves=False,
        )


def test_a_log_that_grows_while_it_is_read_is_audited_up_to_what_was_signed_first(
    tmp_path: Path,
) -> None:
    log = Published().add(300)
    before = log.write(tmp_path)
    signed = read_checkpoint((before / "checkpoint").read_bytes())[1]
    log.add(100).write(tmp_path)

    assert audit(Folder(tmp_path), signed, None, lambda _: None).facts == 300
