"""What stands behind a line of the ledger, and the page on which it is told."""

from __future__ import annotations

from enum import StrEnum

from contracts.enums import Reason
from ledger_api.forms import hexed


class CauseKind(StrEnum):
    """Kinds of what causes a transfer; the words of the group `cause` in `words.toml`."""

    BANK_LINE = "BANK_LINE"
    CAMPAIGN = "CAMPAIGN"
    LOT = "LOT"
    PROPOSAL = "PROPOSAL"
    REDEMPTION = "REDEMPTION"
    VISIT = "VISIT"


CAUSE_KINDS = {
    Reason.DONATION: CauseKind.BANK_LINE,
    Reason.DONATION_REVERSAL: CauseKind.BANK_LINE,
    Reason.CAMPAIGN_GIFT: CauseKind.BANK_LINE,
    Reason.CAMPAIGN_SUCCESS: CauseKind.CAMPAIGN,
    Reason.CAMPAIGN_REFUND: CauseKind.BANK_LINE,
    Reason.CAMPAIGN_REVERSAL: CauseKind.BANK_LINE,
    Reason.MATCH_LOCK: CauseKind.CAMPAIGN,
    Reason.MATCH: CauseKind.CAMPAIGN,
    Reason.MATCH_RETURN: CauseKind.CAMPAIGN,
    Reason.DISBURSEMENT: CauseKind.PROPOSAL,
    Reason.DISBURSEMENT_REVERSAL: CauseKind.PROPOSAL,
    Reason.DISBURSEMENT_RETURN: CauseKind.PROPOSAL,
    Reason.DISBURSEMENT_RETURN_REVERSAL: CauseKind.PROPOSAL,
    Reason.FEE: CauseKind.BANK_LINE,
    Reason.FEE_REVERSAL: CauseKind.BANK_LINE,
    Reason.INTEREST: CauseKind.BANK_LINE,
    Reason.INTEREST_REVERSAL: CauseKind.BANK_LINE,
    Reason.CREDIT: CauseKind.VISIT,
    Reason.CREDIT_REVERSAL: CauseKind.VISIT,
    Reason.REDEMPTION_ESCROW: CauseKind.REDEMPTION,
    Reason.REDEMPTION: CauseKind.REDEMPTION,
    Reason.REDEMPTION_CANCELLATION: CauseKind.REDEMPTION,
    Reason.REDEMPTION_REVERSAL: CauseKind.REDEMPTION,
    Reason.PROCEEDS: CauseKind.BANK_LINE,
    Reason.WAGE: CauseKind.LOT,
    Reason.RESERVE: CauseKind.LOT,
    Reason.LEVY: CauseKind.LOT,
    Reason.REMAINDER: CauseKind.LOT,
    Reason.PAYOUT: CauseKind.BANK_LINE,
    Reason.PROCEEDS_REVERSAL: CauseKind.BANK_LINE,
    Reason.PAYOUT_REVERSAL: CauseKind.BANK_LINE,
    Reason.PAYOUT_RETURN: CauseKind.BANK_LINE,
    Reason.PAYOUT_RETURN_REVERSAL: CauseKind.BANK_LINE,
    Reason.LOT_REVERSAL: CauseKind.LOT,
}
"""By reason: what the contracts name as the cause."""


def page_of_cause(reason: Reason, cause: bytes) -> str:
    """Address of the page that tells why a transfer was made; empty where none does.

    Args:
        reason: Reason of the transfer.
        cause: What the contract named as its cause, 32 bytes: ids of 16 bytes stand left, numbers right.
    """
    match CAUSE_KINDS[reason]:
        case CauseKind.PROPOSAL:
            return f"/proposals/{hexed(cause)}"
        case CauseKind.CAMPAIGN:
            return f"/campaigns/{int.from_bytes(cause, 'big')}"
        case CauseKind.VISIT:
            return f"/visits/{hexed(cause[:16])}"
        case _:
            return ""
