"""To which committee a request goes when recusals alone leave too few seats that could decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.rules.membership import place_of
from audit.rules.tenures import Tenures
from audit.rules.votes import may_suffice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from audit.chain.history import History, Log
    from audit.rules.membership import Membership
    from audit.rules.proposal import Proposal

Values = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Above:
    """What judges a request that is referred.

    Attributes:
        committee: Number of the committee.
        rule: The tier of its rules.
        judge: Their version, and the tier's number.
        recusals: Its seats whose holders stay out.
    """

    committee: int
    rule: Values
    judge: tuple[int, int]
    recusals: set[int]


class Referral:
    """The funds above each fund, and whose committees can decide."""

    def __init__(self, history: History, membership: Membership) -> None:
        self._membership = membership
        self._parents = {log.values["fund"]: log.values["parent"] for log in history.logs("Funds.FundOpened")}
        self._tenures = Tenures(history, membership)

    def above(
        self, proposal: Proposal, log: Log, tier_of: Callable[[Sequence[Values]], int | None]
    ) -> Above | None:
        """The committee of the nearest fund above whose rules reach the amount, and whose other seats may suffice.

        Args:
            proposal: The request, and who recused from it.
            log: An event of the transaction.
            tier_of: Which of some tiers reaches the amount; None if none does.
        """
        place = place_of(log)
        for fund in self._funds_above(proposal.committee):
            number = self._tenures.committee_at(fund, log.block.time)
            opened = self._membership.committees.get(number)
            if opened is None or place_of(opened) >= place:
                continue
            version = self._membership.rules_version(number, place)
            tiers = self._membership.tiers(number, version)
            tier = tier_of(tiers)
            recusals = self._membership.seats_held_by(proposal.recused, number, place)
            if tier is not None and may_suffice(opened.values, tiers[tier], recusals):
                return Above(committee=number, rule=tiers[tier], judge=(version, tier), recusals=recusals)
        return None

    def _funds_above(self, committee: int) -> Iterator[int]:
        opened = self._membership.committees.get(committee)
        seen, fund = set[int](), self._parents.get(opened.values["fund"], 0) if opened else 0
        while fund and fund not in seen:
            yield fund
            seen.add(fund)
            fund = self._parents.get(fund, 0)
