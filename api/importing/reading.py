"""Rows out of files, one by one: CSV, JSON Lines, JSON, YAML, workbooks, pages with a header."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Final, assert_never

import yaml

from api.importing.encodings import opened
from api.importing.mapping import Reader, TableEntry
from api.importing.rows import BadTable, Row, flat
from api.importing.sheets import sheet_rows

FIELD_LIMIT: Final = 1_000_000
"""Characters in one cell of a CSV file; more than a ledger keeps of one text."""

_ENDINGS: Final[Mapping[str, Reader]] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".xlsx": "xlsx",
    ".md": "pages",
}
BODY: Final = "_body"
FILE: Final = "_file"

_FENCE: Final = "---"


def read_table(table: TableEntry, folder: Path) -> Iterator[Row]:
    """Every row of the table's files, in order of their names. Raise BadTable."""
    values = chain.from_iterable(_values(table, path) for path in files_of(table, folder))
    for number, row in enumerate(values, 1):
        yield Row(number, {name.strip(): words for name, words in row})


def files_of(table: TableEntry, folder: Path) -> list[Path]:
    """Raise BadTable where there is none, or one that lies elsewhere.

    What is read is archived for everybody: a mapping that came from others reads nothing else.
    """
    try:
        found = sorted(each for each in folder.glob(table.file) if each.is_file())
    except (ValueError, NotImplementedError) as error:
        raise BadTable(f"{table.file!r} names no file below {folder}.") from error
    if not found:
        raise BadTable(f"There is no file {table.file} in {folder}.")
    home = folder.resolve()
    for each in found:
        if not each.resolve().is_relative_to(home):
            raise BadTable(f"{each} lies outside of {folder}; copy it there if it is meant.")
    return found


def _values(table: TableEntry, path: Path) -> Iterator[Iterable[tuple[str, str]]]:
    try:
        yield from _read(table, path)
    except OSError as error:
        raise BadTable(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _read(table: TableEntry, path: Path) -> Iterator[Iterable[tuple[str, str]]]:
    reader = table.read or _ENDINGS.get(path.suffix.lower())
    match reader:
        case "xlsx":
            yield from sheet_rows(path, table.sheet)
        case "csv":
            yield from _delimited(path, table)
        case "jsonl":
            yield from _json_lines(path, table)
        case "json" | "yaml":
            yield from _document(path, table, reader)
        case "pages":
            yield _page(path, table)
        case None:
            raise BadTable(f"{path.name}: say under `read` how this file is to be read.")
        case _:
            assert_never(reader)


def _delimited(path: Path, table: TableEntry) -> Iterator[Iterable[tuple[str, str]]]:
    csv.field_size_limit(FIELD_LIMIT)
    tabs = path.suffix.lower() == ".tsv" and table.delimiter == ","
    with opened(path, table.encoding) as text:
        lines = csv.reader(text, delimiter="\t" if tabs else table.delimiter, strict=True)
        try:
            yield from _under_header(path, lines)
        except csv.Error as error:
            raise BadTable(f"{path.name}, line {lines.line_num}: {error}.") from error


def _under_header(path: Path, lines: Iterator[list[str]]) -> Iterator[Iterable[tuple[str, str]]]:
    header = next(lines, [])
    check_header(path, header)
    for cells in lines:
        if any(cell.strip() for cell in cells):
            if len(cells) > len(header):
                raise BadTable(
                    f"{path.name}: the row {cells[:3]} has more cells than the header; "
                    "is the delimiter the right one?"
                )
            yield zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=True)


def check_header(path: Path, header: list[str]) -> None:
    """Raise BadTable where two columns have one name."""
    names = [name.strip() for name in header if name.strip()]
    if not names:
        raise BadTable(f"{path.name} has no header.")
    if twice := {name for name, times in Counter(names).items() if times > 1}:
        raise BadTable(f"{path.name} has several columns called {', '.join(sorted(twice))}.")


def _json_lines(path: Path, table: TableEntry) -> Iterator[Iterable[tuple[str, str]]]:
    with opened(path, table.encoding) as text:
        for number, line in enumerate(text, 1):
            if line.strip():
                yield flat(_parsed(line, f"{path.name}, line {number}"))


def _parsed(text: str, where: str) -> object:
    """Numbers stay as they were written."""
    try:
        return json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise BadTable(f"{where}: this is no JSON: {error}.") from error


def _document(path: Path, table: TableEntry, reader: Reader) -> Iterator[Iterable[tuple[str, str]]]:
    with opened(path, table.encoding) as text:
        whole = text.read()
    value = _parsed(whole, path.name) if reader == "json" else _plain(whole, path.name)
    for step in table.at.strip("/").split("/") if table.at.strip("/") else ():
        value = value.get(step) if isinstance(value, dict) else None
    if not isinstance(value, list):
        raise BadTable(f"{path.name} holds no list of rows there; say under `at` where it lies.")
    yield from map(flat, value)


_PLAIN_TAGS: Final = frozenset(
    f"tag:yaml.org,2002:{kind}" for kind in ("map", "seq", "str", "null")
)


class _Plain(yaml.SafeLoader):
    """Words and nothing else: a date stays as it was written, and `no` is a word."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Nothing that stands in many places, which could grow for ever, or makes objects."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("anchors and aliases are not accepted; write it out")
        node = super().compose_node(parent, index)
        if node is not None and node.tag not in _PLAIN_TAGS:
            raise yaml.YAMLError("tags are not accepted; write plain values")
        return node


_Plain.yaml_implicit_resolvers = {
    first: [each for each in resolvers if each[0] == "tag:yaml.org,2002:null"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _plain(text: str, where: str) -> object:
    loader = _Plain(text)
    try:
        return loader.get_single_data()
    except (yaml.YAMLError, RecursionError) as error:
        raise BadTable(f"{where}: this is no YAML: {error}.") from error
    finally:
        loader.dispose()


def _page(path: Path, table: TableEntry) -> Iterable[tuple[str, str]]:
    with opened(path, table.encoding) as text:
        before, fence, rest = text.read().replace("\r\n", "\n").partition(f"{_FENCE}\n")
    header, end, body = rest.partition(f"\n{_FENCE}\n")
    if before.strip() or not fence or not end:
        raise BadTable(f"{path.name} does not begin with a header between two lines of {_FENCE}.")
    fields = flat(_plain(header, path.name) or {})
    return [*fields, (BODY, body.strip()), (FILE, path.name)]
