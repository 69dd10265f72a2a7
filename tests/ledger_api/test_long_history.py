"""However long a town has lived, a page asks the same of the database: one town, whose story is told 120 times and 480 times."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from benchmarks.pages import under_test
from benchmarks.pages.copies import batches
from benchmarks.pages.history import History
from ledger_api.app import create_app
from ledger_api.context import Context
from ledger_api.paging import encode_cursor
from tests.conftest import member_id
from tests.ledger_api.client import PUBLIC_URL
from tests.ledger_api.owners import http_for
from tests.ledger_api.test_accounts_postgres import ADDRESSES
from tests.ledger_api.test_portal import PAGES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.ledger_api.client import House

# Far back in the ledger, where a page need not pass all pages before it.
CURSOR = encode_cursor(500)
BACK = {f"/v1/transfers?limit=5&cursor={CURSOR}", f"/v1/transfers?limit=5&fund=2&cursor={CURSOR}"}
# What nobody filed by itself is looked for among all of it; a worker's statement of 366 days is longer than the shorter time.
SEARCHES = {"/ledger?fund=2&reason=DONATION", f"/v1/workers/0x{member_id('worker0').hex()}"}
# Every list of a page is full after the shorter, and the longer is four times as long.
SHORTER, LONGER = 120, 480
STEPS_A_CALL = 10


class StepCounter:
    """What one portal asks of its mirror.

    Attributes:
        steps: Instructions that SQLite's machine has run.
    """

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http, self.steps = http, 0

    def count(self) -> None:
        """Takes note of some steps."""
        self.steps += STEPS_A_CALL

    async def steps_of(self, address: str, headers: dict[str, str]) -> int:
        """Steps of one answer with some headers, once what is prepared at the first is there."""
        for _ in range(2):
            self.steps = 0
            assert (await self._http.get(address, headers=headers)).status_code == 200
        return self.steps


@pytest.fixture(scope="module")
async def portals(story: House, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[list[StepCounter]]:
    folder, history = tmp_path_factory.mktemp("years"), History(Path(file_of(story.config.mirror_url)))
    contexts, counters = [], {}

    def watch(connection: Any, _: object) -> None:
        _, _, file = connection.execute("PRAGMA database_list").fetchone()
        if Path(file).name in counters:
            connection.set_progress_handler(counters[Path(file).name].count, STEPS_A_CALL)

    event.listen(Engine, "connect", watch)
    for years in (SHORTER, LONGER):
        url = f"sqlite:///{folder / f'{years}.db'}"
        under_test.write(url, batches(history, years))
        context = Context.open(replace(story.config, mirror_url=url), clock=story.town.chain.now)
        http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=create_app(context)), base_url=PUBLIC_URL
        )
        contexts.append(context)
        counters[f"{years}.db"] = StepCounter(http)
    yield list(counters.values())
    event.remove(Engine, "connect", watch)
    for context in contexts:
        await context.close()


@pytest.mark.parametrize("address", sorted({*PAGES, *ADDRESSES, *BACK} - SEARCHES))
async def test_four_times_the_years_cost_no_more(
    story: House, portals: list[StepCounter], address: str
) -> None:
    cookies = (await http_for(story, address)).cookies
    headers = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    shorter, longer = [await portal.steps_of(address, headers) for portal in portals]
    assert longer <= 1.25 * shorter


def file_of(url: str) -> str:
    return url.removeprefix("sqlite:///")
