"""C1, C4 and C8: funds and their totals, a stairwell renewed by its building, a match of one to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from eth_utils import keccak

from contracts.accounts import AccountKind
from contracts.enums import BankLineState, CampaignState, Level, MemberKind, Role
from contracts.roles import AuthorityRole
from tests.conftest import RefusedError, held_by, member_id, signer
from tests.contracts.neighbourhood import (
    BANK,
    BOOKED_ON,
    BUILDING,
    CAMPAIGN_KIND,
    DAY,
    DEADLINE,
    FAR,
    FUND,
    GENERAL,
    MATCH_LOCK_KIND,
    MATCHING,
    RESIDENTS,
    STAIRWELL,
    donation,
    fresh_nonce,
    held,
    later,
    line,
    number_of,
)
from wallets.intents import (
    AttestDonations,
    AttestGifts,
    Donation,
    Gift,
    RefundGift,
    ReverseDonation,
    ReverseGift,
)

if TYPE_CHECKING:
    from tests.conftest import Town

NOBODY = bytes(16)
# A campaign of thirty days, and a week to attest what the bank booked before the close.
SETTLED_AFTER = 37 * DAY


async def attest(place: Town, *donations: Donation, fund: int = FUND, by: str = "treasurer") -> None:
    intent = AttestDonations(
        fund=fund, bank=BANK, donations=donations, nonce=fresh_nonce(), deadline=DEADLINE
    )
    await place.carry(signer(by), intent)


async def open_campaign(place: Town, campaign: int, **changes: object) -> None:
    terms: dict[str, object] = {
        "purpose": STAIRWELL, "target_fen": 115_000, "min_households": 0, "building": NOBODY,
        "closes_at": place.chain.now() + 30 * DAY, "match_purpose": 0, "match_lock_fen": 0, "match_bps": 0,
        "match_per_giver_fen": 0, "per_household": False,
    }  # fmt: skip
    steward = signer("steward")
    await place.send(steward, "Campaigns", "openCampaign", campaign, tuple((terms | changes).values()))
    listed = (campaign, b"r" * 32, len(RESIDENTS))
    await place.send(signer("registrar"), "Campaigns", "listHouseholds", *listed)


async def give(place: Town, campaign: int, name: str, amount_fen: int) -> None:
    gift = Gift(
        bank_line=line(f"gift of {name}"), amount_fen=amount_fen, booked_on=BOOKED_ON, donor=keccak(text=name) if number_of(name) else member_id(name) + bytes(16),
        household=number_of(name),
    )  # fmt: skip
    intent = AttestGifts(campaign=campaign, bank=BANK, gifts=(gift,), nonce=fresh_nonce(), deadline=DEADLINE)
    await place.carry(signer("treasurer"), intent)


async def test_c1_funds_of_every_level_add_up_to_the_bank(place: Town) -> None:
    """Two street funds, 32 community funds and a youth fund hold over CNY 1.3 million."""
    steward, registrar = signer("steward"), signer("registrar")
    tree = [(10, 0, Level.STREET), (11, 0, Level.STREET), (80, 10, Level.SPECIAL)]
    tree += [(20 + i, 10 + i % 2, Level.COMMUNITY) for i in range(32)]
    auntie = member_id("auntie")
    await place.send(
        registrar,
        "Members",
        "register",
        auntie,
        MemberKind.PERSON,
        NOBODY,
        *held_by("auntie", signer("auntie")),
    )
    for fund, parent, level in tree:
        await place.send(steward, "Funds", "openFund", fund, parent, level, BANK)
        await place.send(steward, "Funds", "openPurpose", fund << 16 | 1)
        await place.send(registrar, "Members", "grantRole", auntie, Role.TREASURER, fund, FAR)
        donated_fen = 5_000_000 if level is Level.STREET else 3_750_000
        await attest(place, donation(f"fund {fund}", donated_fen, fund << 16 | 1), fund=fund, by="auntie")
    held_fen = {fund: await held(place, AccountKind.PURPOSE, fund << 16 | 1) for fund, _, _ in tree}
    street = sum(held_fen[fund] for fund, parent, _ in tree if 10 in (fund, parent))
    assert street == 5_000_000 + 17 * 3_750_000
    assert sum(held_fen.values()) == 133_750_000
    assert await held(place, AccountKind.BANK, BANK) == -133_750_000
    assert await place.read("Ledger", "sequence") == 35


class TestStairwell:
    """C4: the neighbours of building 58 raise CNY 1,150."""

    async def test_c4_target_reached_hands_everything_to_the_purpose(self, place: Town) -> None:
        await open_campaign(place, 58, building=BUILDING, min_households=5)
        for name in RESIDENTS:
            await give(place, 58, name, 23_000)
        assert await held(place, CAMPAIGN_KIND, 58) == 115_000
        await later(place, SETTLED_AFTER)
        await place.send(signer("anyone"), "Campaigns", "settle", 58)
        assert await held(place, CAMPAIGN_KIND, 58) == 0
        assert await held(place, AccountKind.PURPOSE, STAIRWELL) == 115_000
        assert await place.read("Campaigns", "campaignRecord", 58) == (
            CampaignState.REACHED,
            115_000,
            0,
            5,
            5,
        )

    async def test_c4_target_missed_owes_every_gift_back_and_returns_each_once(self, place: Town) -> None:
        await open_campaign(place, 58, building=BUILDING)
        await give(place, 58, "resident one", 60_000)
        await give(place, 58, "resident two", 54_999)
        await later(place, SETTLED_AFTER)
        await place.send(signer("anyone"), "Campaigns", "settle", 58)
        for name in ("resident one", "resident two"):
            await self._refund(place, name)
        assert await held(place, CAMPAIGN_KIND, 58) == 0
        assert await held(place, AccountKind.BANK, BANK) == 0
        assert await held(place, AccountKind.PURPOSE, STAIRWELL) == 0
        with pytest.raises(RefusedError, match="FundsEntryUnknown"):
            await self._refund(place, "resident one")
        assert (
            await place.read("Funds", "bankLineState", line("gift of resident one")) == BankLineState.REFUNDED
        )

    async def test_c4_too_few_households_miss_the_target_although_the_money_is_there(
        self, place: Town
    ) -> None:
        await open_campaign(place, 58, building=BUILDING, min_households=2)
        await give(place, 58, "resident one", 115_000)
        await later(place, SETTLED_AFTER)
        await place.send(signer("anyone"), "Campaigns", "settle", 58)
        assert await place.read("Campaigns", "campaignRecord", 58) == (CampaignState.MISSED, 115_000, 0, 1, 5)

    async def _refund(self, place: Town, name: str) -> None:
        intent = RefundGift(
            campaign=58, bank_line=line(f"gift of {name}"), outgoing_bank_line=line(f"return to {name}"),
            nonce=fresh_nonce(), deadline=DEADLINE,
        )  # fmt: skip
        await place.carry(signer("treasurer"), intent)


class TestMatch:
    """C8: one to one, with a cap for each giver and a cap for all."""

    async def test_c8_match_is_locked_before_the_first_gift_and_pays_one_to_one(self, place: Town) -> None:
        await attest(place, donation("city", 200_000, MATCHING))
        await self._open(place)
        assert await held(place, AccountKind.PURPOSE, MATCHING) == 100_000
        assert await held(place, MATCH_LOCK_KIND, 8) == 100_000
        await give(place, 8, "resident one", 40_000)
        await give(place, 8, "firm", 90_000)
        await later(place, SETTLED_AFTER)
        await place.send(signer("anyone"), "Campaigns", "settle", 8)
        # 40,000 in full, and of 90,000 no more than the cap of 50,000.
        assert await held(place, AccountKind.PURPOSE, STAIRWELL) == 130_000 + 40_000 + 50_000
        assert await held(place, AccountKind.PURPOSE, MATCHING) == 110_000
        assert await held(place, MATCH_LOCK_KIND, 8) == 0

    async def test_c8_match_of_a_missed_campaign_goes_back_whole(self, place: Town) -> None:
        await attest(place, donation("city", 200_000, MATCHING))
        await self._open(place)
        await give(place, 8, "resident one", 40_000)
        await later(place, SETTLED_AFTER)
        await place.send(signer("anyone"), "Campaigns", "settle", 8)
        assert await held(place, AccountKind.PURPOSE, MATCHING) == 200_000
        assert await held(place, CAMPAIGN_KIND, 8) == 40_000

    async def test_c8_more_than_the_pot_holds_is_not_promised(self, place: Town) -> None:
        await attest(place, donation("city", 99_999, MATCHING))
        with pytest.raises(RefusedError, match="LedgerBalanceInsufficient"):
            await self._open(place)

    async def test_frozen_fund_locks_no_match(self, place: Town) -> None:
        await attest(place, donation("city", 200_000, MATCHING))
        await place.send(signer(AuthorityRole.GUARDIAN.name.lower()), "Funds", "freeze", FUND)
        with pytest.raises(RefusedError, match="LedgerFundFrozen"):
            await self._open(place)

    async def _open(self, place: Town) -> None:
        await open_campaign(
            place,
            8,
            match_purpose=MATCHING,
            match_lock_fen=100_000,
            match_bps=10_000,
            match_per_giver_fen=50_000,
        )


class TestBouncedGift:
    """A transfer that came back after it was attested, in each state of its campaign."""

    async def test_before_the_end_it_goes_out_of_the_sums_and_the_household_counts_no_more(
        self, place: Town
    ) -> None:
        """(p42)"""
        await self._matched(place)
        await give(place, 8, "resident one", 40_000)
        await give(place, 8, "resident two", 115_000)
        await self._reverse(place, "resident one", line("bounced"))
        record = (CampaignState.OPEN, 115_000, 50_000, 1, 5)
        assert await place.read("Campaigns", "campaignRecord", 8) == record
        assert await held(place, CAMPAIGN_KIND, 8) == 115_000
        assert (
            await place.read("Funds", "bankLineState", line("gift of resident one")) == BankLineState.REFUNDED
        )
        await later(place, SETTLED_AFTER)
        await place.send(signer("anyone"), "Campaigns", "settle", 8)
        assert await held(place, AccountKind.PURPOSE, STAIRWELL) == 115_000 + 50_000
        assert await held(place, AccountKind.PURPOSE, MATCHING) == 150_000

    async def test_what_it_was_matched_with_may_be_earned_again(self, place: Town) -> None:
        """(p42)"""
        await self._matched(place)
        await give(place, 8, "resident one", 70_000)
        await self._reverse(place, "resident one", bytes(32))
        gift = Gift(
            bank_line=line("once more"), amount_fen=60_000, booked_on=BOOKED_ON, donor=b"d" * 32, household=1
        )
        intent = AttestGifts(campaign=8, bank=BANK, gifts=(gift,), nonce=fresh_nonce(), deadline=DEADLINE)
        await place.carry(signer("treasurer"), intent)
        assert await place.read("Campaigns", "campaignRecord", 8) == (
            CampaignState.OPEN,
            60_000,
            50_000,
            1,
            5,
        )

    async def test_once_the_target_is_reached_the_purpose_pays_it_and_its_match_goes_back(
        self, place: Town
    ) -> None:
        """(p42)"""
        await self._matched(place)
        await give(place, 8, "resident one", 40_000)
        await give(place, 8, "resident two", 75_000)
        await later(place, SETTLED_AFTER)
        await place.send(signer("anyone"), "Campaigns", "settle", 8)
        before = (
            await held(place, AccountKind.PURPOSE, STAIRWELL),
            await held(place, AccountKind.PURPOSE, MATCHING),
        )
        assert before == (115_000 + 90_000, 110_000)
        await self._reverse(place, "resident one", line("bounced"))
        assert await held(place, AccountKind.PURPOSE, STAIRWELL) == 75_000 + 50_000
        assert await held(place, AccountKind.PURPOSE, MATCHING) == 150_000
        state, gifts_fen, matched_fen, households, _ = await place.read("Campaigns", "campaignRecord", 8)
        assert (state, gifts_fen, matched_fen, households) == (CampaignState.REACHED, 75_000, 50_000, 1)

    async def test_of_a_missed_campaign_it_is_owed_no_more(self, place: Town) -> None:
        """(p42)"""
        await self._matched(place)
        await give(place, 8, "resident one", 40_000)
        await later(place, SETTLED_AFTER)
        await place.send(signer("anyone"), "Campaigns", "settle", 8)
        await self._reverse(place, "resident one", bytes(32))
        assert await held(place, CAMPAIGN_KIND, 8) == 0
        assert await held(place, AccountKind.PURPOSE, MATCHING) == 200_000
        with pytest.raises(RefusedError, match="FundsEntryUnknown"):
            await self._reverse(place, "resident one", bytes(32))

    async def _matched(self, place: Town) -> None:
        await attest(place, donation("city", 200_000, MATCHING))
        terms = {
            "match_purpose": MATCHING,
            "match_lock_fen": 100_000,
            "match_bps": 10_000,
            "match_per_giver_fen": 50_000,
        }
        await open_campaign(place, 8, **terms)

    async def _reverse(self, place: Town, name: str, outgoing: bytes) -> None:
        intent = ReverseGift(
            campaign=8, bank_line=line(f"gift of {name}"), outgoing_bank_line=outgoing, document=b"d" * 32,
            nonce=fresh_nonce(), deadline=DEADLINE,
        )  # fmt: skip
        await place.carry(signer("cashier"), intent)


async def test_donation_attested_by_mistake_is_reversed_and_its_line_attested_anew(place: Town) -> None:
    await attest(place, donation("typing error", 1_000_000))
    await place.carry(
        signer("cashier"),
        ReverseDonation(
            fund=FUND, bank_line=line("typing error"), outgoing_bank_line=bytes(32), new_purpose=GENERAL, document=b"d" * 32,
            nonce=fresh_nonce(), deadline=DEADLINE,
        ),
    )  # fmt: skip
    assert await held(place, AccountKind.PURPOSE, GENERAL) == 0
    await attest(place, donation("typing error", 100_000))
    assert await held(place, AccountKind.PURPOSE, GENERAL) == 100_000
