"""What readers get: names of that time, every filter and order, pages without gap or repeat."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

import pytest

from ledger.config import Settings
from ledger.store.opening import open_store
from ledger.store.port import Store
from projections.documents import Source
from projections.generations import BUILDING
from projections.port import (
    COLLECTIONS,
    NOW,
    BadCursor,
    BadFilter,
    Moment,
    Query,
    ViewUnavailable,
)
from projections.reading import SqlViews
from tests.integration.projections.islamabad import (
    CONCERN,
    FACTS,
    FOUND,
    GROUP,
    HEAD,
    LAB,
    LOST,
    MEETING,
    MERGED,
    META,
    META_TWICE,
    NEXT_MEETING,
    OLD,
    OUTCOME,
    SOURCE,
    SPACES,
    TEXT,
    UNMERGED,
    VOID,
    history,
)
from tests.integration.projections.keeping import (
    DATABASES,
    fold_everything,
    reading,
    record,
    tails,
    views_database,
)
from tests.support.postgres import PostgresServer
from tests.unit.projections.telling import ident, recorded, stream

TODAY = datetime(2023, 6, 1, tzinfo=UTC)
NAMES: dict[str, str] = {LAB: "lab", SPACES: "spaces", OLD: "old", VOID: "void"}


@pytest.fixture(scope="module", params=DATABASES)
def views(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SqlViews]:
    """The history folded, once for all the tests that only read it."""
    with ExitStack() as stack:
        url = ""
        if request.param == "postgres":
            server: PostgresServer = request.getfixturevalue("postgres_server")
            url = stack.enter_context(_database(server))
        where = Settings(data_dir=tmp_path_factory.mktemp("ledger"), url=url)
        store = stack.enter_context(closing(open_store(where)))
        engine = stack.enter_context(views_database(where))
        record(store, history())
        fold_everything(engine, store)
        opened = SqlViews(engine, lambda: store.head().position, lambda: TODAY)
        yield stack.enter_context(closing(opened))


@contextmanager
def _database(server: PostgresServer) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    server.execute("CREATE DATABASE {}", name)
    yield server.url(database=name)
    server.execute("DROP DATABASE {} WITH (FORCE)", name)


def item(views: SqlViews, collection: str, ident: str, moment: Moment = NOW) -> dict[str, Any]:
    found = views.item(collection, ident, moment)
    assert found is not None
    return cast("dict[str, Any]", found)


def commitment(views: SqlViews, ident: str, moment: Moment = NOW) -> dict[str, Any]:
    return item(views, "commitments", ident, moment)


def listed(
    views: SqlViews, filters: Mapping[str, str], moment: Moment = NOW, order: str = "oldest"
) -> str:
    """The commitments that a filter leaves, by their short names."""
    page = views.page("commitments", Query(filters=filters, moment=moment, order=order))
    return " ".join(NAMES[item["id"]] for item in page.items)


def as_of(position: int) -> Moment:
    return Moment(as_of=position)


def on_day(text: str) -> Moment:
    return Moment(on=date.fromisoformat(text))


# --- names and links


@pytest.mark.parametrize(
    ("moment", "name"),
    [
        (NOW, "Meta Inc"),
        (as_of(20), "Meta"),
        (on_day("2022-09-30"), "Meta"),
        (on_day("2022-10-01"), "Meta Inc"),
        (Moment(as_of=20, on=date(2022, 10, 1)), "Meta"),
    ],
)
def test_a_party_is_called_what_it_was_called_then(
    views: SqlViews, moment: Moment, name: str
) -> None:
    assert [party["name"] for party in commitment(views, LAB, moment)["promisors"]] == [
        name,
        "Working Group",
    ]


def test_a_commitment_is_linked_with_everything_around_it(views: SqlViews) -> None:
    lab = commitment(views, LAB)

    assert lab["meeting"] == {"id": MEETING, "kind": "meetings", "title": "First meeting"}
    assert [ref["title"] for ref in lab["predecessors"]] == ["Advocate for investment."]
    assert [ref["id"] for ref in lab["parts"]] == [SPACES]
    assert commitment(views, OLD)["successor"] == {
        "id": LAB,
        "kind": "commitments",
        "title": "Explore a community lab.",
    }
    assert lab["outcomes"] == [
        {
            "outcome": {"id": OUTCOME, "kind": "outcomes", "title": "Monetisation opened."},
            "effect": "advances",
            "happened_on": "2022-11-30",
        }
    ]


def test_a_citation_carries_its_source_and_its_words(views: SqlViews) -> None:
    first, second = commitment(views, LAB)["citations"]

    assert first == {
        "role": "origin",
        "source": {
            "id": SOURCE,
            "publisher": "The Note",
            "title": "A first meeting",
            "url": None,
            "claimed_on": "2022-02-19",
            "basis": "note",
        },
        "quotation": {
            "id": FOUND,
            "exact": "agreed to explore",
            "prefix": None,
            "suffix": None,
            "in_heading": False,
            "attributed_to": None,
            "speaker": {"id": HEAD, "kind": "person", "name": "Ann Official"},
            "check": "found",
            "start": 16,
        },
    }
    assert second["quotation"]["check"] == "not_found"


def test_a_statement_says_what_addresses_it(views: SqlViews) -> None:
    statement = item(views, "statements", CONCERN)

    assert [each["outcome"]["id"] for each in statement["addressed_by"]] == [OUTCOME]
    assert [ref["id"] for ref in statement["commitments"]] == [SPACES]
    assert item(views, "statements", CONCERN, as_of(19))["addressed_by"] == []


def test_an_organization_lists_its_members_and_a_person_where_they_belong(views: SqlViews) -> None:
    group = item(views, "stakeholders", GROUP)
    head = item(views, "stakeholders", HEAD)

    assert [(each["party"]["name"], each["role"]) for each in group["memberships"]] == [
        ("Ann Official", "Chair")
    ]
    assert [each["party"]["name"] for each in head["memberships"]] == ["Working Group"]


def test_a_meeting_lists_what_was_said_there(views: SqlViews) -> None:
    meeting = item(views, "meetings", MEETING)

    assert [ref["id"] for ref in meeting["statements"]] == [CONCERN]
    assert [ref["id"] for ref in meeting["commitments"]] == [LAB]
    assert [ref["id"] for ref in meeting["followed_by"]] == [NEXT_MEETING]
    assert [source["title"] for source in meeting["sources"]] == ["A first meeting"]


def test_long_texts_come_with_the_item_only(views: SqlViews) -> None:
    source = item(views, "sources", SOURCE)
    meeting = item(views, "meetings", MEETING)
    (listed_source,) = views.page("sources", Query()).items

    assert source["text"] == TEXT
    assert meeting["minutes"] == {
        "text": "The chair opened the meeting.",
        "status": "drafted",
        "since": "2022-02-15",
    }
    assert cast("Source", listed_source)["text"] is None
    assert [quotation["id"] for quotation in source["quotations"]] == [FOUND, LOST]
    assert {ref["id"] for ref in source["cited_by"]} == {LAB, CONCERN, OUTCOME, MEETING}


def test_the_clocks_tell_the_fact_the_version_and_the_days(views: SqlViews) -> None:
    before = commitment(views, LAB, on_day("2022-10-01"))["clocks"]

    assert before["true_from"] == "2022-09-01"
    assert before["true_until"] == "2023-01-10"
    assert (before["position"], before["version"]) == (19, 2)
    assert commitment(views, LAB)["clocks"]["version"] == 3


def test_what_nobody_recorded_is_not_there(views: SqlViews) -> None:
    assert views.item("commitments", ident(0xBAD)) is None
    assert views.item("commitments", LAB, as_of(12)) is None
    assert views.item("commitments", LAB, on_day("2022-02-14")) is None


# --- merges


def test_two_that_are_the_same_are_shown_as_one_while_the_ledger_thinks_so(
    views: SqlViews,
) -> None:
    names = {
        position: [
            party["name"] for party in commitment(views, SPACES, as_of(position))["promisors"]
        ]
        for position in (MERGED - 1, MERGED, UNMERGED)
    }

    assert names == {
        MERGED - 1: ["Meta Platforms"],
        MERGED: ["Meta Inc"],
        UNMERGED: ["Meta Platforms"],
    }


@pytest.mark.parametrize("party", [META, META_TWICE])
def test_either_of_the_two_finds_the_promises_of_both(views: SqlViews, party: str) -> None:
    both = listed(views, {"party": party}, as_of(MERGED))
    apart = listed(views, {"party": party}, as_of(UNMERGED))

    assert both == "lab spaces"
    assert apart == ("lab" if party == META else "spaces")


def test_the_one_that_remains_names_the_other(views: SqlViews) -> None:
    meta = item(views, "stakeholders", META, as_of(MERGED))
    twice = item(views, "stakeholders", META_TWICE, as_of(MERGED))

    assert [party["name"] for party in meta["merged_from"]] == ["Meta Platforms"]
    assert twice["merged_into"] == {"id": META, "kind": "organization", "name": "Meta Inc"}


def test_the_matrix_counts_them_together(views: SqlViews) -> None:
    together = {
        (cell["promisor"]["name"], cell["promisee"] and cell["promisee"]["name"]): cell["total"]
        for cell in views.matrix(as_of(MERGED))
    }

    assert together == {
        ("Meta Inc", None): 1,
        ("Meta Inc", "Working Group"): 1,
        ("Working Group", None): 1,
    }


# --- lists


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "lab spaces old void"),
        ({"party": GROUP}, "lab spaces old"),
        ({"party": GROUP, "role": "promisee"}, "spaces"),
        ({"promisor": GROUP}, "lab old"),
        ({"promisee": GROUP}, "spaces"),
        ({"status": "in_progress"}, "lab"),
        ({"status": "not_assessed", "record_status": "published"}, "spaces"),
        ({"record_status": "superseded"}, "old"),
        ({"record_status": "voided"}, "void"),
        ({"form": "commits"}, "spaces old"),
        ({"content": "consider"}, "lab"),
        ({"verifiable": "false", "topic": "moderation"}, "spaces"),
        ({"topic": "LAB"}, "lab"),
        ({"meeting": MEETING}, "lab"),
        ({"source": SOURCE}, "lab"),
        ({"statement": CONCERN}, "spaces"),
        ({"due_before": "2022-04"}, "old"),
        ({"due_after": "2022-04"}, "lab"),
        ({"overdue": "true"}, "lab"),
        ({"overdue": "false"}, "spaces old void"),
        ({"made_before": "2022"}, "old"),
        ({"made_after": "2022-02-15"}, "spaces void"),
        ({"disputed": "true"}, "lab"),
        ({"disputed": "false"}, "spaces old"),
        ({"flag": "overdue"}, "lab"),
        ({"flag": "late"}, ""),
        ({"flag": "review_due"}, ""),
        ({"flag": "disputed"}, "lab"),
        ({"flag": "stale"}, "spaces"),
        ({"flag": "self_reported_only"}, "lab"),
        ({"flag": "quote_unverified"}, "lab"),
        ({"text": "community LAB"}, "lab"),
        ({"text": "explore", "party": GROUP}, "lab"),
        ({"text": "never said"}, ""),
        ({"text": "explore investment"}, ""),
        ({"party": ident(0xBAD)}, ""),
    ],
)
def test_a_filter_narrows(views: SqlViews, filters: dict[str, str], expected: str) -> None:
    for order in views.orders("commitments"):
        found = listed(views, filters, order=order).split()
        assert sorted(found) == sorted(expected.split()), order


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("oldest", "lab spaces old void"),
        ("newest", "void old spaces lab"),
        ("due", "old lab spaces void"),
        ("made", "void spaces lab old"),
    ],
)
def test_an_order_orders(views: SqlViews, order: str, expected: str) -> None:
    assert listed(views, {}, order=order) == expected


@pytest.mark.parametrize(
    ("collection", "filters", "expected"),
    [
        ("stakeholders", {"kind": "person"}, [HEAD]),
        ("stakeholders", {"classification": "company"}, [META]),
        ("stakeholders", {"member_of": GROUP}, [HEAD]),
        ("stakeholders", {"text": "platforms"}, [META_TWICE]),
        ("meetings", {"participant": HEAD}, [MEETING]),
        ("meetings", {"delegation": GROUP}, [MEETING]),
        ("meetings", {"place": "islamabad"}, [MEETING]),
        ("meetings", {"series": "TALKS", "since": "2022-06"}, [NEXT_MEETING]),
        ("meetings", {"until": "2022-02"}, [MEETING]),
        ("meetings", {"text": "literacy"}, [MEETING]),
        ("meetings", {"text": "chair"}, [MEETING]),
        ("statements", {"kind": "concern", "speaker": GROUP}, [CONCERN]),
        ("statements", {"addressee": GROUP}, []),
        ("statements", {"addressed": "true"}, [CONCERN]),
        ("statements", {"addressed": "false"}, []),
        ("sources", {"basis": "note", "archived": "true"}, [SOURCE]),
        ("sources", {"publisher": "the note", "language": "EN"}, [SOURCE]),
        ("sources", {"text": "tuesday"}, [SOURCE]),
        ("outcomes", {"subject": LAB, "effect": "advances"}, [OUTCOME]),
        ("outcomes", {"since": "2022-12"}, []),
        ("outcomes", {"text": "monetisation"}, [OUTCOME]),
    ],
)
def test_other_collections_have_their_own_filters(
    views: SqlViews, collection: str, filters: dict[str, str], expected: list[str]
) -> None:
    page = views.page(collection, Query(filters=filters))

    assert [item["id"] for item in page.items] == expected


def test_stakeholders_can_be_listed_by_name(views: SqlViews) -> None:
    page = views.page("stakeholders", Query(order="name"))

    assert [item["id"] for item in page.items] == [HEAD, META, META_TWICE, GROUP]


@pytest.mark.parametrize(
    ("filters", "moment"),
    [
        ({}, NOW),
        ({"party": META}, as_of(MERGED)),
        ({"text": "a"}, NOW),
        ({"party": GROUP}, NOW),
        ({}, on_day("2022-06-01")),
    ],
)
def test_walking_page_by_page_gives_the_whole_list(
    views: SqlViews, filters: dict[str, str], moment: Moment
) -> None:
    for order in views.orders("commitments"):
        whole = views.page("commitments", Query(filters=filters, moment=moment, order=order))
        walked: list[str] = []
        after = None
        while True:
            page = views.page(
                "commitments",
                Query(filters=filters, moment=moment, order=order, after=after, limit=1),
            )
            walked += [item["id"] for item in page.items]
            after = page.next
            if after is None:
                break
        assert walked == [item["id"] for item in whole.items], order


def test_a_page_goes_on_where_it_was_while_facts_arrive(settings: Settings, store: Store) -> None:
    numbers = [stream(0x1000 + number) for number in range(6)]
    record(store, [(about, 1, recorded()) for about in numbers[:4]])
    with views_database(settings) as engine:
        fold_everything(engine, store)
        with reading(engine, store) as views:
            first = views.page("commitments", Query(limit=2))
            record(store, [(about, 1, recorded()) for about in numbers[4:]])
            fold_everything(engine, store)
            second = views.page("commitments", Query(limit=2, after=first.next))

    seen = [item["id"] for item in (*first.items, *second.items)]
    assert seen == numbers[3::-1]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_every_filter_of_a_collection_answers_or_refuses_any_text(
    views: SqlViews, collection: str
) -> None:
    for name in views.filters(collection):
        for text in ("", "x", "true", "2022", ident(1), "'; DROP TABLE x; --", '"', "NOT", "\0"):
            with suppress(BadFilter):
                views.page(collection, Query(filters={name: text}))


def test_nonsense_is_refused(views: SqlViews) -> None:
    with pytest.raises(BadCursor):
        views.page("commitments", Query(after="nonsense"))
    with pytest.raises(BadFilter):
        views.page("commitments", Query(order="best"))
    with pytest.raises(BadFilter):
        views.facts(Query(filters={"topic": "weather"}))
    with pytest.raises(BadFilter):
        views.search("lab", Query(filters={"kind": "weather"}))


# --- flags


@pytest.mark.parametrize(
    ("moment", "flags"),
    [
        (on_day("2022-03-01"), ["quote_unverified"]),
        (on_day("2022-07-01"), ["review_due", "quote_unverified"]),
        (on_day("2022-12-31"), ["self_reported_only", "quote_unverified"]),
        (on_day("2023-01-05"), ["overdue", "self_reported_only", "quote_unverified"]),
        (NOW, ["overdue", "disputed", "self_reported_only", "quote_unverified"]),
        (
            on_day("2023-09-02"),
            ["overdue", "disputed", "stale", "self_reported_only", "quote_unverified"],
        ),
    ],
)
def test_flags_are_those_of_the_day(views: SqlViews, moment: Moment, flags: list[str]) -> None:
    assert commitment(views, LAB, moment)["flags"] == flags
    for flag in ("overdue", "review_due", "disputed", "stale", "self_reported_only"):
        assert ("lab" in listed(views, {"flag": flag}, moment)) is (flag in flags)


def test_flags_as_of_a_position_look_at_the_day_it_was_recorded(views: SqlViews) -> None:
    assert "stale" in commitment(views, LAB, as_of(20))["flags"]
    assert "stale" not in commitment(views, LAB)["flags"]


# --- facts


def test_the_timeline_tells_everything_in_order(views: SqlViews) -> None:
    oldest = views.facts(Query(order="oldest", limit=100)).items
    newest = views.facts(Query(limit=100)).items

    assert [fact["position"] for fact in oldest] == list(range(1, len(FACTS) + 1))
    assert list(newest) == list(reversed(oldest))


@pytest.mark.parametrize(
    ("filters", "positions"),
    [
        ({"subject": LAB}, [13, 19, 20, 23]),
        ({"subject": CONCERN}, [12, 20]),
        ({"stakeholder": HEAD}, [4, 5, 8, 10, 25]),
        ({"stakeholder": META_TWICE}, [2, 14, 22, 24]),
        ({"topic": "dispute."}, [23]),
        ({"topic": "commitment.recorded/1"}, [13, 14, 15, 17]),
        ({"meeting": MEETING}, [10, 12, 13, 19, 23, 25]),
        ({"since": "2022-11", "until": "2022"}, [20, 22]),
        ({"topic": "quotation", "stakeholder": HEAD}, [8]),
    ],
)
def test_the_timeline_is_narrowed(
    views: SqlViews, filters: dict[str, str], positions: list[int]
) -> None:
    page = views.facts(Query(filters=filters, order="oldest", limit=100))

    assert [fact["position"] for fact in page.items] == positions


def test_the_timeline_is_read_page_by_page(views: SqlViews) -> None:
    first = views.facts(Query(limit=20))
    second = views.facts(Query(limit=20, after=first.next))

    assert second.next is None
    assert [fact["position"] for fact in (*first.items, *second.items)] == list(range(25, 0, -1))


def test_a_history_ends_at_the_moment(views: SqlViews) -> None:
    def positions(moment: Moment) -> list[int]:
        return [fact["position"] for fact in views.history(LAB, moment)]

    assert positions(NOW) == [13, 19, 23]
    assert positions(as_of(20)) == [13, 19]
    assert positions(on_day("2022-06-01")) == [13]
    assert views.history(ident(0xBAD)) == []


def test_a_fact_is_told_with_its_subject_and_sources(views: SqlViews) -> None:
    fact = views.fact(13)

    assert fact is not None
    assert fact["subject"] == {
        "id": LAB,
        "kind": "commitments",
        "title": "Explore a community lab.",
    }
    assert fact["sources"][0]["title"] == "A first meeting"
    content = cast("dict[str, Any]", fact["data"]["content"])
    assert content["promisors"] == [META, GROUP]
    assert "effective_on" not in fact["data"]
    assert views.fact(26) is None


def test_positions_and_instants_answer_each_other(views: SqlViews) -> None:
    at = views.recorded_at(13)

    assert at is not None
    assert views.position_at(at) == len(FACTS)
    assert views.position_at(at - timedelta(seconds=1)) == 0
    assert views.recorded_at(26) is None
    assert views.position() == len(FACTS)


# --- search and totals


def test_a_search_goes_through_every_kind_newest_record_first(views: SqlViews) -> None:
    hits = views.search("meeting", Query()).items

    assert [(hit["subject"]["kind"], hit["subject"]["id"]) for hit in hits] == [
        ("meetings", NEXT_MEETING),
        ("meetings", MEETING),
        ("sources", SOURCE),
    ]
    assert hits[0]["excerpt"] is not None
    assert "\u2068meeting\u2069" in hits[0]["excerpt"]


def test_a_hit_says_since_when_it_stands_there_if_anybody_knows(views: SqlViews) -> None:
    def days(text: str, kind: str) -> set[str | None]:
        return {each["effective_on"] for each in views.search(text, _of(kind)).items}

    assert days("meeting", "sources") == {"2022-02-19"}
    assert days("platforms", "stakeholders") == {None}


def _of(kind: str) -> Query:
    return Query(filters={"kind": kind})


def test_a_search_is_read_page_by_page_and_in_one_kind(views: SqlViews) -> None:
    first = views.search("meeting", Query(limit=1))
    second = views.search("meeting", Query(limit=5, after=first.next))
    sources = views.search("meeting", Query(filters={"kind": "sources"}, order="oldest"))

    assert [hit["subject"]["id"] for hit in second.items] == [MEETING, SOURCE]
    assert [hit["subject"]["id"] for hit in sources.items] == [SOURCE]


def test_a_search_finds_the_words_of_that_time(views: SqlViews) -> None:
    def found(moment: Moment) -> list[str]:
        return [hit["subject"]["id"] for hit in views.search("inc", Query(moment=moment)).items]

    assert found(NOW) == [META]
    assert found(as_of(20)) == []
    assert found(on_day("2022-09-30")) == []


@pytest.mark.parametrize(
    "text", ["", "  ", '"', "*", "lab*", "a AND", "NEAR(", "\0", "'", "-lab", "{x}:"]
)
def test_a_search_takes_any_text(views: SqlViews, text: str) -> None:
    assert views.search(text, Query()).next is None


def test_statistics_count_what_stood_at_the_moment(views: SqlViews) -> None:
    now = views.statistics()

    assert now["commitments"]["record_status"] == {"published": 2, "superseded": 1, "voided": 1}
    assert now["commitments"]["progress"] == {"in_progress": 1, "not_assessed": 1}
    assert now["statements"] == {"concern": 1}
    assert now["entities"] == {
        "commitments": 3,
        "meetings": 2,
        "organizations": 3,
        "outcomes": 1,
        "persons": 1,
        "sources": 1,
        "stakeholders": 4,
        "statements": 1,
    }
    assert views.statistics(as_of(MERGED))["entities"]["organizations"] == 2
    assert views.statistics(on_day("2021-12-31"))["commitments"]["progress"] == {"not_assessed": 1}
    assert views.statistics(Moment(as_of=13, on=date(2022, 9, 2)))["commitments"]["progress"] == {
        "not_assessed": 1
    }


def test_a_view_that_was_never_built_says_so(settings: Settings, store: Store) -> None:
    with views_database(settings) as engine:
        tails(engine, state=BUILDING)
        with reading(engine, store) as views, pytest.raises(ViewUnavailable):
            views.page("commitments", Query())


def test_the_state_of_every_view_is_told(views: SqlViews) -> None:
    assert {(each.position, each.behind, each.stalled_at) for each in views.status()} == {
        (25, 0, None)
    }
