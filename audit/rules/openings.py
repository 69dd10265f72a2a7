"""What objects of the workflows were opened with, by their ids: whose fund, enterprise, purpose or redemption it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.decode.accounts import (
    CAMPAIGN,
    ENTERPRISE,
    PURPOSE,
    WORKER,
    fund_of,
    kind_of,
    owner_of,
)

if TYPE_CHECKING:
    from audit.chain.history import History

Values = dict[str, Any]

# The event that opens an object, and the parameter with its id. Ids are used once, so the first one is the only one.
_OPENED = {
    "Campaigns.CampaignOpened": "campaign",
    "Enterprises.EnterpriseOpened": "enterprise",
    "Cooperative.WorkOrderOpened": "order",
    "Cooperative.LotTaken": "lot",
    "Delegations.DelegationOpened": "delegation",
    "Rounds.ProposalSubmitted": "proposal_id",
    "Funds.FundOpened": "fund",
    "TimeBank.TaskOpened": "task",
    "Redemptions.RedemptionOpened": "redemption",
}


class Openings:
    """The opening event of every object."""

    def __init__(self, history: History) -> None:
        self._opened: dict[str, dict[Any, Values]] = {name: {} for name in _OPENED}
        for log in history.logs(*_OPENED):
            self._opened[log.name].setdefault(log.values[_OPENED[log.name]], log.values)

    def opened(self, event: str, object_id: int | bytes) -> Values:
        """The values of the event that opened an object; empty if there is none.

        Args:
            event: Such as "TimeBank.TaskOpened".
            object_id: Its id.
        """
        return self._opened[event].get(object_id, {})

    def campaign_fund(self, campaign: int) -> int:
        """Fund whose treasurer attests a campaign's gifts; 0 if unknown."""
        return fund_of(self.opened("Campaigns.CampaignOpened", campaign).get("terms", {}).get("purpose", 0))

    def levy_fund(self, enterprise: int) -> int:
        """Fund whose treasurer attests an enterprise's bank lines; 0 if unknown."""
        return fund_of(self.opened("Enterprises.EnterpriseOpened", enterprise).get("levy_purpose", 0))

    def account_fund(self, account: bytes) -> int:
        """Fund out of which nothing goes from an account while it is frozen; 0 for a bank's, what is locked, and hours."""
        kind, owner = kind_of(account), owner_of(account)
        if kind == PURPOSE:
            return fund_of(owner)
        if kind == CAMPAIGN:
            return self.campaign_fund(owner)
        if kind == ENTERPRISE:
            return self.levy_fund(owner)
        return self.levy_fund(owner >> 128) if kind == WORKER else 0

    def lot_order(self, lot: bytes) -> Values:
        """The opening of the work order that a lot is part of; empty if unknown."""
        return self.opened(
            "Cooperative.WorkOrderOpened", self.opened("Cooperative.LotTaken", lot).get("order", b"")
        )

    def task_fund(self, task: bytes) -> int:
        """Fund whose coordinators look after a task; 0 if unknown."""
        fund: int = self.opened("TimeBank.TaskOpened", task).get("fund", 0)
        return fund

    def redemption(self, redemption: bytes) -> Values:
        """The opening of a redemption; empty if unknown."""
        return self.opened("Redemptions.RedemptionOpened", redemption)
