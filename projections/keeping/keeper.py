"""What the worker asks of each view's tables."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection, Engine

from projections.streams import Step


class Keeper(Protocol):
    """One generation of one view."""

    def create(self, connection: Connection) -> None:
        """Make the tables, without the indexes that only readers need."""

    def index(self, connection: Connection) -> None:
        """Make the indexes that `create` left out."""

    def take(self, step: Step) -> None:
        """Gather what the fact changes; raise whatever its fold raises."""

    def write(self, connection: Connection) -> None:
        """Write what was gathered."""

    def forget(self) -> None:
        """Drop what was gathered and not written."""


@dataclass(frozen=True, slots=True)
class View:
    """A view by its code: raise `version` whenever what it keeps changes, and it is built anew.

    Facts of other `topics` pass it by unread.
    """

    name: str
    version: int
    topics: frozenset[str]
    keeper: Callable[[Engine, int], Keeper]
