"""What hours are redeemed for in the demo town: haircuts and repairs that end in each way there is, and two that wait (case H1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.town.acts import Calendar, Signed
from gongji.town.founding import HAIRCUT, REPAIR, SERVICES
from gongji.town.roster import BARBER, REPAIRER, VOLUNTEERS
from wallets.intents import ActOnRedemption, Redeem, RedemptionAct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongji.town.book import Book

FUND, COORDINATOR = 1, "coordinator"
# Of a service without a tariff.
AGREED_MINUTES = 60
ACCEPT, SERVE, CONFIRM, DISPUTE = (
    RedemptionAct.ACCEPT, RedemptionAct.SERVE, RedemptionAct.CONFIRM, RedemptionAct.DISPUTE,
)  # fmt: skip
# The day on which each is opened, and what follows, a day later each: the number is that of the volunteer who redeems. Every
# third is a repair. What stops short of an end the keeper ends by its date, but for the last two, which wait.
SCENES: tuple[tuple[int, int, tuple[RedemptionAct, ...]], ...] = (
    (9, -61, ()),
    (10, -46, (ACCEPT, SERVE, DISPUTE)),
    (0, -40, (ACCEPT, SERVE, CONFIRM)),
    (1, -36, (ACCEPT, SERVE)),
    (2, -32, (ACCEPT, SERVE, DISPUTE, RedemptionAct.DECIDE_FOR_PROVIDER)),
    (3, -28, (ACCEPT, SERVE, DISPUTE, RedemptionAct.DECIDE_FOR_MEMBER)),
    (4, -24, (ACCEPT, RedemptionAct.DECLINE)),
    (5, -20, (RedemptionAct.VOID,)),
    (6, -16, (ACCEPT, CONFIRM)),
    (7, -12, (RedemptionAct.CANCEL,)),
    (8, -8, ()),
    (11, -6, (ACCEPT, SERVE, DISPUTE)),
)
# The day on which it comes out, of one that silence confirmed, that nobody served: by the number of the volunteer.
REVERSAL_DAYS = {1: -20}
BY_PROVIDER = (ACCEPT, SERVE, RedemptionAct.DECLINE)
BY_COORDINATOR = (RedemptionAct.DECIDE_FOR_PROVIDER, RedemptionAct.DECIDE_FOR_MEMBER, RedemptionAct.VOID)
REASONS = {
    DISPUTE: "约好的那天没有人来 Nobody came on the day that we had agreed on",
    RedemptionAct.DECIDE_FOR_PROVIDER: "邻居都看见师傅来过 The neighbours saw that the service was given",
    RedemptionAct.DECIDE_FOR_MEMBER: "师傅记错了日子，没有来 The provider mixed up the days and did not come",
    RedemptionAct.VOID: "换服务的人这个月不在家 Who redeemed is away this month",
    RedemptionAct.REVERSE: "师傅翻日程本发现记错了人家，这一户没有去 The barber's diary shows that another home was visited instead",
}


def acts(calendar: Calendar) -> Iterator[Signed]:
    """All redemptions, each with what follows."""
    for number, day, steps in SCENES:
        provider, service = (BARBER, HAIRCUT) if number % 3 else (REPAIRER, REPAIR)
        member = VOLUNTEERS[number]
        yield _opened(calendar.at(day), number, member, provider, service)
        for later, act in enumerate(steps, 1):
            by = {**dict.fromkeys(BY_PROVIDER, provider), **dict.fromkeys(BY_COORDINATOR, COORDINATOR)}
            yield _followed(calendar.at(day + later), number, by.get(act, member), act)
        if number in REVERSAL_DAYS:
            yield _followed(calendar.at(REVERSAL_DAYS[number]), number, COORDINATOR, RedemptionAct.REVERSE)


def _opened(at: int, number: int, member: str, provider: str, service: int) -> Signed:
    minutes = SERVICES[service][2] or AGREED_MINUTES

    def intent(book: Book, nonce: int, deadline: int) -> Redeem:
        return Redeem(
            redemption=book.id16("redemption", str(number)), provider=book.member(provider), fund=FUND, service=service,
            held_minutes=minutes, nonce=nonce, deadline=deadline,
        )  # fmt: skip

    return Signed(at=at, key=f"redeem/{number}", by=member, intent=intent)


def _followed(at: int, number: int, by: str, act: RedemptionAct) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> ActOnRedemption:
        document = book.commit(REASONS[act]) if act in REASONS else bytes(32)
        return ActOnRedemption(
            act=act,
            redemption=book.id16("redemption", str(number)),
            document=document,
            nonce=nonce,
            deadline=deadline,
        )

    return Signed(at=at, key=f"{act.name.lower()}/redemption-{number}", by=by, intent=intent)
