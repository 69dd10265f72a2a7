"""While a database is away the portal says so and what to do; when it is back, so is everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from tests.conftest import signer
from tests.ledger_api.client import House, Person, furnished_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:9/none"


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("away")) as opened:
        yield opened


@pytest.fixture
async def treasurer(house: House) -> Person:
    person = Person(house, signer("treasurer"))
    await person.sign_in()
    return person


@pytest.fixture
async def away(house: House, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """Name of an engine whose database nobody serves during the test."""
    name: str = request.param
    engine, kept = create_async_engine(NOWHERE), getattr(house.context, name)
    house.replace_in_context(**{name: engine})
    yield name
    house.replace_in_context(**{name: kept})
    await engine.dispose()


@pytest.mark.parametrize("address", ["/v1/funds", "/v1/transfers.csv", "/v1/overview"])
@pytest.mark.parametrize("away", ["mirror"], indirect=True)
async def test_the_api_without_its_mirror_asks_to_try_again(house: House, away: str, address: str) -> None:
    del away
    answer = await house.http.get(address)
    assert (answer.status_code, answer.json()["code"]) == (503, "MirrorUnavailableError")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("away", ["app_engine"], indirect=True)
async def test_who_signs_in_while_the_database_is_away_is_asked_to_try_again(
    house: House, treasurer: Person, away: str
) -> None:
    del away
    address = {"address": signer("treasurer").address}
    for answer in (
        await house.http.post("/v1/sessions/challenges", json=address),
        await treasurer.http.get("/v1/statements"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (503, "DatabaseUnavailableError")
        assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("away", ["mirror", "app_engine"], indirect=True)
async def test_a_page_that_needs_the_database_is_a_page_of_the_problem(treasurer: Person, away: str) -> None:
    del away
    page = await treasurer.http.get("/statements")
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "请过一会儿再试" in page.text


async def test_all_is_there_again_when_the_databases_are_back(house: House, treasurer: Person) -> None:
    assert (await house.http.get("/v1/funds")).status_code == 200
    assert (await treasurer.http.get("/statements")).status_code == 200
