"""The same questions to the same town, mirrored into PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.accounts import AccountKind, account_id
from tests.conftest import member_id
from tests.ledger_api.client import open_house
from tests.ledger_api.owners import http_for
from tests.ledger_api.register_entries import write_names
from tests.ledger_api.story import CARE, OBJECTED, named_id
from tests.ledger_api.story_town import NAMES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.ledger_api.client import House

CARE_ACCOUNT = "0x" + account_id(AccountKind.PURPOSE, CARE).hex()
ADDRESSES = [
    "/v1/overview", "/v1/accounts?limit=5", f"/v1/accounts/{CARE_ACCOUNT}", f"/v1/accounts/{CARE_ACCOUNT}?at_block=80",
    "/v1/transfers?fund=2&limit=7", "/v1/transfers?since=2025-06-20T00:00:00Z", "/v1/funds", "/v1/funds/2",
    "/v1/budget-lines", "/v1/campaigns", "/v1/campaigns/1", "/v1/campaigns/2/gifts", "/v1/changes",
    "/v1/changes?phase=waiting", "/v1/proposals?state=APPROVED",
    f"/v1/proposals/0x{OBJECTED.proposal_id().hex()}", "/v1/members?limit=3&cursor=WzIyLDBd", "/v1/committees/1",
    f"/v1/members/0x{member_id('seat0').hex()}", "/v1/tasks?state=CLAIMED", f"/v1/tasks/0x{named_id('visit').hex()}",
    "/v1/redemptions", f"/v1/volunteers/0x{member_id('volunteer').hex()}", "/v1/enterprises", "/v1/enterprises/1",
    "/v1/enterprises/1/lots?limit=2", f"/v1/workers/0x{member_id('worker0').hex()}",
    "/v1/enterprises/1/orders?limit=2", "/v1/enterprises/1/rate-cards", "/v1/enterprises/1/open-lots",
    "/v1/enterprises/1/earnings", "/v1/earnings?limit=2", "/v1/funds/2/months?limit=2", "/v1/tasks?state=OPEN",
    *(f"/v1/workers/0x{member_id('worker0').hex()}/{one}?limit=2" for one in ("days", "months", "lots", "payouts")),
    *(f"/v1/volunteers/0x{member_id('volunteer').hex()}/{one}?limit=2" for one in ("held", "visits", "redemptions")),
    f"/v1/volunteers/0x{member_id('elder').hex()}/provided?limit=2",
    *(f"/v1/volunteers/0x{member_id(name).hex()}/requests?limit=2" for name in ("requester", "neighbour1")),
]  # fmt: skip


@pytest.fixture
async def house_on_postgres(story: House, postgres_url: str, tmp_path: Path) -> AsyncIterator[House]:
    write_names(tmp_path, NAMES)
    async with open_house(story.town, tmp_path, mirror_url=postgres_url) as house:
        yield house


async def test_postgres_answers_what_sqlite_answers(story: House, house_on_postgres: House) -> None:
    await story.syncer.catch_up()
    await house_on_postgres.syncer.catch_up()
    for address in ADDRESSES:
        expected, got = [await (await http_for(h, address)).get(address) for h in (story, house_on_postgres)]
        assert expected.status_code == 200, address
        assert got.json() == expected.json(), address
