"""An audit of garbage ends with a sentence that says which fact it is, never with a traceback."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ledger.auditing.audit import LieError, audit
from ledger.auditing.places import SMALL, MissingError
from ledger.log.bundles import pack
from ledger.log.checkpoints import Checkpoint
from ledger.log.hashing import leaf_hash

LEAF = {
    "v": "commitment-ledger/leaf/v1",
    "at": 1,
    "id": "a",
    "stream": "b",
    "ver": 1,
    "type": "person.registered/1",
    "prev": None,
    "parts": {"facts": {"c": "00" * 32, "n": 2}},
}
VALUES: SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**64 - 1) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2)
    ),
    max_leaves=4,
)


class Files:
    """A log of one fact, whatever its bytes (`ledger.auditing.places.Place`)."""

    def __init__(self, leaf: bytes, parts: bytes) -> None:
        self._files = {
            "tile/entries/000.p/1": pack([leaf]),
            "tile/0/000.p/1": leaf_hash(leaf),
            "tile/parts/000.p/1": parts,
        }

    def read(self, path: str, limit: int = SMALL) -> bytes:
        if path not in self._files:
            raise MissingError(path)
        assert len(self._files[path]) <= limit
        return self._files[path]


def audited(leaf: bytes, parts: bytes) -> None:
    signed = Checkpoint("ledger.example/garbage", 1, leaf_hash(leaf))
    with pytest.raises(LieError):
        audit(Files(leaf, parts), signed, None, lambda _: None)


@given(st.sampled_from(sorted(LEAF)), VALUES, st.booleans())
def test_a_leaf_with_any_value_in_any_place_is_told(
    name: str, value: object, left_out: bool
) -> None:
    leaf = LEAF | {name: value}
    if left_out:
        del leaf[name]
    told = orjson.dumps(leaf) if _fits(leaf) else repr(leaf).encode()

    audited(told, b'{"position":1,"parts":[{"name":"facts","salt":"00","content":"{}"}]}\n')


def _fits(leaf: dict[str, object]) -> bool:
    try:
        orjson.dumps(leaf)
    except (TypeError, ValueError):
        return False
    return True


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_for_a_leaf_and_its_parts_are_told(leaf: bytes, parts: bytes) -> None:
    audited(leaf, parts)


@given(VALUES)
def test_any_value_for_a_line_of_parts_is_told(value: object) -> None:
    told = {"line": value, "position": 1, "parts": value}

    audited(orjson.dumps(LEAF), orjson.dumps(told) if _fits(told) else b"[]")
