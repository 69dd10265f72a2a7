"""The demo town's campaigns: a stairwell (case C4), a park matched one to one (case C8), two that missed, one open now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongji.households import in_order, root_of
from gongji.town.acts import Act, Calendar, CallOf, Change, IntentOf, Keep, Order, Signed
from gongji.town.bank import Bank, import_day
from gongji.town.places import FUNDS, GENERAL, GREEN, MATCHING, MEALS, STAIRWELL, ZHIREN, Fund, purpose
from gongji.town.roster import STAIRWELL_HOUSEHOLDS, people, person_name
from indexer.calendar import china_day
from register.nouns import HouseholdSalt
from wallets.intents import AttestGifts, Call, Gift, RefundGift

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from gongji.town.book import Book
    from gongji.town.roster import Person

ANYWHERE = bytes(16)
REFUND_DAYS = 12
# From so much on a gift is an organisation's.
LARGE_FEN = 300_000
# Gifts that the bank booked before the close are attested for a week; then the keeper settles.
SETTLE_DAYS = 8
# A campaign that is to open is a change, which waits for fifteen days.
AHEAD_DAYS = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Campaign:
    """A campaign that is planned.

    Attributes:
        number: Its id.
        fund: Fund whose treasurer attests its gifts.
        code: Purpose that receives the money.
        zh: Chinese name.
        en: English name.
        opens: Day it opens.
        closes: Day it closes, at six in the evening.
        target_fen: Gifts needed.
        gifts: Amount of each gift in fen, and the day it was given.
        match_fen: Match locked for it.
        per_giver_fen: Most that is matched per giver.
        households: Giving households needed; with them it is one building's.

    A gift of ¥3,000 or more is an organisation's, another one for each, which gives openly; others are of one household each.
    """

    number: int
    fund: Fund
    code: int
    zh: str
    en: str
    opens: int
    closes: int
    target_fen: int
    gifts: tuple[tuple[int, int], ...]
    match_fen: int = 0
    per_giver_fen: int = 0
    households: int = 0

    @property
    def lists_households(self) -> bool:
        """Whether it matters which gifts are of one household."""
        return bool(self.households or self.match_fen)


CAMPAIGNS = (
    Campaign(
        number=1, fund=ZHIREN, code=STAIRWELL, zh="58号楼楼道更新", en="New stairwell for building 58",
        opens=-300, closes=-240, target_fen=115_000, households=15,
        gifts=tuple((5_000, -290 + i % 16) for i in range(23)),
    ),
    Campaign(
        number=2, fund=FUNDS[1], code=GREEN, zh="街角口袋公园", en="A pocket park on the corner",
        opens=-270, closes=-200, target_fen=2_600_000, match_fen=3_000_000, per_giver_fen=500_000,
        gifts=((800_000, -255), (500_000, -250), (300_000, -250), *((50_000, -248 + i) for i in range(22))),
    ),
    Campaign(
        number=3, fund=FUNDS[2], code=GENERAL, zh="社区大屏幕", en="A large screen for the square",
        opens=-200, closes=-140, target_fen=1_500_000,
        gifts=((20_000, -180), (10_000, -179), (5_000, -178), (20_000, -177)),
    ),
    Campaign(
        number=4, fund=FUNDS[1], code=MEALS, zh="长者食堂新炉灶", en="A new stove for the canteen",
        opens=-45, closes=20, target_fen=1_200_000, match_fen=1_000_000, per_giver_fen=200_000,
        gifts=((300_000, -30), (100_000, -28), *((20_000, -25 + i) for i in range(15))),
    ),
    Campaign(
        number=5, fund=FUNDS[1], code=GENERAL, zh="广场健身器材", en="Exercise machines for the square",
        opens=-70, closes=-11, target_fen=800_000, gifts=((10_000, -58), (20_000, -55)),
    ),
)  # fmt: skip


def acts(calendar: Calendar, bank: Bank) -> Iterator[Act]:
    """Households, openings, gifts and refunds. The keeper settles what has closed."""
    for name in STAIRWELL_HOUSEHOLDS:
        yield Order(at=calendar.at(-364, 8), key=f"household/{name}", service="registrar", call=_placed(name))
    for campaign in CAMPAIGNS:
        yield Change(
            at=calendar.at(campaign.opens - AHEAD_DAYS, 10), key=f"campaign/{campaign.number}", service="steward",
            call=_opened(calendar, campaign),
        )  # fmt: skip
        if campaign.lists_households:
            yield Order(
                at=calendar.at(campaign.opens, 12), key=f"campaign/{campaign.number}/households", service="registrar",
                call=_listed(campaign),
            )  # fmt: skip
        gifts = [*_booked(campaign, bank)]
        for day in sorted({import_day(day) for _, day, _, _ in gifts}):
            of_day = [gift for gift in gifts if import_day(gift[1]) == day]
            yield Signed(
                at=calendar.at(day, 15), key=f"gifts/{campaign.number}/{day}", by=campaign.fund.treasurer,
                intent=_attested(calendar, campaign, of_day),
            )  # fmt: skip
        missed = sum(amount for amount, _ in campaign.gifts) < campaign.target_fen
        # The gifts of the one that closed just now are still to be returned.
        if missed and campaign.closes + REFUND_DAYS < 0:
            yield from _refunds(calendar, campaign, gifts, bank)


def keeping(calendar: Calendar) -> Iterator[Keep]:
    """The keeper's rounds on the mornings when campaigns open and those when they are settled."""
    for campaign in CAMPAIGNS:
        yield Keep(at=calendar.at(campaign.opens, 10), key=f"keep/opening/{campaign.number}")
        if campaign.closes + SETTLE_DAYS < 0:
            yield Keep(
                at=calendar.at(campaign.closes + SETTLE_DAYS, 8), key=f"keep/settling/{campaign.number}"
            )


def _placed(name: str) -> CallOf:
    return lambda book: Call(
        contract="Members",
        function="placeHousehold",
        args=(book.id16("household", name), book.id16("building", "58")),
    )


def _opened(calendar: Calendar, campaign: Campaign) -> CallOf:
    def call(book: Book) -> Call:
        terms = (
            purpose(campaign.fund.number, campaign.code), campaign.target_fen, campaign.households,
            book.id16("building", "58") if campaign.households else ANYWHERE, calendar.at(campaign.closes, 18),
            purpose(1, MATCHING) if campaign.match_fen else 0, campaign.match_fen, 10_000 if campaign.match_fen else 0,
            campaign.per_giver_fen, bool(campaign.households),
        )  # fmt: skip
        return Call(contract="Campaigns", function="openCampaign", args=(campaign.number, terms))

    return call


def salts(book: Book, campaign: int) -> list[HouseholdSalt]:
    """The list of a campaign's households: all that the town has, which stand in building 58."""
    return in_order(_salt(book, campaign, name) for name in STAIRWELL_HOUSEHOLDS)


def _salt(book: Book, campaign: int, name: str) -> HouseholdSalt:
    household, salt = book.id16("household", name), book.household_salt(campaign, name)
    return HouseholdSalt(campaign=campaign, household=f"0x{household.hex()}", salt=f"0x{salt.hex()}")


def _number(book: Book, campaign: int, name: str) -> int:
    """Number of a household in the list of a campaign."""
    return salts(book, campaign).index(_salt(book, campaign, name)) + 1


def _listed(campaign: Campaign) -> CallOf:
    def call(book: Book) -> Call:
        listed = salts(book, campaign.number)
        args = (campaign.number, root_of(listed), len(listed))
        return Call(contract="Campaigns", function="listHouseholds", args=args)

    return call


def _organisation(place: int) -> Person:
    """Who gives the largest gifts of a campaign."""
    return [person for person in people().values() if person.name.startswith("enterprise")][place]


def _booked(campaign: Campaign, bank: Bank) -> Iterator[tuple[int, int, str, int]]:
    for i, (amount_fen, day) in enumerate(campaign.gifts):
        is_large = amount_fen >= LARGE_FEN
        party = _organisation(i).zh if is_large else person_name(500 + campaign.number * 50 + i)
        yield i, day, bank.book(campaign.fund.bank, day, amount_fen, party, campaign.zh), amount_fen


def _attested(calendar: Calendar, campaign: Campaign, gifts: list[tuple[int, int, str, int]]) -> IntentOf:
    def intent(book: Book, nonce: int, deadline: int) -> AttestGifts:
        structs = tuple(
            Gift(
                bank_line=book.bank_line(campaign.fund.bank, reference),
                amount_fen=amount_fen,
                booked_on=china_day(calendar.at(day, 12)),
                **_giver(book, campaign, reference, place),
            )
            for place, day, reference, amount_fen in gifts
        )
        return AttestGifts(
            campaign=campaign.number, bank=campaign.fund.bank, gifts=structs, nonce=nonce, deadline=deadline
        )

    return intent


def _giver(book: Book, campaign: Campaign, reference: str, place: int) -> dict[str, Any]:
    """Donor and household of a gift, by its place among those of the campaign."""
    if campaign.gifts[place][0] >= LARGE_FEN:
        return {"donor": book.member(_organisation(place).name) + bytes(16), "household": 0}
    large = sum(amount_fen >= LARGE_FEN for amount_fen, _ in campaign.gifts)
    name = STAIRWELL_HOUSEHOLDS[place - large]
    household = _number(book, campaign.number, name) if campaign.lists_households else 0
    return {"donor": book.donor(reference), "household": household}


def _refunds(
    calendar: Calendar, campaign: Campaign, gifts: list[tuple[int, int, str, int]], bank: Bank
) -> Iterator[Signed]:
    for _, _, reference, amount_fen in gifts:
        day = campaign.closes + REFUND_DAYS
        outgoing = bank.book(campaign.fund.bank, day, -amount_fen, "捐赠人", f"退回 {campaign.zh}")

        def intent(
            book: Book, nonce: int, deadline: int, *, paid: str = outgoing, line: str = reference
        ) -> RefundGift:
            number, own = campaign.fund.bank, book.bank_line
            return RefundGift(
                campaign=campaign.number, bank_line=own(number, line), outgoing_bank_line=own(number, paid),
                nonce=nonce, deadline=deadline,
            )  # fmt: skip

        yield Signed(
            at=calendar.at(import_day(day), 16),
            key=f"refund/{reference}",
            by=campaign.fund.treasurer,
            intent=intent,
        )
