"""Which kinds of accounts each contract may open and debit, by the auditor's own reckoning."""

from __future__ import annotations

from audit.decode import accounts as a

_KINDS: dict[str, tuple[int, ...]] = {
    "Funds": (a.BANK, a.PURPOSE),
    "Donations": (a.BANK, a.PURPOSE),
    "BankCharges": (a.BANK, a.PURPOSE),
    "Campaigns": (a.BANK, a.PURPOSE, a.CAMPAIGN, a.MATCH_LOCK),
    "Disbursements": (a.BANK, a.PURPOSE),
    "PartPayments": (a.BANK, a.PURPOSE, a.WORKER),
    "TimeBank": (a.ISSUED_MINUTES, a.MEMBER_MINUTES),
    "Redemptions": (a.ISSUED_MINUTES, a.MEMBER_MINUTES, a.MINUTES_ESCROW),
    "Enterprises": (a.ENTERPRISE,),
    "Cooperative": (a.BANK, a.PURPOSE, a.ENTERPRISE, a.WORKER),
}


def kinds_of(contract: str) -> int:
    """A bit for each kind of account that a contract may open and debit; 0 for one that posts nothing.

    No account is of the lowest: it says that the contract may freeze funds.

    Args:
        contract: Its name.
    """
    freezing = 1 if contract == "Funds" else 0
    return sum(1 << kind for kind in _KINDS.get(contract, ())) | freezing
