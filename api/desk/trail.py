"""The audit trail of the desk: one line for each change and each failure, in its transaction."""

from sqlalchemy import Connection, insert

from api.desk import tables


def note(
    connection: Connection,
    at: int,
    event: str,
    *,
    account: str | None = None,
    token: str | None = None,
    detail: str = "",
) -> None:
    """`event` is a constant with a dot; `at` is ms since 1970."""
    line = {"at": at, "event": event, "detail": detail, "account": account, "token": token}
    connection.execute(insert(tables.audit).values(**line))
