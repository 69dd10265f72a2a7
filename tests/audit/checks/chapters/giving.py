"""Donations, campaigns, and what the bank charges."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from eth_utils import keccak

from gongji.households import root_of
from tests.audit.checks.rules_town import ACCOUNT, BUILDING_LIST, TOWN_LIST
from tests.conftest import member_id
from tests.contracts.neighbourhood import (
    BANK,
    BOOKED_ON,
    BUILDING,
    DAY,
    FUND,
    GENERAL,
    MATCHING,
    STAIRWELL,
    later,
)
from wallets.intents import (
    AttestDonations,
    AttestGifts,
    Donation,
    Gift,
    RecordFee,
    RecordInterest,
    RefundGift,
    ReverseDonation,
    ReverseFee,
    ReverseGift,
    ReverseInterest,
)  # fmt: skip

if TYPE_CHECKING:
    from tests.audit.checks.rules_town import Story


async def give(story: Story) -> None:
    """Donations; one attested by mistake and again, one returned."""

    def gift(reference: str, amount_fen: int, purpose: int = GENERAL) -> Donation:
        key = story.line(reference, amount_fen)
        return Donation(
            bank_line=key, purpose=purpose, amount_fen=amount_fen, donor=hashlib.sha256(key).digest()
        )

    async def attest(*donations: Donation) -> None:
        await story.carry("treasurer", AttestDonations, fund=FUND, bank=BANK, donations=donations)

    wrong = gift("D-3", 70_000)
    await attest(gift("D-1", 9_000_000), gift("D-2", 200_000, MATCHING), wrong)
    undo = {"fund": FUND, "document": b"d" * 32}
    await story.carry(
        "cashier",
        ReverseDonation,
        bank_line=wrong.bank_line,
        outgoing_bank_line=bytes(32),
        new_purpose=STAIRWELL,
        **undo,
    )
    # A scare: what came in is recorded all the same.
    await story.send("guardian", "Funds", "freeze", FUND)
    again = Donation(bank_line=wrong.bank_line, purpose=STAIRWELL, amount_fen=70_000, donor=wrong.donor)
    unwanted = gift("D-4", 5_000)
    await attest(again, unwanted)
    await story.send("guardian", "Funds", "unfreeze", FUND)
    back = story.line("D-4 back", -5_000)
    await story.carry(
        "cashier",
        ReverseDonation,
        bank_line=unwanted.bank_line,
        outgoing_bank_line=back,
        new_purpose=0,
        **undo,
    )


async def campaign(story: Story) -> None:
    """One campaign with a match reaches its target, one of a building misses it."""
    closes_at = story.town.chain.now() + 30 * DAY
    matched = (STAIRWELL, 115_000, 0, bytes(16), closes_at, MATCHING, 100_000, 10_000, 50_000, False)
    await story.send("steward", "Campaigns", "openCampaign", 8, matched)
    building = (STAIRWELL, 90_000, 2, BUILDING, closes_at, 0, 0, 0, 0, False)
    await story.send("steward", "Campaigns", "openCampaign", 58, building)
    donations = (
        (8, "resident one", 1, 40_000),
        (8, "firm", 0, 90_000),
        (58, "resident two", 1, 60_000),
        (8, "firm", 0, 1_000),
        (8, "donor one", 0, 5_000),
        (8, "resident two", 2, 2_000),
        (8, "resident two", 2, 3_000),
        (58, "resident one", 2, 7_000),
    )
    for campaign_number, listed in ((8, TOWN_LIST), (58, BUILDING_LIST)):
        await story.send(
            "registrar", "Campaigns", "listHouseholds", campaign_number, root_of(listed), len(listed)
        )
    for campaign_number, name, number, amount_fen in donations:
        gift = Gift(
            bank_line=story.line(f"G-{campaign_number} {name} {amount_fen}", amount_fen), amount_fen=amount_fen,
            booked_on=BOOKED_ON, household=number,
            donor=keccak(text=name) if number else member_id(name) + bytes(16),
        )  # fmt: skip
        await story.carry("treasurer", AttestGifts, campaign=campaign_number, bank=BANK, gifts=(gift,))
    await _reverse_gift(story, 8, "G-8 resident two 3000", story.line("G-8 bounced", -3_000))
    await _reverse_gift(story, 58, "G-58 resident one 7000", bytes(32))
    # The line that was attested by mistake is attested anew, of no household.
    anew = Gift(
        bank_line=ACCOUNT.line_key("G-58 resident one 7000"), amount_fen=7_000, booked_on=BOOKED_ON, donor=b"d" * 32,
        household=0,
    )  # fmt: skip
    await story.carry("treasurer", AttestGifts, campaign=58, bank=BANK, gifts=(anew,))
    await later(story.town, 38 * DAY)
    for number in (8, 58):
        await story.send("anyone", "Campaigns", "settle", number)
    await _reverse_gift(story, 8, "G-8 resident two 2000", story.line("G-8 bounced late", -2_000))
    await story.carry(
        "treasurer", RefundGift, campaign=58, bank_line=ACCOUNT.line_key("G-58 resident two 60000"),
        outgoing_bank_line=story.line("G-58 back", -60_000),
    )  # fmt: skip


async def _reverse_gift(story: Story, campaign: int, reference: str, outgoing: bytes) -> None:
    await story.carry(
        "cashier", ReverseGift, campaign=campaign, bank_line=ACCOUNT.line_key(reference), outgoing_bank_line=outgoing,
        document=b"d" * 32,
    )  # fmt: skip


async def charge(story: Story) -> None:
    """Fees and interest, each once right, once a mistake, and once returned by the bank."""
    why = {"purpose": GENERAL, "document": b"c" * 32}
    for number, (kind, undo, way, sign) in enumerate(
        (
            (RecordFee, ReverseFee, "incoming_bank_line", -1),
            (RecordInterest, ReverseInterest, "outgoing_bank_line", 1),
        )
    ):
        line, other = (story.line(f"C-{number}-{i}", sign * 1_500) for i in (1, 2))
        for bank_line, amount in ((line, 150), (other, 1_500)):
            await story.carry(
                "treasurer", kind, purpose=GENERAL, bank=BANK, bank_line=bank_line, amount_fen=amount
            )
        await story.carry("cashier", undo, bank_line=line, **{way: bytes(32)}, **why)
        await story.carry("treasurer", kind, purpose=GENERAL, bank=BANK, bank_line=line, amount_fen=1_500)
        back = story.line(f"C-{number}-2 back", -sign * 1_500)
        await story.carry("cashier", undo, bank_line=other, **{way: back}, **why)
