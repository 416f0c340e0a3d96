"""The verifier that pages carry: it believes what Python believes, and nothing with a mistake."""

import json
from base64 import b64encode
from collections.abc import Sequence
from typing import Any, Final

import pytest
from playwright.async_api import Page, Route

from api.public.scripts import script
from ledger.errors import LedgerError
from ledger.log.hashing import leaf_hash
from ledger.log.policies import parse_policy
from ledger.log.receipts import parse_proof
from tests.browser.mistakes import mistaken
from tests.browser.written import Written, log_key, policy, witness_key, written
from tests.unit.log.mutations import Inclusion, cases

SOMEWHERE: Final = "https://ledger.example/"
"""An address that a browser thinks safe; nothing is asked of the network."""
POSITION: Final = 6
WITNESSED: Final = policy(f"witness one {witness_key()}", "quorum one")

JUDGE: Final = """
async ([fact, policy, proofs]) => {
    const { judge, bytesOf } = await import('/fact.js');
    const found = [];
    for (const proof of proofs) {
        const bytes = Uint8Array.from(atob(proof), (each) => each.charCodeAt(0));
        const given = { ...fact, leaf: bytesOf(fact.leaf), proof: bytes, policy, keyFrom: '' };
        found.push((await judge(given)).state);
    }
    return found;
}
"""
CLIMB: Final = """
async (cases) => {
    const { Untrue, climb, hex, unhex } = await import('/fact.js');
    const bytes = (told) => unhex(told, told.length / 2, 'a hash');
    const holds = async ({ leaf, index, size, root, path }) => {
        try {
            const found = await climb(bytes(leaf), BigInt(index), BigInt(size), path.map(bytes));
            return hex(found.root) === root;
        } catch (error) {
            if (error instanceof Untrue) return false;
            throw error;
        }
    };
    const found = [];
    for (const each of cases) found.push(await holds(each));
    return found;
}
"""


@pytest.fixture
async def verifier(page: Page) -> Page:
    """A page with nothing on it that can import the script."""

    async def answer(route: Route) -> None:
        if route.request.url.endswith("/fact.js"):
            await route.fulfill(body=script("fact.js"), content_type="text/javascript")
        else:
            await route.fulfill(body="<!doctype html>", content_type="text/html")

    await page.route(f"{SOMEWHERE}**", answer)
    await page.goto(SOMEWHERE)
    return page


async def judged(
    verifier: Page, ledger: Written, proofs: Sequence[bytes], trusted: str = WITNESSED
) -> list[str]:
    """holds, false or unknown, for each proof of the fact."""
    told = [_base64(proof) for proof in proofs]
    found: list[str] = await verifier.evaluate(JUDGE, [ledger.fact(POSITION), trusted, told])
    return found


def _base64(proof: bytes) -> str:
    return b64encode(proof).decode()


def believed(ledger: Written, proof: bytes, trusted: str) -> bool:
    """What Python says."""
    try:
        found = parse_proof(proof)
        found.verify(leaf_hash(ledger.leaves[POSITION - 1]))
        parse_policy(trusted).require(found.note)
    except LedgerError:
        return False
    return found.index == POSITION - 1


async def test_ten_thousand_proofs_with_a_mistake_are_all_refused(verifier: Page) -> None:
    ledger = written(13)
    proofs = list(mistaken(ledger, POSITION, 10_000))

    found = await judged(verifier, ledger, [ledger.proof(POSITION).encode(), *proofs])

    assert found[0] == "holds"
    assert set(found[1:]) == {"false"}
    assert not any(believed(ledger, proof, WITNESSED) for proof in proofs)


async def test_ten_thousand_paths_with_a_mistake_lead_nowhere(verifier: Page) -> None:
    told = [case for case in cases(20_000) if isinstance(case.proof, Inclusion)]

    found = await verifier.evaluate(CLIMB, [json.loads(str(case)) for case in told])

    assert len(told) > 20_000
    assert found == [case.holds for case in told]


@pytest.mark.parametrize(
    ("trusted", "state"),
    [
        (policy(), "holds"),
        (str(log_key()), "holds"),
        (f"# kept since May\n{WITNESSED}", "holds"),
        (policy(f"witness one {witness_key()}", "group all all one", "quorum all"), "holds"),
        (WITNESSED.replace("quorum one", "quorum two"), "false"),
        (policy("witness one " + str(witness_key()).replace("example", "invalid")), "false"),
        (policy().replace("quorum none", ""), "false"),
        (policy(f"witness one {log_key()}", "quorum one"), "false"),
        (policy(f"log {log_key()}", "quorum none"), "false"),
        (policy("group constructor 1 toString", "quorum constructor"), "false"),
        ("nonsense", "false"),
        ("", "false"),
    ],
)
async def test_a_policy_is_read_as_strictly_as_python_reads_it(
    verifier: Page, trusted: str, state: str
) -> None:
    ledger = written(13)

    (found,) = await judged(verifier, ledger, [ledger.proof(POSITION).encode()], trusted)

    assert found == state


async def test_a_witness_that_is_asked_for_and_did_not_sign_is_missed(verifier: Page) -> None:
    ledger = written(13)
    unwitnessed = "".join(ledger.proof(POSITION).splitlines(keepends=True)[:-1]).encode()

    found = [
        *await judged(verifier, ledger, [unwitnessed], policy()),
        *await judged(verifier, ledger, [unwitnessed], WITNESSED),
    ]

    assert found == ["holds", "false"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"leaf": "{}"},
        {"leaf": "[]"},
        {"leaf": "null"},
        {"leaf": "no JSON"},
        {"parts": None},
        {"parts": [None]},
        {"parts": []},
        {"position": 7},
        {"position": None},
    ],
)
async def test_pieces_of_the_wrong_shape_are_no_success(
    verifier: Page, wrong: dict[str, Any]
) -> None:
    ledger = written(13)
    fact = {**ledger.fact(POSITION), **wrong}

    (found,) = await verifier.evaluate(
        JUDGE, [fact, WITNESSED, [_base64(ledger.proof(POSITION).encode())]]
    )

    assert found == "false"
