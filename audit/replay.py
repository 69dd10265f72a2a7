"""Re-runs the rule behind one object and tells its steps: a lot's split, a proposal's vote, a visit's minutes and level.

The object is named by its id. What the verified chain says of it comes in order; after an event that a rule decided come
the figures of that rule, computed again from what it rests on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from audit.decode.cose import Message
from audit.errors import BundleError
from audit.evidence.signed_events import LEAVES, read_bindings, read_leaves, read_messages, read_rulesets
from audit.report.findings import Tally
from audit.rules.claims import Claims
from audit.rules.devices import Devices
from audit.rules.event_log import EventLog, heads
from audit.rules.membership import CLASSES, Membership, place_of
from audit.rules.openings import Openings
from audit.rules.visits import Assembler
from audit.rules.votes import seats_of, suffices
from audit.verified_history import read_verified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.chain.history import History, Log
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust

WHOLE_BPS = 10_000

Values = dict[str, Any]


def replay(bundle: Path, trust: Trust, object_id: bytes) -> list[str]:
    """What became of an object, step by step.

    Args:
        bundle: Folder of the bundle.
        trust: What is pinned.
        object_id: Id of a proposal, bank line or account (32 bytes), of a task, redemption, order, lot or member (16).

    Returns:
        The steps for people, a line each.

    Raises:
        BundleError: The bundle does not pass its foundations, or the chain does not know the object.
    """
    opened, history = read_verified(bundle, trust)
    steps = list(_Replay(opened, history, object_id).steps())
    if not steps:
        raise BundleError(f"expected an object that the chain knows, got 0x{object_id.hex()}")
    return steps


class _Replay:
    def __init__(self, bundle: Bundle, history: History, object_id: bytes) -> None:
        self._bundle, self._history, self._id = bundle, history, object_id
        self._names = {object_id, object_id.ljust(32, b"\0")}
        self._openings, self._membership = Openings(history), Membership(history)
        self._approvals: set[int] = set()
        self._judge: tuple[int, int] | None = None
        self._committee: int | None = None

    def steps(self) -> Iterator[str]:
        """Every event that names the object, and the figures of the rules behind it."""
        for log in self._history.logs():
            if self._names & set(_flat(log.values)):
                yield f"{_time(log)}  {log.where}: {_values_text(log.values)}"
                rule = self._RULES.get(log.name)
                if rule:
                    yield from (f"    {line}" for line in rule(self, log, log.values))

    # EARNING

    def _lot(self, _log: Log, v: Values) -> Iterator[str]:
        order = self._openings.lot_order(v["lot"])
        card = next(
            log.values
            for log in self._history.logs("Enterprises.RateCardPublished")
            if all(log.values[n] == order[n] for n in ("enterprise", "product", "version"))
        )
        left_fen = proceeds_fen = v["accepted_pieces"] * card["piece_fen"]
        yield f"{v['accepted_pieces']} × {card['piece_fen']} = {proceeds_fen} fen, 单价表 rate card version {card['version']}"
        for part in ("worker", "reserve", "fund"):
            bps = card[f"{part}_bps"]
            share_fen = proceeds_fen * bps // WHOLE_BPS
            left_fen -= share_fen
            yield f"{part}: ⌊{proceeds_fen} × {bps} / {WHOLE_BPS}⌋ = {share_fen} fen"
        yield f"remainder: {left_fen} fen"

    # DECIDING

    def _approved(self, _log: Log, v: Values) -> Iterator[str]:
        self._approvals |= seats_of(v["seats"])
        yield from self._count(v["proposal_id"])

    def _not_approved(self, _log: Log, v: Values) -> Iterator[str]:
        self._approvals.discard(v["seat"])
        yield from self._count(v["proposal_id"])

    def _answered(self, _log: Log, v: Values) -> Iterator[str]:
        self._approvals, self._judge = set(), (v["rules_version"], v["tier"])
        yield "新一轮表决，此前批准作废 a new round: approvals before are void"

    def _referred(self, log: Log, v: Values) -> Iterator[str]:
        self._committee = v["committee"]
        yield f"回避以后票数不够，改由管委会 {v['committee']} 表决 recusals left too few seats: committee {v['committee']} decides"
        yield from self._answered(log, v)

    def _tier_raised(self, _log: Log, v: Values) -> Iterator[str]:
        opened = self._openings.opened("Rounds.ProposalSubmitted", v["proposal_id"])
        version, _ = self._judge or (opened["rules_version"], opened["tier"])
        self._judge = version, v["tier"]
        yield from self._count(v["proposal_id"])

    def _count(self, proposal_id: bytes) -> Iterator[str]:
        opened = self._openings.opened("Rounds.ProposalSubmitted", proposal_id)
        proposal = opened["proposal"]
        version, tier = self._judge or (opened["rules_version"], opened["tier"])
        number = self._committee or proposal["committee"]
        rule = self._membership.tiers(number, version)[tier]
        committee = self._membership.committees[number].values
        seats, yes = committee["seats"], len(self._approvals)
        share = f"{rule['yes_numerator']}/{rule['yes_denominator']}"
        yield f"{yes} / {seats} 席批准 seats approved; 需要 needed {share} of {seats}"
        for name in CLASSES:
            of_class = sum(committee[f"{name}_seats"] >> seat & 1 for seat in self._approvals)
            if rule[f"min_{name}"]:
                yield f"{name}: {of_class}, 至少 at least {rule[f'min_{name}']}"
        enough = suffices(committee, rule, self._approvals)
        yield "通过 enough" if enough else "未通过 not yet enough"

    # SERVING

    def _claimed(self, log: Log, v: Values) -> Iterator[str]:
        if not self._bundle.has(LEAVES):
            yield f"证据包没有事件 the bundle has no {LEAVES}"
            return
        found = {at.where: (task, who) for at, task, who in Claims(self._history, Tally("", "", "")).replay()}
        task, beneficiary = found[log.where]
        claim = self._history.transaction_of(log).args["claim"]
        messages = read_messages(read_leaves(self._bundle))
        events = EventLog((m.event for m in messages if isinstance(m, Message)), heads(self._history))
        bindings, devices = read_bindings(self._bundle), Devices(self._history).until(place_of(log))
        ruleset = read_rulesets(self._bundle).get(v["ruleset"])
        if ruleset is None:
            yield f"证据包没有规则 the bundle has no ruleset 0x{v['ruleset'].hex()}"
            return
        judge = Assembler(events, claim["log_size"], devices, bindings, ruleset)
        visit = judge.assemble(replace(task, place=bindings.get(beneficiary)))
        for event in visit.events:
            at = datetime.fromtimestamp(event.captured_ms / 1000, UTC)
            yield f"leaf {event.index}: type {event.type}, device {event.device.hex()}, {at:%Y-%m-%dT%H:%M:%S}Z"
        held = f", 搁置 held by {sorted(visit.holds)}" if visit.holds else ""
        yield f"{visit.minutes} 分钟 minutes, A{visit.level}{held}"

    _RULES: ClassVar[dict[str, Any]] = {
        "Cooperative.LotSettled": _lot,
        "Rounds.ProposalApproved": _approved,
        "Rounds.ProposalRejected": _not_approved,
        "Rounds.VoteRetracted": _not_approved,
        "Rounds.MemberRecused": _not_approved,
        "Rounds.ProposalTierRaised": _tier_raised,
        "Rounds.ObjectionsAnswered": _answered,
        "Rounds.ProposalReferred": _referred,
        "TimeBank.ClaimAdmitted": _claimed,
    }


def _time(log: Log) -> str:
    return f"{datetime.fromtimestamp(log.block.time, UTC):%Y-%m-%dT%H:%M:%S}Z"


def _flat(values: Values) -> Iterator[Any]:
    for value in values.values():
        yield from _flat(value) if isinstance(value, dict) else (value,)


def _values_text(values: Values) -> str:
    return " ".join(f"{name}={_shown(value)}" for name, value in values.items())


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return f"({_values_text(value)})"
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
