"""Every setting, read from the environment once; `docs/settings.md` is made from this table."""

import re
from pathlib import Path
from typing import Annotated, Final, Literal

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_POSTGRES: Final = ("postgresql://", "postgres://")
_PORTS: Final = re.compile(r"\d+(,\d+)*", re.ASCII)

Port = Annotated[int, Field(ge=0, le=65535)]


class Settings(BaseSettings):
    """Each field is an environment variable: `data_dir` is `LEDGER_DATA_DIR`."""

    model_config = SettingsConfigDict(
        env_prefix="LEDGER_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    data_dir: Path = Field(
        default=Path("var"),
        description="Folder of the SQLite files: ledger.db, views.db, desk.db.",
    )
    url: str = Field(
        default="",
        description=(
            "`postgresql://…` keeps facts, views and accounts in PostgreSQL instead of SQLite. "
            "Empty: SQLite in the data folder."
        ),
    )
    read_url: str = Field(
        default="",
        description=(
            "`postgresql://…` of a streaming replica that readers are answered from; what it has "
            "not heard yet is read from the primary. Empty: everything is."
        ),
    )
    nats_url: str = Field(
        default="",
        description=(
            "`nats://…`: whoever folds says there (JetStream) that the views have moved, and nodes "
            "listen. Empty: PostgreSQL's own notifications do."
        ),
    )
    log_dir: Path | None = Field(
        default=None,
        description=(
            "Folder of the verifiable log's head and key, best on another disk than the database. "
            "Empty: `log` in the data folder."
        ),
    )
    log_passphrase: SecretStr = Field(
        default=SecretStr(""),
        description="Opens the log's key. Empty: the key lies in the clear.",
    )
    log_new_passphrase: SecretStr = Field(
        default=SecretStr(""),
        description="What `commitments keys passphrase` encrypts the log's keys with from then on.",
    )
    log_policy: Path | None = Field(
        default=None,
        description=(
            "File that names the witnesses to ask for cosignatures, and how many are enough "
            "(C2SP tlog-policy). Empty: none are asked."
        ),
    )
    tsa_url: str = Field(
        default="",
        description=(
            "`https://…` of a time-stamping authority (RFC 3161) that stamps checkpoints. "
            "Empty: none does."
        ),
    )
    tsa_certificates: Path | None = Field(
        default=None,
        description="PEM file with the root certificate of that authority, and those in between.",
    )
    tsa_minutes: float = Field(
        default=60.0, ge=0, description="Minutes from one stamp to the next, if facts have come."
    )
    witness_passphrase: SecretStr = Field(
        default=SecretStr(""),
        description="Opens the key of `commitments witness`. Empty: it lies in the clear.",
    )
    public_host: str = Field(default="127.0.0.1", description="Address of the public listener.")
    public_port: Port = Field(default=8080, description="Its port; 0 takes a free one.")
    desk_host: str = Field(default="127.0.0.1", description="Address of the desk listener.")
    desk_port: Port = Field(default=8081, description="Its port; 0 takes a free one.")
    public_url: str = Field(
        default="",
        description="Address readers use, for links in feeds; empty: made from host and port.",
    )
    allowed_hosts: str = Field(
        default="",
        description=(
            "Host names that both listeners answer to, separated by commas; localhost and the "
            "name in the public address always count. Others get 421."
        ),
    )
    title: str = Field(
        default="Commitment ledger",
        description="Name of this ledger on every page and feed.",
    )
    sample: bool = Field(
        default=True, description="Load the sample meeting when the ledger is empty."
    )
    views_worker: Literal["process", "thread", "none"] = Field(
        default="process",
        description=(
            "Where the service folds facts into views: in a process of its own; for small "
            "machines, in a thread beside the requests; or nowhere, where `commitments work` runs."
        ),
    )
    export_seconds: float = Field(
        default=3600.0,
        ge=0,
        description=(
            "Seconds from one dataset under /data to the next, if facts have come meanwhile; "
            "0 makes none."
        ),
    )
    queue_limit: int = Field(
        default=1024,
        ge=1,
        description="Requests that may wait to be stored; more get 503.",
    )
    batch_limit: int = Field(
        default=256,
        ge=1,
        description="Requests that are stored with one sync at the most.",
    )
    disk_reserve_percent: float = Field(
        default=5.0,
        ge=0,
        le=50,
        description="Free disk below which recording answers 507.",
    )
    wait_seconds: float = Field(
        default=2.0,
        ge=0,
        description="How long a reader waits for a position it was promised.",
    )
    shutdown_seconds: float = Field(
        default=8.0,
        gt=0,
        le=10,
        description="How long open requests may take to end at shutdown.",
    )
    log_level: str = Field(
        default="info",
        pattern="^(debug|info|warning|error)$",
        description="Least level logged.",
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses of reverse proxies whose X-Forwarded-* headers count, by commas.",
    )
    rate_limit: int = Field(
        default=600, ge=1, description="Requests a minute from one address before 429."
    )
    stream_limit: int = Field(
        default=100, ge=1, description="Event streams open at once to one address before 429."
    )

    @field_validator("url", "read_url")
    @classmethod
    def _can_be_read(cls, url: str) -> str:
        """A password with signs that have to be escaped would be told as the name of a host."""
        if not url:
            return url
        try:
            told = conninfo_to_dict(url)
        except ProgrammingError:
            raise ValueError("this is no postgresql:// address") from None
        host, port = str(told.get("host") or ""), str(told.get("port") or "0")
        if not url.startswith(_POSTGRES) or "@" in host or not _PORTS.fullmatch(port):
            raise ValueError("this is no postgresql:// address, or signs in it are not escaped")
        return url

    @property
    def on_postgres(self) -> bool:
        """Whether the stores are in PostgreSQL."""
        return self.url.startswith(_POSTGRES)
