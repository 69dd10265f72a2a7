"""Which role of the authority may call which guarded function, and which contracts may post to the ledger.

This is the whole table: a function not listed here and marked `restricted` is the ADMIN's, whose acts wait out a delay.
Everything else is open to anyone, and guarded by a member's signature or by nothing because it needs no guard. The
golden table in `tests/contracts/golden/` names every function with its guard.

An office that persons hold has an account of `Offices`, for good, with its role and, but for ADMIN, which waits with all it
does, a second one whose acts wait once the founding has ended. A key acts for the office there while it has the role `HOLDER`
with the office's number. The two offices of processes are held by their keys. A change says who decides, by which rules, limits
or keys; what stops something never waits.
"""

from __future__ import annotations

from enum import IntEnum

from contracts.accounts import AccountKind
from contracts.enums import Office

# While the town is founded; from then on `Authority.CHANGE_DELAY` is the floor.
ADMIN_DELAY_SECONDS = 2 * 24 * 3600
# The bit of a role whose acts wait (`Authority.waits`). Who holds the office holds it as well.
CHANGES = 0x80
# The bit of a role by which a key acts for an office through `Offices`.
HOLDER = 0x100
# What `Vetoes` holds, to stop changes for committees (`Authority.VETO_ROLE`). No office.
VETO_ROLE = 7
# What `Delegations` holds, to bring the keys of desks. No office.
DESK_ROLE = 8
# `Authority.CHANGE_DELAY`, and how long after its time a change may still be carried out (`Authority.expiration`).
CHANGE_DELAY_SECONDS, CHANGE_OPEN_SECONDS = 15 * 24 * 3600, 7 * 24 * 3600


class AuthorityRole(IntEnum):
    """The offices: the roles of the authority that act at once, and ADMIN."""

    ADMIN = 0
    REGISTRAR = 1
    STEWARD = 2
    GUARDIAN = 3
    DEVICE_REGISTRAR = 4
    LOG_KEEPER = 5
    VERIFIER = 6


# The offices that persons hold. The others are processes.
PERSONS_OFFICES = tuple(AuthorityRole(office) for office in Office)

# Which contracts may post to the ledger, and the kinds of accounts that each may open and debit; it may credit any. Money
# comes in from a BANK and goes out of what holds it, so that a module of hours cannot reach money, nor one of giving wages.
MODULES: dict[str, tuple[AccountKind, ...]] = {
    "Funds": (AccountKind.BANK, AccountKind.PURPOSE),
    "Donations": (AccountKind.BANK, AccountKind.PURPOSE),
    "BankCharges": (AccountKind.BANK, AccountKind.PURPOSE),
    "Campaigns": (AccountKind.BANK, AccountKind.PURPOSE, AccountKind.CAMPAIGN, AccountKind.MATCH_LOCK),
    "Disbursements": (AccountKind.BANK, AccountKind.PURPOSE),
    "PartPayments": (AccountKind.BANK, AccountKind.PURPOSE, AccountKind.WORKER),
    "TimeBank": (AccountKind.ISSUED_MINUTES, AccountKind.MEMBER_MINUTES),
    "Redemptions": (AccountKind.ISSUED_MINUTES, AccountKind.MEMBER_MINUTES, AccountKind.MINUTES_ESCROW),
    "Enterprises": (AccountKind.ENTERPRISE,),
    "Cooperative": (AccountKind.BANK, AccountKind.PURPOSE, AccountKind.ENTERPRISE, AccountKind.WORKER),
}

# The bit of a kind that no account has: who is admitted with it keeps which funds are frozen.
FREEZING = 1

GUARDED: dict[str, dict[str, AuthorityRole]] = {
    "Authority": {"endFounding": AuthorityRole.ADMIN, "stop": AuthorityRole.GUARDIAN},
    "Ledger": {
        "admitModule": AuthorityRole.ADMIN,
        "closeModule": AuthorityRole.ADMIN,
        "retireModule": AuthorityRole.ADMIN,
    },
    "Members": dict.fromkeys(
        (
            "register",
            "changeHousehold",
            "endMembership",
            "restoreMembership",
            "placeHousehold",
            "addKey",
            "endKey",
            "grantRole",
            "endRole",
        ),
        AuthorityRole.REGISTRAR,
    ),
    "Funds": {
        "openBankAccount": AuthorityRole.STEWARD,
        "openFund": AuthorityRole.STEWARD,
        "closeFund": AuthorityRole.STEWARD,
        "reopenFund": AuthorityRole.STEWARD,
        "openPurpose": AuthorityRole.STEWARD,
        "freeze": AuthorityRole.GUARDIAN,
        "unfreeze": AuthorityRole.GUARDIAN,
    },
    "Campaigns": {"openCampaign": AuthorityRole.STEWARD, "listHouseholds": AuthorityRole.REGISTRAR},
    "Committees": dict.fromkeys(
        ("openCommittee", "setRules", "fillSeat", "vacateSeat", "handOver"), AuthorityRole.STEWARD
    ),
    "Budgets": {"setBudgetLine": AuthorityRole.STEWARD},
    "Receipts": dict.fromkeys(("admitReceiptKey", "endReceiptKey"), AuthorityRole.STEWARD),
    "EventLog": {"anchor": AuthorityRole.LOG_KEEPER, "resume": AuthorityRole.STEWARD},
    "DeviceRegistry": dict.fromkeys(("enrol", "setSuspended", "revoke"), AuthorityRole.DEVICE_REGISTRAR),
    "TimeBank": {
        "setService": AuthorityRole.STEWARD,
        "setChallenge": AuthorityRole.STEWARD,
        "admitClaim": AuthorityRole.VERIFIER,
    },
    "Enterprises": {"openEnterprise": AuthorityRole.STEWARD},
    "Delegations": {"openDelegation": AuthorityRole.REGISTRAR},
}

# Functions that one contract alone calls, by the role that it holds.
OF_CONTRACTS: dict[str, dict[str, int]] = {"Members": {"addDeskKey": DESK_ROLE, "noteDeskAct": DESK_ROLE}}

# Functions of offices other than ADMIN that change something of this kind.
WAITING: dict[str, tuple[str, ...]] = {
    "Members": ("changeHousehold", "restoreMembership", "addKey", "grantRole"),
    "Funds": ("closeFund", "reopenFund", "unfreeze"),
    "Campaigns": ("openCampaign",),
    "Committees": ("openCommittee", "setRules", "fillSeat", "vacateSeat", "handOver"),
    "Budgets": ("setBudgetLine",),
    "Receipts": ("admitReceiptKey", "endReceiptKey"),
    "EventLog": ("resume",),
    "TimeBank": ("setService", "setChallenge"),
}


def role_id(contract: str, function: str) -> int:
    """Role that a guarded function needs: that of its office, or the one beside it whose acts wait."""
    office = GUARDED[contract][function]
    return office | CHANGES if function in WAITING.get(contract, ()) else office


def waits(contract: str, function: str) -> bool:
    """Whether what an office does by a function waits once the founding has ended."""
    office = GUARDED[contract][function]
    is_admins = office is AuthorityRole.ADMIN and contract != "Authority"
    return is_admins or function in WAITING.get(contract, ())


def roles_of(office: AuthorityRole) -> tuple[int, ...]:
    """The roles that an office has: those of its account, or of the key of a process."""
    has_changes = office in PERSONS_OFFICES and office is not AuthorityRole.ADMIN
    return (int(office), office | CHANGES) if has_changes else (int(office),)


def holder_role(office: AuthorityRole) -> int:
    """The role that says of a key that it is in office."""
    return HOLDER | office if office in PERSONS_OFFICES else int(office)


def kinds_mask(module: str) -> int:
    """The kinds of accounts that a module may open and debit, a bit for each, as `Ledger.admitModule` takes them."""
    return sum(1 << kind for kind in MODULES[module]) | (FREEZING if module == "Funds" else 0)
