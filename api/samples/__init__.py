"""The sample that a new ledger starts with: one real meeting, told in the project's own words."""

import hashlib
from importlib.resources import files
from typing import Final

from api.parts import Parts
from api.record.checking import check
from api.record.ids import ids_of
from api.record.reading import read
from api.record.translation import translate
from ledger.deciding import Context
from ledger.facts.fact import AccountId
from ledger.store.port import Receipt, Recorder

FILE: Final = "islamabad.yaml"
KEY: Final = "sample/islamabad/1"
LOADER: Final = AccountId("5a3b1e00-0000-4000-8000-000000000001")
"""The account under which the sample is recorded; nobody can log in as it."""


def sample() -> bytes:
    """The sample's text."""
    return files(__name__).joinpath(FILE).read_bytes()


async def load(parts: Parts) -> Receipt:
    """Put the sample on record; doing it again changes nothing."""
    raw = sample()
    checked = check(read(raw).value, ids_of(LOADER, KEY))
    recorder = Recorder(by=LOADER, name="Sample loader", why=checked.record.recorder.why)
    context = Context(recorder=recorder, key=KEY, fingerprint=hashlib.sha256(raw).digest())
    return await parts.ledger.execute([step.command for step in translate(checked)], context)
