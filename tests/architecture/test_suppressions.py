"""Comments that silence a tool are counted. The aim is none; an exception has its reason."""

import re
import tokenize
from collections import Counter
from pathlib import Path
from typing import Final

FOLDERS: Final = ("ledger", "projections", "api", "tests", "docs")
SILENCERS: Final = re.compile(r"#\s*(noqa|type:\s*ignore|pragma:\s*no|ruff:|mypy:|nosec|pylint:)")

# File and number of such comments; beside each, why there is no other way.
ALLOWED: Final[dict[str, int]] = {
    "api/edge/door.py": 1,  # the one place that catches everything, so that nobody goes unanswered
}


def _suppressions(source: Path) -> int:
    with source.open("rb") as opened:
        tokens = tokenize.tokenize(opened.readline)
        return sum(t.type == tokenize.COMMENT and bool(SILENCERS.search(t.string)) for t in tokens)


def test_no_tool_is_silenced_beyond_what_is_listed(checkout: Path) -> None:
    sources = [each for folder in FOLDERS for each in (checkout / folder).rglob("*.py")]

    found = Counter({str(each.relative_to(checkout)): _suppressions(each) for each in sources})

    assert {file: count for file, count in found.items() if count} == ALLOWED


def test_a_silencing_comment_is_seen_and_a_word_in_a_text_is_not(tmp_path: Path) -> None:
    source = tmp_path / "module.py"
    source.write_text('a = 1  # noqa: F401\nb = "# noqa"\nc = 3  #type:ignore[x]\n# plain\n')

    assert _suppressions(source) == 2
