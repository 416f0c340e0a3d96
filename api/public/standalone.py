"""verify.html: one file that shows the facts of a bundle, and checks them, wherever it is opened.

It fetches nothing and may run nothing but its own script: its policy names the SHA-256 of both the
script and the styles, so that words in a fact stay words even where escaping them had failed.
"""

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import jinja2

from api.public.scripts import STATIC, script

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
_PLACE: Final = "BUNDLE"


def page_of(bundle: bytes) -> bytes:
    """The page for a bundle, which is JSON in UTF-8 (`commitment-ledger/bundle/v1`).

    `<` occurs in JSON only within strings, and has another spelling there; without it, nothing in
    the bundle can end the element that it lies in.
    """
    before, after = _around()
    return before + bundle.replace(b"<", rb"\u003c") + after


@lru_cache(1)
def _around() -> tuple[bytes, bytes]:
    """The same for every bundle."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (STATIC / "style.css").read_text(encoding="utf-8")
    checking = script("bundle.js").decode()
    page = environment.get_template("verify.html").render(
        style=style,
        script=checking,
        style_digest=_digest(style),
        script_digest=_digest(checking),
        bundle=_PLACE,
    )
    before, _, after = page.partition(f">{_PLACE}<")
    return f"{before}>".encode(), f"<{after}".encode()


def _digest(source: str) -> str:
    """As a content security policy names it."""
    return f"sha256-{b64encode(sha256(source.encode()).digest()).decode()}"
