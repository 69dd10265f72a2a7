"""Changes whose time has come: the keeper carries them out, and those alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.abi import encode_call
from contracts.roles import ADMIN_DELAY_SECONDS, CHANGE_DELAY_SECONDS
from gongji.mirror import current_versions
from indexer.projections.change import ChangePhase, changes, phase
from tests.conftest import held_by, member_id, signer
from tests.contracts.neighbourhood import FUND
from tests.gongji.keeper.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

HOURS = CHANGE_DELAY_SECONDS // 3600
WEEK_HOURS = 7 * 24
WINDOW = encode_call("TimeBank", "setChallenge", 3 * 86_400)


@pytest.fixture
def world() -> Iterator[World]:
    """The neighbourhood, whose founding has ended."""
    opened = World()
    opened.block(opened.send("admin", "Authority", "endFounding"))
    yield opened
    opened.close()


def schedule(world: World, name: str, contract: str, data: bytes) -> None:
    world.block(world.send(name, "Authority", "schedule", world.evm.address(contract), data, 0))


def phases(world: World) -> list[ChangePhase]:
    return [phase(change, world.now) for change in current_versions(world.mirror.engine, changes)]


def test_a_change_is_carried_out_when_its_time_has_come_and_once(world: World) -> None:
    schedule(world, "steward", "TimeBank", WINDOW)
    world.hours(HOURS - 2)
    assert (world.round(), phases(world)) == (set(), [ChangePhase.WAITING])
    world.hours(2)
    (key,) = world.round()
    assert key.startswith("keeper:change/")
    world.carry()
    assert phases(world) == [ChangePhase.EXECUTED]
    assert world.evm.read("TimeBank", "challengeSeconds") == 3 * 86_400
    world.hours(2)
    assert world.round() == set()


def test_a_change_that_the_guardian_cancelled_is_not_carried_out(world: World) -> None:
    schedule(
        world,
        "registrar",
        "Members",
        encode_call("Members", "addKey", member_id("official"), *held_by("official", signer("new"))),
    )
    operation = (
        signer("registrar").address,
        world.evm.address("Members"),
        encode_call("Members", "addKey", member_id("official"), *held_by("official", signer("new"))),
    )
    world.block(world.send("guardian", "Authority", "cancel", *operation))
    world.hours(HOURS + 1)
    assert (world.round(), phases(world)) == (set(), [ChangePhase.CANCELLED])


def test_a_change_that_was_refused_is_ordered_again_each_hour_until_it_is_over(world: World) -> None:
    schedule(world, "steward", "TimeBank", WINDOW)
    world.hours(HOURS)
    assert len(world.round()) == 1
    world.carry(lost=True)
    assert world.round() == set() or phases(world) == [ChangePhase.DUE]
    world.hours(1)
    assert len(world.round()) == 1
    world.hours(WEEK_HOURS)
    assert (world.round(), phases(world)) == (set(), [ChangePhase.EXPIRED])


def test_what_any_office_announced_is_carried_out_by_the_relayer_which_is_none(world: World) -> None:
    schedule(world, "guardian", "Funds", encode_call("Funds", "unfreeze", FUND))
    schedule(world, "steward", "TimeBank", WINDOW)
    world.hours(HOURS + 1)
    assert len(world.round()) == 2
    assert {row.sender for row in world.orders()[-2:]} == {"relayer"}
    world.carry()
    assert ChangePhase.EXECUTED in phases(world)
    assert world.evm.read("TimeBank", "challengeSeconds") == 3 * 86_400


def test_what_was_scheduled_in_the_founding_is_void_once_it_has_ended() -> None:
    world = World()
    founds = encode_call("Ledger", "retireModule", world.evm.address("Campaigns"))
    schedule(world, "admin", "Ledger", founds)
    world.hours(ADMIN_DELAY_SECONDS // 3600)
    assert len(world.round()) == 1, "as long as the founding lasts it is carried out"
    world.block(world.send("admin", "Authority", "endFounding"))
    world.hours(1)
    assert world.round() == set()
    world.close()
