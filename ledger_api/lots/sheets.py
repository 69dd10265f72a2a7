"""Which lots of an order a foreman settles together, what was counted of each, and the sheet to sign."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.projections import work
from ledger_api.forms import hexed
from ledger_api.lots import queries
from ledger_api.portal.acting.lookup import find_by_key, wage_of
from ledger_api.portal.signing import Sheet, Writing, draft_of_act
from wallets.keystrokes import number as digits_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ledger_api.mirror import Reading

ACT = "SettleLots"
# As many as one signature settles within the gas of a block, and as a person counts at once.
MOST_LOTS = 50
# A lot that was ticked, and how many of its pieces are good, are numbered as their rows.
NAMES = frozenset(f"{name}.{row}" for name in ("lot", "accepted") for row in range(1, MOST_LOTS + 1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """A lot that may be settled, with what was counted.

    Attributes:
        lot: The lot.
        text: How many pieces are good, as it was entered; all of them before anything was.
        is_chosen: Whether it was ticked.
        accepted_pieces: How many are good; None if that is no number of its pieces.
        wage_fen: What its worker gets for them, in fen.
    """

    lot: work.Lot
    text: str
    is_chosen: bool
    accepted_pieces: int | None
    wage_fen: int

    @property
    def rejected_pieces(self) -> int:
        """How many are not."""
        return self.lot.pieces - (self.accepted_pieces or 0)


async def order_named(mirror: Reading, order: bytes) -> work.WorkOrder:
    """The order of an id.

    Raises:
        NotFoundError: There is none.
    """
    found: work.WorkOrder = await find_by_key(mirror, work.work_orders, order)
    return found


async def counted_lots(
    mirror: Reading, order: work.WorkOrder, foreman: bytes, query: Mapping[str, str]
) -> list[Counted]:
    """Lots of an order that a foreman may settle now, with what was ticked and counted of them.

    Args:
        mirror: A snapshot.
        order: The order.
        foreman: Who settles them, 16 bytes; not the own ones.
        query: What the address says, by the names of `NAMES`.
    """
    card = await find_by_key(mirror, work.rate_cards, order.enterprise, order.product, order.version)
    taken = queries.lots_in_hand(order.enterprise, order.order, mirror.head.time, MOST_LOTS)
    rows = range(1, MOST_LOTS + 1)
    ticked = {query[f"lot.{row}"]: query.get(f"accepted.{row}", "") for row in rows if f"lot.{row}" in query}
    return [
        _counted(lot, card, ticked.get(hexed(lot.lot)))
        for lot in await mirror.versions(work.lots, taken)
        if lot.worker != foreman
    ]


def settling_sheet(order: work.WorkOrder, counted: Sequence[Counted]) -> Sheet | None:
    """The sheet that settles the lots that were ticked; None if none was, or a count is none.

    The protocol is written once, and is that of each of them.

    Args:
        order: The order of all of them.
        counted: Its lots.
    """
    chosen = [one for one in counted if one.is_chosen]
    if not chosen or any(one.accepted_pieces is None for one in chosen):
        return None
    settlements = [
        {
            "lot": hexed(one.lot.lot), "acceptedPieces": one.accepted_pieces, "rejectedPieces": one.rejected_pieces,
            "document": hexed(bytes(32)),
        }
        for one in chosen
    ]  # fmt: skip
    first, *others = (("settlements", row, "document") for row in range(len(chosen)))
    protocol = Writing(
        label="document-private", field=first, also=tuple(others), name=f"{ACT}.txt", public=False
    )
    fields = {"order": hexed(order.order), "settlements": settlements}
    return Sheet(draft=draft_of_act(ACT, fields), writings=(protocol,))


def _counted(lot: work.Lot, card: work.RateCard, text: str | None) -> Counted:
    entered = str(lot.pieces) if text is None else text.strip()
    digits = digits_of(entered)
    is_number = re.fullmatch("[0-9]{1,8}", digits) is not None and int(digits) <= lot.pieces
    accepted = int(digits) if is_number else None
    return Counted(
        lot=lot,
        text=entered,
        is_chosen=text is not None,
        accepted_pieces=accepted,
        wage_fen=wage_of(card, accepted or 0).worker_fen,
    )
