"""Tables as Parquet, a file each, for DuckDB, pandas and the like; needs arro3.

The library pulls batches until there are no more, where everything else here is handed pages. So
the rows of each table wait in a file without a name until all of them are there.
"""

import importlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import accumulate, islice
from typing import IO, Any, Final

import orjson

from api.exporting.columns import Document, Kind, Table
from api.exporting.files import Making
from api.exporting.json_lines import Take, line
from api.exporting.tables import TABLES, fed_by

MEDIA: Final = "application/vnd.apache.parquet"
PER_BATCH: Final = 2000
PER_GROUP: Final = 20_000
COMPRESSION: Final = "zstd(3)"


@contextmanager
def writing(making: Making) -> Iterator[Take]:
    """A file for each table."""
    arrow = Arrow()
    with ExitStack() as stack:
        waiting = {
            table.name: stack.enter_context(tempfile.TemporaryFile(dir=making.folder))
            for table in TABLES
        }

        def take(collection: str, documents: Sequence[Document]) -> None:
            for table in fed_by(collection):
                rows = (table.cells(row) for each in documents for row in table.rows(each))
                waiting[table.name].writelines(map(line, rows))

        yield take
        for table in TABLES:
            path = f"parquet/{table.name}.parquet"
            arrow.write(str(making.place(path)), table, _batches(waiting[table.name]))
            making.note(path, MEDIA, table.sentence)


def _batches(waiting: IO[bytes]) -> Iterator[list[list[Any]]]:
    """Rows again, some at a time."""
    waiting.seek(0)
    while rows := [orjson.loads(each) for each in islice(waiting, PER_BATCH)]:
        yield rows


class Arrow:
    """The library, and what it calls our kinds of columns."""

    def __init__(self) -> None:
        self._core: Any = importlib.import_module("arro3.core")
        self._io: Any = importlib.import_module("arro3.io")
        kinds = self._core.DataType
        self._texts = kinds.list(self._core.Field("item", kinds.utf8(), nullable=True))
        self._kinds = {
            Kind.TEXT: kinds.utf8(),
            Kind.DATE: kinds.utf8(),
            Kind.INTEGER: kinds.int64(),
            Kind.BOOLEAN: kinds.bool(),
            Kind.LIST: self._texts,
        }

    def write(self, place: str, table: Table, batches: Iterator[list[list[Any]]]) -> None:
        """A Parquet file of the batches, read one at a time."""
        schema = self._schema(table)
        records = (self._batch(table, schema, rows) for rows in batches)
        self._io.write_parquet(
            self._core.RecordBatchReader.from_batches(schema, records),
            place,
            compression=COMPRESSION,
            max_row_group_size=PER_GROUP,
        )

    def _schema(self, table: Table) -> Any:
        fields = [
            self._core.Field(column.name, self._kinds[column.kind], nullable=True)
            for column in table.columns
        ]
        return self._core.Schema(fields)

    def _batch(self, table: Table, schema: Any, rows: Sequence[Sequence[Any]]) -> Any:
        columns = zip(table.columns, zip(*rows, strict=True), strict=True)
        arrays = [self._array(column.kind, cells) for column, cells in columns]
        return self._core.RecordBatch.from_arrays(arrays, schema=schema)

    def _array(self, kind: Kind, cells: Sequence[Any]) -> Any:
        if kind is not Kind.LIST:
            return self._core.Array(list(cells), type=self._kinds[kind])
        ends = list(accumulate(map(len, cells), initial=0))
        texts = [text for cell in cells for text in cell]
        types = self._core.DataType
        return self._core.list_array(
            self._core.Array(ends, type=types.int32()),
            self._core.Array(texts, type=types.utf8()),
            type=self._core.Field("", self._texts, nullable=True),
        )
