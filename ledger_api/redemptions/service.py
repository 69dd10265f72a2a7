"""Redemptions as lists: of everybody, of one of their sides, and of the coordinators who look after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.enums import RedemptionState
from indexer.projections.redemption import DISPUTED, UNSERVED, redemptions
from ledger_api.lists import newest_page
from ledger_api.redemptions import queries
from ledger_api.redemptions.schemas import Redemption
from ledger_api.sessions.access import DataClass

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Select

    from ledger_api.mirror import Reading
    from ledger_api.sessions.access import Viewer

# On which coordinators may act: what waits for a decision, all that is not over, and what may be reversed.
DISPUTES, UNDER_WAY, FINISHED = (DISPUTED,), (DISPUTED, *UNSERVED), (RedemptionState.DONE,)
Found = tuple[list[Redemption], str | None]


async def all_page(
    mirror: Reading,
    cursor: str | None,
    limit: int,
    *,
    fund: int | None = None,
    state: RedemptionState | None = None,
) -> Found:
    """Redemptions, newest first, and the cursor of what came before; None if nothing did.

    Args:
        mirror: A snapshot.
        cursor: Where to begin; None with the newest.
        limit: How many.
        fund: Only those whose coordinators are this fund's; None takes all.
        state: Only those in this state; None takes all.
    """
    return await _page(mirror, queries.newest(fund=fund, state=state), cursor, limit)


async def redeemed_page(mirror: Reading, member: bytes, cursor: str | None, limit: int) -> Found:
    """Redemptions of a member, newest first; as `all_page`."""
    return await _page(mirror, queries.of(member), cursor, limit)


async def provided_page(mirror: Reading, provider: bytes, cursor: str | None, limit: int) -> Found:
    """Redemptions for a service of a member, newest first; as `all_page`."""
    return await _page(mirror, queries.by(provider), cursor, limit)


async def in_care_page(
    mirror: Reading,
    funds: Collection[int],
    states: Collection[RedemptionState],
    cursor: str | None,
    limit: int,
) -> Found:
    """Redemptions on which the coordinators of some funds may act, newest first; as `all_page`.

    Args:
        mirror: A snapshot.
        funds: Their numbers.
        states: Only those in one of these states.
        cursor: Where to begin; None with the newest.
        limit: How many.
    """
    return await _page(mirror, queries.in_care_of(funds, states), cursor, limit)


def as_seen_by(viewer: Viewer, redemption: Redemption) -> Redemption:
    """A redemption, without its two sides for whom these are not."""
    return viewer.without(redemption, DataClass.REDEMPTION, "member", "provider", fund=redemption.fund)


def reasons_in(redemptions_shown: Sequence[Redemption]) -> list[bytes | None]:
    """Commitments to all reasons that were given in some redemptions, 32 bytes each; None where none were."""
    return [
        commitment for one in redemptions_shown for commitment in (one.dispute, one.decision, one.reversal)
    ]


async def _page(mirror: Reading, query: Select[Any], cursor: str | None, limit: int) -> Found:
    found, following = await newest_page(mirror, redemptions, query, cursor, limit)
    return [mirror.placed_record(Redemption, one) for one in found], following
