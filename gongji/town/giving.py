"""A year of giving to every fund of the demo town (case C1): bank lines, statements, and the treasurers' attestations."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from gongji.town.acts import Act, Calendar, Import, Signed
from gongji.town.bank import FIRST_DAY, PERIOD_DAYS, PERIODS, Bank, import_day
from gongji.town.places import CARE, FUNDS, GENERAL, MATCHING, MEALS, YOUTH, Fund, purpose
from gongji.town.roster import person_name
from wallets.intents import AttestDonations, Donation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongji.town.book import Book

CITY_MATCH_FEN = 6_000_000
STREET_FEN = {GENERAL: 6_000_000, MEALS: 6_000_000, CARE: 4_500_000}
YOUTH_FEN = 11_800_000


class Given:
    """A donation that is planned.

    Attributes:
        reference: Reference of its bank line.
        purpose: Number of the purpose.
        amount_fen: In fen.
        donor: Name of a member who gives publicly, or what a private donor's commitment says.
        public: Whether the donor is a member who gives publicly.
    """

    def __init__(self, reference: str, number: int, amount_fen: int, donor: str, *, public: bool) -> None:
        self.reference, self.purpose, self.amount_fen = reference, number, amount_fen
        self.donor, self.public = donor, public

    def struct(self, book: Book, bank: int) -> Donation:
        """The donation as the treasurer attests it."""
        donor = (
            book.member(self.donor) + bytes(16)
            if self.public
            else book.donor(f"{self.donor} {self.reference}")
        )
        line = book.bank_line(bank, self.reference)
        return Donation(bank_line=line, purpose=self.purpose, amount_fen=self.amount_fen, donor=donor)


def acts(calendar: Calendar, bank: Bank) -> Iterator[Act]:
    """Attestations of all donations; their lines are booked at the bank on the way."""
    chance = random.Random(2026)  # noqa: S311 the town is the same for everybody
    for fund in FUNDS.values():
        for period in range(PERIODS):
            gifts = [*_of_period(fund, period, bank, chance)]
            if gifts:
                yield _attested(calendar, fund, period, gifts)


def imports(calendar: Calendar, bank: Bank) -> Iterator[Import]:
    """The treasurers import each statement on the morning after its period. Call it when all lines are booked."""
    for statement in bank.statements():
        day = FIRST_DAY + (statement.period + 1) * PERIOD_DAYS
        at = calendar.at(day, 9)
        yield Import(
            at=at, key=f"import/{statement.name}", by=f"treasurer-{statement.bank}", statement=statement
        )


def shares(total_fen: int, parts: int, chance: random.Random) -> list[int]:
    """Splits an amount into uneven whole-yuan parts that add up to it."""
    weights = [chance.uniform(0.3, 1.7) for _ in range(parts)]
    amounts = [int(total_fen * w / sum(weights)) // 100 * 100 for w in weights]
    amounts[-1] += total_fen - sum(amounts)
    return amounts


def _of_period(fund: Fund, period: int, bank: Bank, chance: random.Random) -> Iterator[Given]:
    if fund.level == 3:
        community = fund.number - 11
        if (period + community) % 2 == 0:
            yield from _gifts(fund, GENERAL, period, (2_480_000 + 13_000 * community) // 6, 4, bank, chance)
        return
    if fund.number == YOUTH:
        yield from _gifts(fund, GENERAL, period, YOUTH_FEN // PERIODS, 3, bank, chance)
        return
    for code, total_fen in STREET_FEN.items():
        yield from _gifts(fund, code, period, total_fen // PERIODS, 2, bank, chance)
    if fund.number == 1 and period == 0:
        day = FIRST_DAY + 3
        reference = bank.book(fund.bank, day, CITY_MATCH_FEN, "市民政局", "发展基金配捐")
        yield Given(reference, purpose(1, MATCHING), CITY_MATCH_FEN, "city", public=True)


def _gifts(
    fund: Fund, code: int, period: int, total_fen: int, count: int, bank: Bank, chance: random.Random
) -> Iterator[Given]:
    for amount_fen in shares(total_fen, count, chance):
        day = FIRST_DAY + period * PERIOD_DAYS + chance.randrange(PERIOD_DAYS)
        public = chance.random() < 0.3
        donor = chance.choice(fund.seats[:2]) if public else person_name(chance.randrange(10_000))
        reference = bank.book(fund.bank, day, amount_fen, "公开捐赠人" if public else donor, f"捐给{fund.zh}")
        yield Given(reference, purpose(fund.number, code), amount_fen, donor, public=public)


def _attested(calendar: Calendar, fund: Fund, period: int, gifts: list[Given]) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> AttestDonations:
        donations = tuple(g.struct(book, fund.bank) for g in gifts)
        return AttestDonations(
            fund=fund.number, bank=fund.bank, donations=donations, nonce=nonce, deadline=deadline
        )

    day = import_day(FIRST_DAY + period * PERIOD_DAYS)
    return Signed(
        at=calendar.at(day, 14), key=f"donations/{fund.number}/{period}", by=fund.treasurer, intent=intent
    )
