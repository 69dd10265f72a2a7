"""What each bank line was used for, as storage holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_abi import encode

from audit.decode.accounts import owner_of
from audit.decode.keccak import keccak
from audit.rules.postings import DONATION
from audit.rules.state.bank_lines import REVERSALS, USES
from audit.rules.stored.things import Begin, Rule, Stored, Thing, Values

if TYPE_CHECKING:
    from audit.chain.history import Log

# Numbers of `IFunds.BankLineState`.
UNUSED, DONATED, REVERSED, REFUNDED, USED, FEE, INTEREST, PAYMENT, RETURN, GIFT, JOINT_PAYMENT, SHARE = range(
    12
)
# Of a line that is kept with what it is for: its kind, and the parameter that names it.
ENTRIES = {
    "Campaigns.GiftAttested": (GIFT, "bank_line"),
    "BankCharges.FeeRecorded": (FEE, "bank_line"),
    "BankCharges.InterestRecorded": (INTEREST, "bank_line"),
    "Cooperative.PayoutProven": (PAYMENT, "bank_line"),
    "PartPayments.WageReturned": (RETURN, "incoming_bank_line"),
    "PartPayments.InstalmentProven": (PAYMENT, "bank_line"),
    "PartPayments.PaymentReturned": (RETURN, "incoming_bank_line"),
    "Disbursements.DisbursementReversed": (RETURN, "incoming_bank_line"),
}
# Those by which such an entry is one no more, with the line by which the money went or came back.
ENTRY_REVERSALS = {
    "Campaigns.GiftReversed": "outgoing_bank_line",
    "Campaigns.GiftRefunded": "outgoing_bank_line",
    "BankCharges.FeeReversed": "incoming_bank_line",
    "BankCharges.InterestReversed": "outgoing_bank_line",
    "Cooperative.PayoutReversed": "incoming_bank_line",
    # No line ever brings that back.
    "PartPayments.ReturnReversed": "outgoing_bank_line",
}
USE_BYTES = 15


def _line(bank_line: bytes) -> Thing:
    return Thing("Funds", "_bankLines", (bank_line,))


def _share(v: Values) -> Thing:
    """Where a request's part of a joint payment stands; of a payment of its own nothing does."""
    use = v["proposal_id"][:USE_BYTES]
    return _line(keccak(encode(["bytes32", "bytes15"], [v["bank_line"], use])))


def _use(kind: int, log: Log, v: Values) -> bytes:
    """What a line is for: a purpose, a fee with its time, a campaign with household and match, a request, or wages."""
    if kind == GIFT:
        return _packed((v["campaign"], 4), (v["household"], 4), (v["matched_fen"], 7))
    if kind == FEE:
        return _packed((v["purpose"], 4), (log.block.time, 6))
    if kind == INTEREST:
        return _packed((v["purpose"], 4))
    if kind == PAYMENT and "enterprise" in v:
        return _packed((v["enterprise"], 4))
    use: bytes = v["bank_line" if "enterprise" in v else "proposal_id"][:USE_BYTES]
    return use


def _packed(*parts: tuple[int, int]) -> bytes:
    """Numbers one after the other, each with its bytes; zeros after them."""
    return b"".join(number.to_bytes(size, "big") for number, size in parts).ljust(USE_BYTES, b"\0")


def _named(parameter: str) -> Begin:
    """The line that an event names; zeros name none."""
    return lambda v: [_line(v[parameter])] if any(v[parameter]) else []


def _donated_line(v: Values) -> list[Thing]:
    return [_line(v["cause"])] if v["reason"] == DONATION else []


# Events with the parameter that names the line that they use.
_NAMING = {name: parameter for name, (parameter, *_) in (USES | REVERSALS).items()}

BEGINS: dict[str, Begin] = {
    "Ledger.Transferred": _donated_line,
    **{name: _named(parameter) for name, parameter in _NAMING.items()},
    "Disbursements.PaymentProven": lambda v: [_line(v["bank_line"]), _share(v)],
    "PartPayments.ProofReversed": _named("incoming_bank_line"),
}


def _keep(
    stored: Stored, bank_line: bytes, state: int, amount_fen: int = 0, use: bytes = bytes(USE_BYTES)
) -> None:
    """Zeros are no line."""
    if any(bank_line):
        stored[_line(bank_line)] = {"state": state, "amountFen": amount_fen, "use": use}


def _donated(stored: Stored, log: Log, v: Values) -> None:
    del log
    if v["reason"] == DONATION:
        _keep(stored, v["cause"], DONATED, v["amount"], _packed((owner_of(v["payee"]), 4)))


def _used(parameter: str) -> Rule:
    def rule(stored: Stored, log: Log, v: Values) -> None:
        del log
        _keep(stored, v[parameter], USED)

    return rule


def _entered(kind: int, parameter: str) -> Rule:
    def rule(stored: Stored, log: Log, v: Values) -> None:
        amount_fen = v["amount_fen"] if "amount_fen" in v else stored.request(v["proposal_id"])["amount_fen"]
        _keep(stored, v[parameter], kind, amount_fen, _use(kind, log, v))

    return rule


def _entry_reversed(parameter: str) -> Rule:
    """A rule by which a line is none of this any more: the money went or came back by another, or it was a mistake."""

    def rule(stored: Stored, log: Log, v: Values) -> None:
        del log
        way = v.get(parameter, b"")
        _keep(stored, v["bank_line"], REFUNDED if any(way) else UNUSED)
        _keep(stored, way, USED)

    return rule


def _joint(stored: Stored, log: Log, v: Values) -> None:
    del log
    _keep(stored, v["bank_line"], JOINT_PAYMENT, v["total_fen"])


def _proven(stored: Stored, log: Log, v: Values) -> None:
    """By a line of its own, or as one of several that a line pays."""
    share, line = _share(v), _line(v["bank_line"])
    amount_fen, use = stored.request(v["proposal_id"])["amount_fen"], _use(PAYMENT, log, v)
    is_joint = stored.get(line, {}).get("state") == JOINT_PAYMENT
    stored.setdefault(share, {"state": UNUSED, "amountFen": 0, "use": bytes(USE_BYTES)})
    paid_by, state = (share, SHARE) if is_joint else (line, PAYMENT)
    stored[paid_by] = {"state": state, "amountFen": amount_fen, "use": use}


def _proof_reversed(stored: Stored, log: Log, v: Values) -> None:
    """Of a joint payment that was a mistake less is left, and with the last request nothing."""
    del log
    line, is_mistake = stored[_line(v["bank_line"])], not any(v["incoming_bank_line"])
    nothing = {"state": UNUSED if is_mistake else REFUNDED, "amountFen": 0, "use": bytes(USE_BYTES)}
    if line["state"] != JOINT_PAYMENT:
        line.update(nothing)
    else:
        stored[_share(v)] = nothing
        line["amountFen"] -= v["amount_fen"] if is_mistake else 0
        line["state"] = JOINT_PAYMENT if line["amountFen"] else UNUSED
    _keep(stored, v["incoming_bank_line"], USED)


def _wage_return_reversed(stored: Stored, log: Log, v: Values) -> None:
    del log
    _keep(stored, v["incoming_bank_line"], UNUSED)


def _taken_back(parameter: str) -> Rule:
    """A rule by which money goes back, by a line of its own, or by none.

    Without one it was a mistake, and the line is free again, or a donation to the purpose that is named.
    """

    def rule(stored: Stored, log: Log, v: Values) -> None:
        del log
        row, purpose = stored[_line(v["bank_line"])], v.get("purpose", 0)
        row["state"] = REFUNDED if any(v[parameter]) else REVERSED if purpose else UNUSED
        if purpose:
            row["use"] = _packed((purpose, 4))
        _keep(stored, v[parameter], USED)

    return rule


RULES: dict[str, Rule] = {
    "Ledger.Transferred": _donated,
    **{name: _used(_NAMING[name]) for name in USES},
    **{name: _taken_back(_NAMING[name]) for name in REVERSALS},
    **{name: _entered(*entry) for name, entry in ENTRIES.items()},
    **{name: _entry_reversed(parameter) for name, parameter in ENTRY_REVERSALS.items()},
    "Disbursements.JointPaymentProven": _joint,
    "Disbursements.PaymentProven": _proven,
    "PartPayments.ProofReversed": _proof_reversed,
    "PartPayments.WageReturnReversed": _wage_return_reversed,
}
