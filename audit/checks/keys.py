"""C14.5: new keys wait, and can be refused by who would be locked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.checks.check import check
from audit.rules.call_effects import call_of
from audit.rules.keys import KeyRules

if TYPE_CHECKING:
    from audit.chain.history import History
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally


@check("C14.5", "新密钥公示、可拒绝", "New keys wait and can be refused")
def new_keys(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Replaced keys go on for fifteen days, brought ones wait as long; refusals, guardians and recoveries keep the rules."""
    del bundle
    names, rules = trust.names, KeyRules(trust, tally)
    for transaction, logs in history.done():
        rules.take(transaction, call_of(transaction, names), logs)
    return tally.result() if tally.counted else tally.not_applicable("还没有密钥 there are no keys")
