"""The transfers that show that a match was locked before the first gift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from contracts.accounts import AccountKind, account_id
from contracts.events import Transferred
from indexer.history import EVENT_TABLES
from kit.prepared import prepared

if TYPE_CHECKING:
    from sqlalchemy import Select

    from kit.prepared import Prepared


def match_lock(campaign: int) -> Prepared:
    """The transfer that locked the match of a campaign."""
    return _first_to(account_id(AccountKind.MATCH_LOCK, campaign))


def first_gift(campaign: int) -> Prepared:
    """The transfer of the first gift to a campaign."""
    return _first_to(account_id(AccountKind.CAMPAIGN, campaign))


@prepared
def _first_to(payee: bytes) -> Select[Any]:
    columns = EVENT_TABLES[Transferred].c
    return (
        select(columns.sequence, columns.amount)
        .where(columns.payee == payee)
        .order_by(columns.block_number, columns.log_index)
        .limit(1)
    )
