"""Queries for redemptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, union_all

from indexer.projections.redemption import redemptions
from kit.prepared import prepared
from ledger_api.mirror import open_rows, placed_rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select

    from contracts.enums import RedemptionState

COLUMNS = redemptions.table.c


def newest(*, fund: int | None = None, state: RedemptionState | None = None) -> Select[Any]:
    """Redemptions, newest first.

    Args:
        fund: Only those whose coordinators are this fund's; None takes all.
        state: Only those in this state; None takes all.
    """
    query = placed_rows(redemptions).order_by(COLUMNS.block_number.desc(), COLUMNS.log_index.desc())
    if fund is not None:
        query = query.where(COLUMNS.fund == fund)
    return query if state is None else query.where(COLUMNS.state == state)


def of(member: bytes) -> Select[Any]:
    """Redemptions of a member, 16 bytes, newest first."""
    return newest().where(COLUMNS.member == member)


def by(provider: bytes) -> Select[Any]:
    """Redemptions for a service of a member, 16 bytes, newest first."""
    return newest().where(COLUMNS.provider == provider)


def in_care_of(funds: Collection[int], states: Collection[RedemptionState]) -> Select[Any]:
    """Redemptions on which the coordinators of some funds may act, newest first.

    Args:
        funds: Their numbers.
        states: Only those in one of these states.
    """
    return newest().where(COLUMNS.state.in_(states), COLUMNS.fund.in_(funds))


@prepared
def reasoned_with(document: bytes) -> Select[Any]:
    """Redemptions that were disputed, decided, voided or reversed with a document as the reasons.

    Args:
        document: Its commitment, 32 bytes.
    """
    # Each by its own index.
    found = (
        select(COLUMNS.redemption).where(COLUMNS.to_block.is_(None), column == document)
        for column in (COLUMNS.dispute, COLUMNS.decision, COLUMNS.reversal)
    )
    return open_rows(redemptions).where(COLUMNS.redemption.in_(union_all(*found)))
