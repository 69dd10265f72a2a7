"""What acts on enterprises and lots name, when they are open, and which of them their readers are offered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.enums import LotState
from indexer.projections import work
from indexer.projections.enterprise import enterprises
from ledger_api.enterprises import queries
from ledger_api.lots.queries import orders_in_hand
from ledger_api.members.person import person_of
from ledger_api.portal.acting.declared import NounActs, NounReference, Origin, When
from ledger_api.portal.acting.offers import offered, offered_to
from ledger_api.sessions.current import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.acts import Act
    from ledger_api.enterprises.schemas import Enterprise, Lot, OpenLot
    from ledger_api.mirror import Reading
    from ledger_api.sessions.current import Office

PAGE = "/enterprises/{enterprise}"
DECLARED = NounActs(
    on_page=("OpenWorkOrder", "PublishRateCard", "AttestProceeds", "PayOut"),
    open={
        "TakeLot": When(ends_at="due_at"),
        "ReturnLot": When(states=frozenset({LotState.TAKEN})),
        "SettleLot": When(states=frozenset({LotState.TAKEN}), ends_at="until", not_by=("worker",)),
        "DisputeLot": When(
            states=frozenset({LotState.SETTLED}), ends_at="until", is_done=lambda lot: not lot.rejected_pieces
        ),
        "DecideLot": When(
            states=frozenset({LotState.DISPUTED}), ends_at="until", not_by=("worker", "foreman")
        ),
        "ReverseLot": When(states=frozenset({LotState.SETTLED}), not_by=("worker", "foreman", "judge")),
    },
    references={
        "enterprise": NounReference(noun=enterprises, page=PAGE),
        "order": NounReference(noun=work.work_orders, page=PAGE, chosen_at="/enterprises"),
        "lot": NounReference(noun=work.lots, page=PAGE, chosen_at="/enterprises"),
    },
    origins={
        "ReverseProceeds": {"bankLine": Origin(page="/ledger?reason=PROCEEDS", word="proceeds")},
        "ReversePayout": {"bankLine": Origin(page="/ledger?reason=PAYOUT", word="payout")},
        "RecordWageReturn": {"bankLine": Origin(page="/ledger?reason=PAYOUT", word="payout")},
        "ReverseWageReturn": {"bankLine": Origin(page="/ledger?reason=PAYOUT", word="payout")},
    },
)

# What is done with a lot, in the order of the page.
OFFERS = ("ReturnLot", "SettleLot", "DisputeLot", "DecideLot", "ReverseLot")


@dataclass(frozen=True, kw_only=True, slots=True)
class LotRow:
    """A lot as somebody sees it.

    Attributes:
        lot: The lot, without whom the reader may not know.
        until: When its state ends, seconds since 1970.
        is_disputed: Whether a treasurer has to decide it.
        offers: What the reader may do with it now.
    """

    lot: Lot | OpenLot
    until: int
    is_disputed: bool
    offers: list[Act]


async def orders_to_settle(
    mirror: Reading, signed_in: Session | Office | None, enterprise: Enterprise
) -> set[bytes]:
    """Orders of an enterprise of which whoever is signed in may settle lots, as its foreman."""
    if not await offered_to(mirror, signed_in, ("SettleLots",), enterprise):
        return set()
    query = orders_in_hand(enterprise.enterprise, mirror.head.time)
    return {row.order for row in await mirror.rows(query)}


async def lot_rows(
    mirror: Reading,
    signed_in: Session | Office | None,
    shown: Sequence[Lot | OpenLot],
    as_seen_by: bytes | None = None,
) -> list[LotRow]:
    """Lots as somebody sees them.

    Args:
        mirror: A snapshot.
        signed_in: Who is signed in; None if nobody is.
        shown: The lots.
        as_seen_by: Member for whom a desk acts, 16 bytes, in place of who is signed in; None if it does not.
    """
    query = queries.lots_numbered([one.lot for one in shown])
    found = {lot.lot: lot for lot in await mirror.versions(work.lots, query)}
    member = as_seen_by or (signed_in.member if isinstance(signed_in, Session) else None)
    person = await person_of(mirror, member, mirror.head.time) if member else None
    return [
        LotRow(
            lot=one,
            until=lot.until,
            is_disputed=lot.state is LotState.DISPUTED,
            offers=offered(OFFERS, person, lot, mirror.head.time),
        )
        for one, lot in ((one, found[one.lot]) for one in shown)
    ]
