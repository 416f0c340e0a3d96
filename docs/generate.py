"""Writes the pages that are made from code: settings, events and the vocabulary.

`make docs` runs it; a test fails when a page differs from what it would write.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Final

from ledger.config import Settings
from ledger.facts import FACTS
from ledger.facts.fact import Fact
from ledger.vocabulary import VOCABULARIES

HERE: Final = Path(__file__).parent
NOTICE: Final = "<!-- Made by docs/generate.py; run `make docs` after a change. -->\n"


def settings_page() -> str:
    """One row a setting: variable, default, what it does."""
    return "\n".join([NOTICE, "# Settings", "", *_settings_rows(), ""])


def _settings_rows() -> Iterator[str]:
    yield "Every setting is an environment variable. `commitments doctor` checks them."
    yield ""
    yield "| variable | default | what it does |"
    yield "|---|---|---|"
    for name, field in Settings.model_fields.items():
        default = "empty" if field.default == "" else f"`{field.default}`"
        yield f"| `LEDGER_{name.upper()}` | {default} | {field.description} |"


def events_page() -> str:
    """One section a topic: what it means and which fields it has."""
    return "\n".join([NOTICE, "# Events", "", EVENTS_INTRODUCTION, *_events(), ""])


EVENTS_INTRODUCTION: Final = """\
Every fact the ledger can hold. A topic never changes its meaning; a changed shape is a new version.
All facts have `effective_on`, the day on which they were so in the world.
"""


def _events() -> Iterator[str]:
    for topic, fact in sorted(FACTS.items()):
        yield f"## `{topic}`\n"
        if not (fact.__doc__ or "").startswith(f"{fact.__name__}("):
            yield f"{_paragraph(fact)}\n"
        members = [f"`{each.name}`" for each in fields(fact) if each.name != "effective_on"]
        yield f"Members: {', '.join(members) or 'none'}.\n"


def _paragraph(fact: type[Fact]) -> str:
    return " ".join((fact.__doc__ or "").split())


def vocabulary_page() -> str:
    """One section a closed list: code and definition."""
    return "\n".join([NOTICE, "# Vocabulary", "", *_vocabularies()])


def _vocabularies() -> Iterator[str]:
    for vocabulary in VOCABULARIES:
        yield f"## {vocabulary.__name__}\n"
        yield "| code | definition |"
        yield "|---|---|"
        for term in vocabulary:
            yield f"| `{term}` | {term.definition} |"
        yield ""


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "settings.md": settings_page,
    "events.md": events_page,
    "vocabulary.md": vocabulary_page,
}


def main() -> None:
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
