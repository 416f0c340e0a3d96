"""The newest fact of each stream, whether it fits into memory or not."""

from contextlib import closing
from hashlib import sha256

import pytest

from ledger.auditing.tips import Tip, Tips


@pytest.mark.parametrize("in_memory", [1, 3, 1000])
def test_the_newest_fact_of_each_stream_is_known(in_memory: int) -> None:
    known = dict[bytes, Tip]()

    with closing(Tips(in_memory)) as tips:
        for number in range(500):
            stream = b"stream %d" % (number * number % 41)
            version, before = tips.get(stream)
            assert (version, before) == known.get(stream, (0, None))
            hashed = sha256(b"%d" % number).digest()
            tips.put(stream, version + 1, hashed)
            known[stream] = version + 1, hashed.hex().encode()
