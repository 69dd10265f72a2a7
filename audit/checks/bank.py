"""C19 to C21: a bank line is used once, not to take money out of a frozen fund, and stands in the bank's statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.checks.check import check
from audit.evidence.formats import STATEMENTS_FOLDER
from audit.rules.bank_lines import Use, unproven, uses
from audit.rules.openings import Openings
from audit.rules.payees import payments
from audit.rules.state.china import day_of, day_text
from audit.rules.statements import read_statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.chain.history import History
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally
    from audit.rules.statements import BankAccount, BankLine

# Statements come once a month, and are recorded some days later.
MOST_DAYS_UNRECORDED = 62


@check("C19", "每笔银行流水只用一次", "Every bank line is used once")
def lines_used_once(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """No line stands behind two acts of any modules, but one attested by mistake and taken back may be attested anew."""
    del bundle, trust
    used: dict[bytes, str] = {}
    for use in uses(history):
        if use.frees:
            tally.expect(
                use.key in used, use.log.where, f"银行流水从未确认 line 0x{use.key.hex()} was never attested"
            )
            used.pop(use.key, None)
            continue
        before = used.get(use.key)
        tally.expect(
            before is None or use.corrects,
            use.log.where,
            f"银行流水已用过 line 0x{use.key.hex()} was used before, in {before}",
        )
        tally.expect(any(use.key), use.log.where, "应有银行流水，实为零 expected a bank line, got zeros")
        used[use.key] = use.log.where
    return tally.result() if tally.counted else tally.not_applicable("没有用过银行流水 no bank line was used")


@check("C20", "冻结的基金没有付出", "Nothing left a frozen fund")
def frozen_funds(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """While a fund was frozen nothing went from its accounts to others; each account is of the fund that its owner is of."""
    del bundle, trust
    openings = Openings(history)
    frozen: dict[int, bool] = {}
    for log in history.logs("Funds.FundFrozen", "Ledger.AccountOpened", "Ledger.Transferred"):
        v = log.values
        if log.event == "FundFrozen":
            frozen[v["fund"]] = v["frozen"]
        elif log.event == "AccountOpened":
            fund = openings.account_fund(v["account"])
            tally.expect_equal(log.where, "账户所属基金 fund of the account", expected=fund, got=v["fund"])
        else:
            fund = openings.account_fund(v["payer"])
            stays = fund == openings.account_fund(v["payee"])
            tally.expect(stays or not frozen.get(fund), log.where, f"基金已冻结 fund {fund} was frozen")
    return tally.result() if tally.counted else tally.not_applicable("没有账户 there is no account")


@check("C21", "与银行对账单一致", "Bank lines agree with the bank's statements")
def statements(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Statements add up and go on from each other; every use of a line stands there, a payment after its notice, a gift to a campaign on its day; every line there has its use."""
    del trust
    in_use = _uses_at_head(history)
    if not bundle.paths(STATEMENTS_FOLDER):
        if not in_use:
            return tally.not_applicable("没有在用的银行流水 no bank line is in use")
        return tally.undecided(f"没有对账单 no statement in {STATEMENTS_FOLDER}")
    accounts = read_statements(bundle, tally)
    payable: dict[bytes, int] = {}
    for one in payments(history):
        # Of several requests that one line pays each must be ready.
        payable[one.bank_line] = max(payable.get(one.bank_line, 0), one.payable_from or 0)
    for use in in_use.values():
        if use.bank in accounts:
            _compare_use(tally, use, accounts[use.bank].lines.get(use.key), payable.get(use.key))
    open_ = [
        f"{line.path}: {day_text(line.booked_on)} {line.reference!r:.60} {line.amount_fen} fen"
        for bank, account in sorted(accounts.items())
        for line in _unexplained(history, bank, account, in_use)
    ]
    missing = sorted({use.bank for use in in_use.values()} - accounts.keys())
    if missing:
        return tally.undecided(f"缺少这些银行账户的对账单 no statement of the bank accounts {missing}")
    if open_:
        return tally.undecided(f"账本没有这些流水 the ledger does not know these lines: {'; '.join(open_)}")
    return tally.result()


def _compare_use(tally: Tally, use: Use, line: BankLine | None, payable_from: int | None) -> None:
    where, what = use.log.where, f"amount of line 0x{use.key.hex()} at the bank"
    same = tally.expect_equal(where, what, expected=line and line.amount_fen, got=use.amount_fen)
    if same and line is not None:
        recorded = day_of(use.log.block.time)
        what = f"银行入账之前就记了 recorded on {day_text(recorded)}, before the bank booked it on {day_text(line.booked_on)}"
        tally.expect(line.booked_on <= recorded, where, what)
        if payable_from:
            first = day_of(payable_from)
            what = f"公示期未满银行就付了款 paid by the bank on {day_text(line.booked_on)}, and the notice was over on {day_text(first)}"
            tally.expect(line.booked_on >= first, where, what)
        if use.booked_on is not None:
            what = f"day of line 0x{use.key.hex()} at the bank, from 1970"
            tally.expect_equal(where, what, expected=line.booked_on, got=use.booked_on)


def _unexplained(
    history: History, bank: int, account: BankAccount, in_use: dict[bytes, Use]
) -> Iterator[BankLine]:
    """Lines that the ledger does not know, but for payments that wait for their proof and what came in lately."""
    waiting = unproven(history, bank)
    today = day_of(history.head.time)
    for key, line in account.lines.items():
        if key in in_use:
            continue
        # No payment that the bank booked before it was due.
        paid = next((p for p in waiting if p == (-line.amount_fen, min(p[1], line.booked_on))), None)
        if paid is not None:
            waiting.remove(paid)
        elif line.amount_fen <= 0 or abs(today - line.booked_on) > MOST_DAYS_UNRECORDED:
            yield line


def _uses_at_head(history: History) -> dict[bytes, Use]:
    """The last use of each line that is in use at the head."""
    found: dict[bytes, Use] = {}
    for use in uses(history):
        if use.frees:
            found.pop(use.key, None)
        else:
            found[use.key] = use
    return found
