"""The founding ends, and changes wait; people and a fund leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.abi import encode_call, operation_id
from contracts.enums import Level, Office, Role, SeatClass
from contracts.roles import AuthorityRole
from tests.audit.checks.chapters.earning import forget
from tests.audit.checks.rules_town import EMPTIED, JOINT, LEFT_SEAT, MERGED
from tests.conftest import held_by, member_id, signer
from tests.contracts.neighbourhood import (
    BANK,
    COMMITTEE,
    DAY,
    DEADLINE,
    FAR,
    FUND,
    HAIRCUT,
    SEATS,
    SMALL_TIER,
    STREET,
    fresh_nonce,
    household,
    later,
)
from wallets.intents import (
    ActOnCall,
    ActOnChange,
    ActOnHandover,
    CallAct,
    CancelIntent,
    ChangeAct,
    HandoverAct,
    RefuseAddedKey,
)  # fmt: skip

if TYPE_CHECKING:
    from tests.audit.checks.rules_town import Story


async def close(story: Story) -> None:
    """A fund that nobody needs is opened and closed."""
    await story.send("steward", "Funds", "openFund", EMPTIED, STREET, Level.COMMUNITY, BANK)
    await story.send("steward", "Funds", "openPurpose", EMPTIED << 16 | 1)
    await story.send("steward", "Funds", "closeFund", EMPTIED)


async def part(story: Story) -> None:
    """Two people leave, of whom one comes back; a worker marries; the empty fund is opened again, and closed."""
    for name in ("barber", "second coordinator"):
        await story.send("registrar", "Members", "endMembership", member_id(name))
    await story.send("registrar", "Members", "restoreMembership", member_id("barber"))
    worker = member_id("worker")
    await story.send("registrar", "Members", "changeHousehold", worker, household("neighbour one"))
    third = held_by("worker", signer("third phone of worker"))
    await story.send("registrar", "Members", "addKey", worker, *third)
    await story.send("registrar", "Members", "grantRole", worker, Role.RESIDENT, FUND, DEADLINE)
    for function in ("reopenFund", "closeFund"):
        await story.send("steward", "Funds", function, EMPTIED)
    await story.send("steward", "Funds", "openFund", EMPTIED + 1, STREET, Level.COMMUNITY, BANK)
    await story.send("steward", "Funds", "openPurpose", (EMPTIED + 1) << 16 | 1)


async def govern(story: Story) -> None:
    """The founding ends; one change waits its time, one the guardian stops, one still waits, one a committee stops. A fund is handed over."""
    for committee, seats in ((MERGED, SEATS[:5]), (JOINT, SEATS[2:])):
        await seat_committee(story, committee, [name for name, _ in seats])
    await story.send("admin", "Authority", "endFounding")

    async def sign(name: str, act: CallAct, target: str, data: bytes) -> None:
        called = {"target": bytes.fromhex(target[2:]), "data": data}
        await story.carry(name, ActOnCall, act=act, office=Office[name.upper()], **called)

    async def schedule(name: str, contract: str, function: str, *args: Any) -> tuple[str, bytes]:
        target, data = story.town.deployment.address(contract), encode_call(contract, function, *args)
        await sign(name, CallAct.SCHEDULE_FOR_OFFICE, target, data)
        return target, data

    offices = bytes.fromhex(story.town.deployment.address("Offices")[2:])
    await story.carry("steward", CancelIntent, taker=offices, cancelled_nonce=fresh_nonce())

    window = await schedule("steward", "TimeBank", "setChallenge", 3 * DAY)
    office = await schedule(
        "admin", "Authority", "grantRole", AuthorityRole.VERIFIER, signer("worker").address, 0
    )
    puppet = await schedule(
        "registrar", "Members", "addKey", member_id("official"), *held_by("official", signer("puppet"))
    )
    await story.send("guardian", "Authority", "cancel", signer("registrar").address, *puppet)
    await story.send("registrar", "Members", "endKey", signer("neighbour two").address)
    stranger = held_by("neighbour two", signer("stranger to neighbour two"))
    await refuse(
        story, await schedule("registrar", "Members", "addKey", member_id("neighbour two"), *stranger)
    )
    service = await schedule("steward", "TimeBank", "setService", HAIRCUT, 1, 90, 0)
    await sign("steward", CallAct.CANCEL_FOR_OFFICE, *service)
    leaver = member_id(SEATS[LEFT_SEAT][0])
    leaving = await schedule("steward", "Committees", "vacateSeat", MERGED, leaver)
    filling = await schedule("steward", "Committees", "fillSeat", MERGED, LEFT_SEAT, member_id("worker"), FAR)
    handover = await schedule("steward", "Committees", "handOver", EMPTIED + 1, JOINT)
    await agree(story)
    await later(story.town, 15 * DAY)
    await forget(story)
    await story.send("steward", "Authority", "execute", *window)
    await story.send("admin", "Authority", "execute", *office)
    for step in (leaving, filling):
        await story.send("steward", "Authority", "execute", *step)
    await say(story, SEATS[2][0], HandoverAct.AGREE_TO)
    await story.send("steward", "Authority", "execute", *handover)
    await schedule("guardian", "Funds", "unfreeze", FUND)
    await veto(story, await schedule("steward", "Committees", "setRules", COMMITTEE, [SMALL_TIER]))


async def seat_committee(story: Story, committee: int, names: list[str]) -> None:
    """A committee of the fund that took the place of the emptied one, with all of its seats."""
    classes = [SeatClass.RESIDENT] * len(names)
    await story.send("steward", "Committees", "openCommittee", committee, EMPTIED + 1, classes)
    await story.send(
        "steward", "Committees", "setRules", committee, [(*SMALL_TIER[:3], 0, 0, *SMALL_TIER[5:])]
    )
    for seat, name in enumerate(names):
        await story.send("steward", "Committees", "fillSeat", committee, seat, member_id(name), FAR)


async def agree(story: Story) -> None:
    """Three of five seats agree to hand over; the first one took that back before. One will leave before a fourth agrees."""
    first, second, leaver = (SEATS[seat][0] for seat in (0, 1, LEFT_SEAT))
    await say(story, first, HandoverAct.AGREE_TO)
    await say(story, first, HandoverAct.RETRACT_AGREEMENT)
    for name in (first, leaver, second):
        await say(story, name, HandoverAct.AGREE_TO)


async def say(story: Story, name: str, act: HandoverAct) -> None:
    await story.carry(
        name, ActOnHandover, act=act, fund=EMPTIED + 1, committee=MERGED, successor=JOINT, revision=6, operation_nonce=1
    )  # fmt: skip


async def refuse(story: Story, key: tuple[str, bytes]) -> None:
    """Whoever was to get a new key stops that with the one that was ended."""
    change = operation_id(story.town.ways.account(signer("registrar").address), *key)
    await story.carry("neighbour two", RefuseAddedKey, operation_id=change, operation_nonce=1)


async def veto(story: Story, rules: tuple[str, bytes]) -> None:
    """Four of seven seats stop new rules; the first one took the vote back before."""
    change = operation_id(story.town.ways.account(signer("steward").address), *rules)
    first, *others = (name for name, _ in SEATS[:4])
    votes = (
        (first, ChangeAct.VETO),
        (first, ChangeAct.RETRACT_VETO),
        *((n, ChangeAct.VETO) for n in (first, *others)),
    )
    for name, act in votes:
        await story.carry(
            name, ActOnChange, act=act, operation_id=change, operation_nonce=1, committee=COMMITTEE
        )
