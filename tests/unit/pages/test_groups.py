"""Records of a page in groups."""

from api.public.presentation.groups import (
    MOST_COLUMNS,
    Delegation,
    delegations,
    grid,
    sources_of,
    spoken_groups,
)
from projections.documents import MatrixCell, ParticipantView, Party
from tests.unit.pages.examples import assessment, citation, commitment, party, statement


def came(number: int, delegation: Party | None) -> ParticipantView:
    return {"stakeholder": party(number), "delegation": delegation, "role": None}


def cell(promisor: int, promisee: int | None) -> MatrixCell:
    whom = party(promisee) if promisee else None
    return {"promisor": party(promisor), "promisee": whom, "total": 1, "by_progress": {}}


def test_participants_stand_with_their_delegation_in_the_order_it_was_named() -> None:
    board, growers = party(1), party(2, "Growers")
    chair, farmer, clerk, guest = came(3, board), came(4, growers), came(5, board), came(6, None)

    found = delegations([chair, farmer, clerk, guest])

    assert found == [
        Delegation(board, (chair, clerk)),
        Delegation(growers, (farmer,)),
        Delegation(None, (guest,)),
    ]


def test_statements_stand_by_kind_in_the_order_of_the_vocabulary() -> None:
    thanks, worry, pledge = (
        statement(1, "appreciation"),
        statement(2, "concern"),
        statement(3, "undertaking"),
    )

    found = spoken_groups([thanks, worry, pledge])

    assert [(group.kind, group.items) for group in found] == [
        ("undertaking", (pledge,)),
        ("concern", (worry,)),
        ("appreciation", (thanks,)),
    ]


def test_a_source_that_is_cited_twice_is_listed_once() -> None:
    cited = citation()
    later = assessment(1, citations=[cited])

    found = sources_of(commitment(citations=[cited, cited], assessments=[later]))

    assert found == [cited["source"]]


def test_the_matrix_has_a_row_for_each_promisor_and_holes_and_nobody_comes_last() -> None:
    cells = [cell(1, None), cell(1, 2), cell(2, 1)]

    table = grid(cells)

    assert table is not None
    assert table.columns == (party(2), party(1), None)
    assert [(line.promisor, line.cells) for line in table.lines] == [
        (party(1), (cells[1], None, cells[0])),
        (party(2), (None, cells[2], None)),
    ]


def test_a_matrix_wider_than_a_page_is_no_table() -> None:
    assert grid([cell(1, 2 + n) for n in range(MOST_COLUMNS + 1)]) is None
    assert grid([]) is None
