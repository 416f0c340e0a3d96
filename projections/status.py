"""How far each view is, as its own tables say; any process may ask."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from projections.catalogue import VIEWS
from projections.keeping.keeper import View
from projections.port import ViewStatus
from projections.tables import GENERATIONS


def read_status(connection: Connection, head: int, trouble: str | None) -> Sequence[ViewStatus]:
    """Every view, by name; `trouble` is what keeps all of them from being folded."""
    rows = connection.execute(select(GENERATIONS)).all()
    return [
        _status(view, [row for row in rows if _is_of(row, view)], head, trouble)
        for view in sorted(VIEWS, key=lambda view: view.name)
    ]


def _is_of(row: Any, view: View) -> bool:
    return bool(row.view == view.name and row.version == view.version)


def _status(view: View, rows: Sequence[Any], head: int, trouble: str | None) -> ViewStatus:
    live = next((row for row in rows if row.state == "live"), None)
    building = next((row for row in rows if row.state == "building"), None)
    served = live or building
    position = live.position if live else 0
    return ViewStatus(
        name=view.name,
        version=view.version,
        position=position,
        behind=max(0, head - position),
        stalled_at=served.stalled_at if served else None,
        error=trouble or (served.error if served else None),
        building=building.position if building else None,
    )
