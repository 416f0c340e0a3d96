"""Asks every witness of the policy for its cosignature, all at the same time, and not for long."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

import structlog

from ledger.log.notes import Note, parse_note
from ledger.log.policies import NONE, Policy, PolicyError, parse_policy
from ledger.publishing.log import Published
from ledger.publishing.publisher import LogStoppedError
from ledger.publishing.tile_store import TileStore
from ledger.witnessing.evidence import keep_evidence
from ledger.witnessing.member import Asking, Member, Told
from ledger.witnessing.record import Cosigner, Record

SECONDS: Final = 1.0
"""How long a checkpoint waits for cosignatures before it is shown, all witnesses together."""

log = structlog.get_logger()


def read_policy(path: Path | None) -> Policy:
    """The policy in a file, or one that asks nobody; raise PolicyError."""
    if path is None:
        return Policy()
    try:
        policy = parse_policy(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"LEDGER_LOG_POLICY cannot be read: {error}") from error
    for name, witness in policy.witnesses.items():
        if witness.url and urlsplit(witness.url).scheme not in {"http", "https"}:
            raise PolicyError(f"the address of witness {name!r} is none: {witness.url}")
    return policy


class Witnesses:
    """Those of a policy that have an address. Used by the publishing thread alone."""

    def __init__(self, policy: Policy, tiles: TileStore, record: Record, folder: Path) -> None:
        self._policy, self._tiles, self._record, self._folder = policy, tiles, record, folder
        self._heard: SimpleQueue[Told] = SimpleQueue()
        self._threads = list[Thread]()
        self._text, self._witnessed = "", ""
        self._stored = record.cosigners()
        self._members = {
            name: Member(name, each, self._stored.get(str(each.key), Cosigner(str(each.key))))
            for name, each in policy.witnesses.items()
            if each.url
        }

    def waiting(self) -> bool:
        """Whether the checkpoint from last time may have more cosignatures now."""
        return not self._heard.empty() or any(each.due() for each in self._members.values())

    def cosign(self, signed: Published) -> Published:
        """The checkpoint with the cosignatures that it has, within a second.

        Raise StorageError; LogStoppedError where a witness proves that this log has
        signed another history.
        """
        if self._text != signed.note.text:
            self._turn_to(signed.note.text)
        while not self._heard.empty():
            self._hear(self._heard.get(), late=True)
        self._ask(signed)
        lines = [each.line for each in self._members.values() if each.line is not None]
        cosigned = replace(signed, note=Note(self._text, (*signed.note.signatures, *lines)))
        self._keep(cosigned)
        return cosigned

    def _turn_to(self, text: str) -> None:
        """What was cosigned before a restart stays cosigned."""
        self._text = text
        shown = self._tiles.published()
        note = None if shown is None else parse_note(shown.note.encode())
        found = self._policy.cosigners(note) if note and note.text == text else {}
        for name, each in self._members.items():
            each.turn(note.of(each.witness.key)[0] if note and name in found else None)

    def _ask(self, question: Published) -> None:
        until = monotonic() + SECONDS
        asked = {name: each for name, each in self._members.items() if each.due()}
        for each in asked.values():
            self._start(each, question, until)
        while asked and (told := self._next(until)) is not None:
            self._hear(told, late=asked.pop(told.name, None) is None)
        for each in asked.values():
            each.miss()

    def _start(self, member: Member, question: Published, until: float) -> None:
        """A thread that ends by itself: nothing in it waits for long after its second."""
        member.busy = True
        old, hear = member.known.size, self._heard.put
        asking = Asking(member.name, member.witness.key, member.client, self._tiles.rows, until)
        thread = Thread(target=lambda: hear(asking.ask(question, old)), daemon=True)
        thread.start()
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]

    def _next(self, until: float) -> Told | None:
        with suppress(Empty):
            return self._heard.get(timeout=max(0.0, until - monotonic()))
        return None

    def _hear(self, told: Told, *, late: bool) -> None:
        member = self._members[told.name]
        if told.trouble and told.trouble != member.known.trouble:
            log.warning("log.witness", witness=told.name, trouble=told.trouble)
        (member.hear_late if late else member.hear)(told)
        if told.line is not None and told.checkpoint.text == self._text:
            member.line, member.fresh = told.line, True
        if told.evidence:
            self._alarm(member, told)

    def _alarm(self, member: Member, told: Told) -> None:
        """Keep what was said; stop where it proves what nobody may sign over."""
        name = f"{member.witness.key.id.hex()}-{member.known.size}-{told.checkpoint.size}"
        path = self._evidence(name, f"{told.contradiction}\n{told.evidence}")
        log.critical("log.disbelieved", witness=told.name, why=told.trouble, evidence=str(path))
        if told.contradiction:
            self._store()
            raise LogStoppedError(
                f"{told.contradiction}. The witness {told.name!r} has shown it, and {path} proves "
                "it. Nothing is signed; put back newer copies of both, or, if what came since is "
                "lost for good, continue under a new name (docs/witnessing.md, After a loss)"
            )

    def _evidence(self, name: str, told: str) -> Path | None:
        """A disk that cannot keep it does not make it less true."""
        try:
            return keep_evidence(self._folder, name, told)
        except OSError as error:
            log.critical("log.evidence_lost", why=str(error), told=told)
            return None

    def _keep(self, cosigned: Published) -> None:
        self._store()
        met = self._policy.quorum != NONE and self._policy.met(cosigned.note)
        if met and self._witnessed != self._text:
            self._record.keep_witnessed(cosigned.note)
            self._witnessed = self._text

    def _store(self) -> None:
        known = {each.known.key: each.known for each in self._members.values()}
        self._record.keep(each for key, each in known.items() if each != self._stored.get(key))
        self._stored = known

    def close(self) -> None:
        """Wait for questions that are on their way, which is not long."""
        for thread in self._threads:
            thread.join(2 * SECONDS)
        for each in self._members.values():
            each.client.close()
