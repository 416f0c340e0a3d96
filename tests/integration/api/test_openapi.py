"""The description of the API is the API: it hides nothing and promises nothing in vain."""

import asyncio
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import pytest
from playwright.async_api import Page

from api.app import public_app
from api.edge.meters import Meters
from api.exporting.orders import Order
from api.exporting.schedule import Exporter
from projections.port import COLLECTIONS
from tests.integration.api.seed import CAST
from tests.integration.api.service import Service

CHECKS: Final = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance"
)
ITEMS: Final = {
    "commitments": CAST.commitment,
    "stakeholders": CAST.company,
    "meetings": CAST.meeting,
    "statements": CAST.statement,
    "sources": CAST.source,
    "outcomes": CAST.outcome,
}
READS: Final = (
    *((f"/api/v1/{name}", f"/api/v1/{name}") for name in (*COLLECTIONS, "facts")),
    *((f"/api/v1/{name}/{{id}}", f"/api/v1/{name}/{ITEMS[name]}") for name in COLLECTIONS),
    *(
        (f"/api/v1/{name}/{{id}}/history", f"/api/v1/{name}/{ITEMS[name]}/history")
        for name in COLLECTIONS
    ),
    ("/api/v1/facts/{position}", "/api/v1/facts/3"),
    ("/api/v1/search", "/api/v1/search?q=lab"),
    ("/api/v1/matrix", "/api/v1/matrix"),
    ("/api/v1/statistics", "/api/v1/statistics"),
    ("/api/v1/transparency", "/api/v1/transparency"),
    ("/api/v1/vocabulary", "/api/v1/vocabulary"),
)
UNDESCRIBED: Final = {"/api/v1/openapi.json"}


async def described(service: Service) -> dict[str, Any]:
    async with service.client.get(service.public("/api/v1/openapi.json")) as response:
        document: dict[str, Any] = await response.json()
        return document


async def test_every_route_of_the_api_is_described_and_the_other_way_round(
    service: Service,
) -> None:
    parts = service.running.parts
    exporter = Exporter(Order(parts.settings, parts.public_url), parts.views)
    app = public_app(parts, Meters(), exporter)
    served = {
        (resource.canonical, route.method)
        for resource in app.router.resources()
        for route in resource
        if resource.canonical.startswith("/api/v1/") and route.method != "HEAD"
    }

    paths = (await described(service))["paths"]

    told = {
        (path, method.upper())
        for path, methods in paths.items()
        for method in methods
        if path.startswith("/api/v1/")
    }
    assert {(path, method) for path, method in served if path not in UNDESCRIBED} == told
    assert {path for path, _ in READS} == {path for path, _ in told} - {"/api/v1/stream"}


@pytest.mark.parametrize(("path", "target"), READS)
async def test_a_real_answer_is_as_described(path: str, target: str, service: Service) -> None:
    document = await described(service)
    responses = document["paths"][path]["get"]["responses"]
    schema = responses["200"]["content"]["application/json"]["schema"]

    async with service.client.get(service.public(target)) as response:
        answer = await response.json()

    assert answer["data"]
    jsonschema_rs.validate({**schema, "components": document["components"]}, answer)


async def test_problems_are_as_described(service: Service) -> None:
    document = await described(service)
    schema = document["components"]["schemas"]["Problem"]

    async with service.client.get(service.public("/api/v1/facts?limit=x&colour=red")) as response:
        problem = await response.json(content_type="application/problem+json")

    jsonschema_rs.validate(schema, problem)
    assert len(problem["errors"]) == 1
    assert problem["errors"][0]["allowed"]


async def test_requests_made_up_from_the_description_are_answered_as_described(
    service: Service, tmp_path: Path
) -> None:
    """Schemathesis, with a few requests an operation; the stream never ends, so it is left out."""
    process = await asyncio.create_subprocess_exec(
        *(str(Path(sys.executable).with_name("schemathesis")), "run"),
        service.public("/api/v1/openapi.json"),
        *("--checks", CHECKS, "--exclude-path", "/api/v1/stream"),
        *("--phases", "examples,coverage,fuzzing", "--max-examples", "3", "--max-time", "45"),
        *("--seed", "1", "--no-color"),
        cwd=tmp_path,
        stdout=PIPE,
        stderr=STDOUT,
    )
    told, _ = await process.communicate()

    assert process.returncode == 0, told.decode()


async def test_the_page_to_try_it_breaks_no_policy(service: Service, page: Page) -> None:
    """In a browser: every operation is shown, and nothing is blocked or loaded from elsewhere."""
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))

    await page.goto(service.public("/api/docs"))
    await page.get_by_text("/api/v1/commitments/{id}/history").wait_for()

    assert [text for text in said if "Content Security Policy" in text] == []
    ours = service.running.public_url
    assert [url for url in asked if not url.startswith((ours, "data:"))] == []
