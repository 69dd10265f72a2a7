"""Objections of residents to a request, its suspension, and the round that follows an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.errors import DecodeError
from audit.rules.membership import place_of
from audit.rules.proposal import EXECUTION_SECONDS, OBJECTION_GRACE_SECONDS, State
from audit.rules.receipts import ReceiptKeys, receipt_key
from audit.rules.signing import signed_digest, signing_key
from audit.rules.votes import is_nowhere_laxer, seats_of

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.deciding import Deciding
    from audit.rules.proposal import Proposal
    from audit.rules.proposal_replay import ProposalReplay

MAX_ROUNDS = 4

Values = dict[str, Any]


class Objections:
    """Judges the events of objections."""

    def __init__(self, replay: ProposalReplay, deciding: Deciding) -> None:
        self._replay, self._deciding = replay, deciding
        self._receipt_keys = ReceiptKeys(replay.history)

    def objected(self, log: Log, proposal: Proposal, v: Values) -> None:
        """A resident objected."""
        self._replay.require_in("C15.5", log, proposal, State.APPROVED)
        if log.block.time >= proposal.notice_ends_at:
            self._require_receipt(log, proposal)
        self._replay.expect(
            "C15.5", v["member"] not in proposal.objectors, log, "一人两次提出异议 a member objected twice"
        )
        self._replay.require_signed_by_old_key("C15.5", log, proposal)
        proposal.objectors.add(v["member"])
        proposal.objections += 1
        self._replay.equal(
            "C15.5", log, "至今的异议数 objections so far", proposal.objections, v["objections"]
        )
        if proposal.objections == proposal.rule["objections_to_suspend"]:
            proposal.suspends_at = self._replay.here(log)

    def _require_receipt(self, log: Log, proposal: Proposal) -> None:
        """After the notice an objection needs the receipt of a time within it, and arrives within the grace."""
        call = self._replay.call(log)
        acknowledgement = call.args.get("acknowledgement")
        if not acknowledgement:
            self._replay.expect("C15.5", False, log, "公示期后才提出异议 objected after the notice")
            return
        received_at = acknowledgement["received_at"]
        in_notice = proposal.notice_started_at <= received_at < proposal.notice_ends_at
        self._replay.expect(
            "C15.5",
            in_notice,
            log,
            f"回执的时间不在公示期内 the receipt is of {received_at}, which is not in the notice",
        )
        in_grace = log.block.time < proposal.notice_ends_at + OBJECTION_GRACE_SECONDS
        self._replay.expect("C15.5", in_grace, log, "宽限期后才提出异议 objected after the grace")
        try:
            signed, signer = signed_digest(call, self._replay.trust), signing_key(call, self._replay.trust)
        except (DecodeError, KeyError, TypeError) as error:
            self._replay.expect("C15.5", False, log, f"应为一把密钥的行为 expected the act of a key: {error}")
            return
        key = receipt_key(signed, signer, acknowledgement, self._replay.trust)
        counts = key is not None and self._receipt_keys.in_force(key, received_at)
        self._replay.expect(
            "C15.5",
            counts,
            log,
            "回执应由当时有效的密钥签发 expected the receipt of a key that was in force at its date",
        )
        proposal.acknowledged = call.where, received_at

    def acknowledged(self, log: Log, proposal: Proposal, v: Values) -> None:
        """Whoever objected after the notice holds a receipt of before."""
        here = self._replay.here(log)
        expected = proposal.acknowledged or ("", 0)
        self._replay.expect(
            "C15.5",
            expected[0] == here,
            log,
            "公示期后没有人异议却有回执 a receipt where nobody objected after the notice",
        )
        self._replay.equal("C15.5", log, "收到的时间 when it was received", expected[1], v["received_at"])
        self._replay.expect(
            "C15.5",
            v["member"] in proposal.objectors,
            log,
            "回执属于没有异议的人 a receipt of a member who did not object",
        )
        proposal.acknowledged = None

    def suspended(self, log: Log, proposal: Proposal, v: Values) -> None:
        """Enough residents objected."""
        here = self._replay.here(log)
        self._replay.recent.remove(v["proposal_id"], proposal.request)
        self._replay.expect(
            "C15.5", proposal.suspends_at == here, log, "异议不够就暂停了 suspended without enough objections"
        )
        proposal.state, proposal.suspends_at = State.SUSPENDED, ""
        if proposal.round >= MAX_ROUNDS:
            proposal.fails_at = here

    def answered(self, log: Log, proposal: Proposal, v: Values) -> None:
        """The requester answered the objections: a new round begins."""
        self._replay.require_in("C15.5", log, proposal, State.SUSPENDED)
        time = log.block.time
        in_time = time < proposal.notice_ends_at + EXECUTION_SECONDS
        self._replay.expect(
            "C15.5",
            in_time,
            log,
            f"应在公示期后 90 天内答复 expected an answer within 90 days after the notice, got {time}",
        )
        self._replay.equal("C15.5", log, "新一轮 new round", proposal.round + 1, v["round"])
        self._replay.require_in_force("C15.5", log, proposal.committee)
        self._judge_anew(log, proposal, v)
        recusals = self._replay.membership.seats_held_by(proposal.recused, proposal.committee, place_of(log))
        self._replay.equal("C15.5", log, "回避的席位 seats that stay out", recusals, seats_of(v["recusals"]))
        proposal.begin_round(time, recusals)
        ends = time + proposal.rule["decide_seconds"]
        self._replay.equal("C15.5", log, "表决截止 end of the vote", ends, v["vote_ends_at"])
        self._deciding.decide(log, proposal)

    def _judge_anew(self, log: Log, proposal: Proposal, v: Values) -> None:
        """The rules now in force judge the new round, unless they are laxer in anything."""
        committee = proposal.committee
        version = self._replay.membership.rules_version(committee, place_of(log))
        tiers = self._replay.membership.tiers(committee, version)
        reach = self._replay.tier(tiers, proposal.request, log.block.time)
        opened = self._replay.membership.committees.get(committee)
        fits = opened is not None and reach is not None
        self._replay.expect(
            "C15.5",
            fits,
            log,
            "管委会应有覆盖该金额的现行档位 expected a committee with a tier in force that reaches the amount",
        )
        if opened is None or reach is None:
            return
        if is_nowhere_laxer(opened.values, tiers[reach], proposal.rule):
            proposal.rule, proposal.judge = tiers[reach], (version, reach)
        self._replay.equal(
            "C15.5", log, "适用的规则 rules that judge", proposal.judge, (v["rules_version"], v["tier"])
        )
