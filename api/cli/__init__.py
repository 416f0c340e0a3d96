"""The command line, `commitments`, in which whatever is slow to import waits for its command."""

from pathlib import Path

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="commitment-ledger")
def main() -> None:
    """Who promised what to whom, and what came of it.

    Settings come from the environment (LEDGER_DATA_DIR, LEDGER_URL, …); see docs/settings.md.
    """


@main.command()
def serve() -> None:
    """Serve the public site and the desk until stopped."""
    from api.cli.serving import serve_until_stopped

    serve_until_stopped()


@main.command()
@click.option("--attached", is_flag=True, hidden=True)
def work(*, attached: bool) -> None:
    """Keep the views up with the ledger, and serve nothing, until stopped.

    `serve` starts such a worker by itself.
    """
    from api.cli.working import work_until_stopped

    work_until_stopped(attached=attached)


RECORD = """\
Put a meeting record on record: FILE is YAML or JSON, or - for standard input.

Recording the same document again stores nothing and prints the first receipt.

\b
Exit codes:
  0  recorded (or recorded earlier; or, with --dry-run, well-formed)
  1  not acceptable; every mistake is listed with its line, and nothing was stored
  2  wrong use of this command
  3  it is not known whether it was stored: repeat the command
"""
DOCTOR = """\
Look for what is wrong with this installation, and say how to cure it.

\b
Exit codes:
  0  nothing is wrong
  1  something is wrong; the table says what, and the cure
"""


@main.command(help=RECORD)
@click.argument("file", type=click.Path(allow_dash=True, dir_okay=False, exists=True))
@click.option("--url", help="A desk to send it to; left out, the ledger of the settings.")
@click.option("--token", envvar="LEDGER_TOKEN", help="For the desk; better as LEDGER_TOKEN.")
@click.option("--key", help="Idempotency key; left out, one made from the document itself.")
@click.option("--dry-run", is_flag=True, help="Check the document and store nothing.")
def record(
    file: str, url: str | None, token: str | None, key: str | None, *, dry_run: bool
) -> None:
    """Put a meeting record on record: FILE is YAML or JSON, or - for standard input."""
    from api.cli.recording import record_file

    record_file(file, url=url, token=token, key=key, dry_run=dry_run)


@main.command()
@click.argument("view", required=False)
def rebuild(view: str | None) -> None:
    """Make a view anew from the facts, or every view."""
    from api.cli.rebuilding import rebuild_views

    rebuild_views(view)


EXPORT = """\
Write the ledger to FOLDER as files: CSV, JSON Lines, SQLite, the facts themselves and more.

FOLDER is new, empty, or an earlier dataset, which stays until the new one is complete.

\b
Exit codes:
  0  written
  2  wrong use of this command
  3  not written; the message says why
"""
FORMATS = click.Choice(["facts", "csv", "jsonl", "sqlite", "parquet", "xlsx", "ocds", "ftm"])


@main.command(help=EXPORT)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--as-of", help="What the ledger knew: the number of a fact, or a day (YYYY-MM-DD).")
@click.option(
    "--format", "formats", multiple=True, type=FORMATS, help="May be repeated; left out, all."
)
def export(folder: Path, as_of: str | None, formats: tuple[str, ...]) -> None:
    """Write the ledger to FOLDER as files."""
    from api.cli.exporting import export_dataset

    export_dataset(folder, as_of, formats)


@main.command(help=DOCTOR)
def doctor() -> None:
    """Look for what is wrong with this installation, and say how to cure it."""
    from api.cli.examination import examine

    examine()


@main.command()
def schema() -> None:
    """Print the JSON Schema of the meeting record."""
    from api.cli.schema import print_schema

    print_schema()


@main.group()
def accounts() -> None:
    """Who may record at the desk: accounts, their roles and their tokens."""


ROLES = click.Choice(["recorder", "assessor", "reviewer", "admin"])


@accounts.command("add")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=ROLES, help="May be repeated.")
@click.option("--for", "organization", help="Id of the stakeholder that the account acts for.")
def add_account(name: str, roles: tuple[str, ...], organization: str | None) -> None:
    """Make an account."""
    from api.cli.accounting import add

    add(name, roles, organization)


@accounts.command("list")
def list_accounts() -> None:
    """Show every account and its tokens, never the tokens themselves."""
    from api.cli.accounting import show

    show()


@accounts.command("token")
@click.argument("account")
@click.option("--name", default="command line", show_default=True, help="What it is for.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 366))
@click.option("--role", "roles", multiple=True, type=ROLES, help="Fewer roles than the account.")
def issue_token(account: str, name: str, days: int, roles: tuple[str, ...]) -> None:
    """Print a new token of ACCOUNT. It is shown once and cannot be read again."""
    from api.cli.accounting import issue

    issue(account, name, days, roles)


@accounts.command("revoke")
@click.argument("token_id")
def revoke_token(token_id: str) -> None:
    """Stop a token for good; `accounts list` shows the ids."""
    from api.cli.accounting import revoke

    revoke(token_id)


@accounts.command("disable")
@click.argument("account")
def disable_account(account: str) -> None:
    """Stop every token of ACCOUNT. What it recorded stays its own."""
    from api.cli.accounting import disable

    disable(account)


@accounts.command("trail")
@click.option("--last", default=50, show_default=True, type=click.IntRange(1, 10_000))
def show_trail(last: int) -> None:
    """Show the audit trail: account changes, and tokens that did not hold."""
    from api.cli.accounting import trail

    trail(last)
