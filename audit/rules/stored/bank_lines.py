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
UNUSED, DONATED, REVERSED, REFUNDED, USED = range(5)


def _line(bank_line: bytes) -> Thing:
    return Thing("Funds", "_bankLines", (bank_line,))


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
}
