"""What else becomes of lots in the demo town: returned, lapsed, disputed and decided, and taken back (case E2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongji.town.acts import Signed
from gongji.town.founding import ENTERPRISE
from gongji.town.roster import FOREMAN, WORKERS
from wallets.intents import ActOnLot, DecideLot, LotAct, OpenWorkOrder, SettleLot, TakeLot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongji.town.acts import Act, Calendar
    from gongji.town.book import Book

PIECES, MOST_OF_A_WORKER = 60, 20
# The order of the workshop's first week: opened, taken, due, settled. What nobody accepted the keeper lets lapse.
OPENED, TAKEN, DUE, SETTLED = -69, -68, -66, -60
ORDER = "order/first-week"
RETURNED, NEVER_BROUGHT, COUNTED_WRONG, CREDITED_WRONG = WORKERS[1:]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """A lot of the first week.

    Attributes:
        worker: Who took it.
        pieces: Pieces taken.
        rejected: Pieces that the foreman rejected; None if it was never settled.
    """

    worker: str
    pieces: int
    rejected: int | None


SCENES = (
    Scene(worker=RETURNED, pieces=10, rejected=None),
    Scene(worker=NEVER_BROUGHT, pieces=8, rejected=None),
    Scene(worker=COUNTED_WRONG, pieces=20, rejected=6),
    Scene(worker=CREDITED_WRONG, pieces=15, rejected=0),
)
# Of the six that the foreman rejected.
ACCEPTED_LATER = 4
REASONS = {
    "settle": "当面清点 Counted together",
    "dispute": "六件里有四件只是线头没剪 Four of the six only had loose threads",
    "decide": "和组长一起看过，四件合格 Looked at with the foreman; four are good",
    "reverse": "这批是别人做的，记错了人 Somebody else made this batch",
}


def acts(calendar: Calendar, product: int) -> Iterator[Act]:
    """All of them."""
    yield _order(calendar, product)
    for scene in SCENES:
        yield _taken(calendar, scene)
        if scene.rejected is not None:
            yield _settled(calendar, scene, scene.rejected)
    yield _act(calendar.at(TAKEN + 1), RETURNED, RETURNED, LotAct.RETURN)
    yield _act(calendar.at(SETTLED + 1), COUNTED_WRONG, COUNTED_WRONG, LotAct.DISPUTE, "dispute")
    yield _decided(calendar.at(SETTLED + 3))
    yield _act(calendar.at(SETTLED + 4), CREDITED_WRONG, "cashier-1", LotAct.REVERSE, "reverse")


def accepted_pieces(worker: str) -> tuple[int, ...]:
    """Pieces for which a worker is paid in the end, by settlement: each is split and rounded by itself."""
    return (SCENES[2].pieces - 6, ACCEPTED_LATER) if worker == COUNTED_WRONG else ()


def _name(worker: str) -> str:
    return f"first-week/{worker}"


def _lot(book: Book, worker: str) -> bytes:
    return book.lot(ORDER, _name(worker))


def _order(calendar: Calendar, product: int) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> OpenWorkOrder:
        return OpenWorkOrder(
            order=book.order(ORDER), enterprise=ENTERPRISE, product=product, pieces=PIECES,
            worker_pieces=MOST_OF_A_WORKER, due_at=calendar.at(DUE), nonce=nonce, deadline=deadline,
        )  # fmt: skip

    return Signed(at=calendar.at(OPENED), key=ORDER, by=FOREMAN, intent=intent)


def _taken(calendar: Calendar, scene: Scene) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> TakeLot:
        return TakeLot(
            lot=_lot(book, scene.worker),
            order=book.order(ORDER),
            pieces=scene.pieces,
            nonce=nonce,
            deadline=deadline,
        )

    return Signed(at=calendar.at(TAKEN), key=f"take/{_name(scene.worker)}", by=scene.worker, intent=intent)


def _settled(calendar: Calendar, scene: Scene, rejected: int) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> SettleLot:
        return SettleLot(
            lot=_lot(book, scene.worker), accepted_pieces=scene.pieces - rejected, rejected_pieces=rejected,
            document=book.commit(REASONS["settle"]), nonce=nonce, deadline=deadline,
        )  # fmt: skip

    return Signed(at=calendar.at(SETTLED), key=f"settle/{_name(scene.worker)}", by=FOREMAN, intent=intent)


def _decided(at: int) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> DecideLot:
        return DecideLot(
            lot=_lot(book, COUNTED_WRONG), accepted_pieces=ACCEPTED_LATER, document=book.commit(REASONS["decide"]),
            nonce=nonce, deadline=deadline,
        )  # fmt: skip

    return Signed(at=at, key=f"decide/{_name(COUNTED_WRONG)}", by="treasurer-1", intent=intent)


def _act(at: int, worker: str, by: str, what: LotAct, why: str = "") -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> ActOnLot:
        document = book.commit(REASONS[why]) if why else bytes(32)
        return ActOnLot(act=what, lot=_lot(book, worker), document=document, nonce=nonce, deadline=deadline)

    return Signed(at=at, key=f"{what.name.lower()}/{_name(worker)}", by=by, intent=intent)
