"""What becomes of keys: how long new ones wait, who may refuse them, what guardians may; replayed from the events.

The rules are the auditor's own: whoever looks in once in fifteen days meets every new key of theirs before it is too late.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from audit.errors import DecodeError
from audit.rules.signatures import KeyKind
from audit.rules.signing import signing_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from audit.chain.history import Log, Transaction
    from audit.evidence.trust import Trust
    from audit.report.findings import Tally
    from audit.rules.call_effects import Call

DELAY_SECONDS = 15 * 24 * 3600
FOR_EVER = 2**63
# Only by keys that nobody can refuse any more.
ON_KEYS = {"rotateKey", "refuseKey", "nameGuardian", "dismissGuardian", "recoverKey"}


@dataclass(kw_only=True, slots=True)
class Key:
    """A key; times are seconds since 1970.

    Attributes:
        member: Whose it is, 16 bytes.
        valid_from: First second at which it may act.
        refusable_until: First second at which nobody can refuse it any more.
        guardian: Member who may refuse it though no guardian of the member: of a desk's key; or none.
        ends_at: First second at which it may not act any more.
        former: The key that it replaced, 20 bytes; empty if none.
    """

    member: bytes
    valid_from: int
    refusable_until: int
    ends_at: int = FOR_EVER
    former: bytes = b""
    guardian: bytes = b""


class KeyRules:
    """Replays the events of keys and guardians, and compares each with what the rules give.

    Args:
        trust: Tells chain and contracts for which keys signed.
        tally: Takes what was compared.
    """

    def __init__(self, trust: Trust, tally: Tally) -> None:
        self._trust, self._tally = trust, tally
        self._keys: dict[bytes, Key] = {}
        self._last_end: dict[bytes, int] = {}
        self._guarded_until: dict[tuple[bytes, bytes], int] = {}
        self._signed: dict[tuple[bytes, bytes], tuple[bytes, int]] = {}
        self._kept: set[bytes] = set()
        self._added_now: set[bytes] = set()
        self._refusals: set[tuple[bytes, bytes]] = set()
        self._left: set[bytes] = set()

    def take(self, transaction: Transaction, call: Call | None, logs: Sequence[Log]) -> None:
        """One transaction with its events.

        Args:
            transaction: It.
            call: What it calls, or what the authority called for it.
            logs: All events of it.
        """
        own = [log for log in logs if log.name in self._HANDLERS]
        if call and call.contract == "Members" and call.function in ON_KEYS and own:
            self._require_settled(transaction, call)
        for log in own:
            self._HANDLERS[log.name](self, log, call.function if call else "")
        for key in self._kept:
            self._tally.fail(
                transaction.where,
                f"被换下的密钥没有恢复 key 0x{key.hex()} was replaced by one that ended, and did not go on",
            )
        self._kept, self._added_now = set(), set()

    def _require_settled(self, transaction: Transaction, call: Call) -> None:
        try:
            key = signing_key(transaction, self._trust)
        except (DecodeError, KeyError, TypeError):
            return  # that is found by C15.1
        by, now = self._keys.get(key), transaction.block.time
        if by is None:
            return
        what = f"新密钥管了密钥 0x{key.hex()} can be refused until {by.refusable_until}, and acted on keys or guardians"
        self._tally.expect(now >= by.refusable_until, transaction.where, what)
        if now >= by.ends_at:
            new = self._keys.get(call.args.get("key", b""))
            what = f"作废的密钥拒绝了在用的密钥 0x{key.hex()} ended, and refused a key that does not wait"
            self._tally.expect(new is not None and now < new.valid_from, transaction.where, what)

    def _added(self, log: Log, function: str) -> None:
        v, now = log.values, log.block.time
        if v["kind"] == KeyKind.DESK:  # C14.7 says when it works
            since, until = v["valid_from"], v["refusable_until"]
            self._keys[v["key"]] = Key(
                member=v["member"], valid_from=since, refusable_until=until, ends_at=until
            )
            return
        waits = function == "recoverKey" or (function == "addKey" and self._can_be_refused(v["member"], now))
        valid_from = now + DELAY_SECONDS if waits else now
        until = now + DELAY_SECONDS if waits or function == "rotateKey" else 0
        expected, got = (valid_from, until), (v["valid_from"], v["refusable_until"])
        self._tally.expect_equal(
            log.where,
            "密钥何时生效、何时前可拒绝 when the key is valid and settled",
            expected=expected,
            got=got,
        )
        self._keys[v["key"]] = Key(member=v["member"], valid_from=valid_from, refusable_until=until)
        self._added_now.add(v["key"])

    def _can_be_refused(self, member: bytes, now: int) -> bool:
        """Whether somebody could refuse a key of a member: an own key that works, or a guardian of some time."""
        goes_on = any(key.member == member and key.ends_at == FOR_EVER for key in self._keys.values())
        return (
            goes_on or now < self._last_end.get(member, 0) or any(m == member for m, _ in self._guarded_until)
        )

    def _opened(self, log: Log, _: str) -> None:
        """A delegation names who else may refuse its key; that the key is the one it opened, C14.7 says."""
        if log.values["account"] in self._keys:
            self._keys[log.values["account"]].guardian = log.values["guardian"]

    def _replaced(self, log: Log, _: str) -> None:
        v, now = log.values, log.block.time
        old, new = self._going_on(log), self._keys.get(v["new_key"])
        if old is None:
            return
        self._tally.expect(
            old.ends_at == FOR_EVER, log.where, f"密钥换了两次 key 0x{v['key'].hex()} was replaced before"
        )
        self._tally.expect_equal(
            log.where,
            "旧密钥何时到期 end of the replaced key",
            expected=now + DELAY_SECONDS,
            got=v["ends_at"],
        )
        fits = new is not None and new.member == old.member
        self._tally.expect(
            fits,
            log.where,
            f"应换成同一成员的密钥 expected a new key of the same member, got 0x{v['new_key'].hex()}",
        )
        if new is not None:
            new.former = v["key"]
        old.ends_at = self._last_end[old.member] = now + DELAY_SECONDS

    def _refused(self, log: Log, _: str) -> None:
        v, now = log.values, log.block.time
        key = self._going_on(log)
        if key is None:
            return
        in_time = now < key.refusable_until
        self._tally.expect(
            in_time, log.where, f"拒绝得太晚 0x{v['key'].hex()} could be refused until {key.refusable_until}"
        )
        is_own = v["refuser"] in (key.member, key.guardian)
        allowed = is_own or self._guards(v["refuser"], key.member, now)
        self._tally.expect(
            allowed,
            log.where,
            f"不是守护人 {v['refuser'].hex()} is neither {key.member.hex()} nor a guardian",
        )
        if not is_own and now < key.valid_from:
            self._refused_once(log, v["key"], v["refuser"])

    def _refused_once(self, log: Log, key: bytes, guardian: bytes) -> None:
        """A guardian refuses a key that waits once: who brings it again is not held up by the same one."""
        what = f"守护人重复拒绝 {guardian.hex()} refused 0x{key.hex()} before, and was outvoted"
        self._tally.expect((key, guardian) not in self._refusals, log.where, what)
        self._refusals.add((key, guardian))

    def _ended(self, log: Log, _: str) -> None:
        key = self._going_on(log)
        if key is None:
            return
        key.ends_at = log.block.time
        # Who ends a key just before another comes gains nothing: it can be refused as if that still worked.
        self._last_end[key.member] = log.block.time + DELAY_SECONDS
        former = self._keys.get(key.former)
        if former is not None and log.block.time < former.ends_at:
            self._kept.add(key.former)

    def _went_on(self, log: Log, _: str) -> None:
        key = log.values["key"]
        self._tally.expect(
            key in self._kept, log.where, f"密钥无故恢复 0x{key.hex()} was not replaced by the key that ended"
        )
        self._kept.discard(key)
        if key in self._keys:
            self._keys[key].ends_at = FOR_EVER

    def _going_on(self, log: Log) -> Key | None:
        """The key of an event, with a finding if it is over or another member's."""
        v = log.values
        key = self._keys.get(v["key"])
        fits = key is not None and key.member == v["member"] and log.block.time < key.ends_at
        self._tally.expect(
            fits,
            log.where,
            f"应为该成员在用的密钥 expected a key of {v['member'].hex()} that is not over, got 0x{v['key'].hex()}",
        )
        return key if fits else None

    def _guards(self, guardian: bytes, member: bytes, now: int) -> bool:
        return guardian not in self._left and now < self._guarded_until.get((member, guardian), 0)

    def _ended_membership(self, log: Log, _: str) -> None:
        self._left.add(log.values["member"])

    def _restored_membership(self, log: Log, _: str) -> None:
        self._left.discard(log.values["member"])

    def _named(self, log: Log, _: str) -> None:
        v = log.values
        self._tally.expect(
            v["guardian"] != v["member"], log.where, f"守护自己 {v['member'].hex()} is the own guardian"
        )
        self._guarded_until[v["member"], v["guardian"]] = FOR_EVER

    def _dismissed(self, log: Log, _: str) -> None:
        v, who = log.values, (log.values["member"], log.values["guardian"])
        ends_at = log.block.time + DELAY_SECONDS
        self._tally.expect_equal(
            log.where, "守护人何时卸任 end of the guardian", expected=ends_at, got=v["ends_at"]
        )
        self._tally.expect(
            self._guarded_until.get(who) == FOR_EVER,
            log.where,
            f"不是守护人 {who[1].hex()} was no guardian of {who[0].hex()}",
        )
        self._guarded_until[who] = ends_at

    def _recovery_signed(self, log: Log, _: str) -> None:
        v, now = log.values, log.block.time
        who = v["member"], v["new_key"]
        self._tally.expect(
            self._guards(v["guardian"], v["member"], now),
            log.where,
            f"不是守护人 {v['guardian'].hex()} is no guardian",
        )
        first, lapses_at = self._signed.get(who, (b"", 0))
        is_second = now < lapses_at
        expected = lapses_at if is_second else now + DELAY_SECONDS
        self._tally.expect_equal(
            log.where,
            "第二位守护人的期限 time for the second guardian",
            expected=expected,
            got=v["lapses_at"],
        )
        two = is_second and first != v["guardian"] and self._guards(first, v["member"], now)
        added = v["new_key"] in self._added_now
        self._tally.expect(
            two == added, log.where, "要两位守护人 a key is brought by two guardians, and by no fewer"
        )
        # If the key is refused, two sign for it anew.
        self._signed[who] = (b"", 0) if is_second else (v["guardian"], expected)

    _HANDLERS: ClassVar[dict[str, Callable[[KeyRules, Log, str], None]]] = {
        "Members.KeyAdded": _added, "Delegations.DelegationOpened": _opened, "Members.KeyReplaced": _replaced, "Members.KeyRefused": _refused,
        "Members.KeyEnded": _ended, "Members.KeyKept": _went_on, "Members.GuardianNamed": _named,
        "Members.GuardianDismissed": _dismissed, "Members.RecoverySigned": _recovery_signed,
    }  # fmt: skip
