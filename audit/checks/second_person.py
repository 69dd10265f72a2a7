"""C22: what one treasurer recorded of a bank line another takes back, and whoever records it anew is another again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.checks.check import check
from audit.decode.accounts import fund_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.chain.history import History, Log
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally

Values = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Step:
    """What was last done with a bank line.

    Attributes:
        treasurer: Who did it, 16 bytes.
        purpose: Purpose that it is a donation to, or may be one to; 0 if none.
        is_open: Whether it was taken back as a mistake.
    """

    treasurer: bytes
    purpose: int = 0
    is_open: bool = False


@check("C22", "撤销与重记换人办", "Another person takes back, and records anew")
def second_person(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """What one treasurer recorded of a bank line another took back; it was recorded anew by another again, to the purpose named then."""
    del bundle, trust
    last: dict[bytes, _Step] = {}
    joint: set[bytes] = set()
    for log in history.logs(*_RECORDED, *_TAKEN_BACK):
        if log.event == "JointPaymentProven":
            joint.add(log.values["bank_line"])
        if log.name in _TAKEN_BACK:
            _take_back(tally, last, log, joint)
            continue
        if log.event in _OF_PAYMENT:
            _require_another(tally, last, log)
        for line, step in _recorded(history, log, joint):
            _record(tally, last, log, line, step)
    return tally.result() if tally.counted else tally.not_applicable("没有用过银行流水 no bank line was used")


def _recorded(history: History, log: Log, joint: set[bytes]) -> Iterator[tuple[bytes, _Step]]:
    """The bank lines that an event records, each with what is done."""
    treasurer = log.values["treasurer"]
    if log.event != "DonationsAttested":
        line = log.values["incoming_bank_line" if log.event in _OF_PAYMENT else "bank_line"]
        if any(line):
            is_share = line in joint and log.event == "PaymentProven"
            yield _share(log) if is_share else line, _Step(treasurer=treasurer)
        return
    for donation in history.transaction_of(log).args.get("donations", ()):
        yield donation["bank_line"], _Step(treasurer=treasurer, purpose=donation["purpose"])


def _record(tally: Tally, last: dict[bytes, _Step], log: Log, line: bytes, step: _Step) -> None:
    before = last.get(line)
    last[line] = step
    own = log.event == "PayoutProven" and log.values["worker"] == step.treasurer
    paid_self = f"自己的工钱由自己确认 {step.treasurer.hex()} proved that the own wage was paid"
    tally.expect(not own, log.where, paid_self)
    if before is None:
        tally.expect(any(step.treasurer), log.where, "应有经办的出纳 expected a treasurer, got none")
        return
    who = f"流水 0x{line.hex()} recorded anew by {step.treasurer.hex()}, who took it back"
    tally.expect(before.treasurer != step.treasurer, log.where, who)
    elsewhere = not step.purpose or fund_of(step.purpose) != fund_of(before.purpose)
    may = step.purpose == before.purpose if before.is_open else elsewhere
    tally.expect(may, log.where, f"用途不符 line 0x{line.hex()} recorded anew for purpose {step.purpose}")


def _share(log: Log) -> bytes:
    """Stands for what a request has of a joint payment."""
    return bytes(log.values["bank_line"] + log.values["proposal_id"])


def _require_another(tally: Tally, last: dict[bytes, _Step], log: Log) -> None:
    """Who says that money came back is not who recorded the payment; which may be a request's part of a joint one."""
    v = log.values
    of_line = last.get(v["bank_line"])
    paid = last.get(_share(log), of_line) if "proposal_id" in v else of_line
    who = f"付款与退款是同一人记的 {v['treasurer'].hex()} recorded a payment and that money of it came back"
    tally.expect(paid is not None and paid.treasurer != v["treasurer"], log.where, who)


def _take_back(tally: Tally, last: dict[bytes, _Step], log: Log, joint: set[bytes]) -> None:
    v = log.values
    line = v["incoming_bank_line" if log.event == "WageReturnReversed" else "bank_line"]
    if not any(line):
        return
    if line in joint and log.event == "ProofReversed":
        if v["line_free"]:
            last[line] = _Step(treasurer=v["treasurer"])
            joint.discard(line)
        line = _share(log)
    before = last.get(line, _Step(treasurer=v["treasurer"]))
    who = f"自己撤销自己记的 {v['treasurer'].hex()} took back what the same member had recorded"
    tally.expect(before.treasurer != v["treasurer"], log.where, who)
    named = v["purpose"] if log.event == "DonationReversed" else 0
    last[line] = _Step(treasurer=v["treasurer"], purpose=named or before.purpose, is_open=named != 0)


_RECORDED = (
    "Donations.DonationsAttested",
    "Campaigns.GiftAttested",
    "Cooperative.ProceedsAttested",
    "Cooperative.PayoutProven",
    "BankCharges.FeeRecorded",
    "BankCharges.InterestRecorded",
    "Disbursements.JointPaymentProven",
    "Disbursements.PaymentProven",
    "PartPayments.InstalmentProven",
    "PartPayments.PaymentReturned",
    "PartPayments.WageReturned",
)
# What came back of a payment, by a line of its own or none.
_OF_PAYMENT = ("PaymentReturned", "WageReturned")
_TAKEN_BACK = (
    "Donations.DonationReversed",
    "Campaigns.GiftReversed",
    "Cooperative.ProceedsReversed",
    "Cooperative.PayoutReversed",
    "BankCharges.FeeReversed",
    "BankCharges.InterestReversed",
    "PartPayments.ProofReversed",
    "PartPayments.ReturnReversed",
    "PartPayments.WageReturnReversed",
)
