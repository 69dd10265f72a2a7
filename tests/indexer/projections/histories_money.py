"""Histories of money and work that the contracts could have emitted, made by Hypothesis."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from contracts.accounts import AccountKind, account_id
from contracts.enums import CampaignState, Level, Reason, Unit
from contracts.events import (
    AccountOpened,
    BudgetLineSet,
    CampaignOpened,
    CampaignSettled,
    CommitteeOpened,
    DisbursementReversed,
    DonationReversed,
    EnterpriseOpened,
    FundFrozen,
    FundOpened,
    GiftAttested,
    GiftRefunded,
    GiftReversed,
    HouseholdsListed,
    LotDecided,
    LotDisputed,
    LotReturned,
    LotReversed,
    LotSettled,
    LotTaken,
    NoticeStarted,
    PaymentProven,
    PayoutProven,
    PayoutReversed,
    ProceedsAttested,
    ProceedsReversed,
    ProposalExecuted,
    ProposalSubmitted,
    PurposeOpened,
    RateCardPublished,
    TierSet,
    Transferred,
    WageReturned,
    WageReturnReversed,
    WorkOrderOpened,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.types import Event

NO_LINE, NOBODY = bytes(32), bytes(16)
BANK, FUND, PURPOSE, ENTERPRISE, PIECE_FEN = account_id(AccountKind.BANK, 1), 1, 1 << 16 | 1, 1, 100
WORKERS = [bytes([n]) * 16 for n in (1, 2)]


def histories() -> st.SearchStrategy[list[list[Event]]]:
    """Blocks of events that follow on one another, from the founding of the town."""
    step = st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.integers(1, 1_000), st.booleans())
    return st.lists(step, min_size=60, max_size=60).map(_play)


def _play(steps: list[tuple[Callable[..., Iterator[Event]], int, int, bool]]) -> list[list[Event]]:
    town = _Town()
    blocks = [list(_found())]
    for act, chosen, amount, new_block in steps:
        events = list(act(town, chosen, amount))
        if events and new_block:
            blocks.append([])
        blocks[-1] += events
    return blocks


@dataclass
class _Town:
    """What the history has so far, as far as it decides what may follow."""

    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    donations: dict[bytes, int] = field(default_factory=dict)
    campaigns: dict[int, CampaignState] = field(default_factory=dict)
    gifts: dict[int, dict[bytes, int]] = field(default_factory=dict)
    approved: dict[bytes, int] = field(default_factory=dict)
    paid: dict[bytes, int] = field(default_factory=dict)
    orders: dict[bytes, int] = field(default_factory=dict)
    lots: dict[bytes, tuple[bytes, bytes, int]] = field(default_factory=dict)
    settled: dict[bytes, tuple[bytes, bytes, int, int]] = field(default_factory=dict)
    owed_fen: dict[bytes, int] = field(default_factory=dict)
    payouts: dict[bytes, tuple[bytes, int]] = field(default_factory=dict)

    def id(self, size: int) -> bytes:
        return next(self.numbers).to_bytes(size, "big")

    def transfer(self, payer: bytes, payee: bytes, amount: int, reason: Reason, cause: bytes) -> Transferred:
        return Transferred(
            sequence=next(self.numbers), payer=payer, payee=payee, unit=Unit.CNY, amount=amount, reason=reason,
            cause=cause, document=NO_LINE,
        )  # fmt: skip


def _found() -> Iterator[Event]:
    yield AccountOpened(account=BANK, unit=Unit.CNY, world=True, fund=0)
    yield FundOpened(fund=FUND, parent=0, level=Level.STREET, bank=1)
    yield PurposeOpened(purpose=PURPOSE, fund=FUND)
    yield AccountOpened(account=_pot(), unit=Unit.CNY, world=False, fund=FUND)
    yield CommitteeOpened(
        committee=1, fund=FUND, seats=5, donor_seats=3, resident_seats=12, official_seats=16, enterprise_seats=0,
        since=1,
    )  # fmt: skip
    yield TierSet(
        committee=1, version=1, tier=0, up_to_fen=2**64 - 1, yes_numerator=2, yes_denominator=3, min_donor=0,
        min_resident=0, min_official=0, min_enterprise=0, decide_seconds=100, notice_seconds=100,
        objections_to_suspend=2, proof_seconds=100,
    )  # fmt: skip
    yield BudgetLineSet(budget_line=1, purpose=PURPOSE, limit_fen=2**64 - 1)
    yield EnterpriseOpened(
        enterprise=ENTERPRISE, levy_purpose=PURPOSE, reserve_purpose=PURPOSE + 1, remainder_purpose=PURPOSE + 2, min_fund_bps=0
    )  # fmt: skip
    yield RateCardPublished(
        enterprise=ENTERPRISE, product=1, version=1, piece_fen=PIECE_FEN, worker_bps=6_000, reserve_bps=0, fund_bps=4_000
    )  # fmt: skip


def _rest(_: _Town, __: int, ___: int) -> Iterator[Event]:
    """Nothing happens: what Hypothesis puts in place of a step that a failure does not need."""
    yield from ()


def _freeze(_: _Town, chosen: int, __: int) -> Iterator[Event]:
    yield FundFrozen(fund=FUND, frozen=chosen % 2 == 0)


def _donate(town: _Town, _: int, amount: int) -> Iterator[Event]:
    line = town.id(32)
    town.donations[line] = amount
    yield town.transfer(BANK, _pot(), amount, Reason.DONATION, line)


def _return_donation(town: _Town, chosen: int, _: int) -> Iterator[Event]:
    """Returned by a line, or taken back as a mistake; then its line may be attested again."""
    for line in _one(town.donations, chosen):
        amount, outgoing = town.donations.pop(line), town.id(32) if chosen % 2 else NO_LINE
        yield DonationReversed(
            bank_line=line, outgoing_bank_line=outgoing, purpose=0, document=NO_LINE, treasurer=NOBODY
        )
        yield town.transfer(_pot(), BANK, amount, Reason.DONATION_REVERSAL, line)
        if outgoing == NO_LINE:
            town.donations[line] = amount + 1
            yield town.transfer(BANK, _pot(), amount + 1, Reason.DONATION, line)


def _open_campaign(town: _Town, _: int, amount: int) -> Iterator[Event]:
    number = next(town.numbers)
    town.campaigns[number], town.gifts[number] = CampaignState.OPEN, {}
    yield CampaignOpened(
        campaign=number, purpose=PURPOSE, target_fen=amount, min_households=0, building=NOBODY, closes_at=2**40,
        match_purpose=0, match_lock_fen=0, match_bps=0, match_per_giver_fen=0, per_household=False,
    )  # fmt: skip
    if amount % 2:
        yield HouseholdsListed(campaign=number, root=NO_LINE, households=1)


def _give(town: _Town, chosen: int, amount: int) -> Iterator[Event]:
    for number in _one(_in_state(town, CampaignState.OPEN), chosen):
        line, gifts = town.id(32), town.gifts[number]
        gifts[line] = amount
        yield _gift(number, line, gifts)


def _gift(campaign: int, line: bytes, gifts: dict[bytes, int]) -> GiftAttested:
    return GiftAttested(
        campaign=campaign, bank_line=line, donor=NO_LINE, household=0, amount_fen=gifts[line], booked_on=20_000, matched_fen=0,
        gifts_fen=sum(gifts.values()), households=0, treasurer=NOBODY,
    )  # fmt: skip


def _settle(town: _Town, chosen: int, amount: int) -> Iterator[Event]:
    for number in _one(_in_state(town, CampaignState.OPEN), chosen):
        town.campaigns[number] = CampaignState.REACHED if amount % 2 else CampaignState.MISSED
        yield CampaignSettled(
            campaign=number, state=town.campaigns[number], gifts_fen=sum(town.gifts[number].values()), matched_fen=0,
            returned_fen=0,
        )  # fmt: skip


def _refund(town: _Town, chosen: int, _: int) -> Iterator[Event]:
    for number in _one(_in_state(town, CampaignState.MISSED), chosen):
        for line in _one(town.gifts[number], chosen):
            amount = town.gifts[number].pop(line)
            yield GiftRefunded(
                campaign=number, bank_line=line, outgoing_bank_line=town.id(32), amount_fen=amount
            )


def _reverse_gift(town: _Town, chosen: int, _: int) -> Iterator[Event]:
    """It bounced by a line, or was a mistake; then its line is attested anew."""
    for number in _one(_in_state(town, CampaignState.OPEN), chosen):
        gifts = town.gifts[number]
        for line in _one(gifts, chosen):
            amount, outgoing = gifts.pop(line), town.id(32) if chosen % 2 else NO_LINE
            reversed_ = GiftReversed(
                campaign=number, bank_line=line, outgoing_bank_line=outgoing, document=NO_LINE, amount_fen=amount, matched_fen=0,
                gifts_fen=sum(gifts.values()), households=0, treasurer=NOBODY,
            )  # fmt: skip
            yield reversed_
            if outgoing == NO_LINE:
                gifts[line] = amount + 1
                yield _gift(number, line, gifts)


def _approve(town: _Town, _: int, amount: int) -> Iterator[Event]:
    proposal_id = town.id(32)
    town.approved[proposal_id] = amount
    yield ProposalSubmitted(
        proposal_id=proposal_id, committee=1, purpose=PURPOSE, budget_line=1, amount_fen=amount, number=1,
        requester=NOBODY, payee=NO_LINE, documents=NO_LINE, rules_version=1, tier=0,
    )  # fmt: skip
    yield NoticeStarted(proposal_id=proposal_id, round=1, notice_ends_at=1)


def _pay(town: _Town, chosen: int, _: int) -> Iterator[Event]:
    for proposal_id in _one(town.approved, chosen):
        amount = town.paid[proposal_id] = town.approved.pop(proposal_id)
        yield ProposalExecuted(proposal_id=proposal_id, amount_fen=amount, proof_due_at=2)
        yield town.transfer(_pot(), BANK, amount, Reason.DISBURSEMENT, proposal_id)


def _prove_or_reverse(town: _Town, chosen: int, _: int) -> Iterator[Event]:
    for proposal_id in _one(town.paid, chosen):
        amount = town.paid.pop(proposal_id)
        if chosen:
            yield PaymentProven(proposal_id=proposal_id, bank_line=town.id(32), treasurer=NOBODY)
        if chosen % 2:
            return
        if not chosen:
            town.approved[proposal_id] = amount
        line = town.id(32) if chosen else NO_LINE
        yield DisbursementReversed(
            proposal_id=proposal_id,
            bank_line=line,
            incoming_bank_line=line,
            document=NO_LINE,
            treasurer=NOBODY,
        )
        yield town.transfer(BANK, _pot(), amount, Reason.DISBURSEMENT_REVERSAL, proposal_id)


def _order(town: _Town, _: int, pieces: int) -> Iterator[Event]:
    order = town.id(16)
    town.orders[order] = pieces
    line, amount_fen = town.id(32), pieces * PIECE_FEN
    yield ProceedsAttested(enterprise=ENTERPRISE, bank_line=line, amount_fen=amount_fen, treasurer=NOBODY)
    if pieces % 3 == 0:
        # By mistake, or returned; the firm pays once more.
        yield ProceedsReversed(
            enterprise=ENTERPRISE, bank_line=line, outgoing_bank_line=town.id(32) if pieces % 2 else NO_LINE,
            amount_fen=amount_fen, document=NO_LINE, treasurer=NOBODY,
        )  # fmt: skip
        again = town.id(32) if pieces % 2 else line
        yield ProceedsAttested(
            enterprise=ENTERPRISE, bank_line=again, amount_fen=amount_fen, treasurer=NOBODY
        )
    yield WorkOrderOpened(
        order=order,
        enterprise=ENTERPRISE,
        product=1,
        version=1,
        pieces=pieces,
        worker_pieces=pieces,
        due_at=2**40,
    )


def _take(town: _Town, chosen: int, pieces: int) -> Iterator[Event]:
    for order in _one({o: free for o, free in town.orders.items() if free}, chosen):
        lot, taken = town.id(16), min(pieces, town.orders[order])
        town.orders[order] -= taken
        town.lots[lot] = order, WORKERS[chosen % 2], taken
        yield LotTaken(lot=lot, order=order, worker=WORKERS[chosen % 2], pieces=taken, until=2**41)


def _give_back(town: _Town, chosen: int, _: int) -> Iterator[Event]:
    """A worker returns a lot: its pieces are free again."""
    for lot in _one(town.lots, chosen):
        order, _worker, taken = town.lots.pop(lot)
        town.orders[order] += taken
        yield LotReturned(lot=lot)


def _reverse_lot(town: _Town, chosen: int, _: int) -> Iterator[Event]:
    """A settlement is taken back while its wage is owed; one of two after a dispute that brought more pieces."""
    settled = {
        lot: one for lot, one in town.settled.items() if town.owed_fen[one[1]] >= one[2] * PIECE_FEN * 6 // 10
    }
    for lot in _one(settled, chosen):
        order, worker, accepted, rejected = town.settled.pop(lot)
        later = 0
        if rejected and chosen % 2:
            later = 1
            yield LotDisputed(lot=lot, document=NO_LINE, until=2**41)
            yield LotDecided(
                lot=lot, worker=worker, enterprise=ENTERPRISE, treasurer=NOBODY, accepted_pieces=later,
                document=NO_LINE, **_parts(later),
            )  # fmt: skip
        whole = {part: _parts(accepted)[part] + _parts(later)[part] for part in _parts(0)}
        town.owed_fen[worker] -= _parts(accepted)["worker_fen"]
        town.orders[order] += accepted
        yield LotReversed(
            lot=lot, worker=worker, enterprise=ENTERPRISE, treasurer=b"t" * 16, accepted_pieces=later, free_pieces=accepted,
            document=NO_LINE, **whole,
        )  # fmt: skip
        yield town.transfer(
            _pot(), account_id(AccountKind.ENTERPRISE, ENTERPRISE), whole["fund_fen"], Reason.LOT_REVERSAL, lot + NOBODY
        )  # fmt: skip


def _parts(pieces: int) -> dict[str, int]:
    proceeds_fen = pieces * PIECE_FEN
    return {
        "proceeds_fen": proceeds_fen, "worker_fen": proceeds_fen * 6 // 10, "reserve_fen": 0,
        "fund_fen": proceeds_fen * 4 // 10, "remainder_fen": 0,
    }  # fmt: skip


def _accept(town: _Town, chosen: int, _: int) -> Iterator[Event]:
    for lot in _one(town.lots, chosen):
        order, worker, taken = town.lots.pop(lot)
        rejected = taken // 3
        town.orders[order] += rejected
        proceeds_fen = (taken - rejected) * PIECE_FEN
        town.owed_fen[worker] = town.owed_fen.get(worker, 0) + proceeds_fen * 6 // 10
        yield LotSettled(
            lot=lot, worker=worker, enterprise=ENTERPRISE, accepted_pieces=taken - rejected, rejected_pieces=rejected,
            document=NO_LINE, foreman=b"f" * 16, until=2**41, **_parts(taken - rejected),
        )  # fmt: skip
        town.settled[lot] = order, worker, taken - rejected, rejected
        yield town.transfer(
            account_id(AccountKind.ENTERPRISE, ENTERPRISE), _pot(), proceeds_fen * 4 // 10, Reason.LEVY, lot + NOBODY
        )  # fmt: skip


def _pay_out(town: _Town, chosen: int, amount: int) -> Iterator[Event]:
    for worker in _one({w: fen for w, fen in town.owed_fen.items() if fen}, chosen):
        amount_fen = min(amount, town.owed_fen[worker])
        town.owed_fen[worker] -= amount_fen
        line = town.id(32)
        town.payouts[line] = worker, amount_fen
        yield PayoutProven(
            enterprise=ENTERPRISE, worker=worker, bank_line=line, amount_fen=amount_fen, treasurer=NOBODY
        )


def _part_of_wages_back(town: _Town, chosen: int, _: int) -> Iterator[Event]:
    """A fen of wages comes back, or that was a mistake."""
    for line in _one(town.payouts, chosen):
        worker, amount_fen = town.payouts[line]
        if amount_fen < 2:
            return
        part = {
            "enterprise": ENTERPRISE, "bank_line": line, "incoming_bank_line": town.id(32), "worker": worker,
            "amount_fen": 1, "document": NO_LINE, "treasurer": NOBODY,
        }  # fmt: skip
        yield WageReturned(**part)
        if chosen % 2:
            yield WageReturnReversed(**part)
        else:
            town.payouts[line] = worker, amount_fen - 1
            town.owed_fen[worker] += 1


def _take_back(town: _Town, chosen: int, _: int) -> Iterator[Event]:
    """Wages come back from the bank, or were never paid."""
    for line in _one(town.payouts, chosen):
        worker, amount_fen = town.payouts.pop(line)
        town.owed_fen[worker] += amount_fen
        yield PayoutReversed(
            enterprise=ENTERPRISE, worker=worker, bank_line=line, incoming_bank_line=town.id(32) if chosen % 2 else NO_LINE,
            amount_fen=amount_fen, document=NO_LINE, treasurer=NOBODY,
        )  # fmt: skip


ACTS = (
    _rest, _freeze, _donate, _return_donation, _open_campaign, _give, _settle, _refund, _reverse_gift, _approve, _pay, _prove_or_reverse,
    _order, _take, _give_back, _accept, _reverse_lot, _pay_out, _part_of_wages_back, _take_back,
)  # fmt: skip


def _in_state(town: _Town, state: CampaignState) -> dict[int, Any]:
    return {number: None for number, found in town.campaigns.items() if found is state}


def _one(things: dict[Any, Any], chosen: int) -> list[Any]:
    """One of the things, if there is any."""
    return [sorted(things)[chosen % len(things)]] if things else []


def _pot() -> bytes:
    return account_id(AccountKind.PURPOSE, PURPOSE)
