"""Links that stay on the day that a page shows."""

from api.public.pages.frame import Frame
from api.public.presentation.addresses import address, forms_of, pointed, record


def past_list() -> Frame:
    query = {"form": "commits", "as_of": "12", "on": "2022-03-01", "cursor": "abc"}
    return Frame("Ledger", "/commitments", query, "")


def test_a_link_stays_on_the_day_of_its_page() -> None:
    assert past_list().link("/matrix") == "/matrix?as_of=12&on=2022-03-01"
    assert past_list().link("/facts", topic="a b") == "/facts?topic=a+b&as_of=12&on=2022-03-01"


def test_now_is_the_same_page_without_day_and_cursor() -> None:
    assert past_list().now == "/commitments?form=commits"


def test_turning_a_page_changes_nothing_but_the_cursor() -> None:
    assert past_list().here(cursor="def") == (
        "/commitments?form=commits&as_of=12&on=2022-03-01&cursor=def"
    )


def test_a_page_without_a_day_is_the_present() -> None:
    assert past_list().past
    assert not Frame("Ledger", "/matrix", {}, "").past


def test_an_address_leaves_out_what_says_nothing() -> None:
    assert address("/facts", {"topic": "", "since": ""}) == "/facts"


def test_the_other_forms_of_a_list_keep_its_filters() -> None:
    addresses = [path for _, _, path in forms_of("commitments", {"form": "commits"})]

    assert addresses == [
        "/commitments.atom?form=commits",
        "/commitments.rss?form=commits",
        "/commitments.feed.json?form=commits",
        "/commitments.csv?form=commits",
        "/commitments.json?form=commits",
    ]


def test_only_kinds_with_pages_have_an_address() -> None:
    assert record("meetings", "x") == "/meetings/x"
    assert record("rubrics", "x") is None


def test_an_id_in_a_fact_leads_to_its_record_where_the_member_says_which() -> None:
    ident = "00000000-0000-4000-8000-000000000001"

    assert pointed("promisors", ident) == f"/stakeholders/{ident}"
    assert pointed("quotation", ident) is None
    assert pointed("source", "note") is None
    assert pointed("source", None) is None
