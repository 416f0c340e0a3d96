"""Requests to store, as short as a test can say them."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

from ledger.dates import PartialDate
from ledger.facts import AnyFact
from ledger.facts.fact import AccountId, StreamId
from ledger.facts.stakeholder import AliasAdded, PersonProfile, PersonRegistered
from ledger.store.codec import encode
from ledger.store.port import Claim, Draft, Key, Placed, Receipt, Recorder, Store, Unit

NOW = 1_645_000_000_000
ACCOUNT = AccountId("0b7cf0f7-6d36-4e79-8a6e-8b1f9b6b3d3e")
RECORDER = Recorder(by=ACCOUNT, name="Amina Recorder", why="from the minutes")
DAY = PartialDate("2022-02-15")


def new_stream() -> StreamId:
    return StreamId(str(uuid4()))


def registered(name: str = "Zainab") -> PersonRegistered:
    return PersonRegistered(effective_on=DAY, profile=PersonProfile(name=name))


def alias(name: str = "Z.") -> AliasAdded:
    return AliasAdded(effective_on=DAY, alias=name)


def draft(stream: StreamId, version: int = 1, fact: AnyFact | None = None) -> Draft:
    fact = fact or registered()
    return Draft(str(uuid4()), stream, version, fact.TOPIC, None, encode(fact, RECORDER))


def key(name: str | None = None, fingerprint: bytes = b"asked") -> Key:
    return Key(ACCOUNT, name or str(uuid4()), fingerprint)


def unit(
    *drafts: Draft,
    key: Key | None = None,
    claims: Sequence[Claim] = (),
    reads: Mapping[StreamId, int] | None = None,
) -> Unit:
    """One request; without drafts it registers somebody new."""
    return Unit(drafts or (draft(new_stream()),), key or _new_key(), tuple(claims), reads or {})


def _new_key() -> Key:
    return key()


def stored(store: Store, *units: Unit, now: int = NOW) -> list[Receipt]:
    """Append and expect receipts."""
    outcomes = store.append(units, now)
    assert all(isinstance(outcome, Receipt) for outcome in outcomes), outcomes
    return [outcome for outcome in outcomes if isinstance(outcome, Receipt)]


def placed(store: Store, *drafts: Draft) -> Placed:
    """Append one request and give the place of its last fact."""
    return stored(store, unit(*drafts))[0].facts[-1]
