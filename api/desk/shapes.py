"""Bodies of requests, derived from the commands themselves, so that the two cannot drift apart."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, ClassVar, Final, Union, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, ConfigDict, StrictBool, create_model
from pydantic import Field as Described

from api.record.entries import Entry
from api.record.words import (
    UUID,
    Archive,
    Day,
    Language,
    Name,
    Prose,
    Text,
    Topic,
    Url,
    at_most,
    checked_uuid,
    described,
)
from ledger.dates import PartialDate
from ledger.facts import fact as ids
from ledger.facts.fact import InAttachment, InWords
from ledger.rules.amounts import LIMITS

Ident = Annotated[str, described(UUID, "A lower-case UUID."), AfterValidator(checked_uuid)]

_IDS: Final = frozenset(
    {
        ids.StreamId,
        ids.QuotationId,
        ids.MembershipId,
        ids.MilestoneId,
        ids.AssessmentId,
        ids.DisputeId,
        ids.ReplyId,
        ids.AccountId,
    }
)
_BY_FIELD: Final[Mapping[str, object]] = {
    "name": Name,
    "alias": Name,
    "aliases": tuple[Name, ...],
    "title": Name,
    "publisher": Name,
    "url": Url,
    "language": Language,
    "topics": tuple[Topic, ...],
}
"""Fields whose name says more than their type."""


class Shape(Entry):
    """A checked body, or a piece of one, that becomes the value it was derived from."""

    # Made models have no source, and looking for it takes longer than all else that a start does.
    model_config = ConfigDict(use_attribute_docstrings=False)

    shape: ClassVar[type[Any]]

    def value(self, without: frozenset[str] = frozenset(), **given: object) -> object:
        """The frozen value; `given` are the fields that a body does not hold."""
        held = {name: _plain(each) for name, each in vars(self).items() if name not in without}
        return self.shape(**held, **given)


def _plain(value: object) -> object:
    # Words first: most fields are, and asking whether something is a model takes longest.
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return value.value() if isinstance(value, Shape) else value


_SHAPES: Final[dict[tuple[type[Any], frozenset[str]], type[Shape]]] = {}


def shape_of(origin: type[Any], without: frozenset[str] = frozenset()) -> type[Shape]:
    """The closed model of a dataclass, but for the fields that somebody else fills in."""
    if (origin, without) not in _SHAPES:
        _SHAPES[origin, without] = _shape(origin, without)
    return _SHAPES[origin, without]


def _shape(origin: type[Any], without: frozenset[str]) -> type[Shape]:
    hints = get_type_hints(origin, include_extras=True)
    members = {
        each.name: _member(each, hints[each.name])
        for each in fields(origin)
        if each.name not in without
    }
    model = create_model(origin.__name__, __base__=Shape, __doc__=origin.__doc__, **members)
    model.shape = origin
    return model


def _member(each: Field[Any], hint: object) -> Any:
    required = each.default is MISSING and each.default_factory is MISSING
    told = _BY_FIELD.get(each.name)
    kind: Any = told if told is not None else _kind(hint, required=required)
    if each.name in LIMITS:
        kind = Annotated[kind, at_most(each.name)]
    return (kind, _described(each.name) if required else _described(each.name, _default(each)))


def _default(each: Field[Any]) -> object:
    value = each.default
    return shape_of(type(value))() if is_dataclass(value) else value


def _described(name: str, default: object = ...) -> Any:
    return Described(default, description=_SENTENCES.get(name))


def _kind(hint: Any, *, required: bool) -> object:
    """The edge's type for a type of the ledger."""
    origin = get_origin(hint)
    if origin is Annotated:
        return _words(get_args(hint), required=required)
    if origin in (Union, UnionType):
        return reduce(or_, (_kind(each, required=True) for each in get_args(hint)))
    if origin is not None:
        inner = (each if each is ... else _kind(each, required=True) for each in get_args(hint))
        return origin[tuple(inner)]
    return _plain_kind(hint, required=required)


def _words(arguments: tuple[Any, ...], *, required: bool) -> object:
    if InAttachment in arguments:
        return Archive
    return _text(required=required) if InWords in arguments else arguments[0]


def _plain_kind(hint: Any, *, required: bool) -> object:
    if hint in _IDS:
        return Ident
    if hint is PartialDate:
        return Day
    if hint is str:
        return _text(required=required)
    if hint is bool:
        return StrictBool
    return shape_of(hint) if isinstance(hint, type) and is_dataclass(hint) else hint


def _text(*, required: bool) -> object:
    return Text if required else Prose


def _sentences() -> Mapping[str, str]:
    """The descriptions of the meeting record's fields, which mean the same here."""
    return {
        name: field.description
        for entry in reversed(Entry.__subclasses__())
        for name, field in entry.model_fields.items()
        if field.description
    }


_SENTENCES: Final = _sentences()
