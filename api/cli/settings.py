"""The settings of every command, and technical failures said in a sentence."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

import click
import structlog
from pydantic import ValidationError

from ledger.config import Settings
from ledger.errors import LedgerError

FAILED: Final = 3


def settings() -> Settings:
    """From the environment; a setting that is none ends the command."""
    try:
        return Settings()
    except ValidationError as error:
        names = ", ".join(f"LEDGER_{str(each['loc'][0]).upper()}" for each in error.errors())
        raise click.UsageError(f"These settings are not acceptable: {names}.") from error


@contextmanager
def failures_told() -> Iterator[None]:
    """End the command with exit code 3 and the cure, instead of a traceback or log lines."""
    try:
        with _warnings_only():
            yield
    except LedgerError as error:
        fail(str(error) or (type(error).__doc__ or ""), FAILED)


@contextmanager
def _warnings_only() -> Iterator[None]:
    before = structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        yield
    finally:
        structlog.configure(**before)


def fail(sentence: str, code: int) -> NoReturn:
    click.echo(sentence, err=True)
    raise click.exceptions.Exit(code)
