"""P13 and the rates of moving a ledger: a sealed file to a reader, an export, an import."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.benchmarks.filled import fill
from tests.benchmarks.measure import Row, in_turn, ratio
from tests.benchmarks.processes import Target, free_port, load, nginx, running

FACTS: Final = 20_000
SEALED: Final = "facts/000000001-000010000.jsonl.gz"
CONNECTIONS: Final = 4
ROWS: Final = 5_000
MAPPING: Final = """\
format: import-mapping/1
name: bench
recorder: {why: Imported to see how long it takes}
parties:
  bodies: {entry: {classification: government}}
tables:
  - name: pledges
    file: pledges.csv
    row: "{no}"
    retrieved_on: 2024-01-31
    source: {publisher: Bench, title: {from: "Pledge {no}"}, basis: rewrite, language: en}
    records:
      - make: commitment
        key: "{no}"
        quote: pledge
        entry:
          promisors: {from: who, parties: bodies}
          text: {from: pledge}
          made_on: 2024-01-02
          strength: {form: commits, content: specific_action, reading: will}
"""


def _commitments(data: Path, *arguments: str) -> str:
    environment = {**os.environ, "LEDGER_DATA_DIR": str(data), "LEDGER_SAMPLE": "false"}
    command = [sys.executable, "-m", "api.cli", *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout


@contextmanager
def _service(data: Path) -> Iterator[Target]:
    """A service whose dataset is made."""
    port = free_port()
    environment = {
        **os.environ,
        "LEDGER_DATA_DIR": str(data),
        "LEDGER_SAMPLE": "false",
        "LEDGER_PUBLIC_PORT": str(port),
        "LEDGER_DESK_PORT": "0",
        "LEDGER_RATE_LIMIT": "1000000000",
        "LEDGER_LOG_LEVEL": "error",
        "LEDGER_EXPORT_SECONDS": "1",
    }
    command = [sys.executable, "-m", "api.cli", "serve"]
    with running(command, f"http://127.0.0.1:{port}", environment, f"/data/{SEALED}") as target:
        yield target


def sealed() -> Row:
    """P13: bytes a second of a sealed part of history ÷ nginx with the same file."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        fill(data, FACTS)
        with _service(data) as ours:
            (part,) = data.rglob(SEALED)
            with nginx(Path(folder) / "nginx", {"part": part.read_bytes()}) as floor:
                rates = in_turn(
                    {
                        "ours": lambda: load(ours, f"/data/{SEALED}", connections=CONNECTIONS).rate,
                        "nginx": lambda: load(floor, "/part", connections=CONNECTIONS).rate,
                    }
                )
            size = part.stat().st_size
    each = ", ".join(f"{name} {rate * size / 1e6:,.0f} MB/s" for name, rate in rates.items())
    return ratio(
        f"P13 a sealed part of {size / 1e6:.1f} MB ÷ nginx ({each})",
        rates["ours"],
        rates["nginx"],
        gate=0.2,
        at_most=False,
    )


def exported() -> Row:
    """Facts a second of an export of everything, on the wall."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        fill(data, FACTS)
        _commitments(data, "rebuild")
        start = time.perf_counter()
        _commitments(data, "export", str(Path(folder) / "files"))
        return Row("export of everything", FACTS / (time.perf_counter() - start), "facts/s")


def imported() -> Row:
    """Rows a second of an import; each makes a source, its text, a quotation and a commitment."""
    with tempfile.TemporaryDirectory() as folder:
        tables = Path(folder) / "tables"
        tables.mkdir()
        (tables / "mapping.yaml").write_text(MAPPING)
        lines = (f"{no},Office {no % 50},Will publish register {no}" for no in range(ROWS))
        (tables / "pledges.csv").write_text("\n".join(["no,who,pledge", *lines]))
        start = time.perf_counter()
        said = _commitments(Path(folder) / "data", "import", str(tables / "mapping.yaml"))
        spent = time.perf_counter() - start
    found = re.search(r"([\d,]+) facts", said)
    facts = int(found[1].replace(",", "")) if found else 0
    return Row("import", ROWS / spent, "rows/s", {"facts/s": facts / spent})


def rows() -> Sequence[Row]:
    return [sealed(), exported(), imported()]
