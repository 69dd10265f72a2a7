"""The payment of a request: executed in its time, proven and taken back by people who had no part in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.rules.proposal import EXECUTION_SECONDS, OBJECTION_GRACE_SECONDS, State

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.proposal import Proposal
    from audit.rules.proposal_replay import ProposalReplay

Values = dict[str, Any]


class Payments:
    """Judges the events of payments, and of requests that are given up before."""

    def __init__(self, replay: ProposalReplay) -> None:
        self._replay = replay

    def withdrawn(self, log: Log, proposal: Proposal, v: Values) -> None:
        """The requester gave it up."""
        self._replay.recent.remove(v["proposal_id"], proposal.request)
        self._replay.require_in("C15.4", log, proposal, State.SUBMITTED, State.APPROVED, State.SUSPENDED)
        ends = proposal.started + proposal.rule["decide_seconds"] + 1
        if proposal.state is not State.SUBMITTED:
            ends = proposal.notice_ends_at + EXECUTION_SECONDS
        self._replay.expect(
            "C15.4", log.block.time < ends, log, "终止或失效后才撤回 withdrawn after it had failed or lapsed"
        )
        proposal.state = State.WITHDRAWN

    def executed(self, log: Log, proposal: Proposal, v: Values) -> None:
        """The ledger paid."""
        self._replay.require_in("C15.4", log, proposal, State.APPROVED)
        time, ends = log.block.time, proposal.notice_ends_at
        first = ends + OBJECTION_GRACE_SECONDS
        in_time = first <= time < ends + EXECUTION_SECONDS
        self._replay.expect(
            "C15.4",
            in_time,
            log,
            f"应在规定的时间内执行 expected execution from {first} on, within 90 days, got {time}",
        )
        self._replay.equal(
            "C15.4", log, "执行的金额 amount executed", proposal.request["amount_fen"], v["amount_fen"]
        )
        call = self._replay.call(log)
        called = [call.args.get("proposal"), *call.args.get("proposals", ())]
        is_called = proposal.request in called
        self._replay.expect(
            "C15.4", is_called, log, "调用里没有这项申请 the call does not have this proposal"
        )
        due_at = time
        if call.function == "execute":
            # Who undoes an execution wins no time for the proof: the first date stays.
            due_at = proposal.proof_due_at = proposal.proof_due_at or time + proposal.rule["proof_seconds"]
        is_in_time = time <= due_at
        self._replay.expect(
            "C15.6", is_in_time, log, "凭证已逾期还执行 executed when its proof was overdue already"
        )
        self._replay.equal("C15.6", log, "付款凭证的期限 proof of payment due at", due_at, v["proof_due_at"])
        proposal.state = State.EXECUTED

    def proven(self, log: Log, proposal: Proposal, v: Values) -> None:
        """A treasurer named the bank's line of the whole sum."""
        self._replay.require_in("C15.6", log, proposal, State.EXECUTED)
        self._outside(log, proposal, v["treasurer"])
        self._replay.equal("C15.6", log, "先前的分期 instalments before, in fen", 0, proposal.paid_fen)
        self._record(proposal, v, proposal.request["amount_fen"])
        proposal.state = State.CLOSED

    def reversed(self, log: Log, proposal: Proposal, v: Values) -> None:
        """What came back is reversed by another than proved it; what was never paid is approved as before."""
        if not any(v["incoming_bank_line"]):
            self._replay.require_in("C15.6", log, proposal, State.EXECUTED)
            self._replay.equal("C15.6", log, "先前的分期 instalments before, in fen", 0, proposal.paid_fen)
            proposal.state = State.APPROVED
            return
        self._replay.require_in("C15.6", log, proposal, State.CLOSED)
        self._require_another(log, proposal, v)
        whole_fen = proposal.request["amount_fen"]
        what = "付出而没有退回的 what was paid and is not back, in fen"
        self._replay.equal("C15.6", log, what, whole_fen, proposal.paid_fen)
        self._replay.recent.remove(v["proposal_id"], proposal.request)
        proposal.state = State.REVERSED

    def instalment(self, log: Log, proposal: Proposal, v: Values) -> None:
        """A part was proven; the last one proves the payment."""
        self._replay.require_in("C15.6", log, proposal, State.EXECUTED)
        self._outside(log, proposal, v["treasurer"])
        self._part(log, proposal, v, proposal.request["amount_fen"] - proposal.paid_fen)
        self._record(proposal, v, v["amount_fen"])
        if proposal.paid_fen == proposal.request["amount_fen"]:
            proposal.state = State.CLOSED

    def proof_reversed(self, log: Log, proposal: Proposal, v: Values) -> None:
        """What was proven was not paid by the line, or came back: a closed request is open again, with its date."""
        self._replay.require_in("C15.6", log, proposal, State.EXECUTED, State.CLOSED)
        self._require_another(log, proposal, v)
        in_part = proposal.returns_fen or proposal.released_by
        what = "先有部分退款或放弃余款 a part had come back, or the rest been released"
        self._replay.expect("C15.6", not in_part, log, what)
        self._recorded(log, proposal.instalments_fen, v)
        proposal.provers.pop(v["bank_line"], None)
        # What was proven as it was executed has the date of the first possible execution.
        first = proposal.notice_ends_at + OBJECTION_GRACE_SECONDS
        proposal.proof_due_at = proposal.proof_due_at or first + proposal.rule["proof_seconds"]
        what = "付款凭证的期限 proof of payment due at"
        self._replay.equal("C15.6", log, what, proposal.proof_due_at, v["proof_due_at"])
        proposal.state = State.EXECUTED

    def part_returned(self, log: Log, proposal: Proposal, v: Values) -> None:
        """A part came back, as another says than proved the payment; or what is left of instalments is not paid."""
        is_rest = not any(v["incoming_bank_line"])
        self._replay.require_in("C15.6", log, proposal, State.EXECUTED if is_rest else State.CLOSED)
        self._require_another(log, proposal, v)
        if not is_rest:
            self._part(log, proposal, v, proposal.paid_fen)
            proposal.returns_fen[v["incoming_bank_line"]] = v["amount_fen"]
            return
        what = "还没有分期就放弃余款 expected an instalment before the rest is released"
        self._replay.expect("C15.6", proposal.paid_fen > 0, log, what)
        left_fen = proposal.request["amount_fen"] - proposal.paid_fen
        what = "分期余下的 what is left of the instalments, in fen"
        self._replay.equal("C15.6", log, what, left_fen, v["amount_fen"])
        proposal.state, proposal.released_by = State.CLOSED, v["treasurer"]

    def return_reversed(self, log: Log, proposal: Proposal, v: Values) -> None:
        """What was recorded as a part that came back, and did not; or the rest of instalments is paid after all."""
        if any(v["bank_line"]):
            self._replay.require_in("C15.6", log, proposal, State.CLOSED, State.EXECUTED)
            self._recorded(log, proposal.returns_fen, v)
            return
        self._replay.require_in("C15.6", log, proposal, State.CLOSED)
        is_another = proposal.released_by not in (b"", v["treasurer"])
        what = f"余款不是另一位出纳放弃的 {v['treasurer'].hex()} takes back a rest that nobody else released"
        self._replay.expect("C15.6", is_another, log, what)
        left_fen = proposal.request["amount_fen"] - sum(proposal.instalments_fen.values())
        what = "分期余下的 what is left of the instalments, in fen"
        self._replay.equal("C15.6", log, what, left_fen, v["amount_fen"])
        proposal.state, proposal.released_by = State.EXECUTED, b""

    def _part(self, log: Log, proposal: Proposal, v: Values, left_fen: int) -> None:
        is_part = 0 < v["amount_fen"] <= left_fen and v["amount_fen"] < proposal.request["amount_fen"]
        what = f"部分金额不符 a part of {v['amount_fen']} fen of {left_fen} that are left"
        self._replay.expect("C15.6", is_part, log, what)

    def _recorded(self, log: Log, parts_fen: dict[bytes, int], v: Values) -> None:
        what, recorded_fen = "记录过的部分 part that was recorded, in fen", parts_fen.pop(v["bank_line"], 0)
        self._replay.equal("C15.6", log, what, recorded_fen, v["amount_fen"])

    def _outside(self, log: Log, proposal: Proposal, treasurer: bytes) -> None:
        took_part = {proposal.request["requester"], *proposal.approvers.values()}
        who = f"证明付款的人参与过申请或批准 the payment was proven by {treasurer.hex()}, who asked for it or approved it"
        self._replay.expect("C15.6", treasurer not in took_part, log, who)

    def _record(self, proposal: Proposal, v: Values, amount_fen: int) -> None:
        proposal.instalments_fen[v["bank_line"]] = amount_fen
        proposal.provers[v["bank_line"]] = v["treasurer"]

    def _require_another(self, log: Log, proposal: Proposal, v: Values) -> None:
        """The line that had paid is named, and who proved it is somebody else."""
        prover = proposal.provers.get(v["bank_line"], b"")
        who = f"证明与撤销付款的是同一人，或流水没有付过 line 0x{v['bank_line'].hex()} was proven by the same member, {v['treasurer'].hex()}, or by nobody"
        self._replay.expect("C15.6", prover not in (b"", v["treasurer"]), log, who)
