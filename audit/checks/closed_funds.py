"""C20.2: nothing comes into a fund that is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.checks.check import check
from audit.rules.closed_funds import ClosedFunds

if TYPE_CHECKING:
    from audit.chain.history import History
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally


@check("C20.2", "关闭的基金不再收付", "A closed fund takes and spends nothing")
def closed_funds(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """A fund is closed when its accounts are empty and no fund below is open; until it is opened again nothing is given to or asked of it."""
    del bundle, trust
    ClosedFunds(history, tally).replay()
    return tally.result() if tally.counted else tally.not_applicable("还没有基金 there is no fund")
