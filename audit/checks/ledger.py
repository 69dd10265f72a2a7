"""C16: the transfers of the ledger are complete, between accounts that exist, and never overdraw a guarded account."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from audit.checks.check import check
from audit.decode.accounts import BANK, ISSUED_MINUTES, MEMBER_MINUTES, MINUTES_ESCROW, kind_of
from audit.rules.postings import CNY, MINUTE

if TYPE_CHECKING:
    from audit.chain.history import History
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally

OF_MINUTES, OF_WORLD = {ISSUED_MINUTES, MEMBER_MINUTES, MINUTES_ESCROW}, {BANK, ISSUED_MINUTES}


@check("C16.1", "转账编号连续", "Transfers are numbered without a gap")
def sequence(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Transfers are numbered from 1 without a gap, so none is missing."""
    del bundle, trust
    for expected, log in enumerate(history.logs("Ledger.Transferred"), start=1):
        what = "转账序号 number of the transfer"
        tally.expect_equal(log.where, what, expected=expected, got=log.values["sequence"])
    return (
        tally.result() if tally.counted else tally.not_applicable("账上还没有一笔 nothing has been entered")
    )


@check("C16.2", "账户先开后用，单位一致", "Accounts are opened once and hold one unit")
def accounts(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Each account is opened once, as its kind has it, before it is used, and both accounts of a transfer hold its unit."""
    del bundle, trust
    units: dict[bytes, int] = {}
    for log in history.logs("Ledger.AccountOpened", "Ledger.Transferred"):
        v = log.values
        if log.event == "AccountOpened":
            tally.expect(
                v["account"] not in units,
                log.where,
                f"账户重复开立 account 0x{v['account'].hex()} opened twice",
            )
            units.setdefault(v["account"], v["unit"])
            kind = kind_of(v["account"])
            # What stands for the world outside may fall below zero; no other account may say so of itself.
            what = "此类账户的单位、内外 unit of such an account, and whether it is the world's"
            fixed = (MINUTE if kind in OF_MINUTES else CNY, kind in OF_WORLD)
            tally.expect_equal(log.where, what, expected=fixed, got=(v["unit"], v["world"]))
            continue
        tally.expect(
            v["payer"] != v["payee"] and v["amount"] > 0,
            log.where,
            "应为两个账户之间的金额 expected an amount between two accounts",
        )
        for side in ("payer", "payee"):
            what = f"unit of the {side} 0x{v[side].hex()}"
            tally.expect_equal(log.where, what, expected=v["unit"], got=units.get(v[side]))
    return tally.result()


@check("C16.3", "复式记账，受护账户不为负", "Double entry, no guarded account below zero")
def balances(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """No transfer leaves a guarded account below zero, and all accounts of a unit add up to zero."""
    del bundle, trust
    held: dict[bytes, int] = defaultdict(int)
    worlds: set[bytes] = set()
    units: dict[bytes, int] = {}
    for log in history.logs("Ledger.AccountOpened", "Ledger.Transferred"):
        v = log.values
        if log.event == "AccountOpened":
            units[v["account"]] = v["unit"]
            worlds |= {v["account"]} if v["world"] else set()
            continue
        held[v["payer"]] -= v["amount"]
        held[v["payee"]] += v["amount"]
        # The legs of one batch are posted before its payer is debited, but each leg lowers the payer only.
        guarded = v["payer"] not in worlds
        tally.expect(
            not guarded or held[v["payer"]] >= 0,
            log.where,
            f"余额变为负 0x{v['payer'].hex()} falls to {held[v['payer']]}",
        )
    for unit in sorted(set(units.values())):
        total = sum(amount for account, amount in held.items() if units.get(account) == unit)
        tally.expect_equal(f"unit {unit}", "所有账户之和 sum over all accounts", expected=0, got=total)
    return tally.result()
