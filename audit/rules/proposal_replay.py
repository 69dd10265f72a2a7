"""What all parts of the replay of requests share: the history, the town as it then was, and where expectations are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.errors import DecodeError
from audit.rules.membership import Membership
from audit.rules.nonces import Nonces
from audit.rules.recent import RecentApprovals
from audit.rules.signing import signing_key
from audit.rules.tenures import Tenures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from audit.chain.history import History, Log, Transaction
    from audit.evidence.trust import Trust
    from audit.report.findings import Tally
    from audit.rules.proposal import Proposal, State

Values = dict[str, Any]


class ProposalReplay:
    """The ground on which requests are judged.

    Attributes:
        history: The verified history.
        trust: What is pinned.
        membership: Members, keys, seats and rules at any time.
        nonces: Which approvals are left out for their nonce.
        recent: What was approved lately.
        tenures: Which committee decided over a fund when.
    """

    def __init__(self, history: History, trust: Trust, tallies: Mapping[str, Tally]) -> None:
        """Makes it.

        Args:
            history: The verified history.
            trust: What is pinned.
            tallies: Gets every expectation under the id of its check.
        """
        self.history, self.trust, self._tallies = history, trust, tallies
        self.membership = Membership(history)
        self.nonces = Nonces(history, trust)
        self.tenures = Tenures(history, self.membership)
        self.recent = RecentApprovals()

    def call(self, log: Log) -> Transaction:
        """The call that emitted a log."""
        return self.history.transaction_of(log)

    def here(self, log: Log) -> str:
        """Where that call is."""
        return self.call(log).where

    def expect(self, check: str, holds: bool, log: Log, what: str) -> bool:
        """Counts one expectation of a check; returns whether it holds."""
        return self._tallies[check].expect(holds, log.where, what)

    def equal(self, check: str, log: Log, what: str, expected: object, got: object) -> None:
        """Counts one comparison of a check."""
        self._tallies[check].expect_equal(log.where, what, expected=expected, got=got)

    def missing(self, check: str, where: str, what: str) -> None:
        """Something that had to follow did not."""
        self._tallies[check].fail(where, what)

    def require_in(self, check: str, log: Log, proposal: Proposal, *states: State) -> None:
        """A proposal must be in one of these states."""
        names = ", ".join(states)
        self.expect(
            check,
            proposal.state in states,
            log,
            f"申请的阶段不符 expected a proposal {names}, got one {proposal.state}",
        )

    def require_in_force(self, check: str, log: Log, committee: int) -> None:
        """A round begins in the committee that decides over its fund as it begins."""
        what = f"管委会不在任 committee {committee} did not decide over its fund"
        self.expect(check, self.tenures.is_in_force(committee, log.block.time), log, what)

    def require_signed_by_old_key(self, check: str, log: Log, proposal: Proposal) -> None:
        """Whoever acts must sign with a key as old as the round."""
        try:
            key = signing_key(self.call(log), self.trust)
        except (DecodeError, KeyError, TypeError) as error:
            self.expect(check, False, log, f"应为一把密钥的行为 expected the act of a key: {error}")
        else:
            what = f"这一轮开始时密钥尚未生效 key 0x{key.hex()} might not act yet as the round began"
            self.expect(check, self.is_old_key(proposal, key), log, what)

    def is_old_key(self, proposal: Proposal, key: bytes) -> bool:
        """Whether a key might act as the round began."""
        valid_from = self.membership.valid_from(key)
        return valid_from is not None and valid_from <= proposal.started

    def tier(self, tiers: Sequence[Values], request: Values, time: int) -> int | None:
        """The tier that reaches an amount and what was approved lately, or the last; None if none reaches the amount."""
        if not tiers or request["amount_fen"] > tiers[-1]["up_to_fen"]:
            return None
        together_fen = request["amount_fen"] + self.recent.fen(request, time)
        reach = (i for i, t in enumerate(tiers) if together_fen <= t["up_to_fen"])
        return next(reach, len(tiers) - 1)
