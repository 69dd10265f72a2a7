"""Each version of each thing is what the contract said at its first block and at its last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from contracts.abi import decode_result, encode_call
from contracts.accounts import AccountKind, account_id, worker_account
from contracts.enums import BankLineState, CampaignState
from indexer.projections.account import accounts
from indexer.projections.bank_line_use import Use, bank_line_uses
from indexer.projections.budget_line import budget_lines
from indexer.projections.campaign import GRACE_SECONDS, Campaign, Phase, campaigns, gifts, phase
from indexer.projections.earning import enterprises, workers
from indexer.projections.fund import funds
from indexer.projections.purpose_day import purpose_days
from indexer.schema import MIRROR
from indexer.tables import cursor
from kit.database import open_engine
from tests.conftest import member_id, signer
from tests.contracts.evm import EvmTown, refused
from tests.contracts.neighbourhood import (
    BANK,
    BOOKED_ON,
    DEADLINE,
    STAIRWELL,
    fresh_neighbourhood,
    fresh_nonce,
    line,
)
from wallets.intents import AttestGifts, Gift

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from indexer.projections.noun import Noun
    from tests.conftest import Town
    from tests.ledger_api.client import House

STATES = {
    Use.UNUSED: BankLineState.REVERSED,
    Use.DONATION: BankLineState.DONATION,
    Use.DONATION_RETURNED: BankLineState.REFUNDED,
    Use.GIFT: BankLineState.GIFT,
    Use.PAYMENT: BankLineState.PAYMENT,
    Use.PAYOUT: BankLineState.PAYMENT,
    Use.JOINT_PAYMENT: BankLineState.JOINT_PAYMENT,
}
CLOSING = 24 * 3600


@pytest.fixture
def connection(story: House) -> Iterator[Connection]:
    """The mirror of the story."""
    engine = open_engine(story.config.mirror_url, MIRROR)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


async def view(town: Town, height: int, contract: str, function: str, *args: Any) -> Any:
    """What a view said at a block."""
    data = encode_call(contract, function, *args)
    call: Any = {"to": town.deployment.address(contract), "data": data}
    return decode_result(contract, function, await town.web3.eth.call(call, height))


def lives(connection: Connection, noun: Noun[Any]) -> list[tuple[Any, int]]:
    """All versions of a noun, each with its first block and with its last."""
    versions = [noun.version(row) for row in connection.execute(select(noun.table))]
    head = connection.execute(select(cursor.c.number)).scalar_one()
    assert versions
    return [(v, height) for v in versions for height in {v.from_block, (v.to_block or head + 1) - 1}]


async def test_a_bank_line_is_in_the_state_that_the_contract_tells(
    story: House, connection: Connection
) -> None:
    refunded = {(g.bank_line, height) for g, height in lives(connection, gifts) if g.refunded_by}
    assert refunded
    for use, height in lives(connection, bank_line_uses):
        state = await view(story.town, height, "Funds", "bankLineState", use.bank_line)
        expected = STATES.get(use.use, BankLineState.USED)
        assert state == (BankLineState.REFUNDED if (use.bank_line, height) in refunded else expected)


async def test_a_budget_line_has_the_limit_and_the_spending_of_the_contract(
    story: House, connection: Connection
) -> None:
    for found_line, height in lives(connection, budget_lines):
        record = await view(story.town, height, "Budgets", "budgetLineRecord", found_line.budget_line)
        assert (found_line.purpose, found_line.limit_fen, found_line.spent_fen) == tuple(record[:3])


async def test_a_campaign_is_what_the_contract_tells(story: House, connection: Connection) -> None:
    for campaign, height in lives(connection, campaigns):
        record = await view(story.town, height, "Campaigns", "campaignRecord", campaign.campaign)
        sums = campaign.gifts_fen, campaign.matched_fen, campaign.households, campaign.listed_households
        assert (campaign.state, *sums) == tuple(record)


async def test_accounts_and_funds_are_what_the_contracts_tell(story: House, connection: Connection) -> None:
    for account, height in lives(connection, accounts):
        assert account.unit == await view(story.town, height, "Ledger", "unitOf", account.account)
    for fund, height in lives(connection, funds):
        assert fund.bank == await view(story.town, height, "Funds", "bankOf", fund.fund)


async def test_what_is_left_of_in_and_out_is_what_the_account_holds(
    story: House, connection: Connection
) -> None:
    for row in connection.execute(select(purpose_days.table)):
        held = await balance(story.town, row.block_number, AccountKind.PURPOSE, row.purpose)
        assert row.in_fen - row.out_fen == held
    for worker, height in lives(connection, workers):
        account = worker_account(worker.enterprise, worker.worker)
        held = int(await view(story.town, height, "Ledger", "balanceOf", account))
        assert worker.earned_fen - worker.paid_fen == held
    for enterprise, height in lives(connection, enterprises):
        reserve = await balance(story.town, height, AccountKind.PURPOSE, enterprise.reserve_purpose)
        left = await balance(story.town, height, AccountKind.PURPOSE, enterprise.remainder_purpose)
        assert (enterprise.reserve_fen, enterprise.remainder_fen) == (reserve, left)


async def balance(town: Town, height: int, kind: AccountKind, owner: int | bytes) -> int:
    return int(await view(town, height, "Ledger", "balanceOf", account_id(kind, owner)))


SETTLING = CLOSING + GRACE_SECONDS


@pytest.mark.parametrize("seconds", [CLOSING - 1, CLOSING, SETTLING - 1, SETTLING])
def test_a_campaign_counts_gifts_for_a_week_after_its_close_and_is_settled_from_then_on(seconds: int) -> None:
    place = fresh_neighbourhood()
    terms = (STAIRWELL, 1, 0, bytes(16), place.now + CLOSING, 0, 0, 0, 0, False)
    place.send(signer("steward"), "Campaigns", "openCampaign", 1, terms)
    campaign = opened(closes_at=place.now + CLOSING)
    place.wait(seconds)
    assert (phase(campaign, place.now) is Phase.OPEN) == (seconds < CLOSING)
    if phase(campaign, place.now) is not Phase.CLOSED:
        with refused("CampaignsStillOpen"):
            settle(place)
        give(place)
    else:
        with refused("CampaignsClosed"):
            give(place)
        settle(place)


def opened(closes_at: int) -> Campaign:
    return Campaign(
        campaign=1, purpose=STAIRWELL, target_fen=1, min_households=0, building=bytes(16), closes_at=closes_at, settles_at=closes_at + GRACE_SECONDS,
        match_purpose=0, match_lock_fen=0, match_bps=0, match_per_giver_fen=0, per_household=False,
        listed_households=0, households_root=None, state=CampaignState.OPEN, gifts=0, gifts_fen=0, matched_fen=0, households=0, refunded_fen=0,
    )  # fmt: skip


def give(place: EvmTown) -> None:
    gift = Gift(
        bank_line=line("gift"),
        amount_fen=1,
        booked_on=BOOKED_ON,
        donor=member_id("worker") + bytes(16),
        household=0,
    )
    intent = AttestGifts(campaign=1, bank=BANK, gifts=(gift,), nonce=fresh_nonce(), deadline=DEADLINE)
    place.carry(signer("treasurer"), intent)


def settle(place: EvmTown) -> None:
    place.send(signer("relayer"), "Campaigns", "settle", 1)
