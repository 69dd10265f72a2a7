"""Tasks, and what becomes of the visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.enums import AssuranceLevel
from iot.simulator.device import SimulatedDevice, own_phone
from tests.audit.checks.chapters.redeeming import redeem
from tests.audit.checks.chapters.visits import claim, devices, log_leaf, now_ms, visit
from tests.audit.checks.rules_town import (
    CALLED_OFF,
    CLEANING,
    GARDENING,
    HOME,
    HOME_COMMITMENT,
    LEFT,
    READING,
    SHOPPING,
    WALKING,
    WANG,
)
from tests.conftest import member_id
from tests.contracts.neighbourhood import CHALLENGE_SECONDS, DAY, FUND, VISIT, later
from wallets.intents import ActOnTask, EnrolPhone, OpenTask, TaskAct

if TYPE_CHECKING:
    from tests.audit.checks.rules_town import Story


async def serve(story: Story) -> None:
    """Visits: with pad and phone, confirmed; by phone alone, acknowledged; disputed and reversed; disputed and rejected."""
    pad, phone, card = devices(story)
    for device in (pad, phone, card):
        await story.send("device_registrar", "DeviceRegistry", "enrol", device.id, device.registry_record())
    until = story.town.chain.now() + 365 * DAY
    new_phone = own_phone("worker's new phone", phone.domain, member_id("worker"))
    x, y = new_phone.enrolment.key_x, new_phone.enrolment.key_y
    possession = new_phone.possession()
    await story.carry("worker", EnrolPhone, key_x=x, key_y=y, valid_until=until, possession=possession)
    for task in (SHOPPING, WALKING, CLEANING, READING):
        await _taken(story, task, days=100)
    await _on_task(story, "volunteer", READING, TaskAct.RELEASE)
    await _on_task(story, "volunteer", READING, TaskAct.ACCEPT)
    await visit(story, pad, phone, SHOPPING, minutes=61)
    log_leaf(
        story,
        card.emit(103, now_ms(story), task=SHOPPING, actor=WANG, place=HOME, measurements={1: 2, 2: 5, 3: 1}),
    )
    await claim(story, SHOPPING, 61, AssuranceLevel.A4)
    await visit(story, None, phone, WALKING, minutes=30)
    await claim(story, WALKING, 30, AssuranceLevel.A1)
    await visit(story, pad, phone, CLEANING, minutes=45)
    await claim(story, CLEANING, 45, AssuranceLevel.A3)
    await visit(story, pad, phone, READING, minutes=20)
    await claim(story, READING, 20, AssuranceLevel.A3)
    await _on_task(story, "second coordinator", READING, TaskAct.DISPUTE)
    await _on_task(story, "coordinator", READING, TaskAct.REJECT)
    await _on_task(story, "coordinator", WALKING, TaskAct.ACKNOWLEDGE)
    await _on_task(story, "second coordinator", CLEANING, TaskAct.DISPUTE)
    await _on_task(story, "coordinator", CLEANING, TaskAct.ACKNOWLEDGE)
    await later(story.town, CHALLENGE_SECONDS)
    for task in (SHOPPING, WALKING, CLEANING):
        await story.send("anyone", "TimeBank", "credit", task)
    await _on_task(story, "second coordinator", CLEANING, TaskAct.REVERSE_CREDIT)
    await _leave(story, phone)
    for device in (card, phone):
        await story.send("device_registrar", "DeviceRegistry", "setSuspended", device.id, True)
    await story.send("device_registrar", "DeviceRegistry", "revoke", phone.id, story.town.chain.now())
    await redeem(story)


async def _leave(story: Story, phone: SimulatedDevice) -> None:
    """A visit on which nobody decides, a task that is called off, and one that nobody serves."""
    for task in (GARDENING, CALLED_OFF, LEFT):
        await _taken(story, task, days=1)
    await visit(story, None, phone, GARDENING, minutes=25)
    await claim(story, GARDENING, 25, AssuranceLevel.A1)
    await _on_task(story, "second coordinator", CALLED_OFF, TaskAct.CANCEL)
    await later(story.town, CHALLENGE_SECONDS + 14 * DAY)
    await story.send("anyone", "TimeBank", "lapseClaim", GARDENING)
    await story.send("anyone", "TimeBank", "expireTask", LEFT)


async def _taken(story: Story, task: bytes, *, days: int) -> None:
    """A task that the volunteer took, and its date so many days ahead."""
    await story.carry(
        "coordinator", OpenTask, task=task, fund=FUND, service=VISIT, authorised_minutes=90,
        beneficiary=HOME_COMMITMENT, expires_at=story.town.chain.now() + days * DAY,
    )  # fmt: skip
    await _on_task(story, "volunteer", task, TaskAct.ACCEPT)


async def _on_task(story: Story, name: str, task: bytes, act: TaskAct) -> None:
    await story.carry(name, ActOnTask, act=act, task=task, document=bytes(32))
