"""Settings, events and vocabulary cannot change without their pages."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def _generator() -> ModuleType:
    spec = spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["settings.md", "events.md", "vocabulary.md"])
def test_a_generated_page_says_what_the_code_says(page: str) -> None:
    expected = _generator().PAGES[page]()

    written = (DOCS / page).read_text(encoding="utf-8")

    assert written == expected, "run `make docs`"


def test_every_setting_says_what_it_does() -> None:
    undocumented = [row for row in _generator().settings_page().splitlines() if "None |" in row]

    assert undocumented == []
