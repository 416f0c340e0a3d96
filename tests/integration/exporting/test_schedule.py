"""What keeps the dataset of a service fresh, where its surroundings fail."""

import sys
from pathlib import Path

from api.exporting.orders import Order
from api.exporting.schedule import Exporter
from ledger.config import Settings
from tests.integration.exporting.kept import URL, kept


async def test_views_that_cannot_be_asked_are_trouble_until_they_can(tmp_path: Path) -> None:
    with kept(Settings(data_dir=tmp_path, disk_reserve_percent=0)) as ledger:
        exporter = Exporter(Order(ledger.settings, URL), ledger.views)

        await exporter.look()
        blind = exporter.trouble
        ledger.fold()
        await exporter.look()

        made = exporter.shelf.newest()
    assert blind is not None
    assert blind.startswith("the views cannot be asked")
    assert exporter.trouble is None
    assert made is not None
    assert made.position == 0


async def test_a_process_that_cannot_be_started_or_understood_is_trouble(tmp_path: Path) -> None:
    with kept(Settings(data_dir=tmp_path, disk_reserve_percent=0)) as ledger:
        ledger.fold()
        order = Order(ledger.settings, URL)
        absent = Exporter(order, ledger.views, ("/no/such/program",))
        babbling = Exporter(order, ledger.views, (sys.executable, "-c", "print('hello')"))

        await absent.look()
        await babbling.look()

    for exporter in (absent, babbling):
        assert exporter.trouble is not None
        assert exporter.trouble.startswith("the process that makes the dataset cannot be asked")
