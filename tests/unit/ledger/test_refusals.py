"""Every rule that says no, with the command that it says it to."""

import importlib
import pkgutil
from collections.abc import Iterable

import pytest

import ledger.rules
from ledger.errors import Conflict, Invalid, Refusal, Unknown
from tests.unit.ledger.refused.amounts import AMOUNTS
from tests.unit.ledger.refused.assessments import ASSESSMENTS
from tests.unit.ledger.refused.case import Case
from tests.unit.ledger.refused.commitments import COMMITMENTS
from tests.unit.ledger.refused.disputes import DISPUTES
from tests.unit.ledger.refused.keys import KEYS
from tests.unit.ledger.refused.meetings import MEETINGS
from tests.unit.ledger.refused.outcomes import OUTCOMES
from tests.unit.ledger.refused.records import RECORDS
from tests.unit.ledger.refused.redactions import REDACTIONS
from tests.unit.ledger.refused.sources import SOURCES
from tests.unit.ledger.refused.stakeholders import STAKEHOLDERS
from tests.unit.ledger.refused.statements import STATEMENTS
from tests.unit.ledger.refused.words import WORDS
from tests.unit.ledger.scenario import Given

CASES = (
    *AMOUNTS,
    *RECORDS,
    *WORDS,
    *STAKEHOLDERS,
    *SOURCES,
    *MEETINGS,
    *STATEMENTS,
    *COMMITMENTS,
    *ASSESSMENTS,
    *OUTCOMES,
    *DISPUTES,
    *REDACTIONS,
    *KEYS,
)
RAISED_BY_THE_SERVICE = {"LookAlikeName"}
"""The store answers who bears a name; `test_naming` has this sentence."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sentence)
def test_the_rules_refuse(case: Case) -> None:
    when = Given(case.given, case.knowing).when(case.when)

    when.refused(case.refusal, case.pointer, case.allowed)


def _refusals() -> Iterable[type[Refusal]]:
    for module in pkgutil.iter_modules(ledger.rules.__path__, "ledger.rules."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, Refusal):
                yield value


REFUSALS = sorted(
    {each for each in _refusals() if each.__module__ != "ledger.errors"},
    key=lambda each: each.__name__,
)


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refusal_is_a_sentence_that_says_what_is_true_and_what_would_do(
    refusal: type[Refusal],
) -> None:
    sentence = (refusal.__doc__ or "").partition("\n")[0]

    assert sentence.endswith(".")
    assert len(sentence.split()) > 5
    assert issubclass(refusal, Invalid | Conflict | Unknown)
    assert refusal().detail == sentence


def test_every_refusal_is_raised_by_a_case() -> None:
    raised = {case.refusal.__name__ for case in CASES} | RAISED_BY_THE_SERVICE

    assert raised == {refusal.__name__ for refusal in REFUSALS}


def test_no_two_cases_say_the_same() -> None:
    sentences = [case.sentence for case in CASES]

    assert len(sentences) == len(set(sentences))
