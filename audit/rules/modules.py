"""Which kinds of accounts each contract may open and debit, by the auditor's own reckoning."""

from __future__ import annotations

from audit.decode import accounts as a

_KINDS: dict[str, tuple[int, ...]] = {
    "Funds": (a.BANK, a.PURPOSE),
    "Campaigns": (a.BANK, a.PURPOSE, a.CAMPAIGN, a.MATCH_LOCK),
    "Disbursements": (a.BANK, a.PURPOSE),
    "TimeBank": (a.ISSUED_MINUTES, a.MEMBER_MINUTES),
    "Redemptions": (a.MEMBER_MINUTES, a.MINUTES_ESCROW),
    "Cooperative": (a.BANK, a.ENTERPRISE, a.ENTERPRISE_RESERVE, a.ENTERPRISE_REMAINDER, a.WORKER),
}


def kinds_of(contract: str) -> int:
    """A bit for each kind of account that a contract may open and debit; 0 for one that posts nothing.

    Args:
        contract: Its name.
    """
    return sum(1 << kind for kind in _KINDS.get(contract, ()))
