"""What stands behind a line of the ledger, and the page on which it is told."""

from __future__ import annotations

from enum import StrEnum

from contracts.enums import Reason
from ledger_api.forms import hexed


class Behind(StrEnum):
    """Kinds of what causes a transfer; the words of the group `behind` in `words.toml`."""

    BANK_LINE = "BANK_LINE"
    CAMPAIGN = "CAMPAIGN"
    LOT = "LOT"
    PROPOSAL = "PROPOSAL"
    REDEMPTION = "REDEMPTION"
    VISIT = "VISIT"


BEHIND = {
    Reason.DONATION: Behind.BANK_LINE,
    Reason.DONATION_REVERSAL: Behind.BANK_LINE,
    Reason.CAMPAIGN_GIFT: Behind.BANK_LINE,
    Reason.CAMPAIGN_SUCCESS: Behind.CAMPAIGN,
    Reason.CAMPAIGN_REFUND: Behind.BANK_LINE,
    Reason.MATCH_LOCK: Behind.CAMPAIGN,
    Reason.MATCH: Behind.CAMPAIGN,
    Reason.MATCH_RETURN: Behind.CAMPAIGN,
    Reason.DISBURSEMENT: Behind.PROPOSAL,
    Reason.DISBURSEMENT_REVERSAL: Behind.PROPOSAL,
    Reason.CREDIT: Behind.VISIT,
    Reason.CREDIT_REVERSAL: Behind.VISIT,
    Reason.REDEMPTION_ESCROW: Behind.REDEMPTION,
    Reason.REDEMPTION: Behind.REDEMPTION,
    Reason.REDEMPTION_CANCELLATION: Behind.REDEMPTION,
    Reason.PROCEEDS: Behind.BANK_LINE,
    Reason.WAGE: Behind.LOT,
    Reason.RESERVE: Behind.LOT,
    Reason.LEVY: Behind.LOT,
    Reason.REMAINDER: Behind.LOT,
    Reason.PAYOUT: Behind.BANK_LINE,
}
"""By reason: what the contracts name as the cause."""


def page_behind(reason: Reason, cause: bytes) -> str:
    """Address of the page that tells why a transfer was made; empty where none does.

    Args:
        reason: Reason of the transfer.
        cause: What the contract named as its cause, 32 bytes: ids of 16 bytes stand left, numbers right.
    """
    match BEHIND[reason]:
        case Behind.PROPOSAL:
            return f"/proposals/{hexed(cause)}"
        case Behind.CAMPAIGN:
            return f"/campaigns/{int.from_bytes(cause, 'big')}"
        case Behind.VISIT:
            return f"/visits/{hexed(cause[:16])}"
        case _:
            return ""
