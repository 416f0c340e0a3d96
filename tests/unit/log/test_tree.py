"""Trees: whatever grows by tiles has the root and the proofs that the definition asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.edge import Edge, edge_of
from ledger.log.proofs import ProofError, verify_consistency, verify_inclusion
from ledger.log.tiles import Span, Tile, parse_span, tiles_of
from ledger.log.tree import ReadTile, Tree, rows_from
from tests.unit.log import naive

LEAVES = naive.leaves(70_000)

steps = st.lists(st.integers(1, 700), min_size=1, max_size=6)


def grown(steps: list[int]) -> tuple[Edge, dict[Tile, bytes]]:
    """Leaves added in steps; a wider tile takes the place of a narrower one."""
    edge, kept = Edge(), dict[tuple[int, int], bytes]()
    for step in steps:
        edge, tiles = edge.grown(LEAVES[edge.size : edge.size + step])
        kept |= {(tile.level, tile.span.n): row for tile, row in tiles.items()}
    full = {Tile(level, Span(n, len(row) // 32)): row for (level, n), row in kept.items()}
    return edge, full


def reader(tiles: dict[Tile, bytes]) -> ReadTile:
    rows = {(tile.level, tile.span.n): row for tile, row in tiles.items()}

    def read(tile: Tile) -> bytes:
        row = rows[tile.level, tile.span.n][: 32 * tile.span.width]
        assert len(row) == 32 * tile.span.width
        return row

    return read


@given(steps)
def test_edge_and_tiles_have_the_root_of_the_definition(steps: list[int]) -> None:
    edge, tiles = grown(steps)

    expected = naive.root(LEAVES[: edge.size])

    assert edge.root() == expected
    assert Tree(edge.size, rows_from(reader(tiles))).root() == expected


@given(steps)
def test_tiles_are_those_that_the_format_names(steps: list[int]) -> None:
    edge, tiles = grown(steps)

    assert set(tiles_of(edge.size)) == set(tiles)


@given(steps)
def test_an_edge_can_be_read_back_from_its_tiles(steps: list[int]) -> None:
    edge, tiles = grown(steps)

    again = edge_of(edge.size, reader(tiles))

    assert again.root() == edge.root()
    assert again.grown(LEAVES[:300]) == edge.grown(LEAVES[:300])


@given(steps, st.data())
def test_every_leaf_has_a_path_that_holds_for_it_alone(
    steps: list[int], data: st.DataObject
) -> None:
    edge, tiles = grown(steps)
    index = data.draw(st.integers(0, edge.size - 1))
    other = data.draw(st.integers(0, edge.size - 1))

    path = Tree(edge.size, rows_from(reader(tiles))).inclusion(index)

    verify_inclusion(LEAVES[index], index, edge.size, edge.root(), path)
    if other != index:
        with pytest.raises(ProofError):
            verify_inclusion(LEAVES[other], index, edge.size, edge.root(), path)
        with pytest.raises(ProofError):
            verify_inclusion(LEAVES[index], other, edge.size, edge.root(), path)


@given(steps, st.data())
def test_every_earlier_size_is_shown_to_be_continued(steps: list[int], data: st.DataObject) -> None:
    edge, tiles = grown(steps)
    old = data.draw(st.integers(1, edge.size))

    path = Tree(edge.size, rows_from(reader(tiles))).consistency(old)

    verify_consistency(old, edge.size, naive.root(LEAVES[:old]), edge.root(), path)
    if old < edge.size:
        with pytest.raises(ProofError):
            verify_consistency(old, edge.size, naive.root(LEAVES[1 : old + 1]), edge.root(), path)


def test_three_levels_are_cut_as_the_format_tells_of_70000_leaves() -> None:
    edge, tiles = grown([70_000])
    widths: dict[int, list[int]] = {}
    for tile in sorted(tiles):
        widths.setdefault(tile.level, []).append(tile.span.width)

    assert widths == {0: [256] * 273 + [112], 1: [256, 17], 2: [1]}
    assert edge.root() == Tree(70_000, rows_from(reader(tiles))).root() == naive.root(LEAVES)


@pytest.mark.parametrize(
    ("span", "path"),
    [
        (Span(0), "000"),
        (Span(1_234_067), "x001/x234/067"),
        (Span(999, 5), "999.p/5"),
        (Span(1000, 255), "x001/000.p/255"),
    ],
)
def test_a_place_is_written_in_groups_of_three(span: Span, path: str) -> None:
    assert span.path == path
    assert parse_span(path) == span


@pytest.mark.parametrize(
    "path",
    ["", "0", "00", "0000", "x000/001", "001/002", "x001", "001.p/0", "001.p/256", "001.p/05",
     "001.p/", "001/p/5", "-01", "\u0660\u0660\u0661", "x001/x002", "000\n", "x" * 99],
)  # fmt: skip
def test_no_other_spelling_names_a_place(path: str) -> None:
    with pytest.raises(ValueError, match=r"place of a tile|is written"):
        parse_span(path)
