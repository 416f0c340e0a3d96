"""What is in a dataset: a Data Package v2 descriptor, CSV on the Web metadata, SHA-256 sums.

The vocabularies are those of https://datapackage.org/standard/data-package/ (2.0) and
https://www.w3.org/TR/tabular-metadata/.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from api.exporting import csv_files
from api.exporting.columns import Column, Kind, Table
from api.exporting.files import Edition, File, Making
from api.exporting.tables import TABLES

PATH: Final = "datapackage.json"
CSVW: Final = "csv/csv-metadata.json"
SUMS: Final = "SHA256SUMS"
JSON: Final = "application/json"
PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"

_BY_NAME: Final = {table.name: table for table in TABLES}
_TYPES: Final = {
    Kind.TEXT: "string",
    Kind.DATE: "string",
    Kind.INTEGER: "integer",
    Kind.BOOLEAN: "boolean",
    # The standard has lists, the JSON Schema that is published for it does not.
    Kind.LIST: "string",
}
_CSVW_TYPES: Final = {Kind.INTEGER: "integer", Kind.BOOLEAN: "boolean"}


def descriptor(edition: Edition, files: Iterable[File]) -> dict[str, Any]:
    """The Data Package of the files; `ledger` says which fact it is as of."""
    described = {
        "$schema": PROFILE,
        "name": "commitment-ledger",
        "title": edition.title,
        "description": (
            f"Who promised what to whom, and what came of it, as of fact {edition.position}. "
            "A cell of a CSV file that would run as a formula begins with an apostrophe."
        ),
        "version": str(edition.position),
        "created": edition.recorded_at.isoformat(),
        "ledger": {"position": edition.position},
        "resources": [_resource(file) for file in files],
    }
    return described | ({"homepage": edition.url} if edition.url.startswith("http") else {})


def _resource(file: File) -> dict[str, Any]:
    sealed = {} if file.sealed is None else {"ledger": {"sealed": file.sealed}}
    table = _BY_NAME.get(file.table or "")
    return {**_bytes(file), **sealed, **({} if table is None else _tabular(table))}


def _bytes(file: File) -> dict[str, Any]:
    return {
        "name": _name(file.path),
        "path": file.path,
        "description": file.sentence,
        "format": file.path.rpartition(".")[2],
        "mediatype": file.media,
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
    }


def _tabular(table: Table) -> dict[str, Any]:
    return {
        "type": "table",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
        "schema": _schema(table),
    }


def _name(path: str) -> str:
    """One name a file, in the letters that a name may have."""
    return path.lower().replace("/", "-").replace(".", "-").replace("_", "-")


def _schema(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(column) for column in table.columns]}
    links = [_foreign(column) for column in table.columns if column.refers]
    if table.keyed:
        schema["primaryKey"] = ["id"]
    return schema | ({"foreignKeys": links} if links else {})


def _field(column: Column) -> dict[str, Any]:
    several = f" Several are parted by {csv_files.LIST_BY}" if column.kind is Kind.LIST else ""
    return {
        "name": column.name,
        "type": _TYPES[column.kind],
        "description": column.sentence + several,
    }


def _foreign(column: Column) -> dict[str, Any]:
    resource = _name(csv_files.path(_BY_NAME[column.refers or ""]))
    return {"fields": [column.name], "reference": {"resource": resource, "fields": ["id"]}}


# --- CSV on the Web


def csvw(edition: Edition) -> dict[str, Any]:
    """A table group; addresses are those beside the metadata."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": edition.title,
        "dc:description": f"As of fact {edition.position}.",
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
        "tables": [_csvw_table(table) for table in TABLES],
    }


def _csvw_table(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"columns": [_csvw_column(column) for column in table.columns]}
    # A reference that may be empty is none to a validator of the standard.
    links = [_csvw_foreign(each) for each in table.columns if each.refers and each.required]
    if table.keyed:
        schema["primaryKey"] = "id"
    if links:
        schema["foreignKeys"] = links
    address = f"{table.name}.csv"
    return {"url": address, "dc:description": table.sentence, "tableSchema": schema}


def _csvw_column(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.sentence,
        "datatype": _CSVW_TYPES.get(column.kind, "string"),
    }
    return described | ({"separator": csv_files.LIST_BY} if column.kind is Kind.LIST else {})


def _csvw_foreign(column: Column) -> dict[str, Any]:
    reference = {"resource": f"{column.refers}.csv", "columnReference": "id"}
    return {"columnReference": column.name, "reference": reference}


# --- sums, and reading them back


def sums(files: Iterable[File]) -> str:
    """As `sha256sum --check` reads them."""
    return "".join(f"{file.sha256}  {file.path}\n" for file in files)


def write(making: Making) -> None:
    """The last files of a dataset: what they tell of is complete."""
    if any(file.table for file in making.files):
        _put(making, CSVW, csvw(making.edition), "The columns of the CSV files, as CSV on the Web.")
    making.files.sort(key=lambda file: file.path)
    told = descriptor(making.edition, making.files)
    _put(making, PATH, told, "Everything in this dataset, as a Data Package.")
    listed = sums(making.files)
    with making.file(SUMS, "text/plain", "The SHA-256 of every file.") as file:
        file.write(listed.encode())


def _put(making: Making, path: str, value: object, sentence: str) -> None:
    with making.file(path, JSON, sentence) as file:
        file.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def files_in(told: Mapping[str, Any]) -> list[File]:
    """The files that a descriptor of ours names."""
    return [_file(resource) for resource in told["resources"]]


def _file(resource: Mapping[str, Any]) -> File:
    return File(
        resource["path"],
        resource["mediatype"],
        resource["description"],
        resource["bytes"],
        resource["hash"].removeprefix("sha256:"),
        sealed=resource.get("ledger", {}).get("sealed"),
    )
