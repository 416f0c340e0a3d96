"""What a promise must say to be recorded: who, what, on which words, by when."""

from ledger.dates import PartialDate
from ledger.errors import Invalid
from ledger.facts.commitment import CommitmentContent, Due
from ledger.facts.fact import StreamId
from ledger.rules.days import certainly_before
from ledger.rules.evidence import check_citations, cites
from ledger.rules.parties import check_side
from ledger.rules.record import refuse_itself
from ledger.rules.words import check_name, check_remark, check_text, check_topics
from ledger.vocabulary import QuotationRole


class EmptyPromisors(Invalid):
    """A promise is somebody's; name at least one promisor."""


class DueBeforeMade(Invalid):
    """The due date lies before the promise was made; give the day that the words mean."""


class DueEndsBeforeItBegins(Invalid):
    """The earliest due date lies after the latest; swap them, or leave the earliest out."""


class NoOriginCited(Invalid):
    """Citations must include the words that promise; give one of them the role origin."""


def check_content(content: CommitmentContent, own: StreamId) -> None:
    _check_sides(content)
    _check_words(content)
    _check_evidence(content)
    if content.due is not None:
        check_due(content.due, content.made_on, "/content/due")
    refuse_itself(own, content.parent, "/content/parent")
    for index, relation in enumerate(content.relations):
        refuse_itself(own, relation.commitment, f"/content/relations/{index}/commitment")


def _check_sides(content: CommitmentContent) -> None:
    if not content.promisors:
        raise EmptyPromisors(pointer="/content/promisors")
    check_side(content.promisors, "/content/promisors")
    check_side(content.promisees, "/content/promisees")
    for index, third in enumerate(content.third_parties):
        check_name(third.name, f"/content/third_parties/{index}/name")


def _check_words(content: CommitmentContent) -> None:
    check_text(content.text, "/content/text")
    check_remark(content.purpose, "/content/purpose")
    check_remark(content.strength.reading, "/content/strength/reading")
    check_topics(content.topics, "/content/topics")


def _check_evidence(content: CommitmentContent) -> None:
    check_citations(content.citations, "/content/citations")
    if content.citations and not cites(content.citations, QuotationRole.ORIGIN):
        raise NoOriginCited(pointer="/content/citations")


def check_due(due: Due, made_on: PartialDate, pointer: str) -> None:
    check_remark(due.text, f"{pointer}/text")
    if certainly_before(due.latest, made_on):
        raise DueBeforeMade(pointer=f"{pointer}/latest")
    if due.earliest is not None and due.earliest.earliest > due.latest.latest:
        raise DueEndsBeforeItBegins(pointer=f"{pointer}/earliest")
