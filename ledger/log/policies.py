"""Whom to believe: logs, witnesses, and how many of them are enough (C2SP tlog-policy)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ledger.errors import LedgerError
from ledger.log.checkpoints import parse_checkpoint
from ledger.log.cosignatures import Cosigned, cosigned
from ledger.log.notes import (
    COSIGNATURE,
    ED25519,
    Note,
    NoteError,
    VerifierKey,
    parse_key,
    require_signed,
)

NONE: Final = "none"
LINES: Final = 200
_CONTROL: Final = frozenset(map(chr, [*range(9), *range(11, 32), 127]))
_COUNT: Final = re.compile(r"[1-9]\d{0,3}", re.ASCII)
_SHORT: Final = {"any": lambda _: 1, "all": len}


class PolicyError(LedgerError):
    """A policy cannot be read; the message names the line."""


@dataclass(frozen=True, slots=True)
class Witness:
    """`url` is where it is asked for a cosignature, empty where nobody is to ask."""

    key: VerifierKey
    url: str = ""

    def __str__(self) -> str:
        return f"{self.key} {self.url}".rstrip()


@dataclass(frozen=True, slots=True)
class Group:
    """At least `threshold` of the members, witnesses or groups by their names."""

    threshold: int
    members: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.threshold} {' '.join(self.members)}"


@dataclass(frozen=True)
class Policy:
    """`witnesses` and `groups` by the names that they have in this policy alone."""

    logs: tuple[VerifierKey, ...] = ()
    witnesses: Mapping[str, Witness] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    def __str__(self) -> str:
        """The file that says this; the addresses of logs are left out."""
        lines = [f"log {key}" for key in self.logs]
        lines += [f"witness {name} {each}" for name, each in self.witnesses.items()]
        lines += [f"group {name} {each}" for name, each in self.groups.items()]
        return "".join(f"{line}\n" for line in [*lines, f"quorum {self.quorum}"])

    def met(self, note: Note) -> bool:
        """Whether enough witnesses cosigned a checkpoint; raise NoteError as `cosigned` does."""
        return self.satisfied(list(self.cosigners(note)))

    def cosigners(self, note: Note) -> Mapping[str, Cosigned]:
        """Who cosigned a checkpoint, by name."""
        found = {name: cosigned(note, each.key) for name, each in self.witnesses.items()}
        return {name: each for name, each in found.items() if each is not None}

    def satisfied(self, names: Sequence[str]) -> bool:
        """Whether the cosignatures of these witnesses are enough."""
        return self.quorum == NONE or self._has(self.quorum, frozenset(names))

    @property
    def counted(self) -> frozenset[str]:
        """The witnesses that the quorum asks about, by name."""
        return frozenset(self._below(self.quorum)) if self.quorum != NONE else frozenset()

    def _below(self, name: str) -> Iterator[str]:
        group = self.groups.get(name)
        if group is None:
            yield name
            return
        for member in group.members:
            yield from self._below(member)

    def _has(self, name: str, names: frozenset[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in names
        return sum(self._has(member, names) for member in group.members) >= group.threshold

    def require(self, note: Note) -> Mapping[str, Cosigned]:
        """Hold a checkpoint to this policy; who cosigned it. Raise NoteError."""
        origin = parse_checkpoint(note.text).origin
        known = [key for key in self.logs if key.name == origin]
        if not known:
            names = ", ".join(sorted({key.name for key in self.logs})) or "none"
            raise NoteError(f"the checkpoint is of the log {origin!r}; the policy knows {names}")
        require_signed(note, known)
        found = self.cosigners(note)
        if not self.satisfied(list(found)):
            told = ", ".join(sorted(found)) or "nobody"
            raise NoteError(f"too few witnesses cosigned the checkpoint: {told}")
        return found


def parse_policy(told: str) -> Policy:
    """Raise PolicyError."""
    reading = _Reading()
    for number, line in enumerate(told.split("\n"), 1):
        try:
            words = _words(line)
            if words and not words[0].startswith("#"):
                reading.line(words)
        except (NoteError, ValueError, LookupError) as error:
            raise PolicyError(f"line {number} of the policy: {error}") from error
    if reading.quorum is None:
        raise PolicyError("the policy has no quorum line; `quorum none` asks for no witness")
    return Policy(tuple(reading.logs), reading.witnesses, reading.groups, reading.quorum)


def _words(line: str) -> list[str]:
    """What stands between spaces and tabs, which alone part words here."""
    if any(sign in _CONTROL for sign in line):
        raise ValueError("it holds a control character")
    return [word for word in line.replace("\t", " ").split(" ") if word]


class _Reading:
    """A policy line by line: each may name what stands above it only."""

    def __init__(self) -> None:
        self.logs = list[VerifierKey]()
        self.witnesses = dict[str, Witness]()
        self.groups = dict[str, Group]()
        self.quorum: str | None = None
        self._grouped = set[str]()
        self._lines: Mapping[str, Callable[[list[str]], None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }

    def line(self, words: list[str]) -> None:
        kind, *rest = words
        if kind not in self._lines:
            raise ValueError(f"{kind!r} is no line of a policy: {', '.join(self._lines)}")
        self._lines[kind](rest)

    def _log(self, words: list[str]) -> None:
        key = parse_key(_between(words, 1, 2)[0], (ED25519,))
        if key.public in {each.public for each in self.logs}:
            raise ValueError("this log's key stands there twice")
        self.logs.append(key)

    def _witness(self, words: list[str]) -> None:
        name, told, *url = _between(words, 2, 3)
        key = parse_key(told, (COSIGNATURE,))
        if key.public in {each.key.public for each in self.witnesses.values()}:
            raise ValueError("this witness's key stands there twice")
        self.witnesses[self._new(name)] = Witness(key, *url)

    def _group(self, words: list[str]) -> None:
        name, told, *members = _between(words, 3, LINES)
        for member in members:
            self._defined(member)
            if member in self._grouped:
                raise ValueError(f"{member!r} is in a group already")
            self._grouped.add(member)
        threshold = _threshold(told, members)
        if not 1 <= threshold <= len(members):
            raise ValueError(f"{threshold} of {len(members)} members can never be")
        self.groups[self._new(name)] = Group(threshold, tuple(members))

    def _quorum(self, words: list[str]) -> None:
        (name,) = _between(words, 1, 1)
        if self.quorum is not None:
            raise ValueError("there is a quorum line already")
        if name != NONE:
            self._defined(name)
        self.quorum = name

    def _new(self, name: str) -> str:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise ValueError(f"the name {name!r} is taken")
        return name

    def _defined(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise ValueError(f"{name!r} is not defined above")


def _threshold(told: str, members: list[str]) -> int:
    if told in _SHORT:
        return _SHORT[told](members)
    if not _COUNT.fullmatch(told):
        raise ValueError(f"{told!r} is neither `any` nor `all` nor a number")
    return int(told)


def _between(words: list[str], least: int, most: int) -> list[str]:
    if not least <= len(words) <= most:
        raise ValueError(f"it has {len(words)} words after the first")
    return words
