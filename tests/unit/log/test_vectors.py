"""The official vectors of transparency-dev: what every verifier must take and refuse."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from ledger.log.proofs import ProofError, verify_consistency, verify_inclusion


def vectors(folder: Path) -> dict[str, dict[str, Any]]:
    return {str(path): json.loads(path.read_bytes()) for path in sorted(folder.rglob("*.json"))}


def bytes_of(told: str | None) -> bytes:
    return b64decode(told or "")


def accepted(kind: str, case: dict[str, Any]) -> bool:
    proof = [bytes_of(each) for each in case["proof"] or []]
    try:
        if kind == "inclusion":
            leaf, root = bytes_of(case["leafHash"]), bytes_of(case["root"])
            verify_inclusion(leaf, case["leafIdx"], case["treeSize"], root, proof)
        else:
            roots = bytes_of(case["root1"]), bytes_of(case["root2"])
            verify_consistency(case["size1"], case["size2"], *roots, proof)
    except ProofError:
        return False
    return True


@pytest.mark.parametrize(("kind", "count"), [("inclusion", 98), ("consistency", 98)])
def test_every_vector_is_judged_as_it_must_be(shared: Path, kind: str, count: int) -> None:
    cases = vectors(shared / "vectors" / "merkle" / kind)

    wrong = [path for path, case in cases.items() if accepted(kind, case) is case["wantErr"]]

    assert wrong == []
    assert len(cases) == count
