"""Which role of the authority may call which guarded function, and which contracts may post to the ledger.

This is the whole table: a function not listed here and marked `restricted` is the ADMIN's, whose acts wait out a delay.
Everything else is open to anyone, and guarded by a member's signature or by nothing because it needs no guard. The
golden table in `tests/contracts/golden/` names every function with its guard.
"""

from __future__ import annotations

from enum import IntEnum

ADMIN_DELAY_SECONDS = 2 * 24 * 3600


class AuthorityRole(IntEnum):
    """Roles of the AccessManager."""

    ADMIN = 0
    REGISTRAR = 1
    STEWARD = 2
    GUARDIAN = 3
    DEVICE_REGISTRAR = 4
    LOG_KEEPER = 5
    VERIFIER = 6


MODULES = ("Funds", "Campaigns", "Disbursements", "TimeBank", "Cooperative")

GUARDED: dict[str, dict[str, AuthorityRole]] = {
    "Ledger": {"admitModule": AuthorityRole.ADMIN, "retireModule": AuthorityRole.ADMIN},
    "Members": dict.fromkeys(
        ("register", "placeHousehold", "addKey", "endKey", "grantRole"), AuthorityRole.REGISTRAR
    ),
    "Funds": {
        "openBankAccount": AuthorityRole.STEWARD,
        "openFund": AuthorityRole.STEWARD,
        "openPurpose": AuthorityRole.STEWARD,
        "setFrozen": AuthorityRole.GUARDIAN,
    },
    "Campaigns": {"openCampaign": AuthorityRole.STEWARD},
    "Committees": dict.fromkeys(
        ("openCommittee", "setRules", "fillSeat", "vacateSeat"), AuthorityRole.STEWARD
    ),
    "Disbursements": {"setBudgetLine": AuthorityRole.STEWARD},
    "EventLog": {"anchor": AuthorityRole.LOG_KEEPER},
    "DeviceRegistry": dict.fromkeys(("enrol", "setSuspended", "revoke"), AuthorityRole.DEVICE_REGISTRAR),
    "TimeBank": {
        "setService": AuthorityRole.STEWARD,
        "setChallenge": AuthorityRole.STEWARD,
        "admitClaim": AuthorityRole.VERIFIER,
    },
    "Cooperative": {"openEnterprise": AuthorityRole.STEWARD},
}
