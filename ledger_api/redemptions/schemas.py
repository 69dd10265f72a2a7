"""JSON form of a redemption."""

from __future__ import annotations

from pydantic import Field

from contracts.enums import RedemptionState
from contracts.events import RedemptionDisputed, RedemptionOpened, RedemptionReversed
from ledger_api.finality import Record
from ledger_api.forms import ByName, Id16, Id32, MemberId, Moment, event_field


class Redemption(Record):
    """A redemption and where it stands. Who redeemed, and with whom, is null but for those two and the fund's coordinators."""

    redemption: Id16 = event_field(RedemptionOpened, "redemption")
    member: MemberId | None = event_field(RedemptionOpened, "member")
    provider: MemberId | None = event_field(RedemptionOpened, "provider")
    fund: int = event_field(RedemptionOpened, "fund")
    service: int = event_field(RedemptionOpened, "service")
    held_minutes: int = event_field(RedemptionOpened, "held_minutes")
    state: ByName[RedemptionState] = Field(description="State on the chain.")
    until: Moment = Field(
        description="When its state ends by itself; of one that is over, when its last state before would have ended."
    )
    dispute: Id32 | None = event_field(RedemptionDisputed, "document")
    judge: MemberId | None = Field(
        description="Coordinator who decided the dispute or voided it; null without one."
    )
    decision: Id32 | None = Field(description="Commitment to the coordinator's reasons; null without any.")
    reversible_until: Moment | None = Field(
        description="From then on it is not reversed any more; null before it is done."
    )
    reverser: MemberId | None = event_field(RedemptionReversed, "coordinator")
    reversal: Id32 | None = event_field(RedemptionReversed, "document")
