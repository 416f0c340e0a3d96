"""What was backed up is there again, in either database, and a new epoch begins."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.desk.opening import desk_database
from api.desk.register import Register
from api.desk.roles import Role
from ledger.config import Settings
from ledger.store.opening import open_store
from ledger.store.port import Epoch, Part, Receipt
from tests.integration.backup.conftest import Place
from tests.integration.backup.places import REDACTED, STREAM, every_entry, fill, run
from tests.integration.store.raw import Refused, raw
from tests.integration.store.units import alias, draft, key, stored, unit

DATABASES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


def epochs(settings: Settings) -> list[Epoch]:
    with closing(open_store(settings)) as store:
        return list(store.epochs())


@pytest.mark.parametrize("source", DATABASES)
@pytest.mark.parametrize("target", DATABASES)
def test_a_backup_of_either_database_is_restored_into_either(
    source: str, target: str, place: Place, tmp_path: Path
) -> None:
    before, after, path = place(source), place(target), tmp_path / "backup.zip"
    token = fill(before)

    taken = run(before, "backup", path)
    given = run(after, "restore", path)

    assert (taken.code, given.code) == (0, 0), taken.err + given.err
    assert every_entry(after) == every_entry(before)
    with closing(open_store(before)) as old, closing(open_store(after)) as new:
        assert new.head() == old.head()
        for name in ("first", "second", "never used"):
            assert new.receipt(key(name)) == old.receipt(key(name))
        assert new.holder("zainab") == STREAM
    with desk_database(after) as engine:
        session = Register(engine).admit(token)
        assert session is not None
        assert session.name == "Clerk"
        assert [line.event for line in Register(engine).trail(9)] == [
            "token.issued",
            "account.added",
        ]


@pytest.mark.parametrize("target", DATABASES)
def test_recording_goes_on_where_the_backup_ended(target: str, archive: Path, place: Place) -> None:
    settings = place(target)
    run(settings, "restore", archive)
    last = len(every_entry(settings))

    with closing(open_store(settings)) as store:
        (again,) = store.append([unit(key=key("second"))], 0)
        (next_one,) = stored(store, unit(draft(STREAM, 4, alias("Z"))))
    with desk_database(settings) as engine:
        Register(engine).add("Another", [Role.ASSESSOR], None)

    assert isinstance(again, Receipt)
    assert again.replayed
    assert next_one.position == last + 1


@pytest.mark.parametrize("target", DATABASES)
def test_words_that_were_redacted_stay_so_and_nothing_else_may_be_changed(
    target: str, archive: Path, place: Place
) -> None:
    settings = place(target)
    run(settings, "restore", archive)

    assert every_entry(settings)[REDACTED - 1].parts[1] == Part("words", None, None)
    for statement in ("UPDATE parts SET content = NULL, salt = NULL", "DELETE FROM stored_events"):
        with pytest.raises(Refused), raw(settings) as database:
            database.execute(statement)


def test_a_restore_begins_an_epoch_that_notes_the_one_before(
    filled: Settings, archive: Path, place: Place
) -> None:
    settings = place("sqlite")
    now = datetime.now(UTC).timestamp() * 1000

    given = run(settings, "restore", archive)

    first, second = epochs(settings)
    assert [first] == epochs(filled)
    assert second.id != first.id
    assert second.position == len(every_entry(filled))
    assert 0 <= second.at - now < 60_000
    assert f"Restored as epoch {second.id}, which begins after fact {second.position}." in given.out


def test_every_further_restore_is_one_epoch_more(
    archive: Path, place: Place, tmp_path: Path
) -> None:
    second, third, again = place("sqlite"), place("sqlite"), tmp_path / "again.zip"
    run(second, "restore", archive)
    with closing(open_store(second)) as store:
        stored(store, unit())

    run(second, "backup", again)
    run(third, "restore", again)

    assert epochs(third)[:2] == epochs(second)
    assert [each.position for each in epochs(third)] == [0, 6, 7]


def test_what_was_verified_is_said_in_words(filled: Settings, archive: Path) -> None:
    ended = run(filled, "backup", "--verify", archive)

    assert ended.code == 0
    assert "6 facts, in positions without a gap" in ended.out
    assert "12 parts: 1 redacted by order of a later fact, all others as recorded." in ended.out
    assert "Idempotency keys: 5, names: 1, accounts: 1, tokens: 1." in ended.out
    assert every_entry(filled)[-1].leaf_hash.hex() in ended.out


def test_an_empty_ledger_is_backed_up_too(place: Place, tmp_path: Path) -> None:
    before, after, path = place("sqlite"), place("sqlite"), tmp_path / "backup.zip"
    open_store(before).close()

    taken, given = run(before, "backup", path), run(after, "restore", path)

    assert (taken.code, given.code) == (0, 0)
    assert every_entry(after) == []


def test_in_a_folder_the_backup_gets_a_name_and_nobody_else_may_read_it(
    filled: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    run(filled, "backup", folder)

    (made,) = folder.iterdir()
    assert made.name.startswith(f"ledger-{datetime.now(UTC):%Y-%m-%d}")
    assert made.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kind", DATABASES)
def test_a_place_that_is_not_empty_is_refused_and_left_as_it_is(
    kind: str, archive: Path, place: Place
) -> None:
    settings = place(kind)
    fill(settings)
    before = every_entry(settings)

    ended = run(settings, "restore", archive)

    assert ended.code == 1
    assert "overwrites nothing" in ended.err
    assert "LEDGER_DATA_DIR" in ended.err or "LEDGER_URL" in ended.err
    assert every_entry(settings) == before


LEFT = ["ledger.db", "ledger.db-wal", "desk.db", "desk.db-journal", "views.db", "datasets"]


@pytest.mark.parametrize("name", [*LEFT, "restoring"])
def test_whatever_a_ledger_may_have_left_is_in_the_way(
    name: str, archive: Path, place: Place
) -> None:
    settings = place("sqlite")
    settings.data_dir.mkdir()
    (settings.data_dir / name).mkdir()

    ended = run(settings, "restore", archive)

    assert ended.code == 1
    assert str(settings.data_dir / name) in ended.err
    assert [each.name for each in settings.data_dir.iterdir()] == [name]


def test_a_link_that_leads_nowhere_is_in_the_way_too(archive: Path, place: Place) -> None:
    settings = place("sqlite")
    settings.data_dir.mkdir()
    link = settings.data_dir / "ledger.db"
    link.symlink_to(settings.data_dir / "gone.db")

    ended = run(settings, "restore", archive)

    assert ended.code == 1
    assert link.is_symlink()


def test_datasets_of_another_ledger_are_in_the_way_of_postgresql_too(
    archive: Path, place: Place
) -> None:
    settings = place("postgres")
    (settings.data_dir / "datasets").mkdir()

    ended = run(settings, "restore", archive)

    assert ended.code == 1
    assert str(settings.data_dir / "datasets") in ended.err


@pytest.mark.parametrize("kind", DATABASES)
def test_where_no_ledger_is_nothing_is_backed_up(kind: str, place: Place, tmp_path: Path) -> None:
    settings, path = place(kind), tmp_path / "backup.zip"

    ended = run(settings, "backup", path)

    assert ended.code == 1
    assert "There is no ledger" in ended.err
    assert not path.exists()


def test_a_backup_never_replaces_a_file(filled: Settings, archive: Path) -> None:
    before = archive.read_bytes()

    ended = run(filled, "backup", archive)

    assert ended.code == 1
    assert f"{archive} exists already" in ended.err
    assert archive.read_bytes() == before


def test_a_folder_that_is_not_there_is_a_failure_with_a_sentence(
    filled: Settings, tmp_path: Path
) -> None:
    ended = run(filled, "backup", tmp_path / "nowhere" / "backup.zip")

    assert ended.code == 3
    assert "No such file or directory" in ended.err


def test_a_folder_that_is_missing_does_not_become_a_file(filled: Settings, tmp_path: Path) -> None:
    ended = run(filled, "backup", tmp_path / "backups")

    assert ended.code == 2
    assert "make it, or name a file that ends in .zip" in " ".join(ended.err.split())
    assert not (tmp_path / "backups").exists()
