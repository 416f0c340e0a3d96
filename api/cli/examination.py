"""`commitments doctor`."""

import click
from rich.console import Console
from rich.table import Table

from api.cli.settings import settings
from api.cli.symptoms import Finding, around
from api.cli.symptoms_inside import inside

ILL = 1


def examine() -> None:
    """Show every finding, and end with exit code 1 if one needs a cure."""
    chosen = settings()
    findings = [*around(chosen), *inside(chosen)]
    Console().print(_table(findings))
    if not all(finding.healthy for finding in findings):
        raise click.exceptions.Exit(ILL)


def _mark(finding: Finding) -> str:
    if not finding.healthy:
        return "[red]wrong[/]"
    return "[yellow]note[/]" if finding.warns else "[green]ok[/]"


def _table(findings: list[Finding]) -> Table:
    table = Table("", "What", "How it is", "What to do")
    for finding in findings:
        table.add_row(_mark(finding), finding.what, finding.state, finding.cure)
    return table
