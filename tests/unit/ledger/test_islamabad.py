"""Quotations of the first real meeting, looked for in the two reports of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.quoting import find, normalised
from ledger.vocabulary import QuotationCheck


@dataclass(frozen=True)
class Reports:
    """A report, a rewrite of it with a louder heading, and what is quoted from where."""

    original: str
    rewrite: str
    quoted: list[tuple[str, str]]
    louder: str

    def of(self, source: str) -> Iterator[str]:
        return (exact for origin, exact in self.quoted if origin == source)


@pytest.fixture(scope="module")
def reports(shared: Path) -> Reports:
    original, rewrite = (path.read_text() for path in sorted((shared / "seeds").glob("*.txt")))
    case = json.loads((shared / "data/seed_case/meta_pakistan_2022.json").read_text())
    said = [*case["statements"], *case["follow_up"]]
    louder = said[0]["inflated_by"][0]["exact"]
    return Reports(original, rewrite, [(each["source"], each["exact"]) for each in said], louder)


def test_every_quotation_of_the_report_stands_in_it_once(reports: Reports) -> None:
    findings = {exact: find(reports.original, exact, "", "") for exact in reports.of("S1")}

    assert len(findings) == 5
    for exact, finding in findings.items():
        assert finding.check is QuotationCheck.FOUND
        assert finding.start is not None
        at_start = normalised(reports.original[finding.start :])
        assert at_start.startswith(normalised(exact))


@pytest.mark.parametrize("source", ["S3", "O1", "O2"])
def test_quotations_of_other_sources_stand_in_neither_report(reports: Reports, source: str) -> None:
    others = list(reports.of(source))

    assert others
    for exact in others:
        for text in (reports.original, reports.rewrite):
            assert find(text, exact, "", "").check is QuotationCheck.NOT_FOUND


def test_both_reports_hold_the_commitment_that_they_attribute_differently(
    reports: Reports,
) -> None:
    (exact,) = reports.of("S2")

    for text in (reports.original, reports.rewrite):
        assert find(text, exact, "", "").check is QuotationCheck.FOUND


def test_only_the_rewrite_holds_the_heading_that_inflates(reports: Reports) -> None:
    assert find(reports.rewrite, reports.louder, "", "").check is QuotationCheck.FOUND
    assert find(reports.original, reports.louder, "", "").check is QuotationCheck.NOT_FOUND


def test_an_apostrophe_may_be_typed_straight(reports: Reports) -> None:
    at = reports.original.index("\N{RIGHT SINGLE QUOTATION MARK}")
    around = reports.original[at - 20 : at + 20]

    finding = find(reports.original, around.replace(around[20], "'"), "", "")

    assert around[20] != "'"
    assert finding == find(reports.original, around, "", "")
    assert finding.check is QuotationCheck.FOUND


def test_what_stands_around_a_word_tells_its_places_apart(reports: Reports) -> None:
    exact = next(reports.of("S1"))
    before, _, after = exact.partition(" to ")

    anywhere = find(reports.original, "to", "", "")
    there = find(reports.original, "to", before, after)

    assert anywhere.check is QuotationCheck.AMBIGUOUS
    assert there.check is QuotationCheck.FOUND
    assert there.start == reports.original.index(exact) + len(before) + 1
