"""Publishing goes on where it ended, whatever was lost meanwhile, and contradicts nothing."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger.config import Settings
from ledger.errors import PlaceTakenError
from ledger.log.checkpoints import Checkpoint
from ledger.log.edge import Edge
from ledger.log.tiles import tiles_of
from ledger.publishing import publisher as publishing
from ledger.publishing.beginning import begin_log
from ledger.publishing.head import HeadMovedError, PublisherBusyError
from ledger.publishing.keys import KeyUnreadableError, make_key
from ledger.publishing.publisher import LogStoppedError
from ledger.publishing.signing import Signer, log_folder
from ledger.publishing.tile_store import MissingTileError, OvertakenError
from tests.integration.log.desk import ORIGIN, Desk
from tests.integration.store.units import NOW

OpenAgain = Callable[[], Desk]


def tiles_in(desk: Desk) -> dict[str, bytes]:
    return {tile.path: desk.tiles.read(tile) for tile in tiles_of(desk.head.read().size)}


def test_a_log_begins_with_no_fact_and_shows_that(desk: Desk) -> None:
    shown = desk.tiles.published()

    assert shown is not None
    assert shown.note == desk.head.note()
    assert (desk.head.read().origin, desk.head.read().size) == (ORIGIN, 0)
    assert desk.publish().size == 0


def test_rounds_publish_everything_and_every_tree_continues_the_one_before(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "ROUND", 150)
    kept = []
    for count in (1, 254, 1, 300, 7):
        desk.record(count)
        kept.append(desk.publish())

    assert [each.size for each in kept] == [1, 255, 256, 556, 563]
    for since in kept:
        assert desk.audited(since).facts == 563


def test_a_restart_goes_on_where_the_head_ends(desk: Desk, open_again: OpenAgain) -> None:
    desk.record(300)
    before = desk.publish()
    again = open_again()

    assert str(again.publisher().note) == desk.head.note()
    again.record(20)

    assert again.publish().size == 320
    assert again.audited(before).facts == 320


@pytest.mark.parametrize(
    "loss",
    [
        "DELETE FROM tiles",
        "DELETE FROM tiles WHERE level = 1",
        "UPDATE progress SET size = 100",
        "UPDATE tiles SET hashes = substr(hashes, 1, 320)",
        "DELETE FROM progress",
        "DELETE FROM published",
    ],
)
def test_what_is_lost_beside_the_facts_is_made_again(
    desk: Desk, open_again: OpenAgain, loss: str
) -> None:
    desk.record(600)
    signed, tiles = desk.publish(), tiles_in(desk)

    desk.tamper(loss)
    again = open_again()
    again.record(1)

    assert again.publish().size == 601
    assert again.audited(signed).facts == 601
    assert {path: tiles_in(again)[path] for path in tiles if ".p/" not in path} == {
        path: row for path, row in tiles.items() if ".p/" not in path
    }


def test_all_tiles_are_made_again_when_their_database_is_gone(
    desk: Desk, place: Settings, open_again: OpenAgain
) -> None:
    desk.record(300)
    signed = desk.publish()
    if place.on_postgres:
        desk.tamper("DROP SCHEMA log CASCADE")
    else:
        desk.engine.dispose()
        for file in place.data_dir.glob("log.db*"):
            file.unlink()

    again = open_again()

    assert again.publish() == signed
    assert again.audited(signed).facts == 300


def test_tiles_that_go_further_than_the_head_are_no_promise(
    desk: Desk, open_again: OpenAgain
) -> None:
    """A crash between tiles and head; the facts behind the head may even have been others."""
    desk.record(200)
    signed = desk.publish()
    stale = {tile: bytes(32 * 90) for tile in tiles_of(90)}
    desk.tiles.grow(
        700, {tile._replace(span=tile.span._replace(n=1)): stale[tile] for tile in stale}
    )
    desk.record(150)

    again = open_again()

    assert again.publish().size == 350
    assert again.audited(signed).facts == 350


def test_readers_who_were_shown_less_than_the_head_are_shown_it_again(
    desk: Desk, open_again: OpenAgain
) -> None:
    desk.record(10)
    desk.publish()
    older = desk.head.note()
    desk.record(10)
    desk.publish()
    desk.tamper("UPDATE published SET note = :note", note=older)

    again = open_again()
    again.publish()

    shown = again.tiles.published()
    assert shown is not None
    assert shown.note == again.head.note()


def test_a_head_that_was_put_back_moves_on_to_what_readers_were_shown(
    desk: Desk, open_again: OpenAgain
) -> None:
    desk.record(10)
    desk.publish()
    older = desk.head.note()
    desk.record(10)
    signed = desk.publish()
    desk.head.swap(desk.head.note(), older)

    again = open_again()
    publisher = again.publisher()

    assert publisher.signed == signed
    assert again.head.read() == signed


def test_two_histories_of_one_size_stop_the_log(desk: Desk) -> None:
    desk.record(10)
    desk.publish()
    forged = desk.signer.sign(Checkpoint(ORIGIN, 10, bytes(32)))
    desk.tamper("UPDATE published SET note = :note", note=str(forged))

    with pytest.raises(LogStoppedError, match="two histories were signed"):
        desk.publisher()


def test_two_histories_of_different_sizes_stop_the_log(desk: Desk) -> None:
    desk.record(10)
    desk.publish()
    forged = desk.signer.sign(Checkpoint(ORIGIN, 5, bytes(32)))
    desk.head.swap(desk.head.note(), str(forged))

    with pytest.raises(LogStoppedError, match="two histories were signed"):
        desk.publisher()


def test_a_checkpoint_that_nobody_can_read_is_shown_anew(desk: Desk) -> None:
    desk.record(10)
    signed = desk.publish()
    desk.tamper("UPDATE published SET note = 'nothing'")

    assert desk.publish() == signed


def test_the_log_of_another_key_is_not_taken_over(desk: Desk) -> None:
    other = Signer("ledger.example/other", (make_key(desk.settings.data_dir / "other", ""),))
    foreign = other.sign(Checkpoint(other.origin, 3, bytes(32)))
    desk.tamper("UPDATE published SET note = :note", note=str(foreign))

    with pytest.raises(LogStoppedError, match=r"shown the log ledger\.example/other"):
        desk.publisher()


def test_readers_never_see_the_log_shrink(desk: Desk) -> None:
    desk.record(10)
    desk.publish()
    smaller = desk.signer.sign(Checkpoint(ORIGIN, 9, bytes(32)))

    with pytest.raises(OvertakenError):
        desk.tiles.publish(str(smaller), desk.signer.verifiers)


def test_a_head_that_moved_meanwhile_is_not_written_over(desk: Desk) -> None:
    desk.record(10)
    publisher = desk.publisher()
    other = str(desk.signer.sign(Checkpoint(ORIGIN, 0, bytes(32))))
    desk.head.swap(desk.head.note(), other)

    with pytest.raises(HeadMovedError, match="has changed under the publisher"):
        publisher.round(NOW)
    assert desk.head.note() == other


def test_one_publisher_at_a_time_holds_a_folder(desk: Desk, open_again: OpenAgain) -> None:
    with desk.head.held(), pytest.raises(PublisherBusyError), open_again().head.held():
        pytest.fail("two hold it")
    with open_again().head.held():
        pass


def test_a_log_is_begun_once_in_a_folder_and_once_for_a_ledger(desk: Desk, place: Settings) -> None:
    elsewhere = place.model_copy(update={"log_dir": place.data_dir / "elsewhere"})

    with pytest.raises(PlaceTakenError, match="a log is begun once"):
        begin_log(place, ORIGIN)
    with pytest.raises(PlaceTakenError, match="whose folder is elsewhere"):
        begin_log(elsewhere, ORIGIN)
    assert desk.publish().size == 0


def test_a_key_that_did_not_sign_the_head_opens_nothing(
    desk: Desk, place: Settings, open_again: OpenAgain
) -> None:
    path = log_folder(place) / "key.pem"
    path.unlink()
    make_key(path, "")

    with pytest.raises(KeyUnreadableError, match=r"key\.pem did not sign .*head"):
        open_again()
    assert desk.head.read().size == 0


def test_a_bit_that_turns_over_in_memory_is_not_signed(desk: Desk) -> None:
    desk.record(300)
    desk.publish()
    publisher = desk.publisher()
    tail, above = publisher.edge.partial
    turned = Edge(300, (bytes([tail[0] ^ 1]) + tail[1:], above))
    desk.record(1)

    with pytest.raises(LogStoppedError, match="does not continue the one of 300"):
        replace(publisher, edge=turned).round(NOW)
    assert desk.head.read().size == 300


def test_a_missing_tile_is_a_missing_tile(desk: Desk) -> None:
    desk.record(3)
    desk.publish()
    (tile,) = tiles_of(4)

    with pytest.raises(MissingTileError):
        desk.tiles.read(tile)
