"""Votes of committees against changes that wait: who cast them, whom a change concerns, and which votes stop it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from audit.decode.accounts import fund_of
from audit.rules.authority import ADMIN, Authority
from audit.rules.changes import GUARDIAN, change_of, is_of_guardian, is_of_holder
from audit.rules.membership import FOREMAN, SUPERVISOR, Membership, place_of
from audit.rules.tenures import Tenures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from audit.chain.history import History, Log
    from audit.report.findings import Tally
    from audit.rules.call_effects import Call
    from audit.rules.changes import Change

Values = dict[str, Any]


def _pot(args: Values) -> int:
    terms = args["terms"]
    return fund_of(terms["match_purpose"] or terms["purpose"])


# The fund that a call is about, by the auditor's own list; calls that are not here are about the whole town.
_FUND: dict[str, Callable[[Values], int]] = {
    "Committees.openCommittee": lambda args: int(args["fund"]),
    "Committees.handOver": lambda args: int(args["fund"]),
    "Budgets.setBudgetLine": lambda args: fund_of(args["purpose"]),
    "Funds.unfreeze": lambda args: int(args["fund"]),
    "Funds.closeFund": lambda args: int(args["fund"]),
    "Funds.reopenFund": lambda args: int(args["fund"]),
    "Campaigns.openCampaign": _pot,
    "Members.grantRole": lambda args: 0 if args["role"] == FOREMAN else int(args["scope"]),
}
# Calls about a member, who may sit in a committee.
_OF_MEMBER = {"Members.addKey", "Members.changeHousehold", "Members.restoreMembership"}
_OF_COMMITTEE = {"Committees.setRules", "Committees.fillSeat", "Committees.vacateSeat"}


@dataclass(kw_only=True, slots=True)
class _Waiting:
    """A change that waits, how often it was scheduled, and who is against it for which seat, by committee."""

    change: Change
    nonce: int
    against: dict[int, dict[int, bytes]]


class Vetoes:
    """Replays the votes against changes.

    Args:
        history: The verified history.
        names: Pinned contracts by address.
        tally: Where it is noted what does not follow the rules.
    """

    def __init__(self, history: History, names: Mapping[bytes, str], tally: Tally) -> None:
        self._history, self._names, self._tally = history, names, tally
        self._membership = Membership(history)
        self._tenures = Tenures(history, self._membership)
        self._parents = {log.values["fund"]: log.values["parent"] for log in history.logs("Funds.FundOpened")}
        self._waiting: dict[bytes, _Waiting] = {}
        self._authority = Authority()
        self._due: dict[bytes, Log] = {}
        self._contract = next((address for address, name in names.items() if name == "Vetoes"), b"")

    def replay(self) -> None:
        """Judges every vote, and every change that votes stopped or should have stopped."""
        for log in self._history.logs(*self._HANDLERS):
            self._HANDLERS[log.name](self, log, log.values)
        for log in self._due.values():
            self._tally.expect(
                False,
                log.where,
                "反对过半或本人拒绝，改动没有叫停 most seats, or whoever the key was for, were against the change, but nothing stopped it",
            )

    def _scheduled(self, log: Log, v: Values) -> None:
        change = change_of(log, self._names)
        self._waiting[v["operation_id"]] = _Waiting(change=change, nonce=v["nonce"], against={})

    def _ended(self, _log: Log, v: Values) -> None:
        self._waiting.pop(v["operation_id"], None)

    def _granted(self, log: Log, _: Values) -> None:
        self._authority.take(log)

    def _cancelled(self, log: Log, v: Values) -> None:
        waiting = self._waiting.pop(v["operation_id"], None)
        if waiting is not None and is_of_guardian(waiting.change):
            able = v["by"] in (waiting.change.caller, self._contract)
            able = able or self._authority.grant(ADMIN, v["by"], log.block.time) is not None
            what = "资金守护叫停了换自己的改动 the guardian stopped a change of the guardian"
            self._tally.expect(able, log.where, what)
        if waiting is not None and is_of_holder(waiting.change):
            guards = self._authority.grant(GUARDIAN, v["by"], log.block.time) is not None
            what = "改由谁任职的改动被撤下 a change of who holds an office was called off"
            self._tally.expect(guards or v["by"] == self._contract, log.where, what)
        if v["by"] == self._contract:
            vote = self._due.pop(v["operation_id"], None)
            is_of_vote = vote is not None and place_of(vote) == place_of(log)
            what = "反对没有过半、也没有本人拒绝就叫停了 a change was stopped for a committee without most of its seats against it, nor did whoever the key was for"
            self._tally.expect(is_of_vote, log.where, what)

    def _cast(self, log: Log, v: Values) -> None:
        waiting = self._waiting.get(v["operation_id"])
        fits = waiting is not None and waiting.nonce == v["operation_nonce"]
        what = "没有这项待生效的改动 a vote against a change that does not wait"
        if not self._tally.expect(fits, log.where, what) or waiting is None:
            return
        committee = v["committee"]
        self._tally.expect(
            self._concerns(waiting.change.call, committee, log),
            log.where,
            f"与管委会无关 the change does not concern committee {committee}",
        )
        self._require_seat(log, v)
        against = waiting.against.setdefault(committee, {})
        what = "重复投票 the seat's vote changes nothing"
        self._tally.expect((against.get(v["seat"]) == v["member"]) != v["against"], log.where, what)
        against[v["seat"]] = v["member"] if v["against"] else b""
        counted = len(self._membership.seats_in_force(committee, against, place_of(log), log.block.time))
        self._tally.expect(
            v["votes"] == counted, log.where, f"票数不符 counted {counted} votes, got {v['votes']}"
        )
        seats = self._seats(committee)
        if v["against"] and seats and 2 * counted > seats:
            self._due[v["operation_id"]] = log

    def _refused(self, log: Log, v: Values) -> None:
        """A member stopped the adding of an own key, alone."""
        waiting = self._waiting.get(v["operation_id"])
        call = waiting.change.call if waiting is not None and waiting.nonce == v["operation_nonce"] else None
        is_own = call is not None and call.name == "Members.addKey" and call.args["member"] == v["member"]
        what = f"拒绝的不是给本人的密钥 0x{v['member'].hex()} refused what adds no key for that member, or does not wait"
        self._tally.expect(is_own, log.where, what)
        self._due[v["operation_id"]] = log

    def _require_seat(self, log: Log, v: Values) -> None:
        seat = self._membership.seat_of(v["committee"], v["member"], place_of(log), log.block.time)
        fits = seat is not None and seat.number == v["seat"] != SUPERVISOR
        what = f"没有席位 0x{v['member'].hex()} held no such seat"
        self._tally.expect(fits, log.where, what)

    def _seats(self, committee: int) -> int:
        opened = self._membership.committees.get(committee)
        return int(opened.values["seats"]) if opened else 0

    def _fund_of_committee(self, committee: int) -> int:
        opened = self._membership.committees.get(committee)
        return int(opened.values["fund"]) if opened else 0

    def _concerns(self, call: Call | None, committee: int, log: Log) -> bool:
        """Whether a change is a committee's in force to stop: of its fund or one below, and any of a fund without one above."""
        own = self._fund_of_committee(committee)
        if not self._tenures.is_in_force(committee, log.block.time):
            return False
        if not own or not self._parents.get(own, 0):
            return bool(own)
        if call is None:
            return False
        if call.name in _OF_MEMBER:
            return self._membership.holds_seat(committee, call.args["member"], place_of(log))
        fund = (
            self._fund_of_committee(call.args["committee"])
            if call.name in _OF_COMMITTEE
            else self._fund(call)
        )
        while fund and fund != own:
            fund = self._parents.get(fund, 0)
        return bool(fund)

    def _fund(self, call: Call) -> int:
        return _FUND[call.name](call.args) if call.name in _FUND else 0

    _HANDLERS: ClassVar[dict[str, Any]] = {
        "Authority.RoleGranted": _granted,
        "Authority.RoleRevoked": _granted,
        "Authority.OperationScheduled": _scheduled,
        "Authority.OperationExecuted": _ended,
        "Authority.ChangeCancelled": _cancelled,
        "Vetoes.VetoCast": _cast,
        "Vetoes.AddedKeyRefused": _refused,
    }
