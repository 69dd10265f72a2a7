"""Keys that are replaced, refused, and brought by guardians."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conftest import held_by, member_id, signer
from wallets.intents import ActOnGuardian, GuardianAct, RecoverKey, RefuseKey, RotateKey

if TYPE_CHECKING:
    from tests.audit.checks.rules_town import Story


async def keep_keys(story: Story) -> None:
    """A member replaces a key, a guardian refuses a thief's, two guardians bring one against one of them, and one is dismissed."""

    def new_key(name: str, key: str) -> dict[str, bytes]:
        address, possession = held_by(name, signer(key))
        return {"new_key": bytes.fromhex(address[2:]), "possession": possession}

    await story.carry("barber", RotateKey, **new_key("barber", "new phone of barber"))
    await story.send("registrar", "Members", "endKey", signer("barber").address)
    guardians = ("coordinator", "second coordinator")
    for name in guardians:
        await story.carry("volunteer", ActOnGuardian, act=GuardianAct.NAME, guardian=member_id(name))
    await story.carry("volunteer", RotateKey, **new_key("volunteer", "thief"))
    thief = bytes.fromhex(signer("thief").address[2:])
    await story.carry("coordinator", RefuseKey, key=thief)
    brought = new_key("volunteer", "new phone of volunteer")
    for name in guardians:
        await story.carry(name, RecoverKey, member=member_id("volunteer"), **brought)
    await story.carry("coordinator", RefuseKey, key=brought["new_key"])
    for name in guardians:
        await story.carry(name, RecoverKey, member=member_id("volunteer"), **brought)
    dismissed = member_id("second coordinator")
    await story.carry("volunteer", ActOnGuardian, act=GuardianAct.DISMISS, guardian=dismissed)
    added = held_by("worker", signer("second phone of worker"))
    await story.send("registrar", "Members", "addKey", member_id("worker"), *added)
    # The old key has ended, and still says no to one that waits.
    third = held_by("barber", signer("third phone of barber"))
    await story.send("registrar", "Members", "addKey", member_id("barber"), *third)
    await story.carry("barber", RefuseKey, key=bytes.fromhex(signer("third phone of barber").address[2:]))
