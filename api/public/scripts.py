"""The site's scripts: each is served as one file, joined from the modules that it imports."""

import re
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).parents[1] / "static"

_IMPORT: Final = re.compile(r'^import \{[^}]*\} from "\./(\w+\.js)";\n', re.MULTILINE)


def script(name: str) -> bytes:
    """The module with everything it imports, each once and before whatever needs it.

    What the modules export stays exported, so the file can be imported as well as run. Names at
    their top must differ: a browser refuses a file in which one is declared twice.
    """
    pieces: dict[str, str] = {}
    _gather(name, pieces)
    return "\n".join(pieces.values()).encode()


def _gather(name: str, pieces: dict[str, str]) -> None:
    source = (STATIC / name).read_text(encoding="utf-8")
    for needed in _IMPORT.findall(source):
        if needed not in pieces:
            _gather(needed, pieces)
    pieces[name] = _IMPORT.sub("", source)
