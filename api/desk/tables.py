"""The tables of `desk.db`, or of the schema `desk` in PostgreSQL."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

SCHEMA: Final = "desk"
metadata: Final = MetaData(schema=SCHEMA)

accounts: Final = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("organization", Text),
    Column("roles", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
)

tokens: Final = Table(
    "tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, ForeignKey(accounts.c.id), nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("roles", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

audit: Final = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("event", Text, nullable=False),
    Column("account", Text),
    Column("token", Text),
    Column("detail", Text, nullable=False),
    Index("audit_event", "event", "id"),
)
"""`event` is a constant such as `account.added` or `token.expired`; times are ms since 1970."""

redactions: Final = Table(
    "redactions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("parts", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("proposed_by", Text, ForeignKey(accounts.c.id), nullable=False),
    Column("proposed_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("withdrawn_by", Text, ForeignKey(accounts.c.id)),
    Column("withdrawn_at", BigInteger),
    Column("approved_by", Text, ForeignKey(accounts.c.id)),
    Column("approved_at", BigInteger),
    Column("position", BigInteger),
)
"""Proposals; `parts` is JSON, [[position, part], …]. With a `position` it was carried out, without
one an approval may be under way. No backup holds them: what was carried out stands in the ledger.
"""
