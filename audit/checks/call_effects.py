"""C34: what was executed is what was asked for, and for signed acts that is what was signed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from audit.checks.check import check
from audit.decode.abi import flat, reading
from audit.rules.call_effects import call_of, effects_of, is_answer, items_of
from audit.rules.membership import place_of

if TYPE_CHECKING:
    from audit.chain.history import History, Log, Transaction
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally
    from audit.rules.call_effects import Call
    from audit.rules.membership import Place


@check("C34", "所行即所请", "What was done is what was asked for")
def effects_follow_calls(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Every event of the contract that was called says what the arguments of the call say; none says the same twice."""
    del bundle
    names = trust.names
    before: Counter[tuple[Place, str]] = Counter()
    seen: set[tuple[Place, str, str]] = set()
    lists: dict[tuple[Place, str], tuple[Call, Log, int]] = {}
    for log in history.logs():
        values = flat(log.values)
        said = place_of(log), log.name, repr(sorted(values.items()))
        tally.expect(
            said not in seen,
            log.where,
            f"重复的事件 {log.event} came twice in one transaction, in the same words",
        )
        seen.add(said)
        call = call_of(history.transaction_of(log), names)
        if call is None or not is_answer(call, log):
            continue
        expected = effects_of(call, log, before[place_of(log), log.name])
        before[place_of(log), log.name] += 1
        for name in sorted(values.keys() & expected.keys()):
            what = f"{name} of {call.function}"
            tally.expect_equal(log.where, what, expected=expected[name], got=values[name])
        items = items_of(call, log)
        if items is not None:
            lists[place_of(log), log.name] = call, log, len(items)
    for transaction, logs in history.done():
        tally.expect(
            bool(logs) or not _does(transaction),
            transaction.where,
            f"没有事件 {transaction.function} was done, and no event says so",
        )
    for key, (call, log, count) in lists.items():
        what = f"{log.event} of {call.function}, one for each"
        tally.expect_equal(log.where, what, expected=count, got=before[key])
    return tally.result()


def _does(transaction: Transaction) -> bool:
    """Whether a call changes something of the town. The authority's library is silent where a role had been taken away before."""
    target, function = transaction.target, transaction.function
    if target is None or function is None or target == "Authority":
        return False
    return function not in reading(target)
