"""C14.7: a service desk acts for a person as the person's delegation says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.checks.check import check
from audit.rules.delegations import DelegationRules

if TYPE_CHECKING:
    from audit.chain.history import History
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally


@check("C14.7", "代办依委托", "Desks acted as the persons let them")
def desks(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Delegations wait a week and end within a year; acts are in force, within area and daily limit, and give the clerk nothing."""
    del bundle, trust
    rules = DelegationRules(tally)
    for transaction, logs in history.done():
        rules.take(transaction, logs)
    return tally.result() if tally.counted else tally.not_applicable("还没有委托 there are no delegations")
