"""Handovers of funds from one committee to the next: who agreed to which, and whether that was enough."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audit.errors import DecodeError
from audit.rules.changes import CHANGE_DELAY_SECONDS, change_of
from audit.rules.membership import SUPERVISOR, Membership, place_of
from audit.rules.signing import signing_key
from audit.rules.tenures import Tenures
from audit.rules.votes import suffices

if TYPE_CHECKING:
    from audit.chain.history import History, Log
    from audit.evidence.trust import Trust
    from audit.report.findings import Tally
    from audit.rules.membership import Place

Values = dict[str, Any]
HAND_OVER = "Committees.handOver"


@dataclass(kw_only=True, slots=True)
class _Announced:
    """A handover that was announced, and who agreed for which seat, by committee and revision of the successor."""

    fund: int
    successor: int
    nonce: int
    due_at: int
    executed: Place | None = None
    agreed: dict[tuple[int, int], dict[int, bytes]] = field(default_factory=lambda: defaultdict(dict))


class Handovers:
    """Replays the votes for handovers.

    Args:
        history: The verified history.
        trust: Pinned contracts.
        tally: Where it is noted what does not follow the rules.
    """

    def __init__(self, history: History, trust: Trust, tally: Tally) -> None:
        self._history, self._trust, self._tally = history, trust, tally
        self._membership = Membership(history)
        self._tenures = Tenures(history, self._membership)
        self._announced: dict[bytes, _Announced] = {}

    def replay(self) -> None:
        """Judges every opening of a committee, every vote, and every handover."""
        steps = {
            "Authority.OperationScheduled": self._scheduled,
            "Authority.OperationExecuted": self._executed,
            "Authority.ChangeCancelled": self._cancelled,
            "Committees.HandoverVoteCast": self._cast,
            "Committees.FundHandedOver": self._handed_over,
        }
        for log in self._history.logs(*steps):
            steps[log.name](log, log.values)

    def _expect(self, fits: bool, log: Log, what: str) -> bool:
        return self._tally.expect(fits, log.where, what)

    def _scheduled(self, log: Log, v: Values) -> None:
        change = change_of(log, self._trust.names)
        if change.call is not None and change.call.name == HAND_OVER:
            args = change.call.args
            self._announced[change.id] = _Announced(
                fund=args["fund"], successor=args["successor"], nonce=v["nonce"], due_at=change.due_at
            )

    def _executed(self, log: Log, v: Values) -> None:
        if v["operation_id"] in self._announced:
            self._announced[v["operation_id"]].executed = place_of(log)

    def _cancelled(self, _: Log, v: Values) -> None:
        self._announced.pop(v["operation_id"], None)

    def _cast(self, log: Log, v: Values) -> None:
        announced = self._announced.get(v["operation_id"])
        fits = announced is not None and announced.nonce == v["operation_nonce"] and not announced.executed
        what = "没有这项待生效的移交 a vote for a handover that does not wait"
        if not self._expect(fits, log, what) or announced is None:
            return
        place = place_of(log)
        agreeing = self._tenures.agreeing(announced.fund, place, log.block.time)
        what = f"应由管委会 {agreeing} 同意 committee {agreeing} was to agree, not {v['committee']}"
        self._expect(agreeing == v["committee"], log, what)
        revision = self._tenures.revision(announced.successor, place)
        what = f"新管委会已经变动 the successor was at revision {revision}, not {v['revision']}"
        self._expect(revision == v["revision"], log, what)
        self._require_voter(log, v, announced.due_at - CHANGE_DELAY_SECONDS)
        agreed = announced.agreed[v["committee"], v["revision"]]
        what = "重复投票 the seat's vote changes nothing"
        self._expect((agreed.get(v["seat"]) == v["member"]) != v["agrees"], log, what)
        agreed[v["seat"]] = v["member"] if v["agrees"] else b""
        counted = len(self._membership.seats_in_force(v["committee"], agreed, place, log.block.time))
        what = f"票数不符 counted {counted} votes, got {v['votes']}"
        self._expect(v["votes"] == counted, log, what)

    def _require_voter(self, log: Log, v: Values, announced_at: int) -> None:
        """Seat and key of who agrees counted before the change was announced; who takes back holds the seat."""
        seat = self._membership.seat_of(v["committee"], v["member"], place_of(log), log.block.time)
        is_old_enough = seat is not None and (not v["agrees"] or seat.since <= announced_at)
        fits = seat is not None and seat.number == v["seat"] != SUPERVISOR and is_old_enough
        what = f"没有公示前就有的席位 0x{v['member'].hex()} held no such seat as the handover was announced"
        self._expect(fits, log, what)
        if not v["agrees"]:
            return
        try:
            key = signing_key(self._history.transaction_of(log), self._trust)
        except (DecodeError, KeyError, TypeError) as error:
            self._expect(False, log, f"应为一把密钥的行为 expected the act of a key: {error}")
            return
        valid_from = self._membership.valid_from(key)
        what = f"公示时密钥尚未生效 key 0x{key.hex()} might not act yet as the handover was announced"
        self._expect(valid_from is not None and valid_from <= announced_at, log, what)

    def _handed_over(self, log: Log, v: Values) -> None:
        place, time = place_of(log), log.block.time
        former = self._tenures.latest(v["fund"], place)
        what = f"原管委会不符 expected committee {former} to hand over, got {v['former']}"
        self._expect(former == v["former"], log, what)
        what = f"应从下一秒起 expected it to decide from {time + 1} on, got {v['since']}"
        self._expect(v["since"] == time + 1, log, what)
        self._require_successor(log, v)
        agreeing = self._tenures.agreeing(v["fund"], place, time)
        revision = self._tenures.revision(v["successor"], place)
        done = next((a for a in self._announced.values() if a.executed == place and _is_of(a, v)), None)
        agreed = done.agreed[agreeing, revision] if done else dict[int, bytes]()
        # Who agreed and left the seat since, or gave it to another, agrees no more.
        held = self._membership.seats_in_force(agreeing, agreed, place, time)
        opened = self._membership.committees.get(agreeing)
        seats = opened.values["seats"] if opened else 0
        what = f"没有过半同意 {len(held)} of {seats} seats of committee {agreeing} agreed to the handover"
        self._expect(2 * len(held) > seats > 0, log, what)

    def _require_successor(self, log: Log, v: Values) -> None:
        """Of the same fund, for the first time, and able to decide what it has rules for."""
        number, place = v["successor"], place_of(log)
        opened = self._membership.committees.get(number)
        is_new = self._tenures.since(number) == v["since"] and number != v["former"]
        fits = opened is not None and opened.values["fund"] == v["fund"] and is_new
        what = f"不是这个基金的新管委会 committee {number} is no successor in fund {v['fund']}"
        if not self._expect(fits, log, what) or opened is None:
            return
        holders = dict(enumerate(self._membership.last_holders(number, place)))
        held = self._membership.seats_in_force(number, holders, place, log.block.time)
        tiers = self._membership.tiers(number, self._membership.rules_version(number, place))
        what = f"席位不够 the seats of committee {number} cannot decide what it has rules for"
        self._expect(bool(tiers) and all(suffices(opened.values, t, held) for t in tiers), log, what)


def _is_of(announced: _Announced, v: Values) -> bool:
    return (announced.fund, announced.successor) == (v["fund"], v["successor"])
