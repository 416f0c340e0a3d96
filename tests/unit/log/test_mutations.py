"""Ten thousand proofs with a mistake in them, and nobody believes one."""

from collections import Counter

from ledger.log.proofs import ProofError, verify_consistency, verify_inclusion
from tests.unit.log.mutations import MISTAKES, Case, Inclusion, cases

NUMBER = 10_000


def ours(case: Case) -> bool:
    proof = case.proof
    try:
        if isinstance(proof, Inclusion):
            verify_inclusion(proof.leaf, proof.index, proof.size, proof.root, proof.path)
        else:
            roots = proof.old_root, proof.root
            verify_consistency(proof.old_size, proof.size, *roots, proof.path)
    except ProofError:
        return False
    return True


def test_every_proof_with_a_mistake_is_refused_and_every_other_one_holds() -> None:
    judged = list(cases(NUMBER))

    wrong = [str(case) for case in judged if ours(case) is not case.holds]

    assert wrong == []
    assert len(judged) == 2 * NUMBER
    kinds = Counter(case.mistake for case in judged if not case.holds)
    assert set(kinds) == {mistake.__name__ for mistake in MISTAKES}
    assert min(kinds.values()) > 100
