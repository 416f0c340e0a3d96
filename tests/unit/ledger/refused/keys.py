"""What the rules about the log's keys and names turn down."""

from typing import Final

from ledger.commands import ContinueLog, RotateKey
from ledger.rules.keys import (
    LOG,
    KeyOfAnotherLog,
    KeyUsedBefore,
    NotALogKey,
    NotALogName,
    NotATree,
    SameName,
)
from tests.golden.facts import FIRST_KEY, NEXT_KEY, OTHER_KEY
from tests.unit.ledger.refused.case import Case
from tests.unit.ledger.samples import ROTATED

ROOT: Final = "ab" * 32

KEYS: Final = (
    Case(
        "a key of the log is a verifier key",
        [],
        RotateKey(id=LOG, key=NEXT_KEY[:-1], before=FIRST_KEY),
        NotALogKey,
        "/key",
    ),
    Case(
        "the key that announces another is a verifier key",
        [],
        RotateKey(id=LOG, key=NEXT_KEY, before="nothing"),
        NotALogKey,
        "/before",
    ),
    Case(
        "a log changes its key and not its name",
        [],
        RotateKey(id=LOG, key=OTHER_KEY, before=FIRST_KEY),
        KeyOfAnotherLog,
        "/before",
    ),
    Case(
        "a key does not announce itself",
        [],
        RotateKey(id=LOG, key=FIRST_KEY, before=FIRST_KEY),
        KeyOfAnotherLog,
        "/before",
    ),
    Case(
        "a key is announced once",
        [ROTATED],
        RotateKey(id=LOG, key=NEXT_KEY, before=FIRST_KEY),
        KeyUsedBefore,
        "/key",
    ),
    Case(
        "a log that was lost does not go on under its own name",
        [ROTATED],
        ContinueLog(id=LOG, key=OTHER_KEY, before="ledger.example/2", size=1, root=ROOT),
        SameName,
        "/before",
    ),
    Case(
        "a log that was lost had a name",
        [ROTATED],
        ContinueLog(id=LOG, key=OTHER_KEY, before="a name", size=1, root=ROOT),
        NotALogName,
        "/before",
    ),
    Case(
        "the root of a lost log is a hash",
        [ROTATED],
        ContinueLog(id=LOG, key=OTHER_KEY, before="ledger.example", size=1, root="ab"),
        NotATree,
        "/root",
    ),
    Case(
        "the size of a lost log is a number of facts",
        [ROTATED],
        ContinueLog(id=LOG, key=OTHER_KEY, before="ledger.example", size=-1, root=ROOT),
        NotATree,
        "/root",
    ),
)
