"""Tasks, claims, redemptions, devices and anchors of the mirror are those of the contracts, and turn at the same second."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from contracts.accounts import AccountKind
from contracts.enums import AssuranceLevel, DeviceClass, TaskState
from contracts.events import (
    ClaimAdmitted,
    ClaimCredited,
    ClaimDisputed,
    DecidedForMember,
    DeviceEnrolled,
    DeviceRevoked,
    DeviceSuspended,
    RedemptionAccepted,
    RedemptionCancelled,
    RedemptionConfirmed,
    RedemptionLapsed,
    RedemptionOpened,
    RedemptionServed,
    RedemptionSettled,
    RedemptionVoided,
    TaskAccepted,
    TaskOpened,
    TaskReleased,
)
from indexer.projections.anchor import anchors
from indexer.projections.device import devices, enrolments
from indexer.projections.fold import ImpossibleEventError
from indexer.projections.hours import level_hours, town_hours
from indexer.projections.redemption import redemptions
from indexer.projections.task import DECISION_SECONDS, Task, TaskPhase, phase, tasks
from indexer.projections.volunteer import volunteers
from indexer.schema import MIRROR
from indexer.sync import Syncer
from iot.event.cose import Domain
from iot.simulator.device import SimulatedDevice
from kit.database import open_engine
from tests.conftest import GENESIS_TIME, RefusedError, Town, member_id, open_town, signer
from tests.contracts import event_tree
from tests.contracts.evm import EvmTown
from tests.contracts.neighbourhood import (
    CHALLENGE_SECONDS,
    DAY,
    DEADLINE,
    FUND,
    HAIRCUT,
    VISIT,
    found,
    founded,
    fresh_nonce,
    held,
    later,
)
from tests.contracts.redeeming import BARBER, ENDINGS, FIRM, REASONED, redemption_id
from tests.indexer.conftest import configured
from tests.indexer.projections.paper_mirror import PaperMirror
from wallets.intents import ActOnRedemption, ActOnTask, OpenTask, Redeem, RedemptionAct, TaskAct

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from sqlalchemy import Engine

    from contracts.types import Event
    from indexer.projections.noun import Noun

VOLUNTEER, DEPUTY = "volunteer", "barber"
REASONS = b"why".ljust(32)
SURE, UNSURE, FALSE, BACK = (name.encode().ljust(16, b".") for name in ("sure", "unsure", "false", "back"))
TASKS = (SURE, UNSURE, FALSE, BACK)
RULES = hashlib.sha256(b"rules").digest()
# Hashes by height: eight leaves, four nodes, two, and the root.
TREE = [[hashlib.sha256(b"\x00" + bytes([i])).digest() for i in range(8)]]
for _ in range(3):
    TREE.append(
        [hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(TREE[-1][::2], TREE[-1][1::2], strict=True)]
    )


def leaves(task: bytes) -> list[tuple[bytes, int, list[bytes]]]:
    """The two leaves of a task, with their places and paths."""
    first = 2 * TASKS.index(task)
    return [
        (TREE[0][i], i, [TREE[height][(i >> height) ^ 1] for height in range(3)]) for i in (first, first + 1)
    ]


class TimeBank:
    """Short words for acts on the time bank, and the mirror beside it."""

    def __init__(self, town: Town, syncer: Syncer, engine: Engine) -> None:
        self.town, self.syncer, self.engine = town, syncer, engine

    async def open(self, task: bytes) -> None:
        opened = OpenTask(
            task=task, fund=FUND, service=VISIT, authorised_minutes=90, beneficiary=b"w" * 32, expires_at=DEADLINE, nonce=fresh_nonce(), deadline=DEADLINE,
        )  # fmt: skip
        await self.town.carry(signer("coordinator"), opened)

    async def act(self, name: str, what: TaskAct, task: bytes) -> None:
        intent = ActOnTask(act=what, task=task, document=bytes(32), nonce=fresh_nonce(), deadline=DEADLINE)
        await self.town.carry(signer(name), intent)

    async def anchor(self) -> None:
        """Anchors a log of eight leaves."""
        await self.town.send(signer("log_keeper"), "EventLog", "anchor", 8, TREE[3][0], RULES, [])

    async def claim(self, task: bytes, minutes: int, level: AssuranceLevel) -> None:
        """Claims with two leaves that belong to the task."""
        claim = (task, minutes, level, RULES, 8, *leaves(task))
        await self.town.send(signer("verifier"), "TimeBank", "admitClaim", claim)

    async def credit(self, task: bytes) -> None:
        await self.town.send(signer("anyone"), "TimeBank", "credit", task)

    async def redeem(self, redemption: bytes, minutes: int, provider: str = BARBER) -> None:
        intent = Redeem(
            redemption=redemption, provider=member_id(provider), fund=FUND, service=HAIRCUT, held_minutes=minutes,
            nonce=fresh_nonce(), deadline=DEADLINE,
        )  # fmt: skip
        await self.town.carry(signer(VOLUNTEER), intent)

    async def finish(self, name: str, what: RedemptionAct, redemption: bytes) -> None:
        document = REASONS if what in REASONED else bytes(32)
        intent = ActOnRedemption(
            act=what, redemption=redemption, document=document, nonce=fresh_nonce(), deadline=DEADLINE
        )
        await self.town.carry(signer(name), intent)

    async def redemptions_agree(self) -> None:
        """Compares every redemption with the contract's storage."""
        for redemption, ours in (await self.now(redemptions)).items():
            theirs = await self.town.read("Redemptions", "redemptionRecord", redemption)
            until = ours.reversible_until or ours.until
            # The contract keeps only a coordinator whose decision may be taken back.
            judge = ours.judge if ours.reversible_until else None
            kept = (ours.state, ours.held_minutes, ours.fund, until, ours.member, ours.provider)
            assert (*kept, judge or bytes(16)) == tuple(theirs)

    async def now(self, noun: Noun[Any]) -> dict[Any, Any]:
        """Things of a noun as they are, by key, after everything that happened was mirrored."""
        await self.syncer.catch_up()
        with self.engine.connect() as connection:
            rows = connection.execute(noun.table.select().where(noun.table.c.to_block.is_(None)))
            return {noun.key_of(version): version for version in map(noun.version, rows)}

    async def agrees(self) -> None:
        """Compares every task with the contract's storage."""
        for task, ours in (await self.now(tasks)).items():
            state, level, acknowledged, service, minutes, fund, until, volunteer, _ = await self.town.read(
                "TimeBank", "taskRecord", task
            )
            assert (ours.state, ours.level or 0, ours.acknowledged) == (state, level, acknowledged)
            assert (ours.service, ours.fund, until_of(ours)) == (service, fund, until)
            assert (ours.credit_minutes or ours.authorised_minutes) == minutes
            assert (ours.volunteer or bytes(16)) == volunteer


def until_of(task: Task) -> int | None:
    """When the state of a task ends, or ended."""
    return {
        TaskState.OPEN: task.expires_at,
        TaskState.ACCEPTED: task.expires_at,
        TaskState.CLAIMED: task.creditable_at,
        TaskState.CREDITED: task.reversible_until,
        TaskState.REVERSED: task.reversible_until,
    }.get(task.state, task.decide_by)


@pytest.fixture
async def bank(tmp_path: Path) -> AsyncIterator[TimeBank]:
    url = f"sqlite:///{tmp_path / 'mirror.db'}"
    async with open_town(tmp_path, founded) as town:
        syncer, engine = await Syncer.open(configured(town, url)()), open_engine(url, MIRROR)
        yield TimeBank(town, syncer, engine)
        engine.dispose()
        await syncer.close()


async def test_tasks_and_hours_are_those_of_the_time_bank_after_every_act(bank: TimeBank) -> None:
    await bank.anchor()
    for task, level in (
        (SURE, AssuranceLevel.A3),
        (UNSURE, AssuranceLevel.A1),
        (FALSE, AssuranceLevel.A2),
        (BACK, AssuranceLevel.A2),
    ):
        await bank.open(task)
        await bank.act(DEPUTY, TaskAct.ACCEPT, task)
        await bank.agrees()
        await bank.act(DEPUTY, TaskAct.RELEASE, task)
        await bank.agrees()
        await bank.act(VOLUNTEER, TaskAct.ACCEPT, task)
        await bank.claim(task, 60, level)
        await bank.agrees()
    assert (await bank.now(town_hours))[1].pending_minutes == 240
    for task in (UNSURE, FALSE):
        await bank.act("second coordinator", TaskAct.DISPUTE, task)
    await bank.agrees()
    await bank.act("coordinator", TaskAct.ACKNOWLEDGE, UNSURE)
    await bank.act("coordinator", TaskAct.REJECT, FALSE)
    await bank.agrees()
    await later(bank.town, CHALLENGE_SECONDS)
    for task in (SURE, UNSURE, BACK):
        await bank.credit(task)
    await bank.act("second coordinator", TaskAct.REVERSE_CREDIT, BACK)
    await bank.agrees()
    member = member_id(VOLUNTEER)
    one, town = (await bank.now(volunteers))[member], (await bank.now(town_hours))[1]
    assert (one.pending_minutes, one.credited_minutes, one.verified_minutes) == (0, 120, 60)
    assert one.credited_minutes == await held(bank.town, AccountKind.MEMBER_MINUTES, member)
    assert (town.pending_minutes, town.issued_minutes, town.redeemed_minutes) == (0, 120, 0)
    levels = {level: hours.credited_minutes for level, hours in (await bank.now(level_hours)).items()}
    assert levels == {AssuranceLevel.A1: 60, AssuranceLevel.A2: 0, AssuranceLevel.A3: 60}
    outstanding = -await held(bank.town, AccountKind.ISSUED_MINUTES)
    assert sum(levels.values()) == outstanding


async def test_redemptions_are_those_of_the_contract_after_every_act_and_so_are_the_minutes_of_both_sides(
    bank: TimeBank,
) -> None:
    await bank.anchor()
    await bank.open(SURE)
    await bank.act(VOLUNTEER, TaskAct.ACCEPT, SURE)
    await bank.claim(SURE, 60, AssuranceLevel.A3)
    await later(bank.town, CHALLENGE_SECONDS)
    await bank.credit(SURE)
    for name, ending in ENDINGS.items():
        await bank.redeem(redemption_id(name), 5, ending.provider)
        for who, what in ending.steps:
            await bank.redemptions_agree()
            await bank.finish(who, what, redemption_id(name))
    await bank.redemptions_agree()
    one = (await bank.now(volunteers))[member_id(VOLUNTEER)]
    assert (one.escrow_minutes, one.redeemed_minutes) == (15, 15)
    assert one.escrow_minutes == await held(bank.town, AccountKind.MINUTES_ESCROW)
    await later(bank.town, 60 * DAY)
    for name, ending in ENDINGS.items():
        if ending.when_due:
            await bank.town.send(signer("anyone"), "Redemptions", ending.when_due, redemption_id(name))
    await bank.redemptions_agree()
    ended = await bank.now(redemptions)
    assert {r.redemption.decode().strip(): r.state for r in ended.values()} == {
        name: ending.state for name, ending in ENDINGS.items()
    }
    reasoned = {r.redemption.decode().strip(): (r.dispute, r.decision) for r in ended.values()}
    assert (reasoned["voided"], reasoned["undecided"]) == ((None, REASONS), (REASONS, None))
    assert (reasoned["for member"], reasoned["forgotten"]) == ((REASONS, REASONS), (None, None))
    taken_back = next(r for r in ended.values() if r.redemption == redemption_id("reversed"))
    assert (taken_back.reverser, taken_back.reversal) == (member_id("second coordinator"), REASONS)
    people = await bank.now(volunteers)
    member, barber = people[member_id(VOLUNTEER)], people[member_id(BARBER)]
    assert (member.escrow_minutes, member.redeemed_minutes, barber.provided_minutes) == (0, 20, 15)
    assert member_id(FIRM) not in people
    assert await held(bank.town, AccountKind.MEMBER_MINUTES, member_id(VOLUNTEER)) == 60 - 20
    assert await held(bank.town, AccountKind.MEMBER_MINUTES, member_id(BARBER)) == 15
    assert (await bank.now(town_hours))[1].redeemed_minutes == 20


@pytest.mark.parametrize("acknowledged", [False, True])
@pytest.mark.parametrize("level", [AssuranceLevel.A1, AssuranceLevel.A2])
@pytest.mark.parametrize("seconds_before", [1, 0])
def test_a_phase_turns_at_the_second_at_which_the_contract_turns(
    seconds_before: int, level: AssuranceLevel, acknowledged: bool
) -> None:
    town, coordinator = found(EvmTown()), signer("coordinator")
    task = {
        "fund": FUND,
        "service": VISIT,
        "authorised_minutes": 90,
        "beneficiary": bytes(32),
        "expires_at": DEADLINE,
    }
    town.act(coordinator, OpenTask(task=SURE, **task, nonce=0, deadline=0))
    town.act(signer(VOLUNTEER), doing(TaskAct.ACCEPT))
    town.send(signer("log_keeper"), "EventLog", "anchor", 8, TREE[3][0], RULES, [])
    town.send(signer("verifier"), "TimeBank", "admitClaim", (SURE, 60, level, RULES, 8, *leaves(SURE)))
    if acknowledged:
        town.act(coordinator, doing(TaskAct.ACKNOWLEDGE))
    creditable_at = town.read("TimeBank", "taskRecord", SURE)[6]
    town.wait(creditable_at - seconds_before - town.now)

    row = object.__new__(Task)
    vars(row).update(
        state=TaskState.CLAIMED,
        level=level,
        acknowledged=acknowledged,
        creditable_at=creditable_at,
        decide_by=creditable_at + DECISION_SECONDS,
    )
    ours = phase(row, town.now)
    credited = takes(lambda: town.send(signer("anyone"), "TimeBank", "credit", SURE))
    disputed = not credited and takes(lambda: town.act(coordinator, doing(TaskAct.DISPUTE)))
    assert (credited, disputed) == (ours is TaskPhase.CREDITABLE, ours is TaskPhase.CHALLENGE)


def doing(what: TaskAct) -> ActOnTask:
    return ActOnTask(act=what, task=SURE, document=bytes(32), nonce=0, deadline=0)


def takes(act: Callable[[], None]) -> bool:
    """Whether the contract does it."""
    try:
        act()
    except RefusedError:
        return False
    return True


async def test_devices_and_anchors_are_those_of_the_contracts(bank: TimeBank) -> None:
    domain = Domain(chain_id=bank.town.deployment.chain_id, registry=bytes(20))
    now = bank.town.chain.now()
    pads = [
        SimulatedDevice(f"pad {n}", domain, DeviceClass.PLACE_PAD, place=b"p" * 32, valid_from_seconds=now)
        for n in range(2)
    ]
    registrar = signer("device_registrar")
    for pad in [*pads, pads[0]]:
        await bank.town.send(registrar, "DeviceRegistry", "enrol", pad.id, pad.registry_record())
    for pad, suspended in ((pads[0], True), (pads[1], True), (pads[1], False)):
        await bank.town.send(registrar, "DeviceRegistry", "setSuspended", pad.id, suspended)
    revoked = await bank.town.send(registrar, "DeviceRegistry", "revoke", pads[1].id, 123)
    ours = await bank.now(devices)
    assert [ours[pad.id].suspended for pad in pads] == [True, False]
    assert [ours[pad.id].revoked_block for pad in pads] == [None, revoked["blockNumber"]]
    assert ours[pads[1].id].compromised_from == 123
    kept = [e for e in (await bank.now(enrolments)).values() if e.device == pads[0].id]
    assert [(e.key_x, e.place, e.device_class) for e in kept] == 2 * [
        (pads[0].enrolment.key_x, b"p" * 32, DeviceClass.PLACE_PAD)
    ]
    with pytest.raises(RefusedError, match="DeviceIdInvalid"):
        await bank.town.send(registrar, "DeviceRegistry", "enrol", pads[1].id, pads[1].registry_record())

    log = [bytes([n]) * 32 for n in range(7)]
    for former, size in ((0, 3), (3, 7)):
        path = event_tree.consistency(log[:size], former)
        head = event_tree.root(log[:size])
        await bank.town.send(signer("log_keeper"), "EventLog", "anchor", size, head, RULES, path)
    await bank.town.send(signer("steward"), "EventLog", "resume", 3)
    first, false, resumed = (row for _, row in sorted((await bank.now(anchors)).items()))
    assert (first.size, false.size, resumed.size, resumed.root) == (3, 7, 3, bytes(32))
    assert resumed.size == await bank.town.read("EventLog", "anchoredSize")
    assert first.root == await bank.town.read("EventLog", "rootAt", 3)
    for row in (first, false, resumed):
        block = await bank.town.web3.eth.get_block(row.block_number)
        assert row.anchored_at == block["timestamp"]


def opened() -> Event:
    return TaskOpened(
        task=SURE, fund=1, service=1, authorised_minutes=90, beneficiary=bytes(32), coordinator=b"c" * 16, expires_at=2**40
    )  # fmt: skip


def accepted() -> Event:
    return TaskAccepted(task=SURE, volunteer=member_id(VOLUNTEER))


def claimed(level: AssuranceLevel = AssuranceLevel.A3, creditable_at: int = GENESIS_TIME) -> Event:
    return ClaimAdmitted(
        task=SURE, volunteer=member_id(VOLUNTEER), served_minutes=60, credit_minutes=60, level=level, ruleset=bytes(32),
        check_in=b"i" * 32, check_out=b"o" * 32, creditable_at=creditable_at,
    )  # fmt: skip


def credited(minutes: int = 60) -> Event:
    return ClaimCredited(task=SURE, volunteer=member_id(VOLUNTEER), credited_minutes=minutes)


ENROLLED = DeviceEnrolled(
    device=b"8 bytes.", device_class=1, algorithm=1, key_class=1, key_x=bytes(32), key_y=bytes(32), owner=bytes(16), place=bytes(32),
    valid_from=0, valid_until=1, settled_from=0,
)  # fmt: skip
REVOKED = DeviceRevoked(device=b"8 bytes.", compromised_from=0)
REDEEMED = RedemptionOpened(
    redemption=SURE,
    member=member_id(VOLUNTEER),
    provider=member_id(BARBER),
    fund=1,
    service=1,
    held_minutes=9,
    until=2**40,
)
AGREED, PROVIDED = RedemptionAccepted(redemption=SURE), RedemptionServed(redemption=SURE, until=2**40)
CANCELLED = RedemptionCancelled(redemption=SURE)
OVERDUE = replace(REDEEMED, until=1)


@pytest.mark.parametrize(
    ("before", "event", "reason"),
    [
        ([], accepted(), "TaskAccepted of tasks"),
        ([opened()], opened(), "TaskOpened of tasks"),
        ([opened(), accepted()], accepted(), "TaskAccepted: expected OPEN, got ACCEPTED"),
        ([opened(), accepted()], TaskReleased(task=SURE, volunteer=bytes(16)), "expected volunteer 0x"),
        ([opened()], claimed(), "expected ACCEPTED, got OPEN"),
        ([opened(), accepted(), claimed()], claimed(), "expected ACCEPTED, got CLAIMED"),
        (
            [opened(), accepted(), claimed(AssuranceLevel.A1)],
            credited(),
            "expected creditable, got unacknowledged",
        ),
        (
            [opened(), accepted(), claimed(creditable_at=2**40)],
            credited(),
            "expected creditable, got challenge",
        ),
        ([opened(), accepted(), claimed()], credited(59), "expected 60 minutes, got 59"),
        (
            [opened(), accepted(), claimed()],
            ClaimDisputed(task=SURE, coordinator=bytes(16), document=bytes(32), decide_by=2**40),
            "expected challenge",
        ),
        ([REDEEMED, CANCELLED], CANCELLED, "expected OPEN, got CANCELLED"),
        ([REDEEMED, AGREED], CANCELLED, "expected OPEN, got ACCEPTED"),
        ([REDEEMED], PROVIDED, "expected ACCEPTED, got OPEN"),
        ([OVERDUE], AGREED, "expected a time before 1, got"),
        ([REDEEMED], RedemptionLapsed(redemption=SURE), "a time from 1099511627776 on"),
        (
            [REDEEMED, AGREED, PROVIDED],
            RedemptionSettled(redemption=SURE, earned_minutes=9),
            "a time from 1099511627776 on",
        ),
        (
            [REDEEMED, AGREED],
            RedemptionConfirmed(redemption=SURE, earned_minutes=8),
            "expected 0 or 9 minutes, got 8",
        ),
        (
            [REDEEMED],
            RedemptionVoided(redemption=SURE, coordinator=member_id(BARBER), document=REASONS),
            "expected neither of the two sides",
        ),
        (
            [REDEEMED, AGREED, PROVIDED],
            DecidedForMember(redemption=SURE, coordinator=bytes(16), document=REASONS),
            "expected DISPUTED, got SERVED",
        ),
        ([ENROLLED, REVOKED], ENROLLED, "a device in use"),
        ([ENROLLED], DeviceSuspended(device=b"8 bytes.", suspended=False), "suspended False to change"),
    ],
)
def test_an_event_that_the_contract_would_have_refused_halts_the_mirror(
    tmp_path: Path, before: list[Event], event: Event, reason: str
) -> None:
    mirror = PaperMirror(f"sqlite:///{tmp_path / 'mirror.db'}")
    mirror.write([before])
    with pytest.raises(ImpossibleEventError, match=reason):
        mirror.write([[event]])
    mirror.close()


def test_a_task_tells_at_every_height_who_had_it(tmp_path: Path) -> None:
    mirror = PaperMirror(f"sqlite:///{tmp_path / 'mirror.db'}")
    mirror.write([[opened()], [accepted()], [claimed()], [credited()]])
    versions = [(v.from_block, v.to_block, v.state, v.volunteer) for v in mirror.versions(tasks)]
    member = member_id(VOLUNTEER)
    assert versions == [
        (1, 2, TaskState.OPEN, None), (2, 3, TaskState.ACCEPTED, member), (3, 4, TaskState.CLAIMED, member),
        (4, None, TaskState.CREDITED, member),
    ]  # fmt: skip
    mirror.close()
