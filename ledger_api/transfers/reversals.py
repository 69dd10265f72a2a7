"""How a line of the ledger is taken back: by which act, with which line, and of which fund or enterprise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.accounts import account_parts, fund_of
from contracts.enums import Reason
from indexer.projections.enterprise import enterprises
from ledger_api.campaigns.service import campaign_detail
from ledger_api.enterprises.queries import enterprises_numbered
from ledger_api.funds.service import fund_numbered
from ledger_api.transfers import queries
from ledger_api.transfers.schemas import Transfer

if TYPE_CHECKING:
    from indexer.projections.enterprise import Enterprise
    from indexer.projections.fund import Fund
    from ledger_api.campaigns.schemas import Campaign
    from ledger_api.mirror import Reading


@dataclass(frozen=True, kw_only=True, slots=True)
class Undo:
    """What takes back transfers of a reason.

    Attributes:
        act: Id of the act.
        reason: Reason of the transfer that takes one back; both name the bank line as their cause.
    """

    act: str
    reason: Reason


UNDOS = {
    Reason.DONATION: Undo(act="ReverseDonation", reason=Reason.DONATION_REVERSAL),
    Reason.CAMPAIGN_GIFT: Undo(act="ReverseGift", reason=Reason.CAMPAIGN_REVERSAL),
    Reason.PROCEEDS: Undo(act="ReverseProceeds", reason=Reason.PROCEEDS_REVERSAL),
    Reason.FEE: Undo(act="ReverseFee", reason=Reason.FEE_REVERSAL),
    Reason.INTEREST: Undo(act="ReverseInterest", reason=Reason.INTEREST_REVERSAL),
    Reason.PAYOUT: Undo(act="ReversePayout", reason=Reason.PAYOUT_REVERSAL),
}
REVERSALS = {undo.reason for undo in UNDOS.values()}


async def subject_of(mirror: Reading, sequence: int) -> Campaign | Fund | Enterprise | None:
    """Whose treasurers may take a transfer back: a campaign, fund, or enterprise; None if there is no such transfer.

    Args:
        mirror: A snapshot.
        sequence: Number of a donation, a gift to a campaign, a fee, interest, of proceeds, or of a payment of wages.
    """
    # As it is recorded: a reader who may not know the worker may know who paid.
    found = await mirror.records(Transfer, queries.numbered([sequence]))
    for one in found:
        if one.reason is Reason.DONATION:
            return await fund_numbered(mirror, fund_of(account_parts(one.payee)[1]))
        if one.reason in (Reason.FEE, Reason.INTEREST):
            purpose = one.payer if one.reason is Reason.FEE else one.payee
            return await fund_numbered(mirror, fund_of(account_parts(purpose)[1]))
        if one.reason is Reason.CAMPAIGN_GIFT:
            return (await campaign_detail(mirror, account_parts(one.payee)[1])).campaign
        number = (
            account_parts(one.payee)[1]
            if one.reason is Reason.PROCEEDS
            else account_parts(one.payer)[1] >> 128
        )
        return next(iter(await mirror.versions(enterprises, enterprises_numbered([number]))), None)
    return None
