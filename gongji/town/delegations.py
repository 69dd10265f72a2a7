"""The service desk of the demo town: an old neighbour whose phone is broken has a haircut by it (case P3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.enums import Area, Role
from gongji.town.acts import Act, ByDesk, Calendar, Order, Signed
from gongji.town.founding import HAIRCUT, SERVICES, grant
from gongji.town.roster import BARBER, CLERK
from wallets.intents import ActOnGuardian, ActOnRedemption, Call, GuardianAct, Redeem, RedemptionAct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gongji.town.acts import IntentOf
    from gongji.town.book import Book
    from wallets.intents import Intent

# Who has no phone any more, and who looks in on that neighbour: the guardian sees all that the desk does.
PERSON, GUARDIAN, FUND = "volunteer-8", "volunteer-10", 1
# Whom the paper names to end it.
KIN = "volunteer-11"
DELEGATION, REDEMPTION, DAILY_LIMIT = "haircuts", "by the desk", 2
CONSENT = "我请服务台替我兑换服务，每天最多两件，先办一年；邻居可以替我叫停。 I ask the desk to redeem hours for me, at most two acts a day, for a year; my neighbour may end it for me."


def acts(calendar: Calendar) -> Iterator[Act]:
    """The clerk is appointed, the person consents on paper, and a week later the barber comes."""
    yield grant(calendar.at(-365, 8, 50), CLERK, Role.CLERK, FUND, calendar.at(400))
    yield Signed(at=calendar.at(-300, 10, 5), key=f"name/{GUARDIAN}-of-{PERSON}", by=PERSON, intent=_named)
    yield Order(
        at=calendar.at(-18, 10),
        key=f"openDelegation/{DELEGATION}",
        service="registrar",
        call=_opened(calendar),
    )
    yield _by_desk(calendar.at(-9, 10), "redeem", _redeemed)
    yield _by_barber(calendar.at(-8, 10), RedemptionAct.ACCEPT)
    yield _by_barber(calendar.at(-7, 10), RedemptionAct.SERVE)
    yield _by_desk(calendar.at(-6, 10), "confirm", _on(RedemptionAct.CONFIRM))


def _opened(calendar: Calendar) -> Callable[[Book], Call]:
    def call(book: Book) -> Call:
        args = (
            book.id16("delegation", DELEGATION), book.member(PERSON), FUND, Area.HOURS, DAILY_LIMIT, calendar.at(340),
            book.member(KIN), book.commit(CONSENT),
        )  # fmt: skip
        return Call(contract="Delegations", function="openDelegation", args=args)

    return call


def _named(book: Book, nonce: int, deadline: int) -> Intent:
    return ActOnGuardian(act=GuardianAct.NAME, guardian=book.member(GUARDIAN), nonce=nonce, deadline=deadline)


def _redeemed(book: Book, nonce: int, deadline: int) -> Intent:
    return Redeem(
        redemption=book.id16("redemption", REDEMPTION), provider=book.member(BARBER), fund=FUND, service=HAIRCUT,
        held_minutes=SERVICES[HAIRCUT][2], nonce=nonce, deadline=deadline,
    )  # fmt: skip


def _on(act: RedemptionAct) -> IntentOf:
    def intent(book: Book, nonce: int, deadline: int) -> Intent:
        redemption = book.id16("redemption", REDEMPTION)
        return ActOnRedemption(
            act=act, redemption=redemption, document=bytes(32), nonce=nonce, deadline=deadline
        )

    return intent


def _by_desk(at: int, key: str, intent: IntentOf) -> ByDesk:
    return ByDesk(at=at, key=f"desk/{key}", by=CLERK, delegation=DELEGATION, intent=intent)


def _by_barber(at: int, act: RedemptionAct) -> Signed:
    return Signed(at=at, key=f"{act.name.lower()}/{REDEMPTION}", by=BARBER, intent=_on(act))
