"""Accounts and tokens, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from api.desk.accounts import Accounts
from api.desk.opening import desk_database
from api.desk.proposals import Proposals
from api.desk.register import (
    NameTakenError,
    NoSuchAccountError,
    NoSuchTokenError,
    Register,
)
from api.desk.roles import Role
from ledger.config import Settings
from ledger.facts.fact import StreamId

CLUB = StreamId("6c2201da-3e9c-453e-84d1-9d58bb1c51f1")


class Hands:
    """A clock whose hands are moved by the test."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def register(request: pytest.FixtureRequest, tmp_path: Path, clock: Hands) -> Iterator[Register]:
    url = request.getfixturevalue("postgres_database_url") if request.param == "postgres" else ""
    with desk_database(Settings(data_dir=tmp_path, url=url)) as engine:
        yield Register(engine, clock)


def events(register: Register) -> list[str]:
    return [line.event for line in reversed(register.trail())]


def test_a_token_opens_the_desk_for_its_account(register: Register) -> None:
    account = register.add("Clerk", [Role.RECORDER, Role.ASSESSOR], CLUB)

    session = register.admit(register.issue(account, "laptop", 30))

    assert session is not None
    assert (session.account, session.name, session.organization, session.roles) == (
        account.id,
        "Clerk",
        CLUB,
        frozenset({Role.RECORDER, Role.ASSESSOR}),
    )


def test_the_token_itself_is_nowhere_in_the_database(register: Register, tmp_path: Path) -> None:
    account = register.add("Clerk", [Role.RECORDER])

    token = register.issue(account, "laptop", 30)

    assert token.startswith("clt_")
    assert len(token) == 47
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("desk.db*"))
    assert token.encode() not in stored
    assert token not in repr(register.tokens(account.id))


def test_a_token_has_no_more_roles_than_its_account(register: Register) -> None:
    account = register.add("Clerk", [Role.RECORDER, Role.REVIEWER])

    narrow = register.admit(register.issue(account, "n", 1, [Role.REVIEWER]))
    wide = register.admit(register.issue(account, "w", 1, [Role.RECORDER, Role.ADMIN]))

    assert narrow is not None
    assert wide is not None
    assert narrow.roles == {Role.REVIEWER}
    assert wide.roles == {Role.RECORDER}


def test_an_expired_token_does_not_hold(register: Register, clock: Hands) -> None:
    token = register.issue(register.add("Clerk", [Role.RECORDER]), "laptop", 30)

    clock.now += timedelta(days=30)

    assert register.admit(token) is None
    assert events(register)[-1] == "token.used_after_expiry"


def test_a_revoked_token_does_not_hold(register: Register) -> None:
    account = register.add("Clerk", [Role.RECORDER])
    token = register.issue(account, "laptop", 30)
    (known,) = register.tokens(account.id)

    register.revoke(known.id)

    assert register.admit(token) is None
    assert events(register) == [
        "account.added",
        "token.issued",
        "token.revoked",
        "token.used_after_revocation",
    ]


def test_revoking_again_keeps_the_first_time(register: Register, clock: Hands) -> None:
    account = register.add("Clerk", [Role.RECORDER])
    register.issue(account, "laptop", 30)
    (known,) = register.tokens(account.id)
    register.revoke(known.id)
    (first,) = register.tokens(account.id)

    clock.now += timedelta(hours=1)
    register.revoke(known.id)

    assert register.tokens(account.id) == [first]


def test_a_disabled_account_is_shut_out_with_all_its_tokens(register: Register) -> None:
    account = register.add("Clerk", [Role.RECORDER])
    token = register.issue(account, "laptop", 30)

    register.disable(account)

    assert register.admit(token) is None
    assert events(register)[-1] == "account.used_while_disabled"


@pytest.mark.parametrize("guess", ["", "x", "clt_" + "A" * 43, "clt_" + "A" * 44, "clt_é"])
def test_a_guess_does_not_hold_and_leaves_a_line(register: Register, guess: str) -> None:
    assert register.admit(guess) is None
    assert events(register) == ["token.unknown"]


def test_names_are_given_once(register: Register) -> None:
    register.add("Clerk", [Role.RECORDER])

    with pytest.raises(NameTakenError):
        register.add("Clerk", [Role.REVIEWER])

    assert [account.name for account in register.all()] == ["Clerk"]
    assert events(register) == ["account.added"]


def test_an_account_is_found_by_name_and_by_id(register: Register) -> None:
    account = register.add("Clerk", [Role.RECORDER])

    assert register.find("Clerk") == register.find(account.id) == account


def test_what_is_unknown_is_said(register: Register) -> None:
    with pytest.raises(NoSuchAccountError):
        register.find("Nobody")
    with pytest.raises(NoSuchTokenError):
        register.revoke("nothing")


def test_accounts_outlive_the_process(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with desk_database(settings) as engine:
        token = Register(engine).issue(Register(engine).add("Clerk", [Role.RECORDER]), "x", 1)

    with desk_database(settings) as engine:
        assert Register(engine).admit(token) is not None


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    with desk_database(Settings(data_dir=tmp_path)):
        pass

    assert (tmp_path / "desk.db").stat().st_mode & 0o077 == 0


def test_a_flood_of_guesses_does_not_push_out_what_happened(tmp_path: Path) -> None:
    with desk_database(Settings(data_dir=tmp_path)) as engine:
        register = Register(engine, guesses_kept=5)
        register.add("Clerk", [Role.RECORDER])
        for _ in range(20):
            register.admit("clt_guess")

        assert events(register) == ["account.added", *["token.unknown"] * 5]


async def test_a_token_that_many_show_at_once_is_looked_up_once(tmp_path: Path) -> None:
    with desk_database(Settings(data_dir=tmp_path)) as engine:
        register = Register(engine)
        token = register.issue(register.add("Clerk", [Role.RECORDER]), "laptop", 1)
        accounts = Accounts(register, Proposals(engine))
        asked: list[object] = []
        event.listen(engine, "begin", asked.append)

        sessions = await asyncio.gather(*[accounts.admit(token) for _ in range(20)])

    assert len(asked) == 1
    assert len(set(sessions)) == 1
    assert sessions[0] is not None


async def test_who_leaves_while_a_token_is_looked_up_takes_nobody_along(tmp_path: Path) -> None:
    with desk_database(Settings(data_dir=tmp_path)) as engine:
        register = Register(engine)
        token = register.issue(register.add("Clerk", [Role.RECORDER]), "laptop", 1)
        accounts = Accounts(register, Proposals(engine))
        leaving, staying = (asyncio.create_task(accounts.admit(token)) for _ in range(2))
        await asyncio.sleep(0)

        leaving.cancel()

        assert await staying is not None
