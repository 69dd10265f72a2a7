"""How redemptions of the volunteer end: one of each way, for tests that follow all of them."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.enums import RedemptionState
from wallets.intents import RedemptionAct

VOLUNTEER, BARBER, FIRM, COORDINATOR = "volunteer", "barber", "firm", "coordinator"
SECOND_COORDINATOR = "second coordinator"
ACCEPTED = (BARBER, RedemptionAct.ACCEPT)
SERVED = (ACCEPTED, (BARBER, RedemptionAct.SERVE))
DISPUTED = (*SERVED, (VOLUNTEER, RedemptionAct.DISPUTE))
REASONED = {
    RedemptionAct.DISPUTE, RedemptionAct.VOID, RedemptionAct.DECIDE_FOR_MEMBER, RedemptionAct.DECIDE_FOR_PROVIDER,
    RedemptionAct.REVERSE,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """How a redemption ends.

    Attributes:
        steps: Who does what after it was opened.
        state: Where it ends.
        provider: With whom it is.
        when_due: What anyone calls once its date is past; empty if it ends before.
    """

    steps: tuple[tuple[str, RedemptionAct], ...] = ()
    state: RedemptionState = RedemptionState.DONE
    provider: str = BARBER
    when_due: str = ""


ENDINGS = {
    "confirmed": Ending(steps=(*SERVED, (VOLUNTEER, RedemptionAct.CONFIRM))),
    "of a firm": Ending(
        steps=((FIRM, RedemptionAct.ACCEPT), (VOLUNTEER, RedemptionAct.CONFIRM)), provider=FIRM
    ),
    "silent": Ending(steps=SERVED, when_due="settleRedemption"),
    "for provider": Ending(steps=(*DISPUTED, (COORDINATOR, RedemptionAct.DECIDE_FOR_PROVIDER))),
    "for member": Ending(
        steps=(*DISPUTED, (COORDINATOR, RedemptionAct.DECIDE_FOR_MEMBER)), state=RedemptionState.RETURNED
    ),
    "undecided": Ending(steps=DISPUTED, state=RedemptionState.LAPSED, when_due="lapseRedemption"),
    "cancelled": Ending(steps=((VOLUNTEER, RedemptionAct.CANCEL),), state=RedemptionState.CANCELLED),
    "declined": Ending(steps=(ACCEPTED, (BARBER, RedemptionAct.DECLINE)), state=RedemptionState.DECLINED),
    "voided": Ending(steps=((COORDINATOR, RedemptionAct.VOID),), state=RedemptionState.VOIDED),
    "reversed": Ending(
        steps=(
            *DISPUTED,
            (COORDINATOR, RedemptionAct.DECIDE_FOR_PROVIDER),
            (SECOND_COORDINATOR, RedemptionAct.REVERSE),
        ),
        state=RedemptionState.REVERSED,
    ),
    "firm reversed": Ending(
        steps=(
            (FIRM, RedemptionAct.ACCEPT),
            (VOLUNTEER, RedemptionAct.CONFIRM),
            (COORDINATOR, RedemptionAct.REVERSE),
        ),
        state=RedemptionState.REVERSED,
        provider=FIRM,
    ),
    "forgotten": Ending(state=RedemptionState.LAPSED, when_due="lapseRedemption"),
}


def redemption_id(name: str) -> bytes:
    """Id of the redemption that ends so, 16 bytes."""
    return name.encode().ljust(16)
