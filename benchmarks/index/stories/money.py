"""Money given, asked for and paid: donations, campaigns, requests. Shares are counts of the demo town."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.index.stories.growth import (
    BANK,
    DAY_SECONDS,
    DECIDE_SECONDS,
    NOTICE_SECONDS,
    OBJECTIONS_TO_SUSPEND,
    PROOF_SECONDS,
    SEATS,
    TIERS_FEN,
    account,
    purse,
)
from contracts import events as e
from contracts.accounts import AccountKind, account_id
from contracts.enums import CampaignState, Reason, Unit

if TYPE_CHECKING:
    from benchmarks.index.paper_town import Town
    from benchmarks.index.stories.growth import Acts
    from contracts.types import Event

GIFTS_A_BATCH, BATCHES_A_CAMPAIGN, CAMPAIGN_SECONDS = 6, 3, 20 * DAY_SECONDS
NO_CAMPAIGN_TERMS: dict[str, Any] = {
    "min_households": 0, "building": bytes(16), "match_purpose": 0, "match_lock_fen": 0, "match_bps": 0,
    "match_per_giver_fen": 0, "per_household": False,
}  # fmt: skip
APPROVALS_NEEDED = 4


def donations(town: Town) -> Acts:
    """A treasurer attests one to seven donations to purposes of one fund."""
    count, purpose = town.chance.randint(1, 7), town.chance.choice(town.purposes)
    transfers = [
        town.transfer(
            BANK, purse(purpose), town.chance.randint(10_000, 500_000), Reason.DONATION, town.some_id(), donor
        )
        for donor in (town.some_id() for _ in range(count))
    ]
    treasurer = town.committees[purpose >> 16][0]
    yield [*transfers, e.DonationsAttested(treasurer=treasurer, count=count)]


def campaign(town: Town) -> Acts:
    """A campaign takes gifts until it closes; every fourth misses its target and gives them back."""
    number, purpose = town.next_number("campaign"), town.chance.choice(town.purposes)
    pot, closes_at = account_id(AccountKind.CAMPAIGN, number), town.now + CAMPAIGN_SECONDS
    reached = town.happens(3, of=4)
    opening = e.CampaignOpened(
        campaign=number,
        purpose=purpose,
        target_fen=1 if reached else 10**9,
        closes_at=closes_at,
        **NO_CAMPAIGN_TERMS,
    )
    yield [opening, account(pot, Unit.CNY)]
    gifts: list[e.GiftAttested] = []
    for _ in range(BATCHES_A_CAMPAIGN if reached else 1):
        batch = [_gift(town, number, gifts) for _ in range(GIFTS_A_BATCH)]
        yield [*batch, *(_gift_transfer(town, pot, gift) for gift in batch)]
    yield closes_at
    total_fen, state = gifts[-1].gifts_fen, CampaignState.REACHED if reached else CampaignState.MISSED
    settlement = e.CampaignSettled(
        campaign=number, state=state, gifts_fen=total_fen, matched_fen=0, returned_fen=0
    )
    if reached:
        town.promise(pot, total_fen)
        cause = number.to_bytes(32, "big")
        yield [settlement, town.transfer(pot, purse(purpose), total_fen, Reason.CAMPAIGN_SUCCESS, cause)]
        return
    yield [settlement]
    for gift in gifts:
        yield _refund(town, pot, gift)


def _gift(town: Town, number: int, gifts: list[e.GiftAttested]) -> e.GiftAttested:
    amount_fen = town.chance.randint(1_000, 50_000)
    gifts.append(e.GiftAttested(
        campaign=number, bank_line=town.some_id(), donor=town.some_id(), household=len(gifts) + 1, amount_fen=amount_fen,
        booked_on=20_000, matched_fen=0, gifts_fen=amount_fen + (gifts[-1].gifts_fen if gifts else 0), households=len(gifts) + 1, treasurer=town.some_id(16),
    ))  # fmt: skip
    return gifts[-1]


def _gift_transfer(town: Town, pot: bytes, gift: e.GiftAttested) -> e.Transferred:
    return town.transfer(BANK, pot, gift.amount_fen, Reason.CAMPAIGN_GIFT, gift.bank_line, gift.donor)


def _refund(town: Town, pot: bytes, gift: e.GiftAttested) -> list[Event]:
    line = town.some_id()
    town.promise(pot, gift.amount_fen)
    return [
        e.GiftRefunded(
            campaign=gift.campaign,
            bank_line=gift.bank_line,
            outgoing_bank_line=line,
            amount_fen=gift.amount_fen,
        ),
        town.transfer(pot, BANK, gift.amount_fen, Reason.CAMPAIGN_REFUND, gift.bank_line, line),
    ]


def request(town: Town) -> Acts:
    """Somebody asks a fund for money; most requests are approved, noticed, paid and proven."""
    submission = _submission(town)
    if submission is None:
        return
    yield [submission]
    proposal, committee, seats = (
        submission.proposal_id, town.committees[submission.committee], list(range(SEATS)),
    )  # fmt: skip
    if town.happens(1, of=24):
        yield [e.ProposalWithdrawn(proposal_id=proposal)]
        return
    if town.happens(1, of=24):
        seat = seats.pop()
        yield [e.MemberRecused(proposal_id=proposal, member=committee[seat], seat=seat)]
    yield from _round(town, proposal, 1, seats)
    if town.happens(1, of=24):
        yield [e.OpinionRecorded(proposal_id=proposal, member=committee[-1], statement=town.some_id())]
    if town.happens(2, of=24):
        yield [*_objections(town, proposal, OBJECTIONS_TO_SUSPEND), e.ProposalSuspended(proposal_id=proposal)]
        yield [e.ObjectionsAnswered(
            proposal_id=proposal, statement=town.some_id(), round=2, rules_version=submission.rules_version,
            tier=submission.tier, recusals=0, vote_ends_at=town.now + DECIDE_SECONDS,
        )]  # fmt: skip
        yield from _round(town, proposal, 2, seats)
    yield town.now + NOTICE_SECONDS
    yield from _payment(town, submission)


def _submission(town: Town) -> e.ProposalSubmitted | None:
    purpose = town.chance.choice(town.purposes)
    amount_fen = min(town.free[purse(purpose)] // 2, TIERS_FEN[0])
    if amount_fen == 0:
        return None
    town.promise(purse(purpose), amount_fen)
    return e.ProposalSubmitted(
        proposal_id=town.some_id(), committee=purpose >> 16, purpose=purpose, budget_line=purpose, amount_fen=amount_fen,
        number=20_260_000 + town.next_number("request"), requester=town.chance.choice(town.members), payee=town.some_id(),
        documents=town.some_id(), rules_version=1, tier=0,
    )  # fmt: skip


def _round(town: Town, proposal: bytes, number: int, seats: list[int]) -> Acts:
    """Approvals one by one; the last that is needed starts the notice."""
    for seat in seats[: APPROVALS_NEEDED - 1]:
        yield [e.ProposalApproved(proposal_id=proposal, round=number, seats=1 << seat)]
    last = e.ProposalApproved(proposal_id=proposal, round=number, seats=1 << seats[APPROVALS_NEEDED - 1])
    yield [
        last,
        e.NoticeStarted(proposal_id=proposal, round=number, notice_ends_at=town.now + NOTICE_SECONDS),
    ]


def _objections(town: Town, proposal: bytes, count: int) -> list[Event]:
    objectors = enumerate(town.chance.sample(town.members, count), 1)
    return [
        e.ObjectionRaised(proposal_id=proposal, member=member, statement=town.some_id(), objections=number)
        for number, member in objectors
    ]


def _payment(town: Town, submission: e.ProposalSubmitted) -> Acts:
    proposal, payer, amount_fen = submission.proposal_id, purse(submission.purpose), submission.amount_fen
    treasurer = town.committees[submission.committee][0]
    yield [
        e.ProposalExecuted(
            proposal_id=proposal, amount_fen=amount_fen, proof_due_at=town.now + PROOF_SECONDS
        ),
        town.transfer(payer, BANK, amount_fen, Reason.DISBURSEMENT, proposal, submission.documents),
    ]
    paid_by = town.some_id()
    yield [e.PaymentProven(proposal_id=proposal, bank_line=paid_by, treasurer=treasurer)]
    if town.happens(2, of=18):
        document, treasurer = town.some_id(), town.committees[submission.committee][1]
        reversal = e.DisbursementReversed(
            proposal_id=proposal,
            bank_line=paid_by,
            incoming_bank_line=town.some_id(),
            document=document,
            treasurer=treasurer,
        )
        yield [
            reversal,
            town.transfer(BANK, payer, amount_fen, Reason.DISBURSEMENT_REVERSAL, proposal, document),
        ]
