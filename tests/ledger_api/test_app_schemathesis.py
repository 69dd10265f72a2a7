"""Whatever a stranger sends, the API answers, and never with a failure of its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings

from tests.ledger_api.client import House, furnished_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

EXAMPLES = 8
# The description of all acts is made at the first question.
SECONDS = 60
# The stream answers as long as it is asked to.
SKIPPED = {"/v1/stream"}


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("strangers")) as opened:
        yield opened


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    server = uvicorn.Server(uvicorn.Config(house.app, port=0, log_config=None, lifespan="off", ws="none"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 uvicorn offers no event to wait for
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving


def bombard(address: str) -> list[str]:
    """Sends generated requests to every operation; gives the answers that are failures."""
    import schemathesis

    failures: list[str] = []
    for found in schemathesis.openapi.from_url(
        f"{address}/openapi.json", timeout=SECONDS
    ).get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr] # a broken description fails the test
        if operation.path not in SKIPPED:
            failures += _bombard(operation)
    return failures


def _bombard(operation: Any) -> list[str]:
    failures: list[str] = []

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def send(case: Any) -> None:
        answer = case.call()
        if answer.status_code >= 500:
            failures.append(f"{operation.label}: {answer.status_code} {answer.text[:200]}")
        elif answer.status_code >= 400 and answer.headers["content-type"] != ["application/problem+json"]:
            failures.append(f"{operation.label}: {answer.status_code} is no problem: {answer.text[:200]}")

    send()
    return failures


async def test_no_generated_request_makes_the_api_fail(address: str) -> None:
    assert await asyncio.to_thread(bombard, address) == []
