"""Mistakes of a document, listed as compilers list theirs: file, line, column, field, sentence."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NoReturn

import click

from api.record.checking import placed
from api.record.problems import BadRecord, Problem
from api.record.reading import Document

NOT_ACCEPTABLE: Final = 1


@contextmanager
def mistakes_listed(name: str, document: Document | None = None) -> Iterator[None]:
    """End the command with exit code 1 and every mistake, each at its place in the document."""
    try:
        yield
    except BadRecord as error:
        places = document.places if document else {}
        list_mistakes(name, placed(error.problems, places) if places else error.problems)


def list_mistakes(name: str, problems: Sequence[Problem]) -> NoReturn:
    for problem in problems:
        click.echo(line_of(name, problem), err=True)
    count = len(problems)
    mistakes = "1 mistake" if count == 1 else f"{count} mistakes"
    click.echo(f"{mistakes}; nothing was stored.", err=True)
    raise click.exceptions.Exit(NOT_ACCEPTABLE)


def line_of(name: str, problem: Problem) -> str:
    """One line, as editors and people find the place by it."""
    where = f"{name}:{problem.place.line}:{problem.place.column}" if problem.place else name
    field = f" {problem.pointer}:" if problem.pointer else ""
    allowed = f" Accepted: {', '.join(problem.allowed)}." if problem.allowed else ""
    return f"{where}:{field} {problem.detail}{allowed}"
