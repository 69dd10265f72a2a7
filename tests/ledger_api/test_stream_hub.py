"""One reader of the feed tells all streams: each hears all, once, and whoever is too slow loses the stream but nothing else."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import OperationalError

from ledger_api.stream import feed, hub
from ledger_api.stream.api import _events, _happening
from ledger_api.stream.feed import Position, StreamEvent
from ledger_api.stream.hub import Hub, Listener
from tests.ledger_api.client import House, furnished_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BLOCKS = 6


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("hub")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "POLL_SECONDS", 0.01)


class Counting:
    """A feed of a house that notes who reads it, and fails on demand."""

    def __init__(self, house: House) -> None:
        self._after = partial(feed.after, house.context.app_engine, house.context.mirror)
        self.now = partial(feed.now, house.context.app_engine, house.context.mirror)
        self.readers: list[Any] = []
        self.is_away = False

    async def after(self, seen: Position) -> list[StreamEvent]:
        self.readers.append(asyncio.current_task())
        if self.is_away:
            raise OperationalError("select", {}, Exception("away"))
        return await self._after(seen)


async def mine(house: House, count: int = BLOCKS) -> None:
    for _ in range(count):
        await house.town.chain.mine(empty=True)
    await house.syncer.catch_up()


async def heard(listener: Listener, count: int) -> list[int]:
    """Numbers of the next events, fewer if the stream ends, which is not for want of time."""
    numbers: list[int] = []
    async with asyncio.timeout(60):
        end = asyncio.get_running_loop().time() + 3600
        while len(numbers) < count and (event := await listener.next(end)) is not None:
            numbers.append(event.number)
    return numbers


async def test_fifty_listeners_hear_the_same_and_one_task_reads(house: House) -> None:
    counting = Counting(house)
    many = Hub(counting.now, counting.after)
    start = (await counting.now()).block

    async def listen(ready: asyncio.Barrier) -> list[int]:
        async with many.listener() as listener:
            await ready.wait()
            return await heard(listener, BLOCKS)

    ready = asyncio.Barrier(51)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(listen(ready)) for _ in range(50)]
        await ready.wait()
        await mine(house)
    assert {tuple(task.result()) for task in tasks} == {tuple(range(start + 1, start + 1 + BLOCKS))}
    assert len(set(counting.readers)) == 1


async def test_a_listener_that_takes_nothing_ends_after_what_waits_and_another_hears_all(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MAX_QUEUED", 3)
    counting = Counting(house)
    shared = Hub(counting.now, counting.after)
    start = (await counting.now()).block
    async with shared.listener() as slow, shared.listener() as quick:
        for number in range(BLOCKS):
            await mine(house, 1)
            assert await heard(quick, 1) == [start + 1 + number]
        assert await heard(slow, BLOCKS) == [start + 1, start + 2, start + 3]
        assert await slow.next(0) is None


async def test_a_feed_that_does_not_answer_ends_all_streams_and_the_next_listener_hears_again(
    house: House,
) -> None:
    counting = Counting(house)
    shared = Hub(counting.now, counting.after)
    async with shared.listener() as first, shared.listener() as second:
        counting.is_away = True
        assert [await heard(one, 1) for one in (first, second)] == [[], []]
        counting.is_away = False
        async with shared.listener() as third:
            await mine(house, 1)
            assert len(await heard(third, 1)) == 1


async def test_nobody_is_sure_to_hear_all_before_it_is_known_where_the_feed_is(house: House) -> None:
    counting, may_answer, listens = Counting(house), asyncio.Event(), asyncio.Event()

    async def slow_now() -> Position:
        await may_answer.wait()
        return await counting.now()

    async def listen() -> None:
        async with Hub(slow_now, counting.after).listener():
            listens.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(listen())
        await asyncio.sleep(0.05)
        assert not listens.is_set()
        may_answer.set()
    assert listens.is_set()


async def test_nobody_reads_when_nobody_listens_and_whoever_comes_as_the_last_leaves_is_told(
    house: House,
) -> None:
    counting = Counting(house)
    shared = Hub(counting.now, counting.after)
    async with shared.listener():
        former = shared._round
    async with shared.listener() as listener:
        await mine(house, 1)
        assert len(await heard(listener, 1)) == 1
    assert former is not None
    assert former.reading.cancelled()
    await asyncio.sleep(0)
    assert shared._round is not None
    assert shared._round.is_over


async def test_readers_who_come_back_while_blocks_are_made_hear_each_once_and_in_order(house: House) -> None:
    start = await feed.now(house.context.app_engine, house.context.mirror)
    await mine(house)

    async def come_back(place: int) -> list[int]:
        last = Position(block=start.block + place, change=start.change)
        answer = await house.http.get(
            "/v1/stream", params={"seconds": 2}, headers={"last-event-id": str(last)}
        )
        lines = [line.removeprefix("data: ") for line in answer.text.splitlines() if "block_number" in line]
        return [json.loads(line)["block_number"] for line in lines]

    async def keep_mining() -> None:
        for _ in range(20):
            await mine(house, 1)
            await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as group:
        readers = [group.create_task(come_back(place)) for place in range(BLOCKS)]
        group.create_task(keep_mining())
    for place, reader in enumerate(readers):
        numbers = reader.result()
        assert numbers[: BLOCKS - place] == list(range(start.block + place + 1, start.block + BLOCKS + 1))
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


class Repeating:
    """A hub that tells events which a reader has from the mirror already."""

    def __init__(self, events: list[StreamEvent]) -> None:
        self._events = events

    @asynccontextmanager
    async def listener(self) -> AsyncIterator[Listener]:
        one = Listener()
        for event in self._events:
            one.tell(event)
        one.end()
        yield one


async def test_what_a_reader_missed_and_hears_as_well_comes_once(house: House) -> None:
    start = await feed.now(house.context.app_engine, house.context.mirror)
    await mine(house, 2)
    missed = await feed.after(house.context.app_engine, house.context.mirror, start)
    repeating: Any = Repeating(missed)
    got = [event.id async for event in _events(house.context, repeating, start, 60)]
    assert got == [str(start), *(str(start.with_event(event)) for event in missed)]


@pytest.mark.parametrize(("seconds", "first"), [(-1, None), (60, 1)])
async def test_a_reader_of_a_long_past_is_let_go_when_its_time_is_over(
    house: House, seconds: int, first: int | None
) -> None:
    end = asyncio.get_running_loop().time() + seconds
    async with (
        house.app.state.hub.listener() as listener,
        aclosing(_happening(house.context, listener, Position(block=0, change=0), end)) as happening,
    ):
        event = await anext(happening, None)
        assert (event and event.number) == first


def test_a_place_in_the_feed_goes_on_with_each_event() -> None:
    block, change = (
        StreamEvent(kind="block", number=7, data=""),
        StreamEvent(kind="command", number=3, data=""),
    )
    seen = Position(block=6, change=3)
    assert (seen.includes(block), seen.includes(change)) == (False, True)
    assert str(seen.with_event(block).with_event(StreamEvent(kind="command", number=4, data=""))) == "7-4"
