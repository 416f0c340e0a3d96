"""The command line, `commitments`, in which whatever is slow to import waits for its command."""

from collections.abc import Callable
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

Recording the same document again stores nothing, says so and prints the first receipt.
A quotation that is not found in its archived text is recorded, with a warning.

\b
Exit codes:
  0  recorded (or recorded earlier; or, with --dry-run, acceptable)
  1  not acceptable; every mistake is listed with its line, and nothing was stored
  2  wrong use of this command
  3  it is not known whether it was stored: repeat the command
"""
BACKUP = """\
Write everything that cannot be made again, facts and accounts, into one file: TARGET, which ends
in .zip, or a new file in the folder TARGET. The service may go on meanwhile.

What was acknowledged before the backup began is in it. It is checked while it is written, and can
be restored into SQLite and PostgreSQL alike.

\b
Exit codes:
  0  the file is whole and on disk
  1  something is damaged, or there is a file already, or no ledger; nothing was written
  2  wrong use of this command
  3  the disk or the database failed; nothing was left under that name
"""
INIT = """\
Begin the log that makes this ledger's history verifiable: a key, and the head that the log never
contradicts. Both lie in LEDGER_LOG_DIR. Facts that are there already are taken in.

With --after-loss, go on with the same facts under another name and a new key, and say so in a fact.
The service must be stopped meanwhile. docs/witnessing.md tells when.

\b
Exit codes:
  0  the log is begun; the key that readers check it with is printed
  1  there is a log already; or, after a loss, the facts are not those that were signed
  2  wrong use of this command
  3  the disk or the database failed
"""
VERIFY = """\
Check a published ledger, without trusting whoever runs it. WHERE is its address, the folder of a
mirror or of an export, or a bundle. Every fact, every part and every hash is computed again.

With --save and, the next time, --since, any change of what was there before comes to light.

\b
Exit codes:
  0  everything is as it was published
  1  something is not; the message says what
  2  wrong use of this command
  3  the ledger could not be read
"""
BUNDLE = """\
Keep the facts of one record as a file that proves itself: ID is a commitment, meeting, statement,
source, stakeholder or outcome, or the number of one fact. What is kept was verified before.

\b
Exit codes:
  0  the file is there, and everything in it holds
  1  something does not hold; the message says what, and nothing was kept
  2  wrong use of this command
  3  the ledger could not be read, or the file not be written
"""
MIRROR = """\
Keep a full copy of the ledger at URL in FOLDER, and verify every fact before it is kept. Given
again, the command fetches what is new. Words that are redacted there go from the copy too.

FOLDER holds the same files as the ledger serves of its log, so that `commitments verify FOLDER` and
any web server can use them. With --serve the copy answers as a public site of its own, on
LEDGER_PUBLIC_HOST and LEDGER_PUBLIC_PORT; nothing can be recorded there.

\b
Exit codes:
  0  the copy is whole and as new as the ledger
  1  something is not true; the copy is as it was
  2  wrong use of this command
  3  the ledger could not be read, or the folder not be written; give the command again
"""
RESTORE = """\
Put back what is in FILE, into a place where nothing is yet, and check all of it on the way.

Facts that were recorded after the backup are gone, so the ledger begins a new epoch: readers
notice by their bookmarks.

\b
Exit codes:
  0  everything in the backup is there again
  1  the backup is damaged, or the place is not empty; nothing was restored
  2  wrong use of this command
  3  the disk or the database failed; nothing was restored
"""
IMPORT = """\
Put tables on record: CSV, JSON Lines, JSON, YAML or .xlsx, as the mapping file MAPPING says.

The files lie in FOLDER; left out, where the mapping lies. Each row is stored whole or not at all.
Stopped at any moment, the command goes on when it is given again; a row that is on record is not
recorded twice. docs/importing.md tells how a mapping is written.

\b
Exit codes:
  0  every row is on record (or would be, with --dry-run)
  1  mapping or tables cannot be read; nothing was stored
  2  wrong use of this command
  3  interrupted by a failure: give the command again
  4  some rows were turned down, and the report says why; the others are on record
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
@click.option("--dry-run", is_flag=True, help="Ask every rule, store nothing.")
def record(
    file: str, url: str | None, token: str | None, key: str | None, *, dry_run: bool
) -> None:
    """Put a meeting record on record: FILE is YAML or JSON, or - for standard input."""
    from api.cli.recording import record_file

    record_file(file, url=url, token=token, key=key, dry_run=dry_run)


@main.command("import", help=IMPORT)
@click.argument("mapping", type=click.Path(dir_okay=False, exists=True))
@click.argument("folder", type=click.Path(file_okay=False, exists=True), required=False)
@click.option("--dry-run", is_flag=True, help="Ask the rules about every row; store nothing.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False),
    help="Where to list rows that were turned down: .csv or .jsonl. Default: NAME.rejected.csv.",
)
@click.option(
    "--encoding",
    "encodings",
    multiple=True,
    metavar="TABLE=ENCODING",
    help="Of a table's file, instead of what the mapping says. May be repeated.",
)
def import_tables(
    mapping: str,
    folder: str | None,
    report: str | None,
    encodings: tuple[str, ...],
    *,
    dry_run: bool,
) -> None:
    """Put tables on record, as a mapping file says."""
    from api.cli.importing import import_files

    import_files(mapping, folder, report=report, encodings=encodings, dry_run=dry_run)


@main.command()
@click.argument("view", required=False)
def rebuild(view: str | None) -> None:
    """Make a view anew from the facts, or every view."""
    from api.cli.rebuilding import rebuild_views

    rebuild_views(view)


@main.command(help=INIT)
@click.option("--origin", help="The log's name for ever, such as ledger.example.org.")
@click.option("--once", is_flag=True, help="Do nothing if there is a log already.")
@click.option(
    "--after-loss",
    type=click.Path(dir_okay=False, exists=True),
    metavar="CHECKPOINT",
    help="Key or head were lost: go on under another name. CHECKPOINT is the newest there is.",
)
@click.option("--facts-lost", is_flag=True, help="After a loss of facts that were published, too.")
def init(origin: str | None, after_loss: str | None, *, once: bool, facts_lost: bool) -> None:
    """Begin the log that makes this ledger's history verifiable."""
    from api.cli.beginning import begin, continue_after_loss

    if after_loss is None:
        begin(origin, once=once)
    else:
        continue_after_loss(origin, after_loss, facts_lost=facts_lost)


@main.command(help=VERIFY)
@click.argument("where")
@click.option(
    "--policy",
    type=click.Path(dir_okay=False, exists=True),
    help="Whose signatures count: keys of the log and of witnesses (C2SP tlog-policy).",
)
@click.option(
    "--since",
    type=click.Path(dir_okay=False, exists=True),
    help="A checkpoint kept from earlier, with which the log must begin.",
)
@click.option("--save", type=click.Path(dir_okay=False), help="Keep the newest checkpoint here.")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON.")
def verify(
    where: str, policy: str | None, since: str | None, save: str | None, *, as_json: bool
) -> None:
    """Check a whole published ledger, without trusting whoever runs it."""
    from api.cli.verifying import verify as verify_log

    verify_log(where, policy, since, save, as_json=as_json)


ROTATE = """\
Let the log sign with a further key, beside the present one. The service must be stopped meanwhile.

The new key is announced by a fact, which the present key signs, so that whoever follows the log
learns of it from the log. Stopped at any moment, the command goes on when it is given again.

\b
Exit codes:
  0  from now on two keys sign
  1  two keys sign already
  3  a key, the head or the ledger cannot be used, or the service runs
"""


@main.group()
def keys() -> None:
    """The keys that the log signs with: see docs/witnessing.md."""


@keys.command("list")
def list_keys() -> None:
    """Show every key that signs, and whether it lies there encrypted."""
    from api.cli.keeping import show

    show()


@keys.command("rotate", help=ROTATE)
def rotate_key() -> None:
    """Let the log sign with a further key."""
    from api.cli.keeping import rotate

    rotate()


@keys.command("retire")
@click.argument("key_id")
def retire_key(key_id: str) -> None:
    """Let a key sign no more, by its id; the service must be stopped meanwhile.

    Refused with exit code 1 until the key has signed the fact that announces the other one.
    """
    from api.cli.keeping import retire

    retire(key_id)


@keys.command("passphrase")
@click.option("--in-the-clear", "clear", is_flag=True, help="Take the protection away.")
def change_passphrase(*, clear: bool) -> None:
    """Encrypt the keys with LEDGER_LOG_NEW_PASSPHRASE instead of LEDGER_LOG_PASSPHRASE."""
    from api.cli.keeping import passphrase

    passphrase(clear=clear)


WITNESS = """\
Run a witness for other people's ledgers: it cosigns what continues what it has seen, and nothing
else. POLICY lists the keys of those ledgers (`log` lines of a C2SP tlog-policy).

With --init, make its key and its memory in the folder, once, and print the key. The key is
encrypted with LEDGER_WITNESS_PASSPHRASE. docs/witnessing.md tells the rest.

\b
Exit codes:
  0  stopped as it was asked to; with --init, begun
  1  with --init: there is a witness already
  2  wrong use of this command
  3  key, memory or port cannot be used; the message says why
"""


@main.command(help=WITNESS)
@click.option("--name", required=True, help="Its name for ever, such as witness.example.org.")
@click.option(
    "--dir",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of its key and of what it has seen.",
)
@click.option("--policy", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8082, show_default=True, type=click.IntRange(0, 65535))
@click.option("--init", "begin", is_flag=True, help="Begin it, and serve nothing.")
def witness(
    name: str, folder: Path, policy: Path | None, host: str, port: int, *, begin: bool
) -> None:
    """Run a witness for other people's ledgers."""
    from api.cli import witnessing

    if begin:
        witnessing.init(name, folder)
    elif policy is None:
        raise click.UsageError("Give --policy: whose checkpoints are to be cosigned?")
    else:
        witnessing.run(name, folder, policy, host, port)


@main.command(help=BUNDLE)
@click.argument("ident", metavar="ID")
@click.option("--url", required=True, help="The public address of the ledger.")
@click.option("--output", type=click.Path(dir_okay=False), help="Left out: ID.zip, here.")
@click.option(
    "--policy",
    type=click.Path(dir_okay=False, exists=True),
    help="Whose signatures count (C2SP tlog-policy).",
)
def bundle(ident: str, url: str, output: str | None, policy: str | None) -> None:
    """Keep the facts of one record as a file that proves itself."""
    from api.cli.bundling import keep_bundle

    keep_bundle(ident, url, output, policy)


@main.command(help=MIRROR)
@click.argument("url")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--follow", is_flag=True, help="Go on looking for new facts until stopped.")
@click.option("--serve", is_flag=True, help="Serve the public site from the copy; follows.")
@click.option(
    "--policy",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="Whose signatures count (C2SP tlog-policy). Left out, the policy of the first run.",
)
def mirror(url: str, folder: Path, policy: Path | None, *, follow: bool, serve: bool) -> None:
    """Keep a full copy of a published ledger that is verified before it is kept."""
    from api.cli.mirroring import mirror_log

    mirror_log(url, folder, policy, follow=follow, serve=serve)


@main.command(help=BACKUP)
@click.argument("target", type=click.Path())
@click.option("--verify", is_flag=True, help="Check the backup TARGET, and write nothing.")
def backup(target: str, *, verify: bool) -> None:
    """Write everything that cannot be made again into one file."""
    from api.cli.backup import back_up, verify_backup

    (verify_backup if verify else back_up)(target)


@main.command(help=RESTORE)
@click.argument("file", type=click.Path(dir_okay=False, exists=True))
def restore(file: str) -> None:
    """Put back what is in FILE."""
    from api.cli.restoring import restore_backup

    restore_backup(file)


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
@click.argument("kind", type=click.Choice(["record", "import"]), default="record")
def schema(kind: str) -> None:
    """Print the JSON Schema of the meeting record, or of the mapping file of an import."""
    from api.cli.schema import print_schema

    print_schema(kind)


REDACT = """\
Words that have to go, by order. One person proposes, another approves; then they are nowhere any
more, and a fact says so. At a desk (--url, with a token), or here as an account (--account). Both
need the role redactor.

\b
Exit codes:
  0  done
  1  refused; the message says why, and nothing changed
  2  wrong use of this command
  3  it is not known whether it was done: repeat the command
"""


@main.group(help=REDACT)
def redact() -> None:
    """Take words away, by order: one person proposes, another approves."""


def _access(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say where a redaction is proposed or approved, and by whom."""
    options = (
        click.option("--url", help="A desk; left out, the ledger of the settings."),
        click.option("--token", envvar="LEDGER_TOKEN", help="For the desk; better LEDGER_TOKEN."),
        click.option("--account", help="The account of this ledger that acts."),
    )
    for option in options:
        command = option(command)
    return command


@redact.command("propose")
@click.argument("places", nargs=-1, required=True, metavar="POSITION[:PART]...")
@click.option(
    "--basis", required=True, type=click.Choice(["legal_order", "data_protection", "safety"])
)
@click.option("--authority", required=True, help="The code of the order, never a name.")
@_access
def propose_redaction(
    places: tuple[str, ...],
    basis: str,
    authority: str,
    *,
    url: str | None,
    token: str | None,
    account: str | None,
) -> None:
    """Propose that facts lose their words: 12, or 12:attachment for the long text of fact 12."""
    from api.cli.redacting import Access, propose

    propose(Access(url, token, account), places, basis, authority)


@redact.command("list")
@_access
def list_redactions(url: str | None, token: str | None, account: str | None) -> None:
    """Show what waits for approval."""
    from api.cli.redacting import Access, show

    show(Access(url, token, account))


@redact.command("approve")
@click.argument("proposal")
@click.option("--why", default="", help="What readers are told; not what is taken away.")
@_access
def approve_redaction(
    proposal: str, why: str, url: str | None, token: str | None, account: str | None
) -> None:
    """Carry out PROPOSAL, which somebody else has made. It cannot be undone."""
    from api.cli.redacting import Access, approve

    approve(Access(url, token, account), proposal, why)


@redact.command("withdraw")
@click.argument("proposal")
@_access
def withdraw_redaction(
    proposal: str, url: str | None, token: str | None, account: str | None
) -> None:
    """Withdraw PROPOSAL, as long as nobody has approved it."""
    from api.cli.redacting import Access, withdraw

    withdraw(Access(url, token, account), proposal)


@main.group()
def accounts() -> None:
    """Who may record at the desk: accounts, their roles and their tokens."""


ROLES = click.Choice(["recorder", "assessor", "reviewer", "redactor", "admin"])


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
