"""The first days of the demo town: funds, members, committees, rules, services, enterprise, devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.town.acts import Calendar, Order
from gongji.town.places import FUNDS, GENERAL, REMAINDER, RESERVE, YOUTH, Fund, purpose
from gongji.town.roster import DUTY, FOREMAN, Person, neighbours, people
from wallets.intents import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gongji.town.book import Book

RESIDENT, TREASURER, COORDINATOR, FOREMAN_ROLE = 1, 2, 3, 4
SUPERVISOR_SEAT = 255
DAY = 86_400
NO_PLACE = bytes(16)
LIMIT_FEN = 8_000_000
ENTERPRISE = 1
# Case C11: 30 % of what a community business earns is the fund's.
MIN_FUND_BPS = 3_000
SHOPPING, HAIRCUT, REPAIR, WELFARE = 1, 2, 3, 5
CHALLENGE_SECONDS = 2 * DAY

# (up to fen, share, least per class, days to decide, days of notice, objections that suspend, days until proof)
TIERS = (
    (200_000, 2, 3, 0, 0, 0, 0, 14 * DAY, 3 * DAY, 3, 45 * DAY),
    (5_000_000, 2, 3, 1, 1, 0, 0, 14 * DAY, 7 * DAY, 3, 45 * DAY),
    (50_000_000, 4, 5, 1, 1, 1, 0, 14 * DAY, 15 * DAY, 3, 45 * DAY),
)
SERVICES = {
    SHOPPING: (20, 180, 0, "代购陪伴", "Shopping and company"),
    HAIRCUT: (10, 90, 40, "上门理发", "Haircut at home"),
    REPAIR: (10, 240, 0, "家电维修", "Repair at home"),
    WELFARE: (5, 60, 0, "上门看望", "Welfare visit"),
}


def acts(calendar: Calendar) -> Iterator[Order]:
    """All that must stand before the year begins; each moment rests on the ones before."""

    def at(minute: int) -> int:
        return calendar.at(-365, 8, minute)

    until = calendar.at(400)
    for bank in (1, 2):
        yield order(at(0), "steward", "Funds", "openBankAccount", str(bank), bank)
    yield Order(
        at=at(0), key="admitReceiptKey", service="steward",
        call=lambda book: Call(contract="Receipts", function="admitReceiptKey", args=(book.receipt_key,)),
    )  # fmt: skip
    for person in people().values():
        yield _register(at(0), person)
    yield from _services(at(0))
    for fund in FUNDS.values():
        yield order(
            at(20 if fund.parent else 10), "steward", "Funds", "openFund", str(fund.number),
            fund.number, fund.parent, fund.level, fund.bank,
        )  # fmt: skip
        for number in (purpose(fund.number, code) for code in fund.purposes):
            yield order(at(30), "steward", "Funds", "openPurpose", str(number), number)
            # A budget line has its purpose's number: one line per purpose, wide enough for the year.
            yield order(at(40), "steward", "Budgets", "setBudgetLine", str(number), number, number, LIMIT_FEN)
        yield order(
            at(40), "steward", "Committees", "openCommittee", str(fund.number),
            fund.committee, fund.number, list(fund.classes),
        )  # fmt: skip
        yield from _seats(at(50), fund, until)
    yield order(
        at(40),
        "steward",
        "Enterprises",
        "openEnterprise",
        "1",
        ENTERPRISE,
        *(purpose(YOUTH, code) for code in (GENERAL, RESERVE, REMAINDER)),
        MIN_FUND_BPS,
    )
    for coordinator in ("coordinator", "second-coordinator", DUTY):
        for street in (1, 2):
            yield grant(at(50), coordinator, COORDINATOR, street, until)
    yield grant(at(50), FOREMAN, FOREMAN_ROLE, ENTERPRISE, until)


def order(at: int, service: str, contract: str, function: str, name: str, *args: object) -> Order:
    """A direct call whose arguments are known."""
    return Order(
        at=at,
        key=f"{function}/{name}",
        service=service,
        call=lambda _: Call(contract=contract, function=function, args=args),
    )


def _register(at: int, person: Person) -> Order:
    def call(book: Book) -> Call:
        kind = 2 if person.organisation else 1
        args = (
            book.member(person.name),
            kind,
            NO_PLACE,
            book.address(person.name),
            book.possession(person.name),
        )
        return Call(contract="Members", function="register", args=args)

    return Order(at=at, key=f"register/{person.name}", service="registrar", call=call)


def _seats(at: int, fund: Fund, until: int) -> Iterator[Order]:
    name = str(fund.number)
    yield order(at, "steward", "Committees", "setRules", name, fund.committee, list(TIERS))
    for seat, member in [*enumerate(fund.seats), (SUPERVISOR_SEAT, fund.supervisor)]:
        yield _filled(at, fund, seat, member, until)
    for member in (fund.treasurer, fund.cashier):
        yield grant(at, member, TREASURER, fund.number, until)
    for member in (*fund.seats[: 1 + fund.residents], *neighbours(fund.number)):
        yield grant(at, member, RESIDENT, fund.number, until)


def _filled(at: int, fund: Fund, seat: int, member: str, until: int) -> Order:
    return _by_member(
        at, "steward", "Committees", "fillSeat", f"{fund.number}/{seat}", member,
        lambda m: (fund.committee, seat, m, until),
    )  # fmt: skip


def _services(at: int) -> Iterator[Order]:
    for code, (low, high, tariff, _, _) in SERVICES.items():
        yield order(at, "steward", "TimeBank", "setService", str(code), code, low, high, tariff)
    yield order(at, "steward", "TimeBank", "setChallenge", "1", CHALLENGE_SECONDS)


def grant(at: int, name: str, role: int, scope: int, until: int) -> Order:
    """Grants a role to a member."""
    return _by_member(
        at,
        "registrar",
        "Members",
        "grantRole",
        f"{name}/{role}/{scope}",
        name,
        lambda m: (m, role, scope, until),
    )


def _by_member(
    at: int,
    service: str,
    contract: str,
    function: str,
    key: str,
    name: str,
    args: Callable[[bytes], tuple[object, ...]],
) -> Order:
    return Order(
        at=at,
        key=f"{function}/{key}",
        service=service,
        call=lambda book: Call(contract=contract, function=function, args=args(book.member(name))),
    )
