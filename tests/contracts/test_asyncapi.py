"""The AsyncAPI document: nothing dangles, subjects are the log's, examples are true."""

import re
from typing import Any

import pytest

from shared.contracts.outputs import OutputSubmitted
from tests.contracts.documents import at, document, references, wrong
from tests.contracts.golden import golden

ASYNCAPI = document("asyncapi.json")
CHANNELS: dict[str, Any] = ASYNCAPI["channels"]
MESSAGES: dict[str, Any] = ASYNCAPI["components"]["messages"]
# What an agency's user of the server may post and hear.
FOR_INTEGRATORS = {
    "vn.dondoc.output.submitted.v1": "submit.{agency}",
    "vn.dondoc.output.recorded.v1": "receipts.{agency}.recorded",
    "vn.dondoc.output.rejected.v1": "receipts.{agency}.rejected",
    "vn.dondoc.output.reviewed.v1": "receipts.{agency}.reviewed",
}


def test_it_is_asyncapi_3_0_and_says_whose_view_it_is() -> None:
    assert ASYNCAPI["asyncapi"] == "3.0.0"
    assert "Whose view" in ASYNCAPI["info"]["description"]
    assert {name: one["action"] for name, one in ASYNCAPI["operations"].items() if one["action"] == "send"} == {
        "postOutput": "send"
    }


def test_every_reference_names_something() -> None:
    for reference in set(references(ASYNCAPI)):
        assert at(ASYNCAPI, reference), reference


def test_every_event_for_integrators_has_a_channel_on_its_own_subject() -> None:
    """As an agency sees it on the server: what the document tells of can be posted and heard, and nothing else."""
    told = {
        channel["address"]: {MESSAGES[message["$ref"].rpartition("/")[2]]["name"] for message in messages}
        for channel in CHANNELS.values()
        if (messages := list(channel["messages"].values()))
    }
    for name, subject in FOR_INTEGRATORS.items():
        assert name in told[subject]
    assert set(told) == {*FOR_INTEGRATORS.values(), "receipts.{agency}.{outcome}"}


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_an_address_has_exactly_its_parameters(name: str) -> None:
    channel = CHANNELS[name]
    assert set(re.findall(r"{(\w+)}", channel["address"])) == set(channel["parameters"])


@pytest.mark.parametrize("name", sorted(ASYNCAPI["operations"]))
def test_an_operation_speaks_of_messages_of_its_channel(name: str) -> None:
    operation = ASYNCAPI["operations"][name]
    for part in (operation, *([operation["reply"]] if "reply" in operation else [])):
        place = f"{part['channel']['$ref']}/messages/"
        assert part["messages"]
        assert all(message["$ref"].startswith(place) for message in part["messages"])


def test_what_is_posted_is_replied_to_by_a_receipt() -> None:
    reply = ASYNCAPI["operations"]["postOutput"]["reply"]
    names = {at(ASYNCAPI, at(ASYNCAPI, message["$ref"])["$ref"])["name"] for message in reply["messages"]}
    assert names == {"vn.dondoc.output.recorded.v1", "vn.dondoc.output.rejected.v1"}
    channel = at(ASYNCAPI, reply["channel"]["$ref"])
    assert {channel["address"].replace("{outcome}", one) for one in channel["parameters"]["outcome"]["enum"]} == {
        FOR_INTEGRATORS[name] for name in names
    }


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_an_example_fits_its_message(name: str) -> None:
    """Payload and headers; and what ties a receipt to its event is there."""
    message = MESSAGES[name]
    for example in message["examples"]:
        assert wrong(ASYNCAPI, message["payload"], example["payload"]) == []
        assert wrong(ASYNCAPI, message["headers"], example["headers"]) == []
        if "correlationId" in message:
            part, pointer = message["correlationId"]["location"].removeprefix("$message.").split("#/")
            where = example["headers"] if part == "header" else example["payload"]
            assert at(where, pointer) == golden(OutputSubmitted.TYPE)["id"]


@pytest.mark.parametrize("name", ["outputSubmitted", "outputSubmittedBinary"])
def test_what_is_posted_can_be_posted_as_it_stands(name: str) -> None:
    """Its files would have to be there before; its `subject` is the log's."""
    for example in MESSAGES[name]["examples"]:
        payload = example["payload"]
        assert not {"evidence", "subject"} & {*payload, *payload.get("data", {})}
        assert payload.get("data", payload)["title"]


def test_binary_mode_needs_the_attributes_in_headers() -> None:
    headers = MESSAGES["outputSubmittedBinary"]["headers"]
    assert set(headers["required"]) == {"ce-specversion", "ce-type", "ce-source", "ce-id"}
    assert MESSAGES["outputSubmittedBinary"]["contentType"] == "application/json"
