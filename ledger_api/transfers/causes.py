"""What stands behind some transfers: the requests, gifts, tasks, redemptions and lots that the contracts name as their causes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from contracts.enums import Reason
from indexer.projections.campaign import gifts
from indexer.projections.redemption import redemptions
from indexer.projections.request import requests
from indexer.projections.task import tasks
from indexer.projections.version import Version
from indexer.projections.work import lots
from ledger_api.transfers import queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.projections.campaign import Gift
    from indexer.projections.noun import Noun
    from indexer.projections.redemption import Redemption
    from indexer.projections.request import Request
    from indexer.projections.task import Task
    from indexer.projections.work import Lot
    from ledger_api.mirror import Reading
    from ledger_api.transfers.schemas import Transfer

V = TypeVar("V", bound=Version)

OF_REQUEST = (
    Reason.DISBURSEMENT, Reason.DISBURSEMENT_REVERSAL, Reason.DISBURSEMENT_RETURN, Reason.DISBURSEMENT_RETURN_REVERSAL,
)  # fmt: skip
OF_GIFT = (Reason.CAMPAIGN_GIFT, Reason.CAMPAIGN_REFUND, Reason.CAMPAIGN_REVERSAL)
OF_TASK = (Reason.CREDIT, Reason.CREDIT_REVERSAL)
OF_REDEMPTION = (
    Reason.REDEMPTION_ESCROW, Reason.REDEMPTION, Reason.REDEMPTION_CANCELLATION, Reason.REDEMPTION_REVERSAL,
)  # fmt: skip
OF_LOT = (Reason.WAGE, Reason.RESERVE, Reason.LEVY, Reason.REMAINDER, Reason.LOT_REVERSAL)
# An id of 16 bytes stands left in the 32 of a cause.
ID_BYTES, CAUSE_BYTES = 16, 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Causes:
    """What stands behind some transfers, by the cause that each names, 32 bytes.

    Attributes:
        requests: Of disbursements, and of those taken back.
        gifts: Of gifts to campaigns, and of those returned.
        tasks: Of credited hours, and of those taken back.
        redemptions: Of hours held, redeemed and given back.
        lots: Of wages, and of what went elsewhere with them.
    """

    requests: dict[bytes, Request]
    gifts: dict[bytes, Gift]
    tasks: dict[bytes, Task]
    redemptions: dict[bytes, Redemption]
    lots: dict[bytes, Lot]


async def causes_of(mirror: Reading, transfers: Sequence[Transfer]) -> Causes:
    """What stands behind some transfers: one question for each kind that is among them."""

    async def found(noun: Noun[V], reasons: Sequence[Reason], size: int = ID_BYTES) -> dict[bytes, V]:
        keys = {transfer.cause[:size] for transfer in transfers if transfer.reason in reasons}
        versions = await mirror.versions(noun, queries.open_rows_by_key(noun, keys)) if keys else []
        return {noun.key_of(one).ljust(CAUSE_BYTES, b"\0"): one for one in versions}

    return Causes(
        requests=await found(requests, OF_REQUEST, CAUSE_BYTES),
        gifts=await found(gifts, OF_GIFT, CAUSE_BYTES),
        tasks=await found(tasks, OF_TASK),
        redemptions=await found(redemptions, OF_REDEMPTION),
        lots=await found(lots, OF_LOT),
    )
