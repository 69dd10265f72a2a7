"""The rules of a committee, each tier in one sentence, and its seats as people count them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.enums import SeatClass
from ledger_api.formats import yuan
from ledger_api.unbroken import joined

if TYPE_CHECKING:
    from ledger_api.locale import Locale
    from ledger_api.members.schemas import Tier

SUPERVISOR = 255
# No amount reaches this (`uint64` of the contract, signed in the mirror): such a tier has no upper end.
UNLIMITED_FEN = 2**63


def seat_name(locale: Locale, seat: int, seat_class: SeatClass | None = None) -> str:
    """A seat as people count, from 1, and whom it speaks for, where that is known.

    Args:
        locale: Who reads.
        seat: Its number on chain, from 0; `SUPERVISOR` is none that votes.
        seat_class: Whom it speaks for; None if that is not known.
    """
    if seat == SUPERVISOR:
        return locale.gettext("监督员，不投票")
    if seat_class is None:
        return locale.gettext("第 {n} 席", n=seat + 1)
    return locale.gettext("第 {n} 席（{kind}）", n=seat + 1, kind=locale.word("seat_class", seat_class.name))


def upper_end(up_to_fen: int) -> int | None:
    """Upper end of a tier, in fen; None if it has none.

    Args:
        up_to_fen: As the contract or the mirror has it.
    """
    return up_to_fen if 0 <= up_to_fen < UNLIMITED_FEN else None


def tier_sentence(locale: Locale, tier: Tier, seats: int | None) -> str:
    """A tier of rules in words: up to how much, who must approve, and how long everything takes.

    Args:
        locale: Who reads.
        tier: The tier.
        seats: How many seats vote; None if that is not known.
    """
    parts = [_approval(locale, tier, seats), *_least(locale, tier), _times(locale, tier)]
    return locale.gettext("{amount}：{rules}", amount=_amount(locale, tier), rules=joined(parts, ""))


def _amount(locale: Locale, tier: Tier) -> str:
    if tier.up_to_fen is None:
        return locale.gettext("不限金额")
    return locale.gettext("不超过 {amount}", amount=yuan(tier.up_to_fen))


def _approval(locale: Locale, tier: Tier, seats: int | None) -> str:
    if seats is None:
        share = f"{tier.yes_numerator}/{tier.yes_denominator}"
        return locale.gettext("至少 {share} 的席位同意。", share=share)
    needed = -(-tier.yes_numerator * seats // tier.yes_denominator)
    return locale.gettext("{seats} 席里至少 {needed} 席同意。", seats=seats, needed=needed)


def _least(locale: Locale, tier: Tier) -> list[str]:
    """Of which classes so many must be among those who approve."""
    least = [(cls, getattr(tier, f"min_{cls.name.lower()}")) for cls in SeatClass]
    texts = [
        locale.gettext("{kind} {n} 票", kind=locale.word("seat_class", cls.name), n=n)
        for cls, n in least
        if n
    ]
    return [locale.gettext("其中至少要有{classes}。", classes=locale.listed(texts))] if texts else []


def _times(locale: Locale, tier: Tier) -> str:
    decide, notice = locale.length(tier.decide_seconds), locale.length(tier.notice_seconds)
    texts = [locale.gettext("表决 {decide}，通过后公示 {notice}。", decide=decide, notice=notice)]
    if tier.objections_to_suspend:
        texts.append(locale.ngettext("公示时有 {n} 人异议就暂停。", tier.objections_to_suspend))
    texts.append(locale.gettext("付款后 {proof}内交凭证。", proof=locale.length(tier.proof_seconds)))
    return joined(texts, "")
