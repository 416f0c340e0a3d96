"""Ids of what a request puts on record."""

from uuid import UUID, uuid5

from api.record.ids import ids_of
from ledger.facts.fact import AccountId

ONE, TWO = AccountId("00000000-0000-4000-8000-000000000001"), AccountId(str(UUID(int=2)))


def test_the_same_request_gets_the_same_ids() -> None:
    assert ids_of(ONE, "key")("lab") == ids_of(ONE, "key")("lab")


def test_another_account_key_or_name_gets_other_ids() -> None:
    found = {
        ids_of(ONE, "key")("lab"),
        ids_of(TWO, "key")("lab"),
        ids_of(ONE, "kez")("lab"),
        ids_of(ONE, "key")("lac"),
        ids_of(ONE, "keyl")("ab"),
    }

    assert len(found) == 5
    assert all(str(UUID(ident)) == ident for ident in found)


def test_the_id_is_the_one_that_the_standard_makes() -> None:
    assert ids_of(ONE, "kéy")("lab") == str(uuid5(UUID(ONE), "kéy\0lab"))
