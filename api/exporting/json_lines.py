"""Records as JSON Lines: the documents of the API, one a line."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final

import orjson

from api.exporting.columns import Document
from api.exporting.files import Making
from projections.port import COLLECTIONS

MEDIA: Final = "application/jsonl"

Take = Callable[[str, Sequence[Document]], None]
"""What a format does with a page of the records of one collection."""


def line(document: object) -> bytes:
    """One document, with the end of its line."""
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)


@contextmanager
def writing(making: Making) -> Iterator[Take]:
    """A file for each collection."""
    with ExitStack() as stack:
        files = {
            name: stack.enter_context(
                making.file(f"jsonl/{name}.jsonl", MEDIA, f"The {name}, as the API tells them.")
            )
            for name in COLLECTIONS
        }

        def take(collection: str, documents: Sequence[Document]) -> None:
            for document in documents:
                files[collection].write(line(document))

        yield take
