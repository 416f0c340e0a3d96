"""How a fact's class becomes two JSON objects, and back: structure here, words there.

A shape is made once for each class, from its annotations. Writing splits a value into `facts`
(ids, codes, dates, numbers) and `words` (what people wrote), two objects of the same structure:

* a member is left out when it is empty (None, "", false, no items) and that is its default, so
  no other default is ever read into what was stored; a nested object without words is left out of
  `words`;
* a tuple of objects keeps its length on both sides; a tuple of words is a list in `words` and its
  length in `facts`: the structure survives when the words are gone.

Reading takes None for `words` that were redacted and gives WITHHELD for each. A field that is
new to a class needs a default, which then holds for the facts stored before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Final, NewType, Union, cast, get_args, get_origin, get_type_hints

from ledger.dates import PartialDate
from ledger.facts.fact import WITHHELD, InAttachment, InWords

Json = dict[str, Any]
Reader = Callable[[Any], object]
DeepWriter = Callable[[Any, Json, Json], None]
DeepReader = Callable[[Any, Any], object]

NOTHING: Final[Mapping[str, Any]] = {}


class ShapeError(ValueError):
    """What is stored does not have the shape of its fact."""


@dataclass(frozen=True, slots=True)
class Shape:
    """`attachment` names the field that is stored as raw text of its own, if there is one."""

    write: Callable[[object], tuple[Json, Json]]
    read: Callable[[Mapping[str, Any], Mapping[str, Any] | None], Any]
    attachment: str | None


@dataclass(frozen=True, slots=True)
class _Deep:
    """A field with something on both sides, or that is not JSON as it stands."""

    write: DeepWriter
    read: DeepReader


def shape_of(kind: type) -> Shape:
    """Raise TypeError or ValueError for a class that has no stored form."""
    hints = get_type_hints(kind, include_extras=True)
    worded = frozenset(name for name, hint in hints.items() if _is_marked(hint, InWords))
    long = [name for name, hint in hints.items() if _is_marked(hint, InAttachment)]
    stored = [field.name for field in fields(kind) if field.name not in worded]
    deep = {name: found for name in stored if (found := _deep(name, hints[name]))}
    plain = {
        name: _text if name in long else _reader(hints[name]) for name in stored if name not in deep
    }
    (attachment,) = long or (None,)
    return Shape(
        write=_writer([field.name for field in fields(kind)], worded, deep, _empties(kind)),
        read=_object_reader(kind, worded, deep, plain),
        attachment=attachment,
    )


def _is_marked(hint: object, mark: type) -> bool:
    return get_origin(hint) is Annotated and mark in get_args(hint)


def _empties(kind: type) -> Mapping[str, object]:
    """The fields that may be left out, each with its empty default."""
    return {
        field.name: default
        for field in fields(kind)
        if (default := _default(field)) is not MISSING and not default
    }


def _default(field: Field[Any]) -> object:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def _writer(
    names: Sequence[str],
    worded: frozenset[str],
    deep: Mapping[str, _Deep],
    empties: Mapping[str, object],
) -> Callable[[object], tuple[Json, Json]]:
    def write(value: object) -> tuple[Json, Json]:
        facts: Json = {}
        words: Json = {}
        everything = vars(value)
        for name in names:
            held = everything[name]
            if not held and held == empties.get(name, MISSING):
                continue
            if name in worded:
                words[name] = held
            elif name in deep:
                deep[name].write(held, facts, words)
            else:
                facts[name] = held
        return facts, words

    return write


def _object_reader(
    kind: type,
    worded: frozenset[str],
    deep: Mapping[str, _Deep],
    plain: Mapping[str, Reader],
) -> Callable[[Mapping[str, Any], Mapping[str, Any] | None], Any]:
    defaults = {f.name: value for f in fields(kind) if (value := _default(f)) is not MISSING}
    withheld = dict.fromkeys(worded, WITHHELD)
    count = len(fields(kind))

    def read(facts: Mapping[str, Any], words: Mapping[str, Any] | None) -> Any:
        found: Json = defaults.copy()
        if words is None:
            found.update(withheld)
        else:
            for name, text in words.items():
                if name in worded:
                    found[name] = _text(text)
                elif name not in deep:
                    raise ShapeError(name)
        for name, value in facts.items():
            reader = plain.get(name)
            if reader is not None:
                found[name] = reader(value)
            else:
                mirrored = None if words is None else words.get(name, NOTHING)
                found[name] = deep[name].read(value, mirrored)
        if len(found) != count:
            raise ShapeError(kind.__name__)
        return _made(kind, found)

    return read


def _made(kind: type, found: Json) -> object:
    """The frozen value without its `__init__`, which would set one field after the other."""
    value: object = object.__new__(kind)
    object.__setattr__(value, "__dict__", found)
    return value


# --- what is JSON as it stands: only reading has to look


def _reader(hint: object) -> Reader:
    match hint:
        case NewType():
            return _reader(hint.__supertype__)
        case type() if hint in _SCALARS:
            return _SCALARS[hint]
        case type() if issubclass(hint, StrEnum):
            return {str(term): term for term in hint}.__getitem__
        case _:
            pass
    match get_origin(hint), get_args(hint):
        case (origin, (item, last)) if origin is tuple and last is Ellipsis:
            return _tuple_reader(_reader(item))
        case (origin, options) if origin in {Union, UnionType} and NoneType in options:
            return _optional(_reader(_only(options)))
        case _:
            message = f"{hint!r} has no stored form"
            raise TypeError(message)


def _only(options: Sequence[object]) -> object:
    """The single one beside None; ValueError if there are several."""
    (option,) = (each for each in options if each is not NoneType)
    return option


def _exactly(kind: type) -> Reader:
    def read(value: Any) -> object:
        if type(value) is not kind:
            raise ShapeError(value)
        return value

    return read


def _text(value: Any) -> object:
    if not isinstance(value, str):
        raise ShapeError(value)
    return value


def _date(value: Any) -> object:
    if type(value) is not str:
        raise ShapeError(value)
    return PartialDate(value)


_SCALARS: Final[Mapping[type, Reader]] = {
    str: _text,
    int: _exactly(int),
    bool: _exactly(bool),
    PartialDate: _date,
}


def _optional(read: Reader) -> Reader:
    return lambda value: None if value is None else read(value)


def _tuple_reader(read: Reader) -> Reader:
    def read_all(value: Any) -> object:
        if type(value) is not list:
            raise ShapeError(value)
        return tuple(map(read, value))

    return read_all


# --- what is not


def _deep(name: str, hint: object) -> _Deep | None:
    match get_origin(hint), get_args(hint):
        case (None, _):
            return _nested(name, hint) if is_dataclass(hint) else None
        case (origin, (item, last)) if origin is tuple and last is Ellipsis:
            if _is_marked(item, InWords):
                return _list_of_words(name)
            return _list_of_nested(name, item) if is_dataclass(item) else None
        case (origin, options) if origin in {Union, UnionType} and NoneType in options:
            only = _only(options)
            return _nested(name, only) if is_dataclass(only) else None
        case (origin, (key, value)) if origin is Mapping and key is str and value is str:
            return _mapping(name)
        case _:
            return None


def _part_of(hint: object) -> Shape:
    shape = shape_of(cast("type", hint))
    if shape.attachment is not None:
        message = f"{hint!r} holds an attachment, which only a fact itself can"
        raise TypeError(message)
    return shape


def _nested(name: str, hint: object) -> _Deep:
    shape = _part_of(hint)

    def write(value: object, facts: Json, words: Json) -> None:
        facts[name], said = (None, None) if value is None else shape.write(value)
        if said:
            words[name] = said

    def read(value: Any, words: Any) -> object:
        return None if value is None else shape.read(value, words)

    return _Deep(write, read)


def _list_of_nested(name: str, item: object) -> _Deep:
    shape = _part_of(item)

    def write(values: tuple[object, ...], facts: Json, words: Json) -> None:
        pairs = [shape.write(value) for value in values]
        facts[name] = [structure for structure, _ in pairs]
        if any(said for _, said in pairs):
            words[name] = [said for _, said in pairs]

    def read(values: Any, words: Any) -> object:
        if words is None:
            return tuple([shape.read(value, None) for value in values])
        said = words or [NOTHING] * len(values)
        return tuple([shape.read(*pair) for pair in zip(values, said, strict=True)])

    return _Deep(write, read)


def _list_of_words(name: str) -> _Deep:
    def write(values: tuple[str, ...], facts: Json, words: Json) -> None:
        facts[name], words[name] = len(values), list(values)

    def read(count: Any, words: Any) -> object:
        if words is None:
            return (WITHHELD,) * count
        if len(words) != count:
            raise ShapeError(name)
        return tuple(map(_text, words))

    return _Deep(write, read)


def _mapping(name: str) -> _Deep:
    def write(value: Mapping[str, str], facts: Json, _words: Json) -> None:
        if not all(map(str.isascii, value)):
            raise ShapeError(name)
        facts[name] = dict(value)

    def read(value: Any, _words: Any) -> object:
        return {_text(key): _text(text) for key, text in value.items()}

    return _Deep(write, read)
