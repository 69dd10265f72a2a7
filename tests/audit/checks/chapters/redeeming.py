"""Redemptions that end in each way there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.audit.checks.chapters.desk import act_at_the_desk
from tests.audit.checks.rules_town import GOING_ON
from tests.conftest import member_id
from tests.contracts.neighbourhood import DAY, FUND, HAIRCUT, later
from tests.contracts.redeeming import ENDINGS, REASONED, redemption_id  # fmt: skip
from wallets.intents import ActOnRedemption, Redeem, RedemptionAct

if TYPE_CHECKING:
    from tests.audit.checks.rules_town import Story


async def redeem(story: Story) -> None:
    """Redemptions that end in each way there is; some of what the volunteer does, the desk does."""

    async def by_volunteer(at_desk: bool, intent: type[Any], **fields: Any) -> None:
        if at_desk:
            await act_at_the_desk(story, intent, **fields)
        else:
            await story.carry("volunteer", intent, **fields)

    for name, ending in ENDINGS.items():
        await by_volunteer(
            name == "confirmed",
            Redeem,
            redemption=redemption_id(name),
            provider=member_id(ending.provider),
            fund=FUND,
            service=HAIRCUT,
            held_minutes=5,
        )
        for who, what in ending.steps:
            document = b"w" * 32 if what in REASONED else bytes(32)
            acting = {"act": what, "redemption": redemption_id(name), "document": document}
            if who == "volunteer":
                await by_volunteer(
                    what in (RedemptionAct.CONFIRM, RedemptionAct.CANCEL), ActOnRedemption, **acting
                )
            else:
                await story.carry(who, ActOnRedemption, **acting)
    await later(story.town, 60 * DAY)
    for name, ending in ENDINGS.items():
        if ending.when_due:
            await story.send("anyone", "Redemptions", ending.when_due, redemption_id(name))
    for name, steps in GOING_ON.items():
        await story.carry(
            "volunteer", Redeem, redemption=redemption_id(name), provider=member_id("barber"), fund=FUND, service=HAIRCUT,
            held_minutes=1,
        )  # fmt: skip
        for what in steps:
            await story.carry(
                "barber", ActOnRedemption, act=what, redemption=redemption_id(name), document=bytes(32)
            )
