"""What stands in each file of a dataset, read back by what a reader would use."""

import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any

import arro3.io
import jsonschema_rs
import orjson
import pytest

from api.exporting.columns import Cell, Kind, Table
from api.exporting.csv_files import cell
from api.exporting.tables import TABLES, fed_by
from ledger.store.sqlite_module import sqlite
from tests.integration.exporting.kept import Kept, csv_rows, facts_in, json_lines
from tests.integration.projections.keeping import stream_of
from tests.unit.projections.telling import A, promise, recorded

LIKE_SPREADSHEETS = '=HYPERLINK("https://evil.example")'


def rows_of(ledger: Kept, table: Table) -> list[Mapping[str, Cell]]:
    """What the records of the site give the table, in order."""
    told = ledger.told(ledger.store.head().position)
    return [
        row
        for collection, records in told.items()
        for feeder in fed_by(collection)
        if feeder.name == table.name
        for record in records
        for row in feeder.rows(record)
    ]


def test_json_lines_hold_the_records_as_the_site_tells_them(ledger: Kept, dataset: Path) -> None:
    told = ledger.told(ledger.store.head().position)

    assert all(told.values())
    for collection, records in told.items():
        found = json_lines(dataset / "jsonl" / f"{collection}.jsonl")
        assert [without_day(each) for each in found] == [without_day(each) for each in records]


def without_day(record: Any) -> Any:
    """Flags depend on the day; a dataset's is that of its fact, the site's is today."""
    return orjson.loads(orjson.dumps({k: v for k, v in record.items() if k != "flags"}))


def test_a_past_dataset_is_what_the_site_says_as_of_then(ledger: Kept, tmp_path: Path) -> None:
    position = ledger.store.head().position // 2

    past = ledger.export(tmp_path / "past", as_of=position)

    for collection, records in ledger.told(position).items():
        found = json_lines(past / "jsonl" / f"{collection}.jsonl")
        assert found == orjson.loads(orjson.dumps(records))
    assert [fact["position"] for fact in facts_in(past)] == list(range(1, position + 1))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_tabular_format_holds_the_same_cells(
    ledger: Kept, dataset: Path, table: Table
) -> None:
    expected = [table.cells(row) for row in rows_of(ledger, table)]
    names = [column.name for column in table.columns]
    day = {index for index, name in enumerate(names) if name == "flags"}

    def same(rows: Any) -> list[Any]:
        return [[c for index, c in enumerate(row) if index not in day] for row in rows]

    written = [[row[name] for name in names] for row in csv_rows(dataset, table.name)]
    assert same(written) == same([[cell(each) for each in row] for row in expected])
    assert same(from_sqlite(dataset, table)) == same(expected)
    assert same(from_parquet(dataset, table)) == same(expected)


def from_sqlite(dataset: Path, table: Table) -> list[Any]:
    with closing(sqlite.connect(dataset / "sqlite" / "ledger.db")) as database:
        rows = database.execute(f"SELECT * FROM [{table.name}] ORDER BY rowid").fetchall()
    return [
        [_from_sqlite(column.kind, value) for column, value in zip(table.columns, row, strict=True)]
        for row in rows
    ]


def _from_sqlite(kind: Kind, value: Any) -> Any:
    if kind is Kind.LIST:
        return tuple(orjson.loads(value))
    return bool(value) if kind is Kind.BOOLEAN else value


def from_parquet(dataset: Path, table: Table) -> list[Any]:
    file = dataset / "parquet" / f"{table.name}.parquet"
    read: Any = arro3.io.read_parquet(str(file)).read_all()
    columns = [[scalar.as_py() for scalar in read[column.name]] for column in table.columns]
    rows = zip(*columns, strict=True)
    return [[tuple(c) if isinstance(c, list) else c for c in row] for row in rows]


def test_every_fact_can_be_checked_with_nothing_but_its_line(ledger: Kept, dataset: Path) -> None:
    facts = facts_in(dataset)

    entries = ledger.store.entries(after=0, limit=1000)
    assert [fact["leaf"].encode() for fact in facts] == [entry.leaf for entry in entries]
    for fact in facts:
        leaf = fact["leaf"].encode()
        bound = json.loads(leaf)["parts"]
        assert hashlib.sha256(b"\0" + leaf).hexdigest() == fact["leaf_hash"]
        assert {part["name"] for part in fact["parts"]} == set(bound)
        for part in fact["parts"]:
            said = b"commitment-ledger/part/v1\0" + part["content"].encode()
            salted = hmac.digest(bytes.fromhex(part["salt"]), said, "sha256")
            assert salted.hex() == bound[part["name"]]["c"]


def test_the_package_is_valid_and_names_every_file_with_its_sum(dataset: Path) -> None:
    profile = files("dplib").joinpath("profiles/2.0/datapackage.json").read_text()
    told = json.loads((dataset / "datapackage.json").read_text())

    jsonschema_rs.Draft7Validator(json.loads(profile)).validate(told)

    listed = {each["path"]: (each["bytes"], each["hash"]) for each in told["resources"]}
    kept = {
        str(each.relative_to(dataset)): each.read_bytes()
        for each in dataset.rglob("*")
        if each.is_file() and each.name not in {"datapackage.json", "SHA256SUMS"}
    }
    assert listed == {
        path: (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        for path, content in kept.items()
    }
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=dataset, check=True)


def test_both_descriptions_of_the_tables_fit_the_csv_files(dataset: Path) -> None:
    package = json.loads((dataset / "datapackage.json").read_text())
    web = json.loads((dataset / "csv" / "csv-metadata.json").read_text())

    headers = {
        each.name: each.read_text().partition("\n")[0].strip().split(",")
        for each in (dataset / "csv").glob("*.csv")
    }

    assert headers == {
        each["path"].removeprefix("csv/"): [field["name"] for field in each["schema"]["fields"]]
        for each in package["resources"]
        if "schema" in each
    }
    assert headers == {
        each["url"]: [column["name"] for column in each["tableSchema"]["columns"]]
        for each in web["tables"]
    }


def test_links_lead_to_rows(dataset: Path) -> None:
    with closing(sqlite.connect(dataset / "sqlite" / "ledger.db")) as database:
        broken = database.execute("PRAGMA foreign_key_check").fetchall()
        whole = database.execute("PRAGMA integrity_check").fetchall()

    assert (broken, whole) == ([], [("ok",)])


def datasette(dataset: Path, path: str) -> Any:
    """What Datasette answers for a path of the exported database."""
    folder = dataset / "sqlite"
    done = subprocess.run(
        [
            *(sys.executable, "-W", "ignore", "-m", "datasette", str(folder / "ledger.db")),
            *("--metadata", str(folder / "metadata.json"), "--get", path),
        ],
        capture_output=True,
        check=True,
        env=os.environ | {"HOME": str(dataset)},
    )
    return json.loads(done.stdout)


def test_datasette_opens_it_with_labels_facets_and_search(dataset: Path) -> None:
    found = datasette(dataset, "/ledger/commitments.json?_shape=objects&_labels=on&_search=lab")
    meetings = {row["title"] for row in json_lines(dataset / "jsonl" / "meetings.jsonl")}

    (row,) = found["rows"]
    assert row["meeting"]["label"] in meetings
    assert {"progress", "form", "topics"} <= set(found["facet_results"])
    assert found["facet_results"]["topics"]["type"] == "array"


def test_a_name_that_looks_like_a_formula_is_none_in_a_spreadsheet(
    ledger: Kept, tmp_path: Path
) -> None:
    ledger.add(stream_of(A, [recorded(promise(LIKE_SPREADSHEETS))]))

    dataset = ledger.export(tmp_path / "dataset")

    assert csv_rows(dataset, "commitments")[-1]["text"] == f"'{LIKE_SPREADSHEETS}"
    with zipfile.ZipFile(dataset / "xlsx" / "ledger.xlsx") as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "sheets/" in name]
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    assert names == [table.name for table in TABLES]
    assert any("=HYPERLINK" in sheet for sheet in sheets)
    assert not any("<f>" in sheet for sheet in sheets)


def test_each_commitment_has_a_package_that_says_when_what_changed(
    ledger: Kept, dataset: Path
) -> None:
    packages = json_lines(dataset / "ocds" / "record-packages.jsonl")
    facts = {fact["position"]: fact for fact in facts_in(dataset)}

    (records,) = zip(*(package["records"] for package in packages), strict=True)
    told = ledger.told(ledger.store.head().position)["commitments"]
    for record, commitment in zip(records, told, strict=True):
        released = [release["fact"]["position"] for release in record["releases"]]
        history = ledger.views.history(commitment["id"])
        newest = {name: each[-1]["value"] for name, each in versions(record).items()}
        assert released == [fact["position"] for fact in history]
        assert [release["fact"]["leafHash"] for release in record["releases"]] == [
            facts[position]["leaf_hash"] for position in released
        ]
        if commitment["record_status"] != "voided":
            assert newest["description"] == record["compiledRelease"]["description"]
        assert newest["progress"] == commitment["progress"]
        assert newest["recordStatus"] == commitment["record_status"]
    assert any(len(each) > 1 for record in records for each in versions(record).values())


def versions(record: Any) -> dict[str, list[Any]]:
    return {name: each for name, each in record["versionedRelease"].items() if name != "ocid"}


EVERYWHERE = {"name", "alias", "summary", "sourceUrl", "notes", "keywords", "publisher", "website"}
COMMON = {"proof", "date", "role", "status", "description", "recordId", "startDate", "endDate"}
PROPERTIES = {
    "Person": EVERYWHERE,
    "Organization": EVERYWHERE | {"incorporationDate", "classification"},
    "PublicBody": EVERYWHERE | {"incorporationDate", "classification"},
    "Company": EVERYWHERE | {"incorporationDate", "classification"},
    "Membership": COMMON | {"member", "organization"},
    "UnknownLink": COMMON | {"subject", "object", "sourceUrl"},
    "Event": {"name", "date", "location", "involved", "proof", "sourceUrl", "keywords", "summary"},
    "Article": {"title", "publisher", "sourceUrl", "publishedAt", "retrievedAt", "keywords"},
}
"""What FollowTheMoney 4.11 knows of the schemas that are used; the model itself is large."""
REQUIRED = {
    "Membership": {"member", "organization"},
    "UnknownLink": {"subject", "object"},
    "Article": set[str](),
}


def test_entities_are_of_the_model_and_point_at_each_other(dataset: Path) -> None:
    entities = json_lines(dataset / "ftm" / "entities.ftm.jsonl")

    known = {each["id"]: each["schema"] for each in entities}
    assert len(known) == len(entities)
    assert set(known.values()) <= set(PROPERTIES)
    assert {"Person", "Membership", "Event", "Article", "UnknownLink"} <= set(known.values())
    for each in entities:
        given = each["properties"]
        assert set(given) <= PROPERTIES[each["schema"]]
        assert set(given) >= REQUIRED.get(each["schema"], {"name"})
        for name in ("member", "organization", "subject", "object", "involved", "proof"):
            assert set(given.get(name, ())) <= set(known)
