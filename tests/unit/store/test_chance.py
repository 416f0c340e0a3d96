"""Random bytes are handed out once, also across threads and forks."""

import os
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122, UUID

import pytest

from ledger.store.chance import PAGE, Chance


def test_no_byte_is_handed_out_twice_at_the_end_of_a_page() -> None:
    chance = Chance()

    taken = [chance.take(size) for size in (PAGE - 8, 16, 8)]

    assert [len(each) for each in taken] == [PAGE - 8, 16, 8]
    assert not taken[1].startswith(taken[0][-8:])


def test_ids_are_random_uuids_in_their_canonical_form() -> None:
    chance = Chance()

    for _ in range(200):
        text = chance.uuid()

        assert str(UUID(text)) == text
        assert (UUID(text).version, UUID(text).variant) == (4, RFC_4122)


def test_threads_never_get_the_same_bytes() -> None:
    chance = Chance()

    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(lambda _: chance.take(32), range(2000)))

    assert len(set(taken)) == 2000


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # it runs nothing but this
def test_a_forked_process_does_not_repeat_what_its_parent_will_use() -> None:
    chance = Chance()
    chance.take(16)
    reading, writing = os.pipe()

    child = os.fork()
    if child == 0:
        os.write(writing, chance.take(32))
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(reading, 32) != chance.take(32)
    os.close(reading)
    os.close(writing)
