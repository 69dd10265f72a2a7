"""Queries for campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from contracts.enums import CampaignState, Reason
from contracts.events import CampaignOpened, CampaignSettled, GiftAttested, GiftRefunded, Transferred
from indexer.history import EVENT_TABLES
from ledger_api.mirror import recorded, times, total

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from contracts.types import Event

opened = EVENT_TABLES[CampaignOpened]
gifts = EVENT_TABLES[GiftAttested]


def _of(event: type[Event], value: Any) -> ColumnElement[int]:
    table = EVENT_TABLES[event]
    found = select(value).select_from(table).where(table.c.campaign == opened.c.campaign).scalar_subquery()
    return func.coalesce(found, 0)


def campaigns() -> Select[Any]:
    """All campaigns by number, with what they have so far."""
    settled, refunded = EVENT_TABLES[CampaignSettled].c, EVENT_TABLES[GiftRefunded].c
    settled_as = select(settled.state).where(settled.campaign == opened.c.campaign).scalar_subquery()
    return recorded(
        CampaignOpened,
        func.coalesce(settled_as, CampaignState.OPEN).label("state"),
        times(GiftAttested, "campaign", opened.c.campaign).label("gifts"),
        _of(GiftAttested, total(gifts.c.amount_fen)).label("gifts_fen"),
        _of(GiftAttested, total(gifts.c.matched_fen)).label("matched_fen"),
        _of(GiftAttested, func.max(gifts.c.households)).label("households"),
        _of(GiftRefunded, total(refunded.amount_fen)).label("refunded_fen"),
    ).order_by(opened.c.campaign)


def gifts_to(campaign: int) -> Select[Any]:
    """Gifts to a campaign, newest first, with the line that returned each."""
    refunds = EVENT_TABLES[GiftRefunded].c
    refunded_by = (
        select(refunds.outgoing_bank_line)
        .where(refunds.bank_line == gifts.c.bank_line, refunds.campaign == campaign)
        .scalar_subquery()
    )
    return (
        recorded(GiftAttested, refunded_by.label("refunded_by"))
        .where(gifts.c.campaign == campaign)
        .order_by(gifts.c.block_number.desc(), gifts.c.log_index.desc())
    )


def settlement(campaign: int) -> Select[Any]:
    """How a campaign ended."""
    return recorded(CampaignSettled).where(EVENT_TABLES[CampaignSettled].c.campaign == campaign)


def transfers_of(reason: Reason, payee: bytes) -> Select[Any]:
    """Transfers of one reason to an account, oldest first."""
    columns = EVENT_TABLES[Transferred].c
    return (
        select(columns.sequence, columns.amount)
        .where(columns.payee == payee, columns.reason == reason)
        .order_by(columns.sequence)
    )
