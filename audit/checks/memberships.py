"""C14.8: nobody acts after a membership ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.checks.check import check
from audit.rules.ended_memberships import Memberships

if TYPE_CHECKING:
    from audit.chain.history import History
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally


@check("C14.8", "资格终止后不再行事", "Who has left acts no more")
def memberships(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """With a membership all keys end; until it is restored it gets no key, role, guardian or other household."""
    del bundle, trust
    rules = Memberships(tally)
    for transaction, logs in history.done():
        rules.take(transaction, logs)
    return tally.result() if tally.counted else tally.not_applicable("还没有成员 there are no members")
