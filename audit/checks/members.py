"""C14, C14.6 and C15.1: keys and roles as the registrar granted them, and every signed act judged by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.checks.check import check
from audit.errors import DecodeError
from audit.rules.call_effects import call_of, items_event
from audit.rules.intents import ACTS, EMITTED
from audit.rules.membership import OBJECTOR_SECONDS, Membership, place_of
from audit.rules.offices import Holders
from audit.rules.openings import Openings
from audit.rules.signatures import KeyKind
from audit.rules.signing import proven_holder, signing_key

if TYPE_CHECKING:
    from audit.chain.history import History, Log, Transaction
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally
    from audit.rules.intents import Act

# By these a key says something of itself: it is replaced, or calls back what it signed.
OF_OWN_KEY = {"rotateKey", "cancelIntent"}


@check("C14", "成员、密钥与角色", "Members, keys and roles")
def keys(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """A member is registered once, a key is one member's for ever and ends once unless it never acted, roles are members'."""
    del bundle, trust
    members: set[bytes] = set()
    owners: dict[bytes, bytes] = {}
    valid_from: dict[bytes, int] = {}
    ended: dict[bytes, int] = {}
    for log in history.logs(
        "Members.MemberRegistered", "Members.KeyAdded", "Members.KeyEnded", "Members.RoleGranted"
    ):
        member = log.values["member"]
        if log.event == "MemberRegistered":
            tally.expect(
                member not in members and any(member),
                log.where,
                f"成员重复登记 member {member.hex()} registered twice",
            )
            members.add(member)
            continue
        tally.expect(
            member in members, log.where, f"应为已登记的成员 expected a registered member, got {member.hex()}"
        )
        if log.event == "KeyAdded":
            key = log.values["key"]
            never_acted = owners.get(key) == member and ended.get(
                key, valid_from.get(key, 0)
            ) < valid_from.get(key, 0)
            tally.expect(
                key not in owners or never_acted, log.where, f"密钥重复使用 key 0x{key.hex()} used again"
            )
            owners[key], valid_from[key] = member, log.values["valid_from"]
            ended.pop(key, None)
        elif log.event == "KeyEnded":
            key = log.values["key"]
            live = owners.get(key) == member and key not in ended
            tally.expect(
                live,
                log.where,
                f"应为该成员在用的密钥 expected a key of the member in use, got 0x{key.hex()}",
            )
            ended[key] = log.block.time
    return tally.result() if tally.counted else tally.not_applicable("还没有成员 nobody is a member")


@check("C14.6", "每把密钥由其本人证明持有", "Every key was shown to be held by whom it was given to")
def possession(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Whoever named a key carried what that key signed: that this member holds it. It is of the kind that the event says."""
    del bundle
    names = trust.names
    for transaction, logs in history.done():
        added = [log for log in logs if log.name == "Members.KeyAdded"]
        if added:
            call = call_of(transaction, names)
            for log in (one for one in added if one.values["kind"] != KeyKind.DESK):
                _require_held(tally, log, call.args.get("possession", b"") if call else b"", trust)
    return tally.result() if tally.counted else tally.not_applicable("还没有密钥 there are no keys")


def _require_held(tally: Tally, log: Log, signature: bytes, trust: Trust) -> None:
    v = log.values
    try:
        key, kind = proven_holder(v["member"], signature, trust)
    except DecodeError as error:
        tally.fail(log.where, f"没有证明持有 key 0x{v['key'].hex()} was not shown to be held: {error}")
        return
    tally.expect_equal(
        log.where,
        "证明持有的密钥及其种类 key that was shown to be held, and its kind",
        expected=(v["key"].hex(), v["kind"]),
        got=(key.hex(), int(kind)),
    )


@check("C15.1", "每个签名行为有权有效", "Every signed act was allowed")
def acts(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Every act by intent was signed, in time and once, by a key in force of a member who might do it, or of who held the office."""
    del bundle
    judge = _Judge(history, trust, tally)
    for transaction in history.transactions(*ACTS):
        judge.judge(transaction)
    for log in history.logs(*EMITTED):
        judge.require_call(log)
    return (
        tally.result() if tally.counted else tally.not_applicable("没有人签名做过事 nobody has signed an act")
    )


class _Judge:
    def __init__(self, history: History, trust: Trust, tally: Tally) -> None:
        self._history, self._trust, self._tally = history, trust, tally
        self._membership, self._openings = Membership(history), Openings(history)
        self._holders = Holders(history)
        self._nonces: set[tuple[bytes, bytes, int]] = set()
        self._logs: dict[tuple[int, int], list[Log]] = {}
        for log in history.logs():
            self._logs.setdefault(place_of(log), []).append(log)

    def require_call(self, log: Log) -> None:
        """An event that only a signed act emits comes from a call that carries the signature."""
        call = self._history.transaction_of(log)
        got = f"{call.target}.{call.function}"
        self._tally.expect(
            got in EMITTED[log.name],
            log.where,
            f"调用不符 expected a call of {sorted(EMITTED[log.name])}, got {got}",
        )

    def judge(self, call: Transaction) -> None:
        act = ACTS[f"{call.target}.{call.function}"]
        logs = [log for log in self._logs.get(place_of(call), []) if log.name == act.event]
        if not logs and not act.needs_event:
            return
        member = self._signer(call, act)
        if member is None:
            return
        if not self._tally.expect(
            bool(logs), call.where, f"缺少事件 expected the event {act.event}, got none"
        ):
            return
        if items_event(f"{call.target}.{call.function}") != act.event:
            what = f"一次签名做了几件事 {len(logs)} events {act.event} came of one signature"
            self._tally.expect(len(logs) == 1, call.where, what)
        for log in logs if act.who else ():
            self._require_named(call, member, act, log)
        if call.function in OF_OWN_KEY:
            expected, got = signing_key(call, self._trust), logs[-1].values["key"]
            what = "签名的密钥 key that signed, about itself"
            self._tally.expect_equal(call.where, what, expected=expected, got=got)
        if act.scope:
            scope = act.scope(self._openings, call.args)
            time = call.block.time - (OBJECTOR_SECONDS if act.objects else 0)
            held = self._membership.has_role(member, act.role, scope, place_of(call), time)
            self._tally.expect(
                held,
                call.where,
                f"没有这个角色 {call.function}: {member.hex()} has no role {act.role} for {scope}",
            )

    def _require_named(self, call: Transaction, member: bytes, act: Act, log: Log) -> None:
        """Whoever an event names as having acted is who signed: nobody votes with the signature of another."""
        allowed = act.who(self._openings, call.args, log.values) if act.who else set()
        names = ", ".join(sorted(m.hex() for m in allowed))
        what = f"签名人不符 {call.function}: signed by {member.hex()}, not by {names}"
        self._tally.expect(member in allowed, call.where, what)

    def _signer(self, call: Transaction, act: Act) -> bytes | None:
        """The member whose key authorised a call, or the key for an office; None with a finding."""
        authorization = call.args["authorization"]
        try:
            key = signing_key(call, self._trust)
        except (DecodeError, KeyError, TypeError) as error:
            self._tally.fail(call.where, f"{call.function}: {error}")
            return None
        if authorization["signature"]:
            in_time = call.block.time <= authorization["deadline"]
            self._tally.expect(
                in_time, call.where, f"过了期限 {call.function}: arrived after {authorization['deadline']}"
            )
            self._use_nonce(call, key, bytes(call.to or b""), authorization["nonce"])
        if call.function == "cancelIntent":
            self._use_nonce(call, key, call.args["taker"], call.args["cancelled_nonce"])
            # Each key for itself: also that of an office, which is no member's.
            return self._membership.owner_of(key, place_of(call))
        if act.by_office:
            return self._holder(call, key)
        who = self._membership.objector_of if act.objects else self._membership.member_of
        member = who(key, place_of(call), call.block.time)
        self._tally.expect(
            member is not None, call.where, f"密钥不在用 {call.function}: 0x{key.hex()} is not a key in force"
        )
        return member

    def _holder(self, call: Transaction, key: bytes) -> bytes:
        office = call.args["office"]
        held = self._holders.holds(office, key, place_of(call))
        what = f"不任此职 {call.function}: 0x{key.hex()} did not hold office {office}"
        self._tally.expect(held, call.where, what)
        return key

    def _use_nonce(self, call: Transaction, key: bytes, taker: bytes, nonce: int) -> None:
        """A key uses a number once at a contract, by an intent or to call one back."""
        what = f"签名重复使用或已收回 {call.function}: 0x{key.hex()} used nonce {nonce} before, or called it back"
        self._tally.expect((taker, key, nonce) not in self._nonces, call.where, what)
        self._nonces.add((taker, key, nonce))
