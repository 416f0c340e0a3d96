"""The example in docs/record-format.md is recorded as it stands there."""

import re
from pathlib import Path

from tests.integration.desk.office import Office


async def test_the_example_of_the_documentation_is_recorded(office: Office, checkout: Path) -> None:
    text = (checkout / "docs" / "record-format.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)

    reply = await office.send(
        "/api/v1/meeting-records", example.encode(), Content_Type="application/yaml"
    )

    assert reply.status == 201, reply.raw
    ids = reply.document["ids"]
    jetty = await office.read(f"/api/v1/commitments/{ids['jetty']}", reply.document["position"])
    assert jetty["citations"][0]["quotation"]["check"] == "found"
    assert jetty["due"]["latest"] == "2025-06"
    assert jetty["outcomes"][0]["effect"] == "fulfils"
