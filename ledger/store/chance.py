"""Random bytes for salts and ids, drawn from the system a page at a time.

One draw costs as much as encoding a fact, most of it in giving the interpreter's lock away and
waiting to get it back; a request needs many. The bytes are as unpredictable as the system's, and
none is handed out twice: a forked process starts with an empty page.
"""

import os
from threading import Lock
from typing import Final

PAGE: Final = 8192


class Chance:
    """Safe to call from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._page = b""
        self._used = 0
        os.register_at_fork(after_in_child=self._turn)

    def take(self, size: int) -> bytes:
        """At most `PAGE` bytes that nobody else has got."""
        with self._lock:
            if self._used + size > len(self._page):
                self._page, self._used = os.urandom(PAGE), 0
            start, self._used = self._used, self._used + size
            return self._page[start : self._used]

    def uuid(self) -> str:
        """A random UUID (version 4, RFC 9562) in its 36-character form."""
        text = self.take(16).hex()
        variant = "89ab"[int(text[16], 16) % 4]
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"

    def _turn(self) -> None:
        self._lock = Lock()
        self._page, self._used = b"", 0


chance: Final = Chance()
