"""Which acts are changes, by the auditor's own list, and what became of those that were scheduled.

A change says who decides, by which rules, limits, modules or keys. Once the founding has ended it waits in public.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.decode.abi import decode_call
from audit.errors import DecodeError
from audit.rules.call_effects import Call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.chain.history import Log

# As long as the longest notice that a committee's rules may set.
CHANGE_DELAY_SECONDS = 15 * 24 * 3600
WAITING_BIT, PUBLIC = 0x80, 2**64 - 1
# Of the role of a key that acts for an office.
HOLDER_BIT = 0x100
GUARDIAN = 3
# What the administrator does to the authority itself. Nobody gives up an office but by such a change.
OF_AUTHORITY = (
    "grantRole", "revokeRole", "setRoleAdmin", "setRoleGuardian", "setGrantDelay", "setTargetFunctionRole",
    "setTargetAdminDelay", "setTargetClosed", "updateAuthority",
)  # fmt: skip
CHANGES = frozenset({
    *(f"Authority.{name}" for name in OF_AUTHORITY),
    "Ledger.admitModule", "Ledger.closeModule", "Ledger.retireModule", "Members.addKey", "Members.grantRole",
    "Members.changeHousehold", "Members.restoreMembership", "Funds.closeFund", "Funds.reopenFund", "Funds.unfreeze",
    "Campaigns.openCampaign", "Committees.openCommittee", "Committees.setRules", "Committees.fillSeat",
    "Committees.vacateSeat", "Committees.handOver", "Budgets.setBudgetLine", "Receipts.admitReceiptKey", "Receipts.endReceiptKey",
    "EventLog.resume", "TimeBank.setService", "TimeBank.setChallenge",
})  # fmt: skip


def waits(role: int) -> bool:
    """Whether what a role of the authority does waits: ADMIN's acts, and those of roles with the bit."""
    return role == 0 or (role != PUBLIC and bool(role & WAITING_BIT))


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A call that was scheduled.

    Attributes:
        id: Of the operation, 32 bytes.
        caller: Who may carry it out, 20 bytes.
        call: What is called; None if it is no call of a pinned contract.
        scheduled_at: When it was scheduled, seconds since 1970.
        due_at: First second at which it may be carried out.
    """

    id: bytes
    caller: bytes
    call: Call | None
    scheduled_at: int
    due_at: int


def change_of(log: Log, names: Mapping[bytes, str]) -> Change:
    """What an `OperationScheduled` schedules.

    Args:
        log: The event.
        names: Pinned contracts by address.
    """
    v = log.values
    contract = names.get(v["target"], "")
    try:
        function, args = decode_call(contract, v["data"])
    except DecodeError:
        call = None
    else:
        call = Call(contract=contract, function=function, args=args, address=v["target"])
    return Change(
        id=v["operation_id"], caller=v["caller"], call=call, scheduled_at=log.block.time, due_at=v["schedule"]
    )


def is_of_guardian(change: Change) -> bool:
    """Whether a change says who is the guardian: the guardian cannot stop it."""
    role = _granted(change)
    return role is not None and role & ~(WAITING_BIT | HOLDER_BIT) == GUARDIAN


def is_of_holder(change: Change) -> bool:
    """Whether a change says which key holds an office: nobody calls it off, whoever announced it."""
    role = _granted(change)
    return role is not None and bool(role & HOLDER_BIT)


def _granted(change: Change) -> int | None:
    """The role that a change grants or takes away; None for another change."""
    if change.call is None or change.call.name not in ("Authority.grantRole", "Authority.revokeRole"):
        return None
    role: int = change.call.args["role_id"]
    return role
