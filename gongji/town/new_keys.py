"""New keys of the demo town's people: one that a guardian refused, and one that is settled in some days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.town.acts import Act, Calendar, Signed
from wallets.intents import ActOnGuardian, GuardianAct, RefuseKey, RotateKey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongji.town.book import Book
    from wallets.intents import Intent

# Whose key is stolen, and who sees it.
ROBBED, THIEF = "volunteer-9", "thief"
GUARDIANS = ("volunteer-10", "volunteer-11")
RENEWING, NEW_PHONE = "volunteer-6", "new phone of volunteer-6"


def acts(calendar: Calendar) -> Iterator[Act]:
    """Guardians are named long before they are needed."""
    for number, guardian in enumerate(GUARDIANS):
        yield _named(calendar.at(-300, 10, number), ROBBED, guardian)
    yield _rotated(calendar.at(-20, 3), ROBBED, THIEF)
    yield _refused(calendar.at(-18, 8), GUARDIANS[0], THIEF)
    yield _rotated(calendar.at(-3, 19), RENEWING, NEW_PHONE)


def _named(at: int, by: str, guardian: str) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> Intent:
        return ActOnGuardian(
            act=GuardianAct.NAME, guardian=book.member(guardian), nonce=nonce, deadline=deadline
        )

    return Signed(at=at, key=f"name/{guardian}", by=by, intent=intent)


def _rotated(at: int, by: str, key: str) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> Intent:
        return RotateKey(
            new_key=bytes.fromhex(book.address(key)[2:]), possession=book.possession(key, by), nonce=nonce, deadline=deadline
        )  # fmt: skip

    return Signed(at=at, key=f"rotate/{by}", by=by, intent=intent)


def _refused(at: int, by: str, key: str) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> Intent:
        return RefuseKey(key=bytes.fromhex(book.address(key)[2:]), nonce=nonce, deadline=deadline)

    return Signed(at=at, key=f"refuse/{key}", by=by, intent=intent)
