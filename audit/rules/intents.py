"""Every act that members sign: how its message follows from the call, who may do it, what it emits.

What is signed and what is emitted is read from `contracts/acts.json` as data, as the ABI is: a wrong type would recover a stranger's
key and fail C15.1. Who may do it is the auditor's own rule, and so are the fields that the message has beside the arguments (texts of
amounts, totals, the document of an act that has none), which are computed here as the contracts compute them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audit.decode.abi import ABI_FOLDER
from audit.decode.accounts import fund_of
from audit.decode.eip712 import amount_text, parsed
from audit.rules.membership import CLERK, COORDINATOR, FOREMAN, RESIDENT, TREASURER

if TYPE_CHECKING:
    from audit.rules.openings import Openings

Values = dict[str, Any]
Who = Callable[["Openings", Values, Values], "set[bytes]"]
Scope = Callable[["Openings", Values], int]

RECORDS: dict[str, Any] = {
    f"{record['contract']}.{record['function']}": record
    for record in json.loads((ABI_FOLDER.parent / "acts.json").read_text("utf-8"))
}
"""Records of acts by contract and function."""

APPROVE = RECORDS["Disbursements.approve"]
PROPOSAL_TYPE = "Proposal(" + APPROVE["message"].rpartition(")Proposal(")[2]


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """A kind of act.

    Attributes:
        record: What `contracts/acts.json` says of it.
        event: Contract and event that say it was done, such as "Donations.DonationsAttested".
        who: From the call's arguments and the event: the members who may; None if any with the role.
        role: Role that is needed, or 0.
        scope: From the call's arguments: the fund or enterprise that the role must be for.
        computed: Fields of the message that are computed from the arguments.
        needs_event: Whether the call does the act in any case; without, it may find it done by another.
        by_office: Whether the key signs for an office, and `who` are keys and no members.
        objects: Whether it objects to something, which a key may still do, or the holder of a role, whose end was less than 15
            days ago.
    """

    record: Values
    event: str
    who: Who | None = None
    role: int = 0
    scope: Scope | None = None
    computed: dict[str, Callable[[Values], Any]] = field(default_factory=dict)
    needs_event: bool = True
    by_office: bool = False
    objects: bool = False

    @property
    def type_string(self) -> str:
        """EIP-712 type, with the structs that it uses."""
        return str(self.record["message"])

    def message(self, args: Values) -> Values:
        """The message that the member signed, from the arguments of the call."""
        fields = args | args["authorization"] | {"action": self.record["action"]}
        structs = parsed(self.type_string)
        names = [name for _, name in structs[next(iter(structs))]]
        return {n: self.computed[n](args) if n in self.computed else fields[n] for n in names}


def _named(parameter: str) -> Who:
    return lambda _openings, _args, values: {values[parameter]}


def _requester(openings: Openings, args: Values, values: Values) -> set[bytes]:
    del openings, values
    return {args["proposal"]["requester"]}


def _side(name: str) -> Who:
    """The side of a redemption that its opening calls so."""
    return lambda openings, args, _values: {openings.redemption(args["redemption"]).get(name, b"")}


def _proposal_fund(openings: Openings, args: Values) -> int:
    del openings
    return fund_of(args["proposal"]["purpose"])


def _purpose_fund(openings: Openings, args: Values) -> int:
    del openings
    return fund_of(args["purpose"])


def _own(name: str) -> Scope:
    return lambda _openings, args: args[name]


def _zero(args: Values) -> bytes:
    del args
    return bytes(32)


def _argument(name: str) -> Callable[[Values], Any]:
    return lambda args: args[name]


def _totals(items: str) -> dict[str, Callable[[Values], Any]]:
    def total_fen(args: Values) -> int:
        return sum(item["amount_fen"] for item in args[items])

    return {"total_fen": total_fen, "total": lambda args: amount_text(total_fen(args))}


def _proposal_amount(args: Values) -> str:
    return amount_text(args["proposal"]["amount_fen"])


def _on_proposal(who: Who, evidence: str | None, **rules: Any) -> Values:
    return {"who": who, "computed": {"evidence": _argument(evidence) if evidence else _zero}, **rules}


def _of_coordinator(**rules: Any) -> Values:
    return {"who": _named("coordinator"), "role": COORDINATOR, "scope": _task_fund, **rules}


def _of_treasurer(scope: Scope, **rules: Any) -> Values:
    return {"role": TREASURER, "scope": scope, **rules}


def _of_foreman(scope: Scope, **rules: Any) -> Values:
    return {"role": FOREMAN, "scope": scope, **rules}


def _task_fund(openings: Openings, args: Values) -> int:
    return openings.task_fund(args["task"])


def _redemption_fund(openings: Openings, args: Values) -> int:
    return int(openings.redemption(args["redemption"]).get("fund", 0))


def _delegation_fund(openings: Openings, args: Values) -> int:
    return int(openings.opened("Delegations.DelegationOpened", args["delegation"]).get("fund", 0))


def _campaign_fund(openings: Openings, args: Values) -> int:
    return openings.campaign_fund(args["campaign"])


def _levy_fund(openings: Openings, args: Values) -> int:
    return openings.levy_fund(args["enterprise"])


def _lot_enterprise(openings: Openings, args: Values) -> int:
    return int(openings.lot_order(args["lot"]).get("enterprise", 0))


def _order_enterprise(openings: Openings, args: Values) -> int:
    return int(openings.opened("Cooperative.WorkOrderOpened", args["order"]).get("enterprise", 0))


def _lot_fund(openings: Openings, args: Values) -> int:
    return openings.levy_fund(_lot_enterprise(openings, args))


def _lot_worker(openings: Openings, args: Values, values: Values) -> set[bytes]:
    del values
    return {openings.opened("Cooperative.LotTaken", args["lot"]).get("worker", b"")}


def _piece(args: Values) -> str:
    return amount_text(args["card"]["piece_fen"])


def _amount(args: Values) -> str:
    return amount_text(args["amount_fen"])


_NO_DOCUMENT = {"document": _zero}
_BY_VOLUNTEER = {"who": _named("volunteer"), "computed": _NO_DOCUMENT}
_BY_PROVIDER = {"who": _side("provider"), "computed": _NO_DOCUMENT}
_BY_REDEEMER = {"who": _side("member"), "computed": _NO_DOCUMENT}
_OF_REDEMPTION = {"who": _named("coordinator"), "role": COORDINATOR, "scope": _redemption_fund}
_OBJECTED = _on_proposal(_named("member"), "statement", role=RESIDENT, scope=_proposal_fund, objects=True)
_SUBMITTED = {"who": _requester, "computed": {"amount": _proposal_amount}}
_FOR_OFFICE = {"who": _named("key"), "by_office": True}
_PROVEN = _on_proposal(
    _named("treasurer"), "bank_line", event="PaymentProven", role=TREASURER, scope=_proposal_fund
)
RULES: dict[str, Values] = {
    "Members.rotateKey": {"who": _named("member"), "event": "KeyReplaced"},
    "Members.refuseKey": {"who": _named("refuser"), "objects": True},
    "Members.nameGuardian": {"who": _named("member")},
    "Members.dismissGuardian": {"who": _named("member")},
    "Members.recoverKey": {"who": _named("guardian")},
    "Members.cancelIntent": {"who": _named("member")},
    "Offices.actForOffice": _FOR_OFFICE,
    "Offices.scheduleForOffice": _FOR_OFFICE,
    "Offices.cancelForOffice": _FOR_OFFICE,
    "DeviceRegistry.enrolPhone": {"who": _named("owner")},
    "Committees.agreeToHandover": {"who": _named("member")},
    "Committees.retractAgreement": {"who": _named("member")},
    "Vetoes.vetoChange": {"who": _named("member"), "objects": True},
    "Vetoes.retractVeto": {"who": _named("member"), "objects": True},
    "Vetoes.refuseAddedKey": {"who": _named("member"), "objects": True},
    "Donations.attestDonations": _of_treasurer(
        _own("fund"), who=_named("treasurer"), computed=_totals("donations")
    ),
    "Donations.reverseDonation": _of_treasurer(_own("fund"), who=_named("treasurer")),
    "BankCharges.recordFee": _of_treasurer(
        _purpose_fund, who=_named("treasurer"), computed={"amount": _amount}
    ),
    "BankCharges.recordInterest": _of_treasurer(
        _purpose_fund, who=_named("treasurer"), computed={"amount": _amount}
    ),
    "BankCharges.reverseFee": _of_treasurer(_purpose_fund, who=_named("treasurer")),
    "BankCharges.reverseInterest": _of_treasurer(_purpose_fund, who=_named("treasurer")),
    "Campaigns.attestGifts": _of_treasurer(
        _campaign_fund, who=_named("treasurer"), computed=_totals("gifts")
    ),
    "Campaigns.reverseGift": _of_treasurer(_campaign_fund, who=_named("treasurer")),
    "Campaigns.refundGift": _of_treasurer(_campaign_fund),
    "Disbursements.submit": _SUBMITTED,
    # Sent with its approvals, a request is signed as one that is sent alone, unless somebody has sent it alone before.
    "Disbursements.submitApproved": {"signed_as": "Disbursements.submit", "needs_event": False, **_SUBMITTED},
    "Disbursements.reject": _on_proposal(_named("member"), None),
    "Disbursements.retract": _on_proposal(_named("member"), None),
    "Disbursements.recuse": _on_proposal(_named("member"), None),
    "Disbursements.object": _OBJECTED,
    "Disbursements.objectAcknowledged": {"signed_as": "Disbursements.object", **_OBJECTED},
    "Disbursements.answer": _on_proposal(_requester, "statement"),
    "Disbursements.recordOpinion": _on_proposal(_named("member"), "statement"),
    "Disbursements.withdraw": _on_proposal(_requester, None),
    "Disbursements.provePayment": _PROVEN,
    "Disbursements.executeProven": _PROVEN,
    "Disbursements.reverse": _of_treasurer(
        _proposal_fund, who=_named("treasurer"), computed={"amount": _proposal_amount}
    ),
    "Disbursements.proveJointPayment": _of_treasurer(
        lambda _, args: fund_of(args["proposals"][0]["purpose"]),
        who=_named("treasurer"),
        computed=_totals("proposals"),
    ),
    "PartPayments.proveInstalment": _of_treasurer(
        _proposal_fund, who=_named("treasurer"), computed={"amount": _amount}
    ),
    "PartPayments.reverseProof": _of_treasurer(_proposal_fund, who=_named("treasurer")),
    "PartPayments.recordReturn": _of_treasurer(
        _proposal_fund, who=_named("treasurer"), computed={"amount": _amount}
    ),
    "PartPayments.reverseReturn": _of_treasurer(_proposal_fund, who=_named("treasurer")),
    "PartPayments.recordWageReturn": _of_treasurer(
        _levy_fund, who=_named("treasurer"), computed={"amount": _amount}
    ),
    "PartPayments.reverseWageReturn": _of_treasurer(_levy_fund, who=_named("treasurer")),
    "Enterprises.publishRateCard": _of_foreman(
        lambda _, args: args["card"]["enterprise"], computed={"piece": _piece}
    ),
    "Cooperative.attestProceeds": _of_treasurer(
        _levy_fund, who=_named("treasurer"), computed={"amount": _amount}
    ),
    "Cooperative.reverseProceeds": _of_treasurer(_levy_fund, who=_named("treasurer")),
    "Cooperative.openWorkOrder": _of_foreman(_own("enterprise")),
    "Cooperative.takeLot": {"who": _named("worker")},
    "Cooperative.returnLot": {"who": _lot_worker, "computed": _NO_DOCUMENT},
    "Cooperative.settleLot": _of_foreman(_lot_enterprise, who=_named("foreman")),
    "Cooperative.settleLots": _of_foreman(_order_enterprise, who=_named("foreman")),
    "Cooperative.disputeLot": {"who": _lot_worker},
    "Cooperative.decideLot": _of_treasurer(_lot_fund, who=_named("treasurer")),
    "Cooperative.reverseLot": _of_treasurer(_lot_fund, who=_named("treasurer")),
    "Cooperative.payOut": _of_treasurer(_levy_fund, who=_named("treasurer"), computed=_totals("payouts")),
    "Cooperative.reversePayout": _of_treasurer(_levy_fund, who=_named("treasurer")),
    "TimeBank.openTask": {"who": _named("coordinator"), "role": COORDINATOR, "scope": _own("fund")},
    "TimeBank.acceptTask": _BY_VOLUNTEER,
    "TimeBank.releaseTask": _BY_VOLUNTEER,
    "TimeBank.cancelTask": _of_coordinator(),
    "TimeBank.acknowledge": _of_coordinator(computed=_NO_DOCUMENT),
    "TimeBank.dispute": _of_coordinator(),
    "TimeBank.reject": _of_coordinator(),
    "TimeBank.reverseCredit": _of_coordinator(),
    "Delegations.actForPerson": {"who": _named("clerk"), "role": CLERK, "scope": _delegation_fund},
    "Redemptions.redeem": {"who": _named("member")},
    "Redemptions.acceptRedemption": _BY_PROVIDER,
    "Redemptions.serveRedemption": _BY_PROVIDER,
    "Redemptions.confirmRedemption": _BY_REDEEMER,
    "Redemptions.disputeRedemption": {"who": _side("member")},
    "Redemptions.decideForProvider": _OF_REDEMPTION,
    "Redemptions.decideForMember": _OF_REDEMPTION,
    "Redemptions.cancelRedemption": _BY_REDEEMER,
    "Redemptions.declineRedemption": _BY_PROVIDER,
    "Redemptions.voidRedemption": _OF_REDEMPTION,
    "Redemptions.reverseRedemption": _OF_REDEMPTION,
}
"""What the auditor asks of each act, by contract and function."""


# Events of a decision that another contract emits than the one that is called.
_OF_ROUNDS = {
    "ProposalApproved", "ProposalRejected", "VoteRetracted", "MemberRecused", "ObjectionRaised", "ObjectionsAnswered",
    "OpinionRecorded", "ProposalSubmitted", "ProposalWithdrawn",
}  # fmt: skip


def _act(name: str, *, signed_as: str | None = None, event: str | None = None, **rules: Any) -> Act:
    record = RECORDS[signed_as or name]
    emitted = event or record["emits"][0]
    emitter = "Rounds" if emitted in _OF_ROUNDS else record["contract"]
    return Act(record=record, event=f"{emitter}.{emitted}", **rules)


ACTS = {name: _act(name, **rules) for name, rules in RULES.items()}
"""By contract and function, such as "Donations.attestDonations"."""

EMITTED: dict[str, set[str]] = {}
"""By event: the calls that may have emitted it."""

for _name, _kind in ACTS.items():
    EMITTED.setdefault(_kind.event, set()).add(_name)
# An office's order emits it as well, which C14.2 judges.
EMITTED["DeviceRegistry.DeviceEnrolled"].add("DeviceRegistry.enrol")
# One signature proves the payments of several requests, of which C15.6 judges each.
EMITTED["Disbursements.PaymentProven"].add("Disbursements.proveJointPayment")
