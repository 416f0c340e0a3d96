"""JSON Pointers (RFC 6901): made from steps, split into steps, cut down to one that exists."""

from collections.abc import Container, Iterable


def pointer(steps: Iterable[str | int]) -> str:
    return "".join(f"/{_escaped(str(step))}" for step in steps)


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


def below_first(path: str) -> str:
    """The pointer without the number of the command; one into the recorder has no number."""
    first, slash, rest = path.removeprefix("/").partition("/")
    return slash + rest if first.isdecimal() else path


def parent(path: str) -> str:
    """The pointer one step up; the whole document is its own parent."""
    return path.rpartition("/")[0]


def nearest(path: str, known: Container[str]) -> str:
    """The longest beginning of the pointer that is known, in the end the whole document."""
    while path and path not in known:
        path = parent(path)
    return path
