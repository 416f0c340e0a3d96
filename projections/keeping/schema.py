"""Tables first, the indexes that only readers need after the load, and everything gone at once."""

from sqlalchemy import Connection, Index, MetaData, inspect, text
from sqlalchemy.schema import CreateIndex, CreateTable


def create_tables(connection: Connection, metadata: MetaData) -> None:
    """The tables with their primary keys only."""
    for table in metadata.sorted_tables:
        connection.execute(CreateTable(table))


def create_indexes(connection: Connection, metadata: MetaData) -> None:
    for index in _indexes(metadata):
        connection.execute(CreateIndex(index))


def _indexes(metadata: MetaData) -> list[Index]:
    found = [index for table in metadata.tables.values() for index in table.indexes]
    return sorted(found, key=lambda index: str(index.name))


def drop_tables(connection: Connection, prefix: str) -> None:
    """Every table called `prefix`, or `prefix_…`."""
    names = inspect(connection).get_table_names()
    quote = connection.dialect.identifier_preparer.quote
    for name in sorted(names):
        if name == prefix or name.startswith(f"{prefix}_"):
            connection.execute(text(f"DROP TABLE IF EXISTS {quote(name)}"))
