"""A house with small limits, and what its clients may ask."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx2
import pytest

from contracts.acts import acts
from ledger_api.limits import Limits
from tests.conftest import signer
from tests.ledger_api.client import PUBLIC_URL, House, Person, furnished_house
from tests.ledger_api.ticking import Ticking

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SMALL = Limits(
    client_requests_per_minute=30, client_writes_per_minute=6, client_challenges_per_minute=5, client_uploads_per_minute=4,
    client_checks_per_minute=8, client_streams=2, client_parallel=3, member_requests_per_minute=40, member_writes_per_minute=7,
    member_uploads_per_minute=6, member_streams=3, streams=6, parallel=4, waiting=1, max_wait_seconds=0.05,
    body_seconds=0.3, clients=50,
)  # fmt: skip
ADDRESSES = (f"198.51.100.{i}" for i in itertools.count(1))
DRAFT = next(f"/v1/acts/{act.act}/drafts" for act in acts().values() if act.message)


@dataclass
class Small:
    """A house with small limits.

    Attributes:
        house: The house.
        ticks: Its clock for them.
    """

    house: House
    ticks: Ticking

    def client(self) -> httpx2.AsyncClient:
        """A client with an address of its own."""
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=self.house.app, client=(next(ADDRESSES), 1)),
            base_url=PUBLIC_URL,
        )

    def elsewhere(self, person: Person) -> httpx2.AsyncClient:
        """The same person at another address."""
        client = self.client()
        client.headers.update(person.http.headers)
        client.cookies.update(person.http.cookies)
        return client

    async def signed_in(self, name: str) -> Person:
        """A member at an address of their own."""
        person = Person(self.house, signer(name))
        person.http = self.client()
        await person.sign_in()
        return person

    async def figure(self, name: str) -> float:
        """A figure of the metrics."""
        text = (await self.client().get("/metrics")).text
        return float(re.search(rf"^{re.escape(name)} (.+)$", text, re.MULTILINE)[1])  # type: ignore[index]


@pytest.fixture(scope="module")
async def small(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Small]:
    ticks = Ticking()
    async with furnished_house(tmp_path_factory.mktemp("limits"), limits=SMALL, ticks=ticks) as house:
        yield Small(house, ticks)


async def read(client: httpx2.AsyncClient) -> httpx2.Response:
    return await client.get("/v1/acts")


async def draft(client: httpx2.AsyncClient) -> httpx2.Response:
    return await client.post(DRAFT, json={})


async def challenge(client: httpx2.AsyncClient) -> httpx2.Response:
    return await client.post("/v1/sessions/challenges", json={"address": "0x" + "11" * 20})


async def upload(client: httpx2.AsyncClient) -> httpx2.Response:
    return await client.post("/v1/documents", files={"file": ("a.txt", b"a")})


async def check(client: httpx2.AsyncClient) -> httpx2.Response:
    return await client.get("/health/live")
