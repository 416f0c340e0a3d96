"""Three real histories, imported by the mapping files that are shipped, as readers see them."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api.importing.opening import read_mapping
from ledger.facts.assessment import ProgressAssessed
from ledger.facts.commitment import CommitmentRecorded
from ledger.vocabulary import Progress, ReopenReason
from tests.integration.desk.office import Office, open_office
from tests.integration.importing.runs import Result, facts_of, imported, ledger_in

Values = dict[str, Any]


def mapping_of(checkout: Path, name: str) -> bytes:
    return (checkout / "docs" / "examples" / f"{name}.yaml").read_bytes()


class Site:
    """A history on a running site."""

    def __init__(self, office: Office, result: Result, head: int) -> None:
        self.office, self.result, self.head = office, result, head

    async def list(self, query: str) -> list[Values]:
        found: list[Values] = []
        page = f"/api/v1/{query}"
        while page:
            envelope = await self.office._get(page, self.head)
            found += envelope["data"]
            page = envelope["links"].get("next", "")
        return found
