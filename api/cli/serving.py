"""`commitments serve`."""

import asyncio

from api.app import serve
from api.cli.settings import fail, settings
from ledger.errors import LedgerError

REFUSED = 3


def serve_until_stopped() -> None:
    """Returns after SIGTERM or SIGINT, once the open requests are answered."""
    try:
        asyncio.run(serve(settings()))
    except LedgerError as error:
        fail(str(error), REFUSED)
