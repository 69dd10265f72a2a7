"""Places in work: as many as there are, a short queue, and none that is lost."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from ledger_api.admission.slots import Concurrency, Slots
from ledger_api.errors import OverloadedError

FOREVER = 600.0


async def test_more_than_are_in_work_wait_and_more_than_may_wait_are_refused() -> None:
    slots = Slots(2, waiting=1, max_wait_seconds=FOREVER)
    async with AsyncExitStack() as working:
        for _ in range(2):
            await working.enter_async_context(slots.one())
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(worked(slots))
            await asyncio.sleep(0)
            assert (slots.in_work, slots.waiting, waiting.done()) == (2, 1, False)
            with pytest.raises(OverloadedError):
                await worked(slots)
            await working.aclose()
    assert (slots.in_work, slots.waiting) == (0, 0)


async def test_whoever_waited_too_long_is_refused_and_leaves_the_queue() -> None:
    slots = Slots(1, waiting=1, max_wait_seconds=0.01)
    async with slots.one():
        with pytest.raises(OverloadedError):
            await worked(slots)
        assert (slots.in_work, slots.waiting) == (1, 0)
    await worked(slots)


async def test_who_waits_for_a_client_leaves_the_place_to_another_and_gets_one_again() -> None:
    slots = Slots(1, waiting=0, max_wait_seconds=FOREVER)
    async with slots.one() as turn:
        turn.pause()
        await worked(slots)
        await turn.resume()
        with pytest.raises(OverloadedError):
            await worked(slots)
    await worked(slots)


async def test_whoever_goes_away_while_paused_or_waiting_gives_nothing_back_twice() -> None:
    slots = Slots(1, waiting=1, max_wait_seconds=FOREVER)
    async with slots.one() as turn:
        turn.pause()
    async with slots.one() as turn:
        queued = asyncio.create_task(worked(slots))
        await asyncio.sleep(0)
        queued.cancel()
        with pytest.raises(asyncio.CancelledError):
            await queued
    async with slots.one():
        assert slots.free.locked()
        assert slots.in_work == 1


async def worked(slots: Slots) -> None:
    async with slots.one():
        assert slots.in_work > 0


def test_a_key_holds_as_many_as_it_may_and_another_its_own() -> None:
    concurrency = Concurrency(1, lambda: OverloadedError("one at a time"))
    with concurrency.one(b"a"), concurrency.one(b"b"):
        assert len(concurrency) == 2
        with pytest.raises(OverloadedError), concurrency.one(b"a"):
            pass
    with concurrency.one(b"a"):
        pass
    assert len(concurrency) == 0
    assert concurrency._counts == {}
