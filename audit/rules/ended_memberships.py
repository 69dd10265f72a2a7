"""Memberships that end and are restored: what may happen to them meanwhile."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, ClassVar

from audit.rules.membership import NO_END

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.chain.history import Log, Transaction
    from audit.report.findings import Tally

Values = dict[str, Any]


class Memberships:
    """Replays who belongs, to which household, and whose membership has ended.

    Args:
        tally: Takes what was compared.
    """

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._household: dict[bytes, bytes] = {}
        self._ends: dict[bytes, dict[bytes, int]] = defaultdict(dict)
        self._ended: set[bytes] = set()

    def take(self, transaction: Transaction, logs: list[Log]) -> None:
        """One transaction with all its events."""
        for log in logs:
            if log.name in self._HANDLERS:
                self._HANDLERS[log.name](self, log, log.values)
        for member in (log.values["member"] for log in logs if log.name == "Members.MembershipEnded"):
            now = transaction.block.time
            left = sorted(f"0x{key.hex()}" for key, ends_at in self._ends[member].items() if now < ends_at)
            what = f"资格终止后仍有密钥 keys of {member.hex()} go on after the end: {', '.join(left)}"
            self._tally.expect(not left, transaction.where, what)

    def _registered(self, _: Log, v: Values) -> None:
        self._household[v["member"]] = v["household"]

    def _moved(self, log: Log, v: Values) -> None:
        self._expect_going_on(log, v["member"])
        same = self._household.get(v["member"]) == v["household"]
        self._tally.expect(
            not same, log.where, f"住户没有变 {v['member'].hex()} was of this household before"
        )
        self._household[v["member"]] = v["household"]

    def _left(self, log: Log, v: Values) -> None:
        self._expect_going_on(log, v["member"])
        self._ended.add(v["member"])

    def _restored(self, log: Log, v: Values) -> None:
        what = f"资格没有终止 the membership of {v['member'].hex()} had not ended"
        self._tally.expect(v["member"] in self._ended, log.where, what)
        self._ended.discard(v["member"])

    def _key_added(self, log: Log, v: Values) -> None:
        self._expect_going_on(log, v["member"])
        self._ends[v["member"]][v["key"]] = NO_END

    def _key_ended(self, log: Log, v: Values) -> None:
        self._ends[v["member"]][v["key"]] = log.block.time

    def _key_replaced(self, _: Log, v: Values) -> None:
        self._ends[v["member"]][v["key"]] = v["ends_at"]

    def _key_kept(self, _: Log, v: Values) -> None:
        self._ends[v["member"]][v["key"]] = NO_END

    def _guardian(self, log: Log, v: Values) -> None:
        self._expect_going_on(log, v["member"])
        self._expect_going_on(log, v["guardian"])

    def _granted(self, log: Log, v: Values) -> None:
        """A role of who has left may be ended, and not granted."""
        if v["valid_until"] > log.block.time:
            self._expect_going_on(log, v["member"])

    def _expect_going_on(self, log: Log, member: bytes) -> None:
        what = f"资格已经终止 {log.event}: the membership of {member.hex()} has ended"
        self._tally.expect(member not in self._ended, log.where, what)

    _HANDLERS: ClassVar[dict[str, Callable[[Memberships, Log, Values], None]]] = {
        "Members.MemberRegistered": _registered, "Members.HouseholdChanged": _moved, "Members.MembershipEnded": _left,
        "Members.MembershipRestored": _restored, "Members.KeyAdded": _key_added, "Members.KeyEnded": _key_ended,
        "Members.KeyReplaced": _key_replaced, "Members.KeyKept": _key_kept, "Members.GuardianNamed": _guardian,
        "Members.RecoverySigned": _guardian, "Members.RoleGranted": _granted,
    }  # fmt: skip
