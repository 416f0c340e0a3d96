"""The settings of every command, and technical failures said in a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click
from pydantic import ValidationError

from ledger.config import Settings
from ledger.errors import LedgerError

FAILED = 3


def settings() -> Settings:
    """From the environment; a setting that is none ends the command."""
    try:
        return Settings()
    except ValidationError as error:
        names = ", ".join(f"LEDGER_{str(each['loc'][0]).upper()}" for each in error.errors())
        raise click.UsageError(f"These settings are not acceptable: {names}.") from error


@contextmanager
def failures_told() -> Iterator[None]:
    """End the command with exit code 3 and the cure, instead of a traceback."""
    try:
        yield
    except LedgerError as error:
        fail(str(error) or (type(error).__doc__ or ""), FAILED)


def fail(sentence: str, code: int) -> NoReturn:
    click.echo(sentence, err=True)
    raise click.exceptions.Exit(code)
