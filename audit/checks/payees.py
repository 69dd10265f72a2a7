"""C21.2: a payment went to whom the request named: the committee approved a commitment, and the bank says whom it paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.checks.check import check
from audit.evidence.formats import PAYEES, STATEMENTS_FOLDER
from audit.report.findings import Tally
from audit.rules.payees import is_named, named_payees, payments, read_payees
from audit.rules.statements import read_statements

if TYPE_CHECKING:
    from audit.chain.history import History
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result
    from audit.rules.payees import Payment
    from audit.rules.statements import BankLine


@check("C21.2", "款项付给申请所指的收款方", "The bank paid whom the request named")
def payees(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Opened payees are those of requests; the bank's counterparty of each payment stands in what its request said of the payee."""
    del trust
    paid = list(payments(history))
    if not paid:
        return tally.not_applicable("没有付过款 no payment was proven")
    missing = [path for path in (PAYEES, STATEMENTS_FOLDER) if not bundle.paths(path)]
    if missing:
        return tally.undecided(f"证据包里没有 the bundle has no {', '.join(missing)}")
    opened, lines = read_payees(bundle, tally), _lines(bundle)
    of_requests = set(named_payees(history).values())
    for payee in opened.keys() - of_requests:
        tally.fail(PAYEES, f"不是任何申请的收款方 0x{payee.hex()} is the payee of no request")
    silent = [
        why for one in paid if (why := _compare(tally, one, lines.get(one.bank_line), opened.get(one.payee)))
    ]
    return tally.undecided(f"无从核对 cannot be compared: {'; '.join(silent)}") if silent else tally.result()


def _lines(bundle: Bundle) -> dict[bytes, BankLine]:
    """Every line of the statements; whether these are right is what C21 finds."""
    accounts = read_statements(bundle, Tally("C21", "", ""))
    return {key: line for account in accounts.values() for key, line in account.lines.items()}


def _compare(tally: Tally, one: Payment, line: BankLine | None, written: str | None) -> str:
    """Compares both sides; says what is missing where one is."""
    if line is None or line.counterparty is None:
        return f"{one.log.where}: 对账单没有对方户名 the statement does not say who was paid"
    if written is None:
        return f"{one.log.where}: 收款方没有打开 payee 0x{one.payee.hex()} was not opened"
    what = f"银行付给了别人 the bank paid {line.counterparty!r:.100}, and the request names {written!r:.200}"
    tally.expect(is_named(line.counterparty, written), one.log.where, what)
    return ""
