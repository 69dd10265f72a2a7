"""What a desk may do for a person: from when on, until when, which acts, how many a day; replayed from the events.

The rules are the auditor's own. That the clerk signed and held the role is found by C15.1, as of every act that is signed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.rules.signatures import KeyKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.chain.history import Log, Transaction
    from audit.report.findings import Tally

DAY_SECONDS = 24 * 3600
CHINA_AHEAD_SECONDS = 8 * 3600
COOL_OFF_SECONDS, MAX_SECONDS, MAX_DAILY = 7 * DAY_SECONDS, 365 * DAY_SECONDS, 5
PERSON = 1
# By the number of the area in `IDelegations.Area`. No area has a vote of a seat, a key, an office or money.
AREAS = {
    1: {f"Redemptions.{name}" for name in ("redeem", "cancelRedemption", "confirmRedemption", "disputeRedemption")},
    2: {f"Cooperative.{name}" for name in ("takeLot", "returnLot", "disputeLot")},
    3: {"Disbursements.object"},
}  # fmt: skip

# Events by which one person decides about a redemption or a lot, with the parameter that names who.
_DECIDERS = {
    "Redemptions.DecidedForProvider": "coordinator", "Redemptions.DecidedForMember": "coordinator",
    "Redemptions.RedemptionVoided": "coordinator", "Redemptions.RedemptionReversed": "coordinator",
    "Cooperative.LotSettled": "foreman", "Cooperative.LotDecided": "treasurer", "Cooperative.LotReversed": "treasurer",
}  # fmt: skip
_BOTH = "经办人又作决定 who acted for a person at the desk decided about"

Values = dict[str, Any]


def china_day(time: int) -> int:
    """Days since 1970 in China at a time, seconds since 1970."""
    return (time + CHINA_AHEAD_SECONDS) // DAY_SECONDS


@dataclass(kw_only=True, slots=True)
class Delegation:
    """A delegation.

    Attributes:
        opened: What its opening says.
        ends_at: First second at which it is over, since 1970.
    """

    opened: Values
    ends_at: int


class DelegationRules:
    """Replays delegations and the acts of desks, and compares each with what the rules give.

    Args:
        tally: Takes what was compared.
    """

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._persons: set[bytes] = set()
        self._delegations: dict[bytes, Delegation] = {}
        self._by_account: dict[bytes, Delegation] = {}
        self._acts: dict[bytes, tuple[int, int]] = {}
        self._providers: dict[bytes, bytes] = {}
        self._clerks: dict[bytes, set[bytes]] = defaultdict(set)
        self._deciders: dict[bytes, set[bytes]] = defaultdict(set)

    def take(self, transaction: Transaction, logs: Sequence[Log]) -> None:
        """One transaction with its events."""
        desk_keys = [
            log for log in logs if log.name == "Members.KeyAdded" and log.values["kind"] == KeyKind.DESK
        ]
        opened = [log for log in logs if log.name == "Delegations.DelegationOpened"]
        for log in opened:
            self._open(log)
        self._compare_keys(transaction, desk_keys, opened)
        for log in logs:
            if log.name == "Delegations.ActedForPerson":
                self._acted(transaction, log)
            elif log.name == "Members.KeyEnded" and log.values["key"] in self._by_account:
                self._by_account[log.values["key"]].ends_at = log.block.time
            elif log.name == "Members.MemberRegistered" and log.values["kind"] == PERSON:
                self._persons.add(log.values["member"])
            elif log.name == "Redemptions.RedemptionOpened":
                self._providers[log.values["redemption"]] = log.values["provider"]
            elif log.name in _DECIDERS:
                self._decided(log, log.values[_DECIDERS[log.name]])

    def _compare_keys(self, transaction: Transaction, added: Sequence[Log], opened: Sequence[Log]) -> None:
        """A key of a desk comes with the delegation that holds it, and no other way."""
        held = [
            (v["account"], v["person"], v["valid_from"], v["valid_until"])
            for v in (log.values for log in opened)
        ]
        keys = [
            (v["key"], v["member"], v["valid_from"], v["refusable_until"])
            for v in (log.values for log in added)
        ]
        if held or keys:
            what = "代办密钥与委托不符 keys of desks, and the delegations that hold them"
            self._tally.expect_equal(transaction.where, what, expected=held, got=keys)

    def _open(self, log: Log) -> None:
        v, now = log.values, log.block.time
        self._expect(
            v["delegation"] not in self._delegations, log, "委托编号重复 a delegation of this id was there"
        )
        self._expect(v["person"] in self._persons, log, "不是个人 it acts for who is no person")
        self._expect(v["area"] in AREAS, log, f"没有这一类事 area {v['area']} is none")
        limit = v["daily_limit"]
        self._expect(1 <= limit <= MAX_DAILY, log, f"每天次数不符 {limit} acts a day")
        self._expect(
            v["guardian"] not in (v["person"], bytes(16)), log, "没有另一个人能叫停 nobody else may end it"
        )
        self._expect(any(v["consent"]), log, "没有本人同意的凭据 nothing commits to the person's consent")
        valid_from = now + COOL_OFF_SECONDS
        self._tally.expect_equal(
            log.where, "何时起可用 when it works", expected=valid_from, got=v["valid_from"]
        )
        in_bounds = valid_from < v["valid_until"] <= now + MAX_SECONDS
        self._expect(in_bounds, log, f"期限不符 it is over at {v['valid_until']}")
        delegation = Delegation(opened=v, ends_at=v["valid_until"])
        self._delegations[v["delegation"]] = self._by_account[v["account"]] = delegation

    def _acted(self, transaction: Transaction, log: Log) -> None:
        v, now = log.values, log.block.time
        delegation = self._delegations.get(v["delegation"])
        if delegation is None:
            self._expect(False, log, "没有这份委托 there is no such delegation")
            return
        opened = delegation.opened
        self._tally.expect_equal(
            log.where, "替谁办 for whom", expected=opened["person"].hex(), got=v["person"].hex()
        )
        works = opened["valid_from"] <= now < delegation.ends_at
        self._expect(
            works, log, f"委托不在有效期 it works from {opened['valid_from']} to {delegation.ends_at}"
        )
        self._expect(v["clerk"] != v["person"], log, "自己替自己办 the clerk is the person")
        self._expect(v["clerk"] != opened["guardian"], log, "能叫停的人自己办 the clerk is who may end it")
        self._count(log, opened["daily_limit"])
        self._judge_call(transaction, log, opened["area"])

    def _count(self, log: Log, daily_limit: int) -> None:
        v, day = log.values, china_day(log.block.time)
        last_day, count = self._acts.get(v["person"], (0, 0))
        number = count + 1 if day == last_day else 1
        self._tally.expect_equal(
            log.where, "当天第几件 which act of the day", expected=number, got=v["number"]
        )
        self._expect(number <= daily_limit, log, f"超过每天次数 more than {daily_limit} acts in a day")
        self._acts[v["person"]] = day, number

    def _judge_call(self, transaction: Transaction, log: Log, area: int) -> None:
        """What was called is within the area, and gives the clerk nothing."""
        call, v = transaction.carried, log.values
        name = f"{call.target}.{call.function}" if call else "nothing that is known"
        if not self._expect(
            call is not None and name in AREAS.get(area, ()), log, f"超出委托 it called {name}"
        ):
            return
        args: Values = call.args if call else {}
        signed = args["authorization"]["signature"]
        self._expect(not signed, log, "夹带别人的签名 the call inside carries a signature of its own")
        provider = args.get("provider")
        if name == "Redemptions.confirmRedemption":
            provider = self._providers.get(args["redemption"])
        self._expect(provider != v["clerk"], log, "时长归经办人自己 the hours go to the clerk who acted")
        thing = args.get("redemption") or args.get("lot") or bytes(16)
        what = "关于哪一笔 what it is about"
        self._tally.expect_equal(log.where, what, expected=thing.hex(), got=v["thing"].hex())
        self._clerks[thing].add(v["clerk"])
        self._expect(v["clerk"] not in self._deciders[thing], log, f"{_BOTH} 0x{thing.hex()}")

    def _decided(self, log: Log, by: bytes) -> None:
        """Who did something for a person at the desk does not decide about the same thing, in whatever order."""
        thing = log.values.get("redemption") or log.values["lot"]
        self._deciders[thing].add(by)
        self._expect(by not in self._clerks[thing], log, f"{_BOTH} 0x{thing.hex()}")

    def _expect(self, condition: bool, log: Log, what: str) -> bool:
        return self._tally.expect(condition, log.where, what)
