"""C18: value moves only with the workflow event that says why, by a module that was admitted to the accounts it needs."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from audit.checks.check import check
from audit.rules.membership import place_of
from audit.rules.modules import kinds_of
from audit.rules.postings import Expected, posted

if TYPE_CHECKING:
    from audit.chain.history import History, Log
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally


@check("C18", "每笔转账有其事由", "Every transfer has its cause")
def causes(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """In each transaction the transfers are those that its workflow events must bring; modules debit their own kinds."""
    del bundle
    expected = Expected(history)
    modules = trust.names
    admitted: set[bytes] = set()
    for _, group in groupby(history.logs(), key=place_of):
        _judge(list(group), expected, modules, admitted, tally)
    return tally.result()


def _judge(
    logs: list[Log], expected: Expected, modules: dict[bytes, str], admitted: set[bytes], tally: Tally
) -> None:
    open_ = Counter(posted(log) for log in logs if log.name == "Ledger.Transferred")
    for log in logs:
        if log.name in ("Ledger.ModuleAdmitted", "Ledger.ModuleRetired"):
            module = modules.get(log.values["module"], "")
            tally.expect(
                bool(module),
                log.where,
                f"不是信任文件固定的合约 0x{log.values['module'].hex()} is not a pinned contract",
            )
            admitted ^= {log.values["module"]}
            if log.event == "ModuleAdmitted":
                what = f"{module} 可动用的账户种类 kinds of accounts that it may debit"
                tally.expect_equal(log.where, what, expected=kinds_of(module), got=log.values["kinds"])
        for posting in expected.of(log):
            found = open_[posting] > 0
            tally.expect(found, log.where, f"缺少转账 expected a transfer of {posting.text()}, got none")
            tally.expect(
                log.address in admitted,
                log.where,
                f"不是准入的模块 {log.contract} is not an admitted module",
            )
            open_[posting] -= 1 if found else 0
    for posting in +open_:
        tally.fail(logs[0].where, f"没有事件说明这笔转账 no event explains the transfer of {posting.text()}")
