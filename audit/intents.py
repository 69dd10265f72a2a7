"""Every act that members sign: its EIP-712 type, how its message follows from the call, who may do it, what it emits.

Type strings and action texts are those of the contracts (`contracts/src/*.sol`). Fields that the message has beside the
arguments (texts of amounts, totals, the document of an act that has none) are made here, as the contracts make them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audit.accounts import fund_of
from audit.eip712 import amount_text, parsed
from audit.people import COORDINATOR, FOREMAN, RESIDENT, TREASURER

if TYPE_CHECKING:
    from audit.facts import Facts

Values = dict[str, Any]
Who = Callable[["Facts", Values, Values], "set[bytes]"]
Scope = Callable[["Facts", Values], int]

PROPOSAL_TYPE = (
    "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,"
    "bytes32 payee,bytes32 documents)"
)
_END = "uint256 nonce,uint48 deadline)"
_ON_PROPOSAL = f"ActOnProposal(string action,Proposal proposal,bytes32 evidence,{_END}{PROPOSAL_TYPE}"
_ON_TASK = f"ActOnTask(string action,bytes16 task,bytes32 document,{_END}"
_ON_REDEMPTION = f"ActOnRedemption(string action,bytes16 redemption,{_END}"

APPROVE_TYPE = f"ApproveProposal(string action,string amount,Proposal proposal,uint8 round,uint48 deadline){PROPOSAL_TYPE}"
APPROVE_ACTION = "批准付款 Approve payment"


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """A kind of act.

    Attributes:
        type_string: EIP-712 type, with the structs that it uses.
        action: What the member does, as signed.
        event: Event that says it was done.
        who: From the call's arguments and the event: the members who may; None if any with the role.
        role: Role that is needed, or 0.
        scope: From the call's arguments: the fund or enterprise that the role must be for.
        made: Fields of the message made from the arguments.
        once: Whether the state of the proposal keeps it from happening again (C15.2, C15.4, C15.6), so that no nonce is used up.
    """

    type_string: str
    action: str
    event: str
    who: Who | None = None
    role: int = 0
    scope: Scope | None = None
    made: dict[str, Callable[[Values], Any]] = field(default_factory=dict)
    once: bool = False

    def message(self, args: Values) -> Values:
        """The message that the member signed, from the arguments of the call."""
        given = args | args["authorization"] | {"action": self.action}
        structs = parsed(self.type_string)
        names = [name for _, name in structs[next(iter(structs))]]
        return {n: self.made[n](args) if n in self.made else given[n] for n in names}


def _named(parameter: str) -> Who:
    return lambda _facts, _args, told: {told[parameter]}


def _requester(facts: Facts, args: Values, told: Values) -> set[bytes]:
    del facts, told
    return {args["proposal"]["requester"]}


def _redeemer(facts: Facts, args: Values, told: Values) -> set[bytes]:
    del told
    return {facts.opened("TimeBank.RedemptionOpened", args["redemption"]).get("member", b"")}


def _party(facts: Facts, args: Values, told: Values) -> set[bytes]:
    opened = facts.opened("TimeBank.RedemptionOpened", args["redemption"])
    return {told["by"]} & {opened.get("member"), opened.get("provider")}


def _proposal_fund(facts: Facts, args: Values) -> int:
    del facts
    return fund_of(args["proposal"]["purpose"])


def _own(name: str) -> Scope:
    return lambda _facts, args: args[name]


def _zero(args: Values) -> bytes:
    del args
    return bytes(32)


def _argument(name: str) -> Callable[[Values], Any]:
    return lambda args: args[name]


def _totals(items: str) -> dict[str, Callable[[Values], Any]]:
    def total_fen(args: Values) -> int:
        return sum(item["amount_fen"] for item in args[items])

    return {"total_fen": total_fen, "total": lambda args: amount_text(total_fen(args))}


def _asked(args: Values) -> str:
    return amount_text(args["proposal"]["amount_fen"])


def _on_proposal(action: str, event: str, who: Who, evidence: str | None, **rest: Any) -> Act:
    made: dict[str, Callable[[Values], Any]] = {"evidence": _argument(evidence) if evidence else _zero}
    return Act(type_string=_ON_PROPOSAL, action=action, event=event, who=who, made=made, **rest)


def _on_task(action: str, event: str, parameter: str, *, document: bool = False, judged: bool = True) -> Act:
    made: dict[str, Callable[[Values], Any]] = {} if document else {"document": _zero}
    needed: Any = (
        {"role": COORDINATOR, "scope": lambda facts, args: facts.task_fund(args["task"])} if judged else {}
    )
    return Act(type_string=_ON_TASK, action=action, event=event, who=_named(parameter), made=made, **needed)


def _submit() -> Act:
    return Act(
        type_string=f"SubmitProposal(string action,string amount,Proposal proposal,{_END}{PROPOSAL_TYPE}",
        action="申请拨款 Ask for money", event="ProposalSubmitted", who=_requester, made={"amount": _asked}, once=True,
    )  # fmt: skip


def _prove(action: str) -> Act:
    return _on_proposal(
        action,
        "PaymentProven",
        _named("treasurer"),
        "bank_line",
        role=TREASURER,
        scope=_proposal_fund,
        once=True,
    )


ACTS: dict[str, Act] = {
    "Members.rotateKey": Act(
        type_string=f"RotateKey(string action,address newKey,{_END}",
        action="更换密钥 Replace my key", event="KeyEnded", who=_named("member"),
    ),
    "Funds.attestDonations": Act(
        type_string="AttestDonations(string action,uint16 fund,uint32 bank,string total,uint64 totalFen,"
        f"Donation[] donations,{_END}Donation(bytes32 bankLine,uint32 purpose,uint64 amountFen,bytes32 donor)",
        action="确认收到捐赠 Attest donations", event="DonationsAttested", who=_named("treasurer"),
        role=TREASURER, scope=_own("fund"), made=_totals("donations"),
    ),
    "Funds.reverseDonation": Act(
        type_string="ReverseDonation(string action,uint16 fund,bytes32 bankLine,bytes32 outgoingBankLine,"
        f"bytes32 document,{_END}",
        action="冲正捐赠 Reverse a donation", event="DonationReversed", who=_named("treasurer"), role=TREASURER, scope=_own("fund"),
    ),
    "Campaigns.attestGifts": Act(
        type_string="AttestGifts(string action,uint32 campaign,uint32 bank,string total,uint64 totalFen,Gift[] gifts,"
        f"{_END}Gift(bytes32 bankLine,uint64 amountFen,bytes32 donor,bytes16 household)",
        action="确认收到众筹款 Attest gifts", event="GiftAttested", role=TREASURER, scope=lambda facts, args: facts.campaign_fund(args["campaign"]), made=_totals("gifts"),
    ),
    "Campaigns.refundGift": Act(
        type_string=f"RefundGift(string action,uint32 campaign,bytes32 bankLine,bytes32 outgoingBankLine,{_END}",
        action="退回众筹款 Refund a gift", event="GiftRefunded", role=TREASURER, scope=lambda facts, args: facts.campaign_fund(args["campaign"]),
    ),
    "Disbursements.submit": _submit(),
    "Disbursements.submitApproved": _submit(),
    "Disbursements.recuse": _on_proposal("回避 Recuse", "MemberRecused", _named("member"), None),
    "Disbursements.object": _on_proposal(
        "异议 Object", "ObjectionRaised", _named("member"), "statement", role=RESIDENT, scope=_proposal_fund
    ),
    "Disbursements.answer": _on_proposal("答复异议 Answer", "ObjectionsAnswered", _requester, "statement"),
    "Disbursements.recordOpinion": _on_proposal("监督意见 Give opinion", "OpinionRecorded", _named("member"), "statement"),
    "Disbursements.withdraw": _on_proposal("撤回 Withdraw", "ProposalWithdrawn", _requester, None, once=True),
    "Disbursements.provePayment": _prove("付款凭证 Prove payment"),
    "Disbursements.executeProven": _prove("付款并交凭证 Pay with proof"),
    "Disbursements.reverse": Act(
        type_string="ReverseDisbursement(string action,string amount,Proposal proposal,bytes32 incomingBankLine,"
        f"bytes32 document,{_END}{PROPOSAL_TYPE}",
        action="冲正付款 Reverse a payment", event="DisbursementReversed", who=_named("treasurer"),
        role=TREASURER, scope=_proposal_fund, made={"amount": _asked}, once=True,
    ),
    "Cooperative.publishRateCard": Act(
        type_string=f"PublishRateCard(string action,string piece,RateCard card,{_END}RateCard(uint32 enterprise,"
        "uint32 product,uint16 version,uint32 pieceFen,uint16 workerBps,uint16 reserveBps,uint16 fundBps)",
        action="公布计件单价 Publish rate card", event="RateCardPublished", role=FOREMAN, scope=lambda _facts, args: args["card"]["enterprise"],
        made={"piece": lambda args: amount_text(args["card"]["piece_fen"])},
    ),
    "Cooperative.attestProceeds": Act(
        type_string="AttestProceeds(string action,uint32 enterprise,uint32 bank,bytes32 bankLine,string amount,"
        f"uint64 amountFen,{_END}",
        action="确认货款到账 Attest proceeds", event="ProceedsAttested", role=TREASURER, scope=lambda facts, args: facts.levy_fund(args["enterprise"]),
        made={"amount": lambda args: amount_text(args["amount_fen"])},
    ),
    "Cooperative.openWorkOrder": Act(
        type_string="OpenWorkOrder(string action,bytes16 order,uint32 enterprise,uint32 product,uint32 pieces,"
        f"uint48 dueAt,{_END}",
        action="发布加工单 Open work order", event="WorkOrderOpened", role=FOREMAN, scope=_own("enterprise"),
    ),
    "Cooperative.takeLot": Act(
        type_string=f"TakeLot(string action,bytes16 lot,bytes16 order,uint32 pieces,{_END}",
        action="领取计件 Take a lot", event="LotTaken", who=_named("worker"),
    ),
    "Cooperative.settleLot": Act(
        type_string="SettleLot(string action,bytes16 lot,uint32 acceptedPieces,uint32 rejectedPieces,bytes32 document,"
        f"{_END}",
        action="验收并结算 Accept and settle", event="LotSettled", role=FOREMAN, scope=lambda facts, args: facts.lot_order(args["lot"]).get("enterprise", 0),
    ),
    "Cooperative.payOut": Act(
        type_string="PayOut(string action,uint32 enterprise,uint32 bank,string total,uint64 totalFen,Payout[] payouts,"
        f"{_END}Payout(bytes16 worker,uint64 amountFen,bytes32 bankLine)",
        action="确认工钱已付 Prove payouts", event="PayoutProven", role=TREASURER, scope=lambda facts, args: facts.levy_fund(args["enterprise"]), made=_totals("payouts"),
    ),
    "TimeBank.openTask": Act(
        type_string="OpenTask(string action,bytes16 task,uint16 fund,uint16 service,uint16 authorisedMinutes,"
        f"bytes32 beneficiary,{_END}",
        action="发布任务 Open task", event="TaskOpened", role=COORDINATOR, scope=_own("fund"),
    ),
    "TimeBank.acceptTask": _on_task("接受任务 Accept task", "TaskAccepted", "volunteer", judged=False),
    "TimeBank.releaseTask": _on_task("退回任务 Release task", "TaskReleased", "volunteer", judged=False),
    "TimeBank.acknowledge": _on_task("认可时长 Acknowledge", "ClaimAcknowledged", "coordinator"),
    "TimeBank.dispute": _on_task("提出争议 Dispute", "ClaimDisputed", "coordinator", document=True),
    "TimeBank.reject": _on_task("驳回时长 Reject", "ClaimRejected", "coordinator", document=True),
    "TimeBank.reverseCredit": _on_task("撤销时长 Reverse credit", "CreditReversed", "coordinator", document=True),
    "TimeBank.redeem": Act(
        type_string="Redeem(string action,bytes16 redemption,bytes16 provider,uint16 service,uint16 heldMinutes,"
        f"{_END}",
        action="兑换服务 Redeem minutes", event="RedemptionOpened", who=_named("member"),
    ),
    "TimeBank.completeRedemption": Act(
        type_string=_ON_REDEMPTION, action="服务已完成 Complete", event="RedemptionCompleted", who=_redeemer,
    ),
    "TimeBank.cancelRedemption": Act(
        type_string=_ON_REDEMPTION, action="取消兑换 Cancel", event="RedemptionCancelled", who=_party,
    ),
}  # fmt: skip
"""By contract and function, such as "Funds.attestDonations"."""

EMITTED: dict[str, set[str]] = {}
"""By event: the calls that may have emitted it. `KeyEnded` is left out: it is the registrar's word too."""

for _name, _act in ACTS.items():
    if _act.event != "KeyEnded":
        EMITTED.setdefault(f"{_name.split('.')[0]}.{_act.event}", set()).add(_name)
