"""Visits, as devices sign them and the log has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.decode.merkle_log import leaf_hash
from contracts.enums import AssuranceLevel, DeviceClass
from iot.event.cose import Domain as DeviceDomain
from iot.simulator.device import SimulatedDevice
from tests.audit.checks.rules_town import (
    CLEANING,
    GARDENING,
    HOME,
    HOME_COMMITMENT,
    READING,
    RULESET,
    SHOPPING,
    VOLUNTEER,
    WALKING,
    WANG,
)
from tests.conftest import CHAIN_ID
from tests.contracts import event_tree

if TYPE_CHECKING:
    from iot.simulator.device import EmittedEvent
    from tests.audit.checks.rules_town import Story


# Where check-in and check-out of each visit stand in the log: pads' where there is one.
ENDS = {SHOPPING: (0, 2), WALKING: (5, 6), CLEANING: (7, 9), READING: (11, 13), GARDENING: (15, 16)}


async def visit(
    story: Story, pad: SimulatedDevice | None, phone: SimulatedDevice, task: bytes, *, minutes: int
) -> None:
    """Check-in and check-out, the chain's clock going on between them; the last four leaves of the log at most."""
    about = {"task": task, "actor": VOLUNTEER, "place": HOME, "measurements": {1: 1}}
    for kind in (101, 102):
        tapped = log_leaf(story, pad.emit(kind, now_ms(story), **about)) if pad else None
        refs = {"refs": (tapped.event_hash,)} if tapped else {}
        log_leaf(story, phone.emit(kind, now_ms(story), **about, **refs))
        if kind == 101:
            await story.town.wait(minutes * 60 + 5)


async def claim(story: Story, task: bytes, minutes: int, level: AssuranceLevel) -> None:
    """Anchors the log as it is and claims the visit whose check-in and check-out stand at the given ends of it."""
    leaves = [leaf_hash(leaf) for leaf in story.leaves]
    former = await story.town.read("EventLog", "anchoredSize")
    path = event_tree.consistency(leaves, former)
    await story.send("log_keeper", "EventLog", "anchor", len(leaves), event_tree.root(leaves), RULESET, path)
    ends = ENDS[task]
    proofs = [(leaves[i], i, event_tree.inclusion(leaves, i)) for i in ends]
    claimed = (task, minutes, level, RULESET, len(leaves), *proofs)
    await story.send("verifier", "TimeBank", "admitClaim", claimed)


def devices(story: Story) -> tuple[SimulatedDevice, SimulatedDevice, SimulatedDevice]:
    domain = DeviceDomain(
        chain_id=CHAIN_ID, registry=bytes.fromhex(story.town.deployment.address("DeviceRegistry")[2:])
    )
    now = story.town.chain.now()
    pad = SimulatedDevice(
        "pad of Wang", domain, DeviceClass.PLACE_PAD, place=HOME_COMMITMENT, valid_from_seconds=now
    )
    phone = SimulatedDevice(
        "phone of volunteer", domain, DeviceClass.PHONE, owner=VOLUNTEER, valid_from_seconds=now
    )
    return (
        pad,
        phone,
        SimulatedDevice("phone of Wang", domain, DeviceClass.PHONE, owner=WANG, valid_from_seconds=now),
    )


def now_ms(story: Story) -> int:
    return story.town.chain.now() * 1000


def log_leaf(story: Story, emitted: EmittedEvent) -> EmittedEvent:
    story.leaves.append(emitted.message)
    return emitted
