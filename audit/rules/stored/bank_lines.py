"""What each bank line was used for, as storage holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.decode.accounts import owner_of
from audit.rules.postings import DONATION
from audit.rules.state.bank_lines import REVERSALS, USES
from audit.rules.stored.things import Begin, Rule, Stored, Thing, Values

if TYPE_CHECKING:
    from audit.chain.history import Log

# Numbers of `IFunds.BankLineState`.
UNUSED, DONATED, REVERSED, REFUNDED, USED, FEE, INTEREST, INSTALMENT, RETURN = range(9)
# Of a line that is kept with what it is: its kind, and the parameter that names it.
ENTRIES = {
    "BankCharges.FeeRecorded": (FEE, "bank_line"),
    "BankCharges.InterestRecorded": (INTEREST, "bank_line"),
    "Disbursements.InstalmentProven": (INSTALMENT, "bank_line"),
    "Disbursements.PaymentReturned": (RETURN, "incoming_bank_line"),
    "Disbursements.DisbursementReversed": (RETURN, "incoming_bank_line"),
}


def _line(bank_line: bytes) -> Thing:
    return Thing("Funds", "_bankLines", (bank_line,))


def _cause(bank_line: bytes) -> Thing:
    return Thing("Funds", "_causes", (bank_line,))


def _named(parameter: str) -> Begin:
    """The line that an event names; zeros name none."""
    return lambda v: [_line(v[parameter])] if any(v[parameter]) else []


def _part(parameter: str) -> Begin:
    return lambda v: [_line(v[parameter]), _cause(v[parameter])] if any(v[parameter]) else []


def _donated_line(v: Values) -> list[Thing]:
    return [_line(v["cause"])] if v["reason"] == DONATION else []


# Events with the parameter that names the line that they use.
_NAMING = {name: parameter for name, (parameter, *_) in (USES | REVERSALS).items()}

BEGINS: dict[str, Begin] = {
    "Ledger.Transferred": _donated_line,
    **{name: _named(parameter) for name, parameter in _NAMING.items()},
    **{name: _part(parameter) for name, (kind, parameter) in ENTRIES.items() if kind in (INSTALMENT, RETURN)},
}


def _donated(stored: Stored, log: Log, v: Values) -> None:
    del log
    for thing in _donated_line(v):
        amount = {"purpose": owner_of(v["payee"]), "amountFen": v["amount"]}
        stored.setdefault(thing, {}).update(amount, state=DONATED)


def _used(parameter: str) -> Rule:
    def rule(stored: Stored, log: Log, v: Values) -> None:
        del log
        if any(v[parameter]):
            row = stored.setdefault(_line(v[parameter]), {"purpose": 0, "amountFen": 0})
            row["state"] = USED

    return rule


def _entered(kind: int, parameter: str) -> Rule:
    """A rule by which a line is kept with purpose, amount and what it is a part of; zeros name none."""

    def rule(stored: Stored, log: Log, v: Values) -> None:
        del log
        if not any(v[parameter]):
            return
        part = stored.request(v["proposal_id"]) if "proposal_id" in v else {}
        entry = part | v
        stored.setdefault(_line(v[parameter]), {}).update(
            state=kind, purpose=entry["purpose"], amountFen=entry["amount_fen"]
        )
        if part:
            stored[_cause(v[parameter])] = {"": v["proposal_id"]}

    return rule


def _entry_reversed(parameter: str) -> Rule:
    """A rule by which a line is none of this any more: the money went or came back by another, or it was a mistake."""

    def rule(stored: Stored, log: Log, v: Values) -> None:
        went = any(v.get(parameter, b""))
        stored[_line(v["bank_line"])].update(state=REFUNDED if went else UNUSED, purpose=0, amountFen=0)
        if "proposal_id" in v:
            stored[_cause(v["bank_line"])] = {"": bytes(32)}
        if went:
            _used(parameter)(stored, log, v)

    return rule


def _taken_back(parameter: str) -> Rule:
    """A rule by which money goes back, by a line of its own, or by none.

    Without one it was a mistake, and the line is free again, or a donation to the purpose that is named.
    """

    def rule(stored: Stored, log: Log, v: Values) -> None:
        row, purpose = stored[_line(v["bank_line"])], v.get("purpose", 0)
        row["state"] = REFUNDED if any(v[parameter]) else REVERSED if purpose else UNUSED
        if purpose:
            row["purpose"] = purpose
        _used(parameter)(stored, log, v)

    return rule


RULES: dict[str, Rule] = {
    "Ledger.Transferred": _donated,
    **{name: _used(_NAMING[name]) for name in USES},
    **{name: _taken_back(_NAMING[name]) for name in REVERSALS},
    **{name: _entered(*entry) for name, entry in ENTRIES.items()},
    "BankCharges.FeeReversed": _entry_reversed("incoming_bank_line"),
    "BankCharges.InterestReversed": _entry_reversed("outgoing_bank_line"),
    "Disbursements.InstalmentReversed": _entry_reversed("incoming_bank_line"),
    # No line ever brings that back.
    "Disbursements.ReturnReversed": _entry_reversed("outgoing_bank_line"),
}
