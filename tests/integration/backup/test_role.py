"""The role of the service, which may only append, can restore."""

from importlib import resources
from pathlib import Path

import psycopg
import pytest

from ledger.config import Settings
from tests.integration.backup.conftest import Place
from tests.integration.backup.places import every_entry, run

SCRIPTS = ("postgres_schema.sql", "postgres_roles.sql")


def service_of(administrator: Settings) -> Settings:
    """The same database, prepared as an administrator does, through a role of the service."""
    name = administrator.url.rpartition("/")[2]
    with psycopg.connect(administrator.url) as server:
        server.execute("CREATE SCHEMA ledger")
        server.execute("SET search_path TO ledger")
        for script in SCRIPTS:
            server.execute(resources.files("ledger.store").joinpath(script).read_bytes())
        server.execute(f"CREATE ROLE {name} LOGIN IN ROLE ledger_writer".encode())
        server.execute(f"GRANT CREATE ON DATABASE {name} TO {name}".encode())
    return administrator.model_copy(
        update={"url": administrator.url.replace("postgres@", f"{name}@")}
    )


@pytest.mark.postgres
def test_the_role_of_the_service_restores_redacted_parts_too(
    filled: Settings, archive: Path, place: Place
) -> None:
    service = service_of(place("postgres"))

    given = run(service, "restore", archive)

    assert given.code == 0, given.err
    assert every_entry(service) == every_entry(filled)
