"""However long a town has lived, a page asks the same of the database: one town, whose story is told 80 times and 320 times."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from sqlalchemy import event

from benchmarks.pages import under_test
from benchmarks.pages.copies import batches
from benchmarks.pages.history import History
from kit.reader import SqliteReader
from ledger_api.app import create_app
from ledger_api.balances import SqliteBalances
from ledger_api.context import Context
from ledger_api.paging import encode_cursor
from tests.conftest import member_id
from tests.ledger_api.client import PUBLIC_URL
from tests.ledger_api.owners import http_for, signed_in
from tests.ledger_api.test_accounts_postgres import ADDRESSES
from tests.ledger_api.test_portal import PAGES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.ledger_api.client import House

# Far back in the ledger, where a page need not pass all pages before it.
CURSOR = encode_cursor(500)
# And in lists in the order of the chain.
PLACE = encode_cursor(3_000, 0)
BACK = {
    f"/v1/transfers?limit=5&cursor={CURSOR}", f"/v1/transfers?limit=5&fund=2&cursor={CURSOR}",
    *(f"/v1/workers/0x{member_id('worker0').hex()}/{one}?limit=5&cursor={PLACE}" for one in ("lots", "payouts")),
    f"/v1/enterprises/1/orders?limit=5&cursor={PLACE}", f"/v1/proposals?limit=5&cursor={PLACE}",
    f"/v1/volunteers/0x{member_id('volunteer').hex()}/redemptions?limit=5&cursor={PLACE}",
    f"/v1/volunteers/0x{member_id('elder').hex()}/provided?limit=5&cursor={PLACE}",
    *(f"/v1/volunteers/0x{member_id(name).hex()}/requests?limit=5&cursor={PLACE}" for name in ("requester", "neighbour1")),
}  # fmt: skip
# Of somebody to whom nothing of it belongs: nobody's rows are passed over to find that out.
STRANGER = f"/v1/volunteers/0x{member_id('worker1').hex()}"
NONE = {f"{STRANGER}/{one}" for one in ("held", "visits", "redemptions", "provided", "requests")}
# What nobody filed by itself is looked for among all of it; a worker's statement of 366 days is longer than the shorter time.
SEARCHES = {"/ledger?fund=2&reason=DONATION", f"/v1/workers/0x{member_id('worker0').hex()}"}
WITHOUT_MIRROR = {"/demo", "/keys", "/me/day"}
# Every list of a page is full after the shorter, and the longer is four times as long.
SHORTER, LONGER = 80, 320
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
    contexts, counters = [], []
    for years in (SHORTER, LONGER):
        url = f"sqlite:///{folder / f'{years}.db'}"
        under_test.write(url, batches(history, years))
        context = Context.open(replace(story.config, mirror_url=url), clock=story.town.chain.now)
        http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=create_app(context)), base_url=PUBLIC_URL
        )
        counters.append(StepCounter(http))
        watch(context, counters[-1])
        contexts.append(context)
    yield counters
    for context in contexts:
        await context.close()


def watch(context: Context, counter: StepCounter) -> None:
    """Counts what is asked of the mirror, by whichever connection: that of balances, and those that its reader makes from now on."""

    def on_connect(connection: Any, _: object) -> None:
        connection.set_progress_handler(counter.count, STEPS_A_CALL)

    assert isinstance(context.mirror, SqliteReader)
    assert isinstance(context.balances, SqliteBalances)
    on_connect(context.balances._connected(), None)
    event.listen(context.mirror._engine, "connect", on_connect)


@pytest.mark.parametrize("address", sorted({*PAGES, *ADDRESSES, *BACK, *NONE} - SEARCHES - WITHOUT_MIRROR))
async def test_four_times_the_years_cost_no_more(
    story: House, portals: list[StepCounter], address: str
) -> None:
    await costs_no_more(portals, address, await http_for(story, address))


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("seat0", "/committee"), ("seat0", "/committee/drafts"), ("coordinator", "/me/visits-to-judge"),
        ("coordinator", f"/volunteers/0x{member_id('coordinator').hex()}"),
        ("foreman", "/enterprises/1"), ("foreman", "/enterprises/1/open-lots"),
    ],
)  # fmt: skip
async def test_what_waits_for_an_office_costs_no_more_after_four_times_the_years(
    story: House, portals: list[StepCounter], name: str, address: str
) -> None:
    await costs_no_more(portals, address, (await signed_in(story, name)).http)


async def costs_no_more(portals: list[StepCounter], address: str, reader: httpx2.AsyncClient) -> None:
    headers = {"cookie": "; ".join(f"{name}={value}" for name, value in reader.cookies.items())}
    shorter, longer = [await portal.steps_of(address, headers) for portal in portals]
    assert 0 < longer <= 1.25 * shorter


def file_of(url: str) -> str:
    return url.removeprefix("sqlite:///")
