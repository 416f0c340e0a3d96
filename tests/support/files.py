"""Files as they lie on disk, for tests that look into those of a running ledger."""

import subprocess
from pathlib import Path


def raw_bytes(path: Path) -> bytes:
    """Read by another process; empty if it has gone meanwhile.

    Whoever closes a file gives up every lock that its process has on it (POSIX, fcntl), those of
    SQLite included: another process may then cut the shared memory that this one still has mapped.
    """
    return subprocess.run(["cat", str(path)], capture_output=True, check=False).stdout
