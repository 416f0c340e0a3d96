"""The table of addresses, and the bodies that are derived from commands."""

from dataclasses import fields

import pytest

from api.desk.addresses import ADDRESSES, Address
from api.desk.bodies import body_of, parsed
from api.desk.record import OPERATIONS
from api.desk.shapes import shape_of
from api.edge.problems import ProblemError
from ledger import commands as intents
from ledger.dates import PartialDate
from ledger.facts.commitment import CommitmentContent, Strength
from ledger.facts.fact import StreamId
from ledger.vocabulary import RUBRIC_VERSION, Content, Form

META = "6c2201da-3e9c-453e-84d1-9d58bb1c51f1"
PROMISE = {
    "promisors": [META],
    "text": "Build it.",
    "made_on": "2022-02",
    "strength": {"form": "commits", "content": "specific_action"},
}


def at(path: str) -> Address:
    (found,) = (address for address in ADDRESSES if address.path == path)
    return found


def faults(path: str, value: object) -> dict[str | None, tuple[str, ...]]:
    with pytest.raises(ProblemError) as caught:
        parsed(body_of(at(path)), value)
    assert caught.value.problem.status == 422
    return {fault.pointer: fault.allowed for fault in caught.value.problem.errors}


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.path)
def test_a_body_and_its_address_hold_every_field_of_the_command(address: Address) -> None:
    held = body_of(address).model_fields.keys() - {"recorder"}

    assert held | address.filled >= {each.name for each in fields(address.command)}
    assert not held & address.filled


def test_operations_have_names_and_paths_of_their_own() -> None:
    assert len({operation.name for operation in OPERATIONS}) == len(OPERATIONS)
    assert len({(each.method, each.path) for each in OPERATIONS}) == len(OPERATIONS)


def test_a_body_becomes_its_command() -> None:
    body = parsed(body_of(at("commitments")), {"content": PROMISE})

    assert body.command(id="x") == intents.RecordCommitment(
        id=StreamId("x"),
        content=CommitmentContent(
            promisors=(StreamId(META),),
            text="Build it.",
            made_on=PartialDate("2022-02"),
            strength=Strength(form=Form.COMMITS, content=Content.SPECIFIC_ACTION),
        ),
    )


def test_every_mistake_is_named() -> None:
    wrong = {
        "content": {
            **PROMISE,
            "promisors": ["meta"],
            "made_on": "2022-02-31",
            "strength": {"form": "vows", "content": "specific_action", "sure": True},
            "third_parties": [{}],
        },
        "recorder": {"who": "me"},
        "more": 1,
    }

    assert faults("commitments", wrong) == {
        "/content/promisors/0": (),
        "/content/made_on": (),
        "/content/strength/form": tuple(Form),
        "/content/strength/sure": (),
        "/content/third_parties/0/name": (),
        "/recorder/who": (),
        "/more": (),
    }


def test_ids_of_the_address_cannot_be_given_in_the_body() -> None:
    body = {"looked_on": "2022", "assessor_kind": "official", "looked_at": "x", "id": META}

    assert faults("commitments/{id}/reviews", body).keys() == {"/id"}


def test_an_assessment_is_by_the_rubric_of_today_unless_it_says_otherwise() -> None:
    body = {"assessed_on": "2022", "assessor_kind": "official", "progress": "stalled"}

    command = parsed(body_of(at("commitments/{id}/assessments")), body).command(
        id=META, assessment=META
    )

    assert isinstance(command, intents.AssessProgress)
    assert command.rubric == RUBRIC_VERSION


def test_one_dataclass_has_one_shape() -> None:
    assert shape_of(CommitmentContent) is shape_of(CommitmentContent)
