"""The body of each address: the command's own fields, and for whom and why it is recorded."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar, cast

from pydantic import BaseModel, Field, ValidationError, create_model

from api.desk.addresses import Address
from api.desk.shapes import Ident, Shape, shape_of
from api.edge.problems import Fault, ProblemError, refuse
from api.record.checking import placed, problems_of
from api.record.entries import Entry
from api.record.problems import BadRecord, Place, Problem
from api.record.words import Prose
from ledger.commands import Command
from ledger.vocabulary import RUBRIC_VERSION

_RUBRIC: Final = "The version of the definitions that it is judged by."

SHOWN: Final = 100

Model = TypeVar("Model", bound=BaseModel)


class RecorderBody(Entry):
    """For whom it is put on record, and why."""

    on_behalf_of: Ident | None = None
    """The stakeholder; left out, the organization that the account acts for."""
    why: Prose = ""
    """The reason for recording it, which readers see."""


class Body(Shape):
    """What every body has besides the command's own fields."""

    recorder: RecorderBody = RecorderBody()

    def command(self, **given: object) -> Command:
        """The command, with the fields that the body does not hold."""
        return cast("Command", self.value(without=frozenset({"recorder"}), **given))


def body_of(address: Address) -> type[Body]:
    """The closed model of the address's body."""
    command = shape_of(address.command, address.filled)
    members: dict[str, Any] = {
        name: (field.annotation, field) for name, field in command.model_fields.items()
    }
    if "rubric" in members and address.makes:
        members["rubric"] = (Prose, Field(default=RUBRIC_VERSION, description=_RUBRIC))
    name = f"{address.command.__name__}Body"
    model = create_model(name, __base__=Body, __doc__=address.command.__doc__, **members)
    model.shape = address.command
    return model


def parsed(model: type[Model], value: object) -> Model:
    """Raise 422 with everything that is wrong."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise unacceptable(problems_of(error)) from error


@contextmanager
def told(places: Mapping[str, Place]) -> Iterator[None]:
    """A bad record as the problem that it is over HTTP: 400 unreadable, 422 not acceptable."""
    try:
        yield
    except BadRecord as error:
        problems = placed(error.problems, places) if places else error.problems
        raise (unacceptable if error.readable else _unreadable)(problems) from error


def unacceptable(problems: Sequence[Problem]) -> ProblemError:
    """422, each fault with its pointer into the body."""
    return refuse("invalid", _sentence(problems), errors=_faults(problems))


def _unreadable(problems: Sequence[Problem]) -> ProblemError:
    return refuse("bad-json", problems[0].detail, errors=_faults(problems))


def _faults(problems: Sequence[Problem]) -> list[Fault]:
    """The first of them: nobody reads more, and a hostile body can have any number."""
    return [_fault(each) for each in problems[:SHOWN]]


def _fault(problem: Problem) -> Fault:
    place = problem.place
    where = f" (line {place.line}, column {place.column})" if place else ""
    return Fault(problem.detail + where, pointer=problem.pointer, allowed=problem.allowed)


def _sentence(problems: Sequence[Problem]) -> str:
    count = len(problems)
    return problems[0].detail if count == 1 else f"{count} fields are not as they have to be."
