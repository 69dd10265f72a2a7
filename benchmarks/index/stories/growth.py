"""How the town comes about and grows: rules, members, funds with their committees, devices, anchored heads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import TYPE_CHECKING

from contracts import events as e
from contracts.accounts import AccountKind, account_id
from contracts.enums import Algorithm, DeviceClass, KeyClass, KeyKind, Level, MemberKind, Office, Role, Unit

if TYPE_CHECKING:
    from benchmarks.index.paper_town import Town
    from contracts.types import Event

Acts = Iterator["list[Event] | int"]
Story = Callable[["Town"], Acts]

DAY_SECONDS = 86_400
FOR_EVER = 2**48 - 1
NOBODY, NOTHING, HOLDER = bytes(16), bytes(32), bytes(20)
BANK_NUMBER, ENTERPRISE, PRODUCT, SERVICE, LEVY_PURPOSE = 1, 1, 1, 1, 1 << 16 | 1
BANK = account_id(AccountKind.BANK, BANK_NUMBER)
ISSUED, ESCROW = account_id(AccountKind.ISSUED_MINUTES), account_id(AccountKind.MINUTES_ESCROW)
EARNED = account_id(AccountKind.ENTERPRISE, ENTERPRISE)
RESERVE_PURPOSE, REMAINDER_PURPOSE = 1 << 16 | 2, 1 << 16 | 3
RESERVE, REMAINDER = (account_id(AccountKind.PURPOSE, n) for n in (RESERVE_PURPOSE, REMAINDER_PURPOSE))
CHALLENGE_SECONDS, DECIDE_SECONDS, NOTICE_SECONDS, PROOF_SECONDS = (
    2 * DAY_SECONDS, 14 * DAY_SECONDS, 3 * DAY_SECONDS, 45 * DAY_SECONDS,
)  # fmt: skip
SEATS, SUPERVISOR, OBJECTIONS_TO_SUSPEND = 5, 255, 3
TIERS_FEN = (200_000, 5_000_000, 50_000_000)
MIN_MINUTES, MAX_MINUTES = 10, 240
PIECE_FEN, WORKER_BPS, RESERVE_BPS, FUND_BPS = 40, 8_000, 500, 1_000


def founding(town: Town) -> Acts:
    """What stands before anything else can happen."""
    yield [e.ModuleAdmitted(module=town.some_id(20), kinds=2) for _ in range(5)]
    yield [e.BankAccountOpened(bank=BANK_NUMBER), account(BANK, Unit.CNY, world=True)]
    yield [account(ISSUED, Unit.MINUTE, world=True), account(ESCROW, Unit.MINUTE)]
    yield [e.ServiceSet(service=SERVICE, min_minutes=MIN_MINUTES, max_minutes=MAX_MINUTES, tariff_minutes=0)]
    yield [e.ChallengeSet(challenge_seconds=CHALLENGE_SECONDS)]
    for _ in range(2 * SEATS):
        yield from joining(town)
    yield from fund(town)
    yield [
        *(e.PurposeOpened(purpose=purpose, fund=1) for purpose in (RESERVE_PURPOSE, REMAINDER_PURPOSE)),
        e.EnterpriseOpened(
            enterprise=ENTERPRISE,
            levy_purpose=LEVY_PURPOSE,
            reserve_purpose=RESERVE_PURPOSE,
            remainder_purpose=REMAINDER_PURPOSE,
            min_fund_bps=FUND_BPS,
        ),
        *(account(owned, Unit.CNY) for owned in (EARNED, RESERVE, REMAINDER)),
    ]
    yield [e.RateCardPublished(
        enterprise=ENTERPRISE, product=PRODUCT, version=1, piece_fen=PIECE_FEN, worker_bps=WORKER_BPS,
        reserve_bps=RESERVE_BPS, fund_bps=FUND_BPS,
    )]  # fmt: skip


def by_office(office: Office) -> Callable[[Story], Story]:
    """Has each act of a story begin with the holder of the office who does it."""

    def of(story: Story) -> Story:
        @wraps(story)
        def acts(town: Town) -> Acts:
            for act in story(town):
                who = e.ActedForOffice(office=office, key=HOLDER, target=HOLDER, selector=bytes(4))
                yield act if isinstance(act, int) else [who, *act]

        return acts

    return of


@by_office(Office.REGISTRAR)
def joining(town: Town) -> Acts:
    """A member joins, every seventh from a household that is new."""
    if not town.households or town.happens(23, of=156):
        town.households.append(town.some_id(16))
        yield [e.HouseholdPlaced(household=town.households[-1], building=town.some_id(16))]
    member, household = town.some_id(16), town.chance.choice(town.households)
    yield [
        e.MemberRegistered(member=member, kind=MemberKind.PERSON, household=household),
        e.KeyAdded(
            member=member, key=town.some_id(20), kind=KeyKind.WALLET, valid_from=town.now, refusable_until=0
        ),
    ]
    town.members.append(member)
    if town.happens(117, of=156):
        scope = town.chance.choice(town.purposes) >> 16 if town.purposes else 1
        yield [e.RoleGranted(member=member, role=Role.RESIDENT, scope=scope, valid_until=FOR_EVER)]


@by_office(Office.STEWARD)
def fund(town: Town) -> Acts:
    """A fund opens, with a purpose or two, their budgets, and a committee."""
    number = town.next_number("fund")
    parent, level = (1, Level.STREET) if number > 1 else (0, Level.CITY)
    yield [e.FundOpened(fund=number, parent=parent, level=level, bank=BANK_NUMBER)]
    purposes = range(number << 16 | 1, (number << 16 | 2) + town.happens(9, of=35))
    for purpose in purposes:
        yield [e.PurposeOpened(purpose=purpose, fund=number), account(purse(purpose), Unit.CNY)]
        yield [e.BudgetLineSet(budget_line=purpose, purpose=purpose, limit_fen=2**62)]
    yield [e.CommitteeOpened(
        committee=number, fund=number, seats=SEATS, donor_seats=1, resident_seats=0b1110, official_seats=0b10000,
        enterprise_seats=0, since=town.now,
    )]  # fmt: skip
    yield [_tier(number, tier, up_to_fen) for tier, up_to_fen in enumerate(TIERS_FEN)]
    town.committees[number] = committee = town.chance.sample(town.members, SEATS + 1)
    for seat, member in zip((*range(SEATS), SUPERVISOR), committee, strict=True):
        yield [e.SeatFilled(committee=number, seat=seat, member=member, since=town.now, valid_until=FOR_EVER)]
    yield [e.RoleGranted(member=committee[0], role=Role.TREASURER, scope=number, valid_until=FOR_EVER)]
    town.purposes += purposes


@by_office(Office.DEVICE_REGISTRAR)
def device(town: Town) -> Acts:
    """A device of a place is enrolled."""
    yield [e.DeviceEnrolled(
        device=town.some_id(8), device_class=DeviceClass.PLACE_PAD, algorithm=Algorithm.ESP256, key_class=KeyClass.K3,
        key_x=town.some_id(), key_y=town.some_id(), owner=NOBODY, place=town.some_id(), valid_from=town.now,
        valid_until=FOR_EVER, settled_from=town.now,
    )]  # fmt: skip


def log_head(town: Town) -> Acts:
    """The event log has grown and is anchored."""
    yield [e.HeadAnchored(size=13 * town.next_number("head"), root=town.some_id(), ruleset=NOTHING)]


def account(opened: bytes, unit: Unit, *, world: bool = False) -> e.AccountOpened:
    """An account opens."""
    return e.AccountOpened(account=opened, unit=unit, world=world, fund=0)


def purse(purpose: int) -> bytes:
    """Account of a purpose, 32 bytes."""
    return account_id(AccountKind.PURPOSE, purpose)


def _tier(committee: int, tier: int, up_to_fen: int) -> e.TierSet:
    return e.TierSet(
        committee=committee, version=1, tier=tier, up_to_fen=up_to_fen, yes_numerator=4, yes_denominator=5, min_donor=0,
        min_resident=1, min_official=0, min_enterprise=0, decide_seconds=DECIDE_SECONDS, notice_seconds=NOTICE_SECONDS,
        objections_to_suspend=OBJECTIONS_TO_SUSPEND, proof_seconds=PROOF_SECONDS,
    )  # fmt: skip
