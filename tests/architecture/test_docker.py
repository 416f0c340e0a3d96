"""The container files: linted, held to a few rules, and the database roles tried on PostgreSQL."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
import yaml

from tests.support.postgres import PostgresServer

BIN: Final = Path(sys.executable).parent


def _lint(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / command[0], *command[1:]], capture_output=True, text=True, check=False
    )


def _check_compose(file: Path) -> subprocess.CompletedProcess[str]:
    return _lint("check-jsonschema", "--builtin-schema", "vendor.compose-spec", file)


@pytest.fixture
def dockerfile(checkout: Path) -> Path:
    """The only image."""
    return checkout / "docker" / "Dockerfile"


@pytest.fixture
def compose(checkout: Path) -> Path:
    """The service and its database."""
    return checkout / "docker" / "compose.yaml"


@pytest.fixture
def services(compose: Path) -> dict[str, dict[str, Any]]:
    """What compose starts, by name."""
    parsed: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(compose.read_text())
    return parsed["services"]


def test_the_dockerfile_has_no_finding(dockerfile: Path) -> None:
    told = _lint("hadolint", dockerfile)

    assert (told.returncode, told.stdout) == (0, "")


def test_a_careless_dockerfile_has_findings(dockerfile: Path, tmp_path: Path) -> None:
    careless = tmp_path / "Dockerfile"
    careless.write_text(dockerfile.read_text().replace(":3.13-slim-trixie", ""))

    assert "DL3006" in _lint("hadolint", careless).stdout


def test_the_compose_file_follows_the_specification(compose: Path) -> None:
    told = _check_compose(compose)

    assert told.returncode == 0, told.stdout


def test_a_misspelt_compose_file_does_not(compose: Path, tmp_path: Path) -> None:
    misspelt = tmp_path / "compose.yaml"
    misspelt.write_text(compose.read_text().replace("read_only:", "readonly:"))

    assert _check_compose(misspelt).returncode == 1


def test_the_image_runs_as_a_number_that_is_not_root(dockerfile: Path) -> None:
    last = re.findall(r"^USER (.+)$", dockerfile.read_text(), re.MULTILINE)[-1]

    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", last)


def test_what_the_image_copies_exists_and_is_let_through(checkout: Path, dockerfile: Path) -> None:
    copied = {
        name
        for line in re.findall(r"^COPY (?!--)(.+) \S+$", dockerfile.read_text(), re.MULTILINE)
        for name in line.split()
    }
    let_through = {
        line.removeprefix("!")
        for line in (checkout / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }

    assert copied == let_through
    assert [name for name in copied if not (checkout / name).exists()] == []


@pytest.mark.parametrize("name", ["ledger", "postgres"])
def test_a_service_is_closed_in(services: dict[str, dict[str, Any]], name: str) -> None:
    service = services[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "cpus", "pids_limit"} <= service.keys()
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert not service["image"].endswith(":latest")
    assert ":" in service["image"]


def test_no_password_is_written_down(services: dict[str, dict[str, Any]]) -> None:
    secrets = {
        value
        for service in services.values()
        for name, value in service["environment"].items()
        if "PASSWORD" in name or "@" in value
    }

    assert secrets
    assert all(re.search(r"\$\{\w*PASSWORD:\?", each) for each in secrets)


@pytest.fixture
def app_url(checkout: Path, start_postgres: Callable[..., PostgresServer]) -> str:
    """A server that docker/postgres prepared (roles belong to a whole server), for the service."""
    server = start_postgres(on_disk=False)
    subprocess.run(
        ["sh", checkout / "docker" / "postgres" / "10-ledger.sh"],
        check=True,
        stdin=subprocess.DEVNULL,
        env={
            "PATH": f"{server.programs / 'bin'}:{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(server.port),
            "POSTGRES_USER": "postgres",
            "POSTGRES_DB": "postgres",
            "LEDGER_APP_PASSWORD": "pa$$'word",
            "LEDGER_SQL": str(checkout / "ledger" / "store"),
        },
    )
    return server.url(user="ledger_app")


def test_the_role_of_the_service_reads_and_appends_and_changes_nothing(app_url: str) -> None:
    tables = ("stored_events", "parts", "idempotency", "claims")
    rights = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")

    with psycopg.connect(app_url) as connection:
        held = {
            table: [right for right in rights if _may(connection, table, right)] for table in tables
        }
        connection.execute("CREATE SCHEMA desk")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DROP TABLE ledger.claims")

    assert held == {table: ["SELECT", "INSERT"] for table in tables}


def _may(connection: psycopg.Connection[Any], table: str, right: str) -> bool:
    asked = "SELECT has_table_privilege(%s, %s)"
    row = connection.execute(asked, (f"ledger.{table}", right)).fetchone()
    return row == (True,)
