"""What the rules allow and an auditor looks at all the same: how power was given, and what stays just below a limit."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from audit.rules.membership import CLERK, COORDINATOR, FOREMAN, TREASURER, Membership, place_of
from audit.rules.postings import INTEREST
from audit.rules.signatures import KeyKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.chain.history import History, Log, Transaction

ROLES = {
    TREASURER: ("出纳", "treasurer"),
    COORDINATOR: ("协调员", "coordinator"),
    FOREMAN: ("组长", "foreman"),
    CLERK: ("服务台经办员", "clerk"),
}
# A request this near below the sum at which more votes are needed.
NEAR_PERCENT = 95
AFTER_FOUNDING = {
    "Committees.CommitteeOpened": ("新设管委会", "a committee was opened", "committee"),
    "Committees.TierSet": ("改动表决规则", "rules of votes were set", "committee"),
    "Committees.SeatFilled": ("委员上任", "a seat was filled", "committee"),
    "Committees.FundHandedOver": ("基金移交给另一个管委会", "a fund was handed over to another committee", "fund"),
    "Budgets.BudgetLineSet": ("改动预算项", "a budget line was set", "budget_line"),
    "TimeBank.ChallengeSet": ("改动异议期", "the time to dispute visits was set", None),
    "Ledger.ModuleAdmitted": ("准入模块", "a module was admitted to the ledger", None),
    "Ledger.ModuleClosing": ("模块开始收尾", "a module began to close", None),
    "Ledger.ModuleRetired": ("停用模块", "a module was retired from the ledger", None),
}  # fmt: skip
# No bank pays this much of what an account held at once.
MOST_INTEREST_PERCENT = 1
# So long pages and API let an act be signed for, at most.
MOST_SIGNED_SECONDS = 90 * 24 * 3600


def unusual(history: History, since: int | None) -> Iterator[str]:
    """What was allowed and is unusual, in the order of the kinds, then of the chain.

    Args:
        history: The verified history.
        since: Number of the block after which it is looked at; None for the whole history.
    """
    founded = next((log.block.number for log in history.logs("Authority.FoundingEnded")), None)
    begin, membership = -1 if since is None else since, Membership(history)
    if founded is not None:
        for log in history.logs(*AFTER_FOUNDING):
            if log.block.number > max(begin, founded):
                zh, en, key = AFTER_FOUNDING[log.name]
                yield f"筹建后{zh} {en} after the founding{f' ({key} {log.values[key]})' if key else ''}: {log.where}"
    for log in history.logs("Members.KeyAdded"):
        if log.block.number > begin:
            yield from _key_of_seat(membership, log)
    for log in history.logs("Members.RoleGranted"):
        if log.block.number > begin and founded is not None and log.block.number > founded:
            yield from _role_granted(log)
    yield from _signed_far_ahead(history, begin)
    yield from _much_interest(history, begin)
    yield from _several_roles(history, membership)
    for log in history.logs(*_OF_REQUESTS):
        if log.block.number > begin:
            yield from _OF_REQUESTS[log.name](membership, log)


def _signed_far_ahead(history: History, begin: int) -> Iterator[str]:
    """Members sign until when an act may be carried: in a block that was dated back, that is far ahead."""
    far = [
        call.where
        for call in history.all_transactions
        if call.block.number > begin and _deadline(call) > call.block.time + MOST_SIGNED_SECONDS
    ]
    if far:
        yield f"签名期限远在区块之后 {len(far)} acts were signed for over 90 days from their blocks on, which may be dated back; the first: {far[0]}"


def _deadline(call: Transaction) -> int:
    """Until when the act of a call may be carried, as it was signed; 0 where nothing says so."""
    signed = call.args.get("authorization", call.args)
    return int(signed.get("deadline", 0)) if call.target and isinstance(signed, dict) else 0


def _much_interest(history: History, begin: int) -> Iterator[str]:
    """Interest has no donor: a gift that is called so is found by its size, beside what the account held."""
    held_fen: dict[bytes, int] = defaultdict(int)
    for log in history.logs("Ledger.Transferred"):
        v = log.values
        # A bank account owes what it holds: it goes down as money comes in.
        if v["reason"] == INTEREST and log.block.number > begin:
            fen, before_fen = v["amount"], -held_fen[v["payer"]]
            if fen * 100 > before_fen * MOST_INTEREST_PERCENT:
                yield f"利息偏高 interest of {fen} fen was recorded of a bank account that held {before_fen}: {log.where}"
        held_fen[v["payer"]] -= v["amount"]
        held_fen[v["payee"]] += v["amount"]


def _key_of_seat(membership: Membership, log: Log) -> Iterator[str]:
    """A key that a member gets while holding a seat signs for that seat; that of a desk signs nothing."""
    if log.values["kind"] == KeyKind.DESK:
        return
    member = log.values["member"]
    for number in membership.committees:
        seat = membership.seat_of(number, member, place_of(log), log.block.time)
        if seat is not None:
            yield f"委员新增密钥 a key was added to who holds seat {seat.number} of committee {number} ({member.hex()}): {log.where}"


def _role_granted(log: Log) -> Iterator[str]:
    v = log.values
    if v["role"] in ROLES and v["valid_until"] > log.block.time:
        zh, en = ROLES[v["role"]]
        yield f"筹建后授予{zh} the role {en} for {v['scope']} was granted to {v['member'].hex()} after the founding: {log.where}"


def _several_roles(history: History, membership: Membership) -> Iterator[str]:
    """Members who are more than one of treasurer, coordinator, clerk and voting member for one fund at the head."""
    now, place = history.head.time, (history.head.number + 1, 0)
    held: dict[tuple[bytes, int], set[str]] = defaultdict(set)
    for v in (log.values for log in history.logs("Members.RoleGranted")):
        role, scope = v["role"], v["scope"]
        if role in (TREASURER, COORDINATOR, CLERK) and membership.has_role(
            v["member"], role, scope, place, now
        ):
            held[v["member"], scope].add(" ".join(ROLES[role]))
    for log in history.logs("Committees.SeatFilled"):
        committee, member = log.values["committee"], log.values["member"]
        if membership.seat_of(committee, member, place, now) and committee in membership.committees:
            fund = membership.committees[committee].values["fund"]
            held[member, fund].add("委员 committee member")
    for (member, fund), names in sorted(held.items()):
        if len(names) > 1:
            yield f"一人兼任 {member.hex()} is {', '.join(sorted(names))} for fund {fund}"


def _just_below(membership: Membership, log: Log) -> Iterator[str]:
    request: dict[str, Any] = log.values["proposal"]
    tiers = membership.tiers(request["committee"], log.values["rules_version"])
    for tier in tiers[:-1]:
        limit_fen = tier["up_to_fen"]
        if limit_fen * NEAR_PERCENT < 100 * request["amount_fen"] <= 100 * limit_fen:
            yield f"金额接近档位上限 {request['amount_fen']} fen were requested, and more than {limit_fen} needs a higher tier: {log.where}"


def _referred(_: Membership, log: Log) -> Iterator[str]:
    """Members left too few seats to their colleagues, and others decided."""
    above = log.values["committee"]
    yield f"因回避转到上级管委会 recusals referred a request to committee {above}: {log.where}"


_OF_REQUESTS = {"Rounds.ProposalSubmitted": _just_below, "Rounds.ProposalReferred": _referred}
