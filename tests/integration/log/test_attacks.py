"""The table of attacks: what an operator can do to a log, who finds it, and what a reporter reads.

The operator has every table, every trigger off, and may serve whatever he likes. What he lacks is
the readers' copies of the key and of an older checkpoint.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from ledger.auditing.audit import LieError, audit
from ledger.auditing.places import SMALL, Place
from ledger.log.checkpoints import Checkpoint, read_checkpoint
from ledger.log.edge import Edge
from ledger.log.notes import Note, NoteError, Signature
from ledger.log.policies import parse_policy
from ledger.log.proofs import ProofError
from ledger.log.receipts import TlogProof
from ledger.log.tiles import Tile, tiles_of
from ledger.log.tree import Tree
from ledger.publishing.keys import make_key
from ledger.publishing.publisher import LogStoppedError, caught_up
from ledger.publishing.signing import Signer
from tests.integration.log.desk import ORIGIN, Desk, Inside
from tests.integration.log.operator import Operator
from tests.integration.store.units import NOW

FACTS = 300
TAIL = 290
"""A fact beside the right edge, which a start looks at; the first 256 are in a full tile."""
MIDDLE = 5
Attack = Callable[[Operator], None]

GONE = "the database was put back to an older state. Restore a newer backup"
CHANGED = "the first 300 facts are not those that were signed: some were changed since"
NO_HASH = (
    f"fact {MIDDLE} was changed after it was published: its bytes no longer have the hash that "
    "stands in the tree"
)
TOO_FEW = "the log was cut: tile/entries/000 holds 255 facts and must hold 256"
SWAPPED = f"fact {MIDDLE + 1} stands in the place of fact {MIDDLE}: facts were swapped"


@pytest.fixture
def filled(desk: Desk) -> Desk:
    desk.record(FACTS)
    desk.publish()
    return desk


@pytest.fixture
def operator(filled: Desk) -> Operator:
    return Operator(filled.settings, filled.store)


# --- what the service finds when it starts


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        (lambda it: it.edit(TAIL, hash_too=False), f"fact {TAIL} is not what was recorded: its "),
        (lambda it: it.edit(TAIL, hash_too=True), CHANGED),
        (lambda it: it.swap(TAIL), CHANGED),
        (lambda it: it.cut(TAIL), f"signs {FACTS} facts, and the ledger has {TAIL}: {GONE}"),
        (lambda it: it.take_out(TAIL), f"fact {TAIL} is missing. Restore a backup"),
    ],
    ids=["edited row", "edited row and hash", "reordered", "deleted tail", "deleted row"],
)
def test_a_start_refuses(filled: Desk, operator: Operator, attack: Attack, said: str) -> None:
    attack(operator)

    with pytest.raises(LogStoppedError) as refused:
        filled.publisher()

    assert said in str(refused.value)
    assert filled.head.read().size == FACTS


# --- what the publisher finds while it runs


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        (lambda it: it.cut(TAIL), f"fact {FACTS} was signed and is no longer in the ledger"),
        (lambda it: it.edit(FACTS, hash_too=True), f"fact {FACTS} was signed and is no longer"),
        (lambda it: it.slip_in(at=NOW - 1), "fact 301 is dated before the one in front of it"),
    ],
    ids=["deleted tail", "edited row and hash", "slipped in with an earlier date"],
)
def test_the_publisher_stops(filled: Desk, operator: Operator, attack: Attack, said: str) -> None:
    publisher = filled.publisher()
    attack(operator)

    with pytest.raises(LogStoppedError) as stopped:
        publisher.round(NOW)

    assert said in str(stopped.value)
    assert filled.head.read().size == FACTS


def test_the_publisher_stops_over_a_gap_among_new_facts(filled: Desk, operator: Operator) -> None:
    publisher = filled.publisher()
    filled.record(3)
    operator.take_out(FACTS + 2)

    with pytest.raises(LogStoppedError, match="fact 302 is missing"):
        publisher.round(NOW)


def test_a_tail_that_was_replaced_by_as_many_facts_stops_the_publisher(
    filled: Desk, operator: Operator
) -> None:
    publisher = filled.publisher()
    operator.cut(TAIL)
    filled.record(FACTS - TAIL + 5)

    with pytest.raises(LogStoppedError, match="was signed and is no longer in the ledger"):
        publisher.round(NOW)


# --- what a stranger finds, with nothing but what is served


@dataclass(frozen=True)
class Served:
    """The log as the operator serves it, a few files being his own."""

    desk: Desk
    files: dict[str, bytes]

    def read(self, path: str, limit: int = SMALL) -> bytes:
        return self.files.get(path) or Inside(self.desk.store, self.desk.tiles).read(path, limit)


def lie(place: Place, signed: Checkpoint, since: Checkpoint | None = None) -> str:
    with pytest.raises(LieError) as found:
        audit(place, signed, since, lambda _: None)
    return str(found.value)


def turned(desk: Desk, tile: Tile) -> Served:
    """One bit of a tile."""
    row = desk.tiles.read(tile)
    at = 32 * (MIDDLE - 1)
    return Served(desk, {f"tile/{tile.path}": row[:at] + bytes([row[at] ^ 1]) + row[at + 1 :]})


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        (lambda it: it.edit(MIDDLE, hash_too=False), NO_HASH),
        (lambda it: it.edit(MIDDLE, hash_too=True), NO_HASH),
        (lambda it: it.swap(MIDDLE), SWAPPED),
        (lambda it: it.take_out(MIDDLE), TOO_FEW),
        (
            lambda it: it.edit_words(MIDDLE),
            f"fact {MIDDLE} was changed after it was published: its words no longer match",
        ),
    ],
    ids=["edited row", "edited row and hash", "reordered", "deleted row", "edited part"],
)
def test_verify_finds(filled: Desk, operator: Operator, attack: Attack, said: str) -> None:
    attack(operator)

    assert lie(Inside(filled.store, filled.tiles), filled.head.read()) == said


def test_verify_finds_a_part_that_is_gone_without_a_fact_that_ordered_it(
    filled: Desk, operator: Operator
) -> None:
    operator.blank(MIDDLE)

    assert lie(Inside(filled.store, filled.tiles), filled.head.read()) == (
        f"the words of fact {MIDDLE} are gone, and no fact ordered it"
    )


def test_verify_finds_a_bit_that_turned_over_in_a_full_tile(filled: Desk) -> None:
    leaves, upper, *_ = (tile for tile in tiles_of(FACTS) if tile.span.n == 0)

    assert lie(turned(filled, leaves), filled.head.read()) == NO_HASH
    served = Served(filled, {f"tile/{upper.path}": bytes(32)})
    assert lie(served, filled.head.read()) == (
        f"the hashes in tile/{upper.path} are not those of the facts below it"
    )


def test_verify_finds_an_edited_row_whose_tiles_were_made_to_fit(
    filled: Desk, operator: Operator
) -> None:
    signed = filled.head.read()
    operator.edit(MIDDLE, hash_too=True)
    caught_up(filled.store, filled.tiles, Edge(), FACTS)

    assert lie(Inside(filled.store, filled.tiles), signed) == (
        "the 300 facts do not add up to the root that was signed: something was changed, left out "
        "or put in"
    )


def test_verify_finds_a_fact_that_was_slipped_in_and_signed(
    filled: Desk, operator: Operator
) -> None:
    """It is well dated and has its parts; that it follows nothing is seen by whoever reads all."""
    operator.slip_in(id="0" * 32)

    assert lie(Inside(filled.store, filled.tiles), filled.publish()) == (
        "fact 301 does not follow its stream's last fact"
    )


def test_verify_finds_a_log_that_was_cut_by_a_checkpoint_that_was_kept(filled: Desk) -> None:
    kept = filled.head.read()
    tree = Tree(TAIL, filled.tiles.rows)
    shorter = Checkpoint(ORIGIN, TAIL, tree.root())

    assert audit(Inside(filled.store, filled.tiles), shorter, None, lambda _: None).facts == TAIL
    assert lie(Inside(filled.store, filled.tiles), shorter, kept) == (
        "the log ends at fact 290; the checkpoint that you kept goes to fact 300: facts that were "
        "published are gone"
    )


def test_only_a_checkpoint_that_was_kept_shows_a_rollback_of_database_tiles_and_head(
    filled: Desk, operator: Operator
) -> None:
    """Nothing here contradicts anything here; readers' copies and witnesses do."""
    kept = filled.head.read()
    older = filled.signer.sign(Checkpoint(ORIGIN, TAIL, Tree(TAIL, filled.tiles.rows).root()))
    filled.head.swap(filled.head.note(), str(older))
    filled.tamper("UPDATE published SET note = :note", note=str(older))
    operator.cut(TAIL)
    filled.record(FACTS - TAIL + 5)

    signed = filled.publish()

    assert signed.size == FACTS + 5
    assert filled.audited().facts == FACTS + 5
    assert lie(Inside(filled.store, filled.tiles), signed, kept) == (
        "history was rewritten: the first 300 facts are not those that you saw when you kept your "
        "checkpoint"
    )


def test_a_rollback_of_database_and_head_is_refused_while_readers_were_shown_more(
    filled: Desk, operator: Operator
) -> None:
    older = filled.signer.sign(Checkpoint(ORIGIN, TAIL, Tree(TAIL, filled.tiles.rows).root()))
    filled.head.swap(filled.head.note(), str(older))
    operator.cut(TAIL)

    with pytest.raises(LogStoppedError, match=GONE):
        filled.publisher()


def test_a_checkpoint_of_another_log_is_not_taken_for_one_that_was_kept(filled: Desk) -> None:
    kept = Checkpoint("ledger.example/before", 10, bytes(32))

    said = lie(Inside(filled.store, filled.tiles), filled.head.read(), kept)

    assert said == (
        f"this is the log {ORIGIN}; the checkpoint that you kept is of ledger.example/before, and "
        "if this log is meant to go on from it, history was rewritten: it begins with other facts"
    )


# --- signatures


@pytest.fixture
def foreign(filled: Desk) -> Signer:
    """Somebody who calls himself like this log."""
    return Signer(ORIGIN, (make_key(filled.settings.data_dir / "foreign.pem", ""),))


def test_a_foreign_key_signs_nothing_that_a_reader_with_the_key_believes(
    filled: Desk, foreign: Signer
) -> None:
    (key,) = filled.signer.verifiers
    policy = parse_policy(f"log {key}\nquorum none\n")

    policy.require(read_checkpoint(filled.head.note().encode())[0])
    with pytest.raises(NoteError, match="no trusted key has signed this note"):
        policy.require(foreign.sign(filled.head.read()))


def test_a_forged_signature_is_called_forged(filled: Desk, foreign: Signer) -> None:
    (key,) = filled.signer.verifiers
    (line,) = foreign.sign(filled.head.read()).signatures
    forged = Note(filled.head.read().text, (Signature(ORIGIN, key.id, line.value),))
    policy = parse_policy(f"log {key}\nquorum none\n")

    with pytest.raises(NoteError, match="is forged, or the text was changed"):
        policy.require(forged)


# --- proofs


def test_a_proof_of_a_wrong_length_is_refused(filled: Desk) -> None:
    note, signed = read_checkpoint(filled.head.note().encode())
    path = tuple(Tree(FACTS, filled.tiles.rows).inclusion(MIDDLE - 1))
    leaf = filled.store.leaves(after=MIDDLE - 1, limit=1)[0].leaf_hash

    TlogProof(MIDDLE - 1, path, note, signed).verify(leaf)
    with pytest.raises(ProofError, match="too short"):
        TlogProof(MIDDLE - 1, path[:-1], note, signed).verify(leaf)
    with pytest.raises(ProofError, match="too long"):
        TlogProof(MIDDLE - 1, (*path, bytes(32)), note, signed).verify(leaf)
