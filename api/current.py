"""What the running task is about. Imports nothing heavy: every process logs."""

from contextvars import ContextVar
from typing import Final

CURRENT_REQUEST: Final[ContextVar[str | None]] = ContextVar("request_id", default=None)
"""The id of the request that is being answered."""
