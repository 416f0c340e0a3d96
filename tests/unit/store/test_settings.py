"""Settings that cannot be right are refused before anything tells them to a log."""

import pytest
from pydantic import ValidationError

from ledger.config import Settings
from projections.messages import read_settings

WRONG = [
    "postgresql://clerk:hun@ter2@db.example.org/ledger",
    "postgresql://clerk:hun%ter2@db.example.org/ledger",
    "postgresql://clerk:hun/ter2@db.example.org/ledger",
    "postgresql://clerk:hunter2@db.example.org:port/ledger",
    "mysql://clerk:hunter2@db.example.org/ledger",
]


@pytest.mark.parametrize("name", ["url", "read_url"])
@pytest.mark.parametrize("url", WRONG)
def test_an_address_that_would_be_told_in_pieces_is_refused_and_not_told(
    name: str, url: str
) -> None:
    with pytest.raises(ValidationError) as told:
        Settings.model_validate({name: url})

    assert "ter2" not in str(told.value)


def test_a_worker_that_does_not_understand_its_settings_keeps_them_to_itself() -> None:
    line = b'{"url": "postgresql://clerk:hunter2@db/ledger", "wait_seconds": "hunter2"}'

    with pytest.raises(ValidationError) as told:
        read_settings(line)

    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "postgresql://clerk:hun%40ter2@db.example.org:5432/ledger?sslmode=require",
        "postgres://a.example.org:1,b.example.org:2/ledger",
        "postgresql:///ledger?host=%2Frun%2Fpostgresql",
    ],
)
def test_an_address_in_order_is_taken_as_it_is(url: str) -> None:
    assert Settings(url=url, read_url=url).url == url
