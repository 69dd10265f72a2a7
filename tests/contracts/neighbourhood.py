"""The neighbourhood that the tests of the contracts live in, as the list of acts that set it up.

One street fund, one community fund with its committee, one factory and one time bank are enough for every rule. The
same acts are sent to the chain (`founded`) and to the EVM of this process (`found`).
"""

from __future__ import annotations

from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

from eth_utils import keccak

from contracts.enums import Level, MemberKind, Role, SeatClass
from contracts.roles import AuthorityRole
from indexer.calendar import china_day
from tests.conftest import GENESIS_TIME, held_by, member_id, open_town, signer
from tests.contracts.evm import EvmTown
from wallets.intents import Donation, Proposal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Town

DAY = 24 * 3600
# So long after the notice acknowledged objections may arrive (`Floors.OBJECTION_GRACE`).
OBJECTION_GRACE = DAY
FAR = GENESIS_TIME + 3650 * DAY
DEADLINE = GENESIS_TIME + 365 * DAY
# The day on which all of it begins, as a bank statement has it.
BOOKED_ON = china_day(GENESIS_TIME)
BANK = 1
STREET, FUND = 1, 2
GENERAL, STAIRWELL, MATCHING, RESERVE, REMAINDER = (FUND << 16 | n for n in (1, 2, 3, 4, 5))
COMMITTEE, BUDGET_LINE, ENTERPRISE, HAIRCUT, VISIT = 1, 5, 1, 2, 1
CHALLENGE_SECONDS = 2 * DAY
# `Members.KEY_DELAY`.
KEY_DELAY = 15 * DAY
BUILDING = keccak(text="building 58")[:16]
LIMIT_FEN = 5_000_000
# Case C11: 30 % of what a community business earns.
MIN_FUND_BPS = 3_000

# Kinds of account of `Accounts.sol`.
CAMPAIGN_KIND, MATCH_LOCK_KIND = 0x03, 0x04

# Seat by seat: who sits in the committee, and whom the seat speaks for.
SEATS = (
    ("donor one", SeatClass.DONOR),
    ("donor two", SeatClass.DONOR),
    ("resident one", SeatClass.RESIDENT),
    ("resident two", SeatClass.RESIDENT),
    ("resident three", SeatClass.RESIDENT),
    ("official", SeatClass.OFFICIAL),
    ("firm", SeatClass.ENTERPRISE),
)
RESIDENTS = ("resident one", "resident two", "resident three", "neighbour one", "neighbour two")
OTHERS = (
    "treasurer",
    "cashier",
    "requester",
    "supervisor",
    "coordinator",
    "second coordinator",
    "volunteer",
    "barber",
    "foreman",
    "worker",
)

# Two thirds of the seats, a donor and two residents at least. Above CNY 5,000 also the official, and longer notice.
SMALL_TIER = (500_000, 2, 3, 1, 2, 0, 0, 7 * DAY, 3 * DAY, 2, 30 * DAY)
LARGE_TIER = (5_000_000, 2, 3, 1, 2, 1, 0, 14 * DAY, 7 * DAY, 2, 30 * DAY)

Act = tuple[AuthorityRole, str, str, tuple[Any, ...]]
Seats = tuple[tuple[str, SeatClass], ...]

_numbers = count(1)


def acts(seats: Seats = SEATS) -> Iterator[Act]:
    """Who does what, in order; the committee has these seats."""
    yield from _members()
    yield from _funds()
    yield from _committee(seats)
    steward = AuthorityRole.STEWARD
    yield steward, "TimeBank", "setService", (VISIT, 15, 120, 0)
    yield steward, "TimeBank", "setService", (HAIRCUT, 1, 60, 0)
    yield steward, "TimeBank", "setChallenge", (CHALLENGE_SECONDS,)
    yield steward, "Receipts", "admitReceiptKey", (signer("receipts").address,)
    yield steward, "Enterprises", "openEnterprise", (ENTERPRISE, GENERAL, RESERVE, REMAINDER, MIN_FUND_BPS)


def found(town: EvmTown) -> EvmTown:
    """Sets the neighbourhood up in the EVM of this process."""
    for role, contract, function, args in acts():
        town.send(signer(role.name.lower()), contract, function, *args)
    return town


@cache
def _founded() -> EvmTown:
    return found(EvmTown())


def fresh_neighbourhood() -> EvmTown:
    """The neighbourhood in the EVM of this process, founded and empty, for its caller alone."""
    return _founded().twin()


async def founded(folder: Path, seats: Seats = SEATS) -> None:
    """Makes the chain on which the neighbourhood is set up, for `open_town`."""
    async with open_town(folder) as town:
        for role, contract, function, args in acts(seats):
            await town.send(signer(role.name.lower()), contract, function, *args)


def household(name: str) -> bytes:
    """Household of a person, 16 bytes."""
    return keccak(text=f"household {name}")[:16]


def number_of(name: str) -> int:
    """Number of a household in the list of a campaign; 0 of one that stands nowhere."""
    return RESIDENTS.index(name) + 1 if name in RESIDENTS else 0


def line(name: str) -> bytes:
    """Key of a bank line, 32 bytes."""
    return keccak(text=f"bank line {name}")


def account(kind: int, owner: int | bytes = 0) -> bytes:
    """Id of an account, 32 bytes."""
    number = int.from_bytes(owner, "big") if isinstance(owner, bytes) else owner
    return bytes([kind]) + number.to_bytes(31, "big")


async def later(town: Town, seconds: int) -> None:
    """Lets time pass on the chain, and an hour more: each block is at least a second after the one before, so the chain's
    clock may be ahead of what passed."""
    await town.wait(seconds + 3600)


async def held(town: Town, kind: int, owner: int | bytes = 0) -> int:
    """Balance of an account on the chain, in its unit."""
    return int(await town.read("Ledger", "balanceOf", account(kind, owner)))


def fresh_nonce() -> int:
    """A nonce in a word that nobody used."""
    return next(_numbers) << 64


def donation(name: str, amount_fen: int, purpose: int = GENERAL) -> Donation:
    """A donation by a private donor against the bank line of a name."""
    donor = keccak(text=f"donor of {name}")
    return Donation(bank_line=line(name), purpose=purpose, amount_fen=amount_fen, donor=donor)


def proposal(amount_fen: int = 300_000, **changes: Any) -> Proposal:
    """A request for money by the requester, with a number of its own."""
    fields: dict[str, Any] = {
        "committee": COMMITTEE, "purpose": GENERAL, "budget_line": BUDGET_LINE, "amount_fen": amount_fen,
        "number": next(_numbers), "requester": member_id("requester"), "payee": keccak(text="payee"),
        "documents": keccak(text="documents"),
    }  # fmt: skip
    return Proposal(**fields | changes)


def _members() -> Iterator[Act]:
    registrar = AuthorityRole.REGISTRAR
    people = dict.fromkeys([*(name for name, _ in SEATS), *RESIDENTS, *OTHERS])
    for name in people:
        kind = MemberKind.ORGANISATION if name == "firm" else MemberKind.PERSON
        key = held_by(name, signer(name))
        yield registrar, "Members", "register", (member_id(name), kind, household(name), *key)
    for name in RESIDENTS:
        yield registrar, "Members", "placeHousehold", (household(name), BUILDING)
        yield registrar, "Members", "grantRole", (member_id(name), Role.RESIDENT, FUND, FAR)
    for name, role, scope in (
        ("treasurer", Role.TREASURER, FUND),
        ("cashier", Role.TREASURER, FUND),
        ("coordinator", Role.COORDINATOR, FUND),
        ("second coordinator", Role.COORDINATOR, FUND),
        ("foreman", Role.FOREMAN, ENTERPRISE),
    ):
        yield registrar, "Members", "grantRole", (member_id(name), role, scope, FAR)


def _funds() -> Iterator[Act]:
    steward = AuthorityRole.STEWARD
    yield steward, "Funds", "openBankAccount", (BANK,)
    yield steward, "Funds", "openFund", (STREET, 0, Level.STREET, BANK)
    yield steward, "Funds", "openFund", (FUND, STREET, Level.COMMUNITY, BANK)
    for purpose in (GENERAL, STAIRWELL, MATCHING, RESERVE, REMAINDER):
        yield steward, "Funds", "openPurpose", (purpose,)
    yield steward, "Budgets", "setBudgetLine", (BUDGET_LINE, GENERAL, LIMIT_FEN)


def _committee(seats: Seats) -> Iterator[Act]:
    steward = AuthorityRole.STEWARD
    yield steward, "Committees", "openCommittee", (COMMITTEE, FUND, [seat_class for _, seat_class in seats])
    yield steward, "Committees", "setRules", (COMMITTEE, [SMALL_TIER, LARGE_TIER])
    for seat, (name, _) in enumerate(seats):
        yield steward, "Committees", "fillSeat", (COMMITTEE, seat, member_id(name), FAR)
    yield steward, "Committees", "fillSeat", (COMMITTEE, 255, member_id("supervisor"), FAR)
