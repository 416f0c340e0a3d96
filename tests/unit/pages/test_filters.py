"""The filters of a list as labelled fields and as chips with a way out."""

from api.public.presentation.filters import (
    YES_OR_NO,
    Choices,
    FilterField,
    InUse,
    Option,
    fields,
    in_use,
)
from ledger.vocabulary import Form, StatementKind
from tests.unit.pages.examples import ident

BOARD = Option(ident(1), "River Board")
KNOWN = {"promisor": "Who promised.", "form": "How binding.", "overdue": "Past its day."}


def test_a_filter_on_records_offers_their_names() -> None:
    found, *_ = fields(
        "commitments", KNOWN, {"promisor": BOARD.code}, {"promisor": Choices((BOARD,))}
    )

    assert found == FilterField("promisor", "Promised by", "", BOARD.code, (BOARD,))


def test_a_filter_on_too_many_records_is_a_line_to_type_in() -> None:
    offered = {"promisor": Choices((BOARD,), complete=False)}

    found, *_ = fields("commitments", KNOWN, {"promisor": BOARD.code}, offered)

    assert (found.value, found.options) == (BOARD.code, ())


def test_a_closed_list_offers_its_terms_and_a_switch_yes_and_no() -> None:
    _, form, overdue = fields("commitments", KNOWN, {}, {"promisor": Choices(())})

    assert [option.code for option in form.options] == [term.value for term in Form]
    assert overdue.options == YES_OR_NO


def test_kind_offers_what_the_collection_distinguishes() -> None:
    (found,) = fields("statements", {"kind": ""}, {}, {})

    assert [option.code for option in found.options] == [kind.value for kind in StatementKind]


def test_a_filter_that_nobody_described_still_has_a_label() -> None:
    (found,) = fields("commitments", {"some_thing": "Hint."}, {}, {})

    assert found == FilterField("some_thing", "Some thing", "Hint.", "", ())


def test_a_filter_in_use_reads_as_words_and_can_be_taken_away_alone() -> None:
    query = {"promisor": BOARD.code, "form": "agrees_to_explore", "as_of": "12"}

    chips = in_use(
        "commitments",
        KNOWN,
        {"promisor": Choices((BOARD,))},
        path="/commitments",
        query=query,
    )

    assert chips == [
        InUse("Promised by", "River Board", "/commitments?form=agrees_to_explore&as_of=12"),
        InUse("Form", "agrees to explore", f"/commitments?promisor={BOARD.code}&as_of=12"),
    ]


def test_a_statement_offers_only_the_flags_that_it_can_bear() -> None:
    (ours,) = fields("statements", {"flag": ""}, {}, {})
    (theirs,) = fields("commitments", {"flag": ""}, {}, {})

    assert [option.code for option in ours.options] == ["disputed", "quote_unverified"]
    assert len(theirs.options) > 2
