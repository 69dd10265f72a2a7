"""The votes of seats on a request: whose they are, and that each might be cast when it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.errors import DecodeError
from audit.rules.membership import SUPERVISOR, place_of
from audit.rules.proposal import State
from audit.rules.votes import approval_nonce, approving_keys, seats_of

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.deciding import Deciding
    from audit.rules.proposal import Proposal
    from audit.rules.proposal_replay import ProposalReplay

Values = dict[str, Any]


class Voting:
    """Judges the events of votes."""

    def __init__(self, replay: ProposalReplay, deciding: Deciding) -> None:
        self._replay, self._deciding = replay, deciding

    def approved(self, log: Log, proposal: Proposal, v: Values) -> None:
        """Seats approved, by signatures that count now."""
        self._replay.require_in("C15.2", log, proposal, State.SUBMITTED)
        self._replay.equal("C15.2", log, "轮次 round", proposal.round, v["round"])
        call = self._replay.call(log)
        try:
            keys = approving_keys(call, proposal.request, proposal.round, self._replay.trust)
        except (DecodeError, KeyError) as error:
            self._replay.expect("C15.2", False, log, f"应有批准签名 expected approvals in the call: {error}")
            return
        in_time = not call.args["signatures"] or log.block.time <= call.args["deadline"]
        self._replay.expect(
            "C15.2", in_time, log, "签名过了期限才到 the signatures arrived after their deadline"
        )
        if call.args["signatures"]:
            keys = [key for key in keys if not self._is_left_out(log, proposal, key)]
        voters = dict(voter for key in keys if (voter := self._voter(log, proposal, key)) is not None)
        self._replay.equal("C15.2", log, "批准的席位 seats that approved", set(voters), seats_of(v["seats"]))
        self._replay.expect("C15.2", bool(voters), log, "没有一个批准有效 no approval in the call counts")
        proposal.approvals |= set(voters)
        proposal.approvers |= voters
        self._deciding.decide(log, proposal)

    def _is_left_out(self, log: Log, proposal: Proposal, key: bytes) -> bool:
        nonce = approval_nonce(log.values["proposal_id"], proposal.round)
        taker = self._replay.call(log).to or b""
        return self._replay.nonces.leave_out(key, taker, nonce, place_of(log))

    def _voter(self, log: Log, proposal: Proposal, key: bytes) -> tuple[int, bytes] | None:
        """The seat for which a key may approve now, and whose it is; None if it does not count."""
        place, time, requester = place_of(log), log.block.time, proposal.request["requester"]
        member = self._replay.membership.member_of(key, place, time)
        seat = self._replay.membership.seat_of(proposal.committee, member, place, time) if member else None
        if seat is None or member is None or seat.number == SUPERVISOR or member == requester:
            return None
        voted = proposal.approvals | proposal.rejections | proposal.retracted | proposal.recusals
        is_open = time <= proposal.started + proposal.rule["decide_seconds"]
        is_older = seat.since <= proposal.started and self._replay.is_old_key(proposal, key)
        return (seat.number, member) if is_open and is_older and seat.number not in voted else None

    def _require_seat(self, log: Log, proposal: Proposal, v: Values) -> None:
        """Who acts with a seat in the running round must be its member, with a key as old as the round."""
        self._replay.require_in("C15.2", log, proposal, State.SUBMITTED)
        seat = self._replay.membership.seat_of(proposal.committee, v["member"], place_of(log), log.block.time)
        fits = seat is not None and seat.number == v["seat"] != SUPERVISOR and seat.since <= proposal.started
        fits = fits and v["seat"] not in proposal.recusals
        open_ = log.block.time <= proposal.started + proposal.rule["decide_seconds"]
        self._replay.expect(
            "C15.2",
            fits and open_,
            log,
            f"应为有表决权的席位 expected a voting seat {v['seat']} of {v['member'].hex()}",
        )
        self._replay.require_signed_by_old_key("C15.2", log, proposal)

    def rejected(self, log: Log, proposal: Proposal, v: Values) -> None:
        """A seat is against it."""
        self._require_seat(log, proposal, v)
        self._replay.equal("C15.2", log, "轮次 round", proposal.round, v["round"])
        self._replay.expect(
            "C15.2",
            v["seat"] not in proposal.rejections,
            log,
            "一个席位两次反对 a seat voted twice against it",
        )
        proposal.take_back(v["seat"])
        proposal.rejections.add(v["seat"])
        self._deciding.decide(log, proposal)

    def retracted(self, log: Log, proposal: Proposal, v: Values) -> None:
        """A seat took its vote back."""
        self._require_seat(log, proposal, v)
        self._replay.equal("C15.2", log, "轮次 round", proposal.round, v["round"])
        voted = proposal.approvals | proposal.rejections
        self._replay.expect(
            "C15.2", v["seat"] in voted, log, "收回了没有投的票 a seat took back a vote that it had not given"
        )
        proposal.take_back(v["seat"])
        self._deciding.decide(log, proposal)

    def recused(self, log: Log, proposal: Proposal, v: Values) -> None:
        """A member stays out for good."""
        self._require_seat(log, proposal, v)
        proposal.take_back(v["seat"])
        proposal.recused.add(v["member"])
        proposal.recusals.add(v["seat"])
        self._deciding.decide(log, proposal)

    def opinion(self, log: Log, proposal: Proposal, v: Values) -> None:
        """The supervisor, who does not vote, said something."""
        seat = self._replay.membership.seat_of(proposal.committee, v["member"], place_of(log), log.block.time)
        self._replay.expect(
            "C15.2",
            seat is not None and seat.number == SUPERVISOR,
            log,
            "应为监事的意见 expected a supervisor's opinion",
        )
