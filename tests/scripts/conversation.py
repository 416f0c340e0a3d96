"""Plain-text HTTP conversations: what is sent and what must come back, as a reader would write it.

A file holds exchanges. `>` lines are sent as they stand, byte for byte, with CRLF between them; an
empty `>` ends the headers. `<` lines must come back: first the status, then headers in any order
(`*` at the end of a line stands for any rest; `! Name` says that a header is missing). `|` lines
are fragments that the body holds, in this order; `|!` lines are fragments that it must not hold.
`= name Header` keeps a header's value, and `{name}` puts it in. `#` lines are comments.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase


@dataclass
class Exchange:
    """One request and what is expected of its answer; `line` is where it begins."""

    line: int
    sent: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    fragments: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """A response taken apart."""

    status: str
    headers: Mapping[str, str]
    body: bytes


def exchanges(text: str) -> list[Exchange]:
    """The script, exchange by exchange: a `>` after an expectation begins the next."""
    found: list[Exchange] = []
    for number, line in enumerate(text.splitlines(), 1):
        mark, _, rest = line.partition(" ")
        if mark == ">" and (not found or found[-1].expected):
            found.append(Exchange(number))
        _place(found, mark, rest)
    return found


def _place(found: list[Exchange], mark: str, rest: str) -> None:
    match mark:
        case ">":
            found[-1].sent.append(rest)
        case "<":
            found[-1].expected.append(rest)
        case "|" | "|!":
            found[-1].fragments.append(f"{mark} {rest}")
        case "=":
            name, _, header = rest.partition(" ")
            found[-1].kept[name] = header
        case "" | "#":
            return
        case _:
            raise ValueError(f"no script line begins with {mark!r}")


async def play(text: str, host: str, port: int, names: Mapping[str, str]) -> None:
    """Hold the conversation; the first thing that is not as expected is an AssertionError.

    `{name}` stands for what `names` holds, and `{host}` for the listener.
    """
    known = {**names, "host": f"{host}:{port}"}
    for exchange in exchanges(text):
        answer = await ask(host, port, request(exchange, known))
        for complaint in complaints(exchange, answer, known):
            raise AssertionError(f"line {exchange.line}: {complaint}\n{answer.body[:2000]!r}")
        known |= {name: answer.headers[header.lower()] for name, header in exchange.kept.items()}


def request(exchange: Exchange, known: Mapping[str, str]) -> bytes:
    """The bytes to send; the connection is closed after each exchange."""
    lines = [_filled(line, known) for line in exchange.sent]
    lines.insert(1, "Connection: close")
    return "\r\n".join([*lines, ""]).encode()


async def ask(host: str, port: int, sent: bytes) -> Answer:
    """One connection, one answer, read to its end."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(sent)
        await writer.drain()
        return parsed(await asyncio.wait_for(reader.read(), 30))
    finally:
        writer.close()


def parsed(raw: bytes) -> Answer:
    """Status line, headers by lower-case name, body (unchunked)."""
    head, _, body = raw.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): text for name, _, text in (line.partition(": ") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        body = b"".join(_chunks(body))
    return Answer(status, headers, body)


def _chunks(body: bytes) -> Iterator[bytes]:
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        yield rest[:length]
        body = rest[length + 2 :]


def complaints(exchange: Exchange, answer: Answer, known: Mapping[str, str]) -> Iterator[str]:
    """Everything that is not as the script says."""
    status, *headers = (_filled(line, known) for line in exchange.expected)
    if not _like(answer.status.removeprefix("HTTP/1.1 "), status):
        yield f"expected {status}, got {answer.status}"
    for line in headers:
        yield from _header_complaints(line, answer)
    yield from _body_complaints(exchange, answer, known)


def _header_complaints(line: str, answer: Answer) -> Iterator[str]:
    if line.startswith("! "):
        if line[2:].lower() in answer.headers:
            yield f"did not expect the header {line[2:]}"
        return
    name, _, text = line.partition(": ")
    found = answer.headers.get(name.lower())
    if found is None or not _like(found, text):
        yield f"expected {name}: {text}, got {found}"


def _body_complaints(exchange: Exchange, answer: Answer, known: Mapping[str, str]) -> Iterator[str]:
    body, place = answer.body.decode(errors="replace"), 0
    for fragment in exchange.fragments:
        mark, _, text = fragment.partition(" ")
        wanted = _filled(text, known)
        if mark == "|!":
            if wanted in body:
                yield f"did not expect {wanted!r} in the body"
            continue
        place = body.find(wanted, place)
        if place < 0:
            yield f"expected {wanted!r} in the body, in this order"
            return


def _like(found: str, wanted: str) -> bool:
    literal = wanted.replace("[", "[[]").replace("?", "[?]")
    return fnmatchcase(found, literal) if wanted.endswith("*") else found == wanted


def _filled(line: str, known: Mapping[str, str]) -> str:
    for name, text in known.items():
        line = line.replace(f"{{{name}}}", text)
    return line
