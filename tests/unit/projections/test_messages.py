"""A worker and its parent understand each other."""

from pathlib import Path

from ledger.config import Settings
from projections.messages import read_report, read_settings, write_report, write_settings
from projections.waiting import Reached


def test_settings_reach_the_worker_as_they_are() -> None:
    settings = Settings(data_dir=Path("elsewhere"), url="postgresql://x:y@h/db", title="Ours")

    assert read_settings(write_settings(settings)) == settings


def test_a_report_reaches_the_parent_as_it_is() -> None:
    reached = {"commitments": Reached(7, stalled=True), "search": Reached(9, stalled=False)}

    assert read_report(write_report(reached, "no disk")) == (reached, "no disk")
