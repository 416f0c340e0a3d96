"""`commitments serve`."""

import asyncio

from api.app import serve
from api.cli.settings import settings


def serve_until_stopped() -> None:
    """Returns after SIGTERM or SIGINT, once the open requests are answered."""
    asyncio.run(serve(settings()))
