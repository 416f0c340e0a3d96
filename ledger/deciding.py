"""What the rules make of a request, command by command, before anything is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ledger.commands import Command
from ledger.errors import Invalid, Refusal
from ledger.facts import AnyFact
from ledger.facts.fact import StreamId
from ledger.facts.housekeeping import RedactionApplied
from ledger.rules import registry
from ledger.rules.between import check_recorder
from ledger.rules.naming import Naming, bears
from ledger.states import Known
from ledger.store.chance import chance
from ledger.store.codec import encode
from ledger.store.port import Claim, Draft, Erasure, Key, NameTaken, Recorder


class NothingToRecord(Invalid):
    """The request holds no command."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """Who asks, and under which idempotency key.

    `fingerprint` is a digest of the request. `expected` holds the version that each named stream
    must still have.
    """

    recorder: Recorder
    key: str
    fingerprint: bytes
    expected: Mapping[StreamId, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules made of a request: facts, names, and the states that follow from them.

    `versions` are those of every stream it was decided on, `reads` those that it only names.
    """

    facts: tuple[AnyFact, ...]
    drafts: tuple[Draft, ...]
    claims: tuple[Claim, ...]
    states: Mapping[StreamId, Known]
    versions: Mapping[StreamId, int]

    @property
    def reads(self) -> Mapping[StreamId, int]:
        return {s: version for s, version in self.versions.items() if s not in self.states}

    @property
    def erases(self) -> bool:
        """Whether words go."""
        return any(draft.erases is not None for draft in self.drafts)


class Asked:
    """A request with the streams that it writes (`own`) and all that it is decided on (`named`)."""

    def __init__(self, commands: Sequence[Command], context: Context) -> None:
        self.commands = commands
        self.context = context
        self.key = Key(context.recorder.by, context.key, context.fingerprint)
        self.own = {command.id for command in commands}
        self.named = {*self.own, *context.expected}
        if context.recorder.on_behalf_of is not None:
            self.named.add(context.recorder.on_behalf_of)
        for command in commands:
            self.named.update(reference.stream for reference in registry.references(command))


class Deciding:
    """The states while a request is decided command by command."""

    def __init__(self, states: Mapping[StreamId, Known], recorder: Recorder, now: datetime) -> None:
        self._before = states
        self._after: dict[StreamId, Known] = {}
        self._states = {
            stream: known.state for stream, known in states.items() if known.state is not None
        }
        self._recorder = recorder
        self._now = now
        self._facts: list[AnyFact] = []
        self._drafts: list[Draft] = []
        self._claims: list[Claim] = []

    def take(self, command: Command) -> None:
        """Raise the Refusal of the rules."""
        registry.check(command, self._states)
        facts = registry.decide(command, self._states.get(command.id), self._now)
        names = registry.claimed_names(command, self._states)
        self._claims += [Claim(name, command.id) for name in names]
        for fact in facts:
            self._add(command.id, fact)

    def _add(self, stream: StreamId, fact: AnyFact) -> None:
        version = self._after.get(stream, self._before[stream]).version + 1
        state = registry.evolve(self._states.get(stream), fact)
        self._states[stream] = state
        self._after[stream] = Known(version, state)
        self._facts.append(fact)
        parts, erases = encode(fact, self._recorder), _erasure(fact)
        self._drafts.append(Draft(chance.uuid(), stream, version, fact.TOPIC, None, parts, erases))

    def decision(self) -> Decision:
        if not self._drafts:
            raise NothingToRecord
        check_recorder(self._recorder.on_behalf_of, self._states)
        versions = {stream: known.version for stream, known in self._before.items()}
        facts, drafts = tuple(self._facts), tuple(self._drafts)
        return Decision(facts, drafts, tuple(self._claims), self._after, versions)


def _erasure(fact: AnyFact) -> Erasure | None:
    """A redaction is never stored without what it says."""
    return Erasure(fact.index + 1, fact.part) if isinstance(fact, RedactionApplied) else None


def look_alike(commands: Sequence[Command], claims: Sequence[Claim], taken: NameTaken) -> Refusal:
    """The refusal of the command that claims the name."""
    others = (claim for claim in claims if claim.stream != taken.holder)
    claimant = next(claim.stream for claim in others if claim.name == taken.name)
    index, command = next(
        (index, command)
        for index, command in enumerate(commands)
        if isinstance(command, Naming) and command.id == claimant and bears(command, taken.name)
    )
    return indexed(registry.look_alike(command, taken.name, taken.holder), index)


def indexed(refusal: Refusal, index: int) -> Refusal:
    refusal.pointer = f"/{index}{refusal.pointer}"
    return refusal
