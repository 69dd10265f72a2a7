"""Changes as they are announced, stopped and carried out: by whoever may, once, and in the same words to everybody.

The authority's library tells its own events, by which changes are judged; `Change…` are what pages and mirror show. An announcement that
only one of both tells would wait where nobody sees it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eth_abi import encode
from eth_utils import keccak

from audit.rules.authority import ADMIN, Authority
from audit.rules.call_effects import call_of
from audit.rules.changes import GUARDIAN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.chain.history import Log, Transaction
    from audit.evidence.trust import Trust
    from audit.report.findings import Tally

OPEN_SECONDS = 7 * 24 * 3600
# What the library tells, and what is shown of it.
SHOWN = {
    "OperationScheduled": "ChangeScheduled", "OperationExecuted": "ChangeExecuted", "OperationCanceled": "ChangeCancelled",
}  # fmt: skip
_BY_VETO = {"Vetoes.vetoChange", "Vetoes.refuseAddedKey"}

Values = dict[str, Any]


@dataclass(kw_only=True, slots=True)
class _Operation:
    """A change by its id.

    Attributes:
        caller: Who announced it, 20 bytes.
        nonce: How often it was announced.
        due_at: First second at which it may be carried out, since 1970.
        waits: Whether it neither was stopped nor carried out.
    """

    caller: bytes
    nonce: int
    due_at: int
    waits: bool = True


class Announcements:
    """Replays what waits in public.

    Args:
        trust: What is pinned.
        tally: Where it is noted what does not follow the rules.
    """

    def __init__(self, trust: Trust, tally: Tally) -> None:
        self._names, self._tally = trust.names, tally
        self._authority = Authority()
        self._operations: dict[bytes, _Operation] = {}

    def take(self, transaction: Transaction, logs: Sequence[Log]) -> None:
        """One transaction with its events; one of an office is that of its account."""
        own = [log for log in logs if log.contract == "Authority"]
        self._require_shown(transaction, own)
        for log in own:
            match log.event:
                case "OperationScheduled":
                    self._scheduled(transaction, log, log.values)
                case "OperationExecuted":
                    self._executed(log, log.values)
                case "ChangeCancelled":
                    self._cancelled(transaction, log, log.values)
                case _:
                    self._authority.take(log)

    def _require_shown(self, transaction: Transaction, logs: Sequence[Log]) -> None:
        """Each event of the library has its own in public, that says the same, and no other is shown."""
        expected = Counter(_facts(SHOWN[log.event], log.values) for log in logs if log.event in SHOWN)
        shown = Counter(_facts(log.event, log.values) for log in logs if log.event in SHOWN.values())
        # What was stopped stays with the library until somebody clears it away; a stop is no event of the library.
        hidden = [f for f in expected - shown if f[0] != "ChangeCancelled" or self._waits(f[1])]
        more = [f for f in shown - expected if f[0] != "ChangeCancelled"]
        if expected or shown:
            what = f"公示与所记不符 what was shown of changes is not what happened: {len(hidden)} hidden, {len(more)} beside"
            self._tally.expect(not hidden and not more, transaction.where, what)

    def _scheduled(self, transaction: Transaction, log: Log, v: Values) -> None:
        call = call_of(transaction, self._names)
        is_call = call is not None and call.name == "Authority.schedule" and v["caller"] == transaction.sender
        what = f"公示改动的不是 0x{v['caller'].hex()} 自己 a change in the name of 0x{v['caller'].hex()} was announced by another"
        self._tally.expect(is_call, log.where, what)
        words = encode(["address", "address", "bytes"], [v["caller"], v["target"], v["data"]])
        what = "改动的编号 id of the change"
        self._tally.expect_equal(log.where, what, expected=keccak(words), got=v["operation_id"])
        before = self._operations.get(v["operation_id"])
        what = "第几次公示 how often it was announced"
        self._tally.expect_equal(log.where, what, expected=before.nonce + 1 if before else 1, got=v["nonce"])
        again = before is not None and before.waits and log.block.time < before.due_at + OPEN_SECONDS
        self._tally.expect(not again, log.where, "这项改动已在等待 it was announced while it waited")
        self._operations[v["operation_id"]] = _Operation(
            caller=v["caller"], nonce=v["nonce"], due_at=v["schedule"]
        )

    def _executed(self, log: Log, v: Values) -> None:
        operation = self._waiting(log, v)
        if operation is not None:
            in_time = operation.due_at <= log.block.time < operation.due_at + OPEN_SECONDS
            what = f"不在可执行的一周内 it was carried out outside of the week from {operation.due_at} on"
            self._tally.expect(in_time, log.where, what)
            operation.waits = False

    def _cancelled(self, transaction: Transaction, log: Log, v: Values) -> None:
        operation = self._waiting(log, v)
        if operation is None:
            return
        operation.waits = False
        call = call_of(transaction, self._names)
        if call is not None and call.name in _BY_VETO:
            may = v["by"] == call.address  # C14.4 counts the votes, and says whose key it was
        else:
            is_own = call is not None and call.name == "Authority.cancel" and v["by"] == operation.caller
            may = v["by"] == transaction.sender and call is not None and call.contract == "Authority"
            may = may and (is_own or self._holds(v["by"], log.block.time, GUARDIAN, ADMIN))
        what = f"无权叫停 0x{v['by'].hex()} did not stop it, or might not"
        self._tally.expect(may, log.where, what)

    def _holds(self, account: bytes, time: int, *roles: int) -> bool:
        return any(self._authority.grant(role, account, time) is not None for role in roles)

    def _waits(self, operation_id: bytes) -> bool:
        operation = self._operations.get(operation_id)
        return operation is not None and operation.waits

    def _waiting(self, log: Log, v: Values) -> _Operation | None:
        """The change of an event, with a finding if it does not wait."""
        operation = self._operations.get(v["operation_id"])
        fits = operation is not None and operation.waits and operation.nonce == v["nonce"]
        self._tally.expect(fits, log.where, f"没有这项等待的改动 {log.event} of a change that does not wait")
        return operation if fits else None


def _facts(event: str, v: Values) -> tuple[Any, ...]:
    """What an event and the one that is shown of it both say."""
    rest = (v["caller"], v["target"], v["data"], v.get("due_at", v.get("schedule"))) if "caller" in v else ()
    return event, v["operation_id"], v["nonce"], *rest
