"""Work orders, the lots that workers take of them, and what a dispute brought, as storage holds them.

Each version of `Cooperative` holds its own orders, by the terms that were in force when they were opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.rules.lots import order_of
from audit.rules.state.work import DISPUTED, LAPSED, RETURNED, REVERSED, SETTLED, TAKEN
from audit.rules.stored.things import TAIL_BYTES, Begin, Rule, Stored, Thing, Values, tail_of

if TYPE_CHECKING:
    from audit.chain.history import Log


def _order(order: bytes) -> Thing:
    return Thing("Cooperative", "_orders", (order,))


def _terms(order: bytes) -> Thing:
    return Thing("Cooperative", "_orders", (order, "terms"))


def _lot(v: Values) -> Thing:
    return Thing("Cooperative", "_lots", (v["lot"],))


def _held(order: bytes, worker: bytes) -> Thing:
    return Thing("Cooperative", "_takenBy", (order, worker))


def _decision(v: Values) -> Thing:
    return Thing("Cooperative", "_decisions", (v["lot"],))


BEGINS: dict[str, Begin] = {
    "Cooperative.WorkOrderOpened": lambda v: [_order(v["order"]), _terms(v["order"])],
    "Cooperative.LotTaken": lambda v: [_lot(v), _held(v["order"], v["worker"])],
    "Cooperative.LotDisputed": lambda v: [_decision(v)],
}


def _opened(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_order(v["order"])] = {
        "enterprise": v["enterprise"], "pieces": v["pieces"], "piecesLeft": v["pieces"],
        "workerPieces": v["worker_pieces"], "dueAt": v["due_at"],
    }  # fmt: skip
    stored[_terms(v["order"])] = stored.terms_of(v["enterprise"], v["product"])


def _taken(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_lot(v)] = {
        "worker": v["worker"], "state": TAKEN, "pieces": v["pieces"], "acceptedPieces": 0, "until": v["until"],
        "foremanTail": bytes(TAIL_BYTES),
    }  # fmt: skip
    stored.setdefault(_held(v["order"], v["worker"]), {"": 0})
    _free(stored, v, -v["pieces"])


def _free(stored: Stored, v: Values, pieces: int) -> None:
    """Pieces that others may take; a worker's are counted only where the cap is less than all of the order."""
    lot = stored[_lot(v)]
    order_id = order_of(v["lot"])
    order = stored[_order(order_id)]
    order["piecesLeft"] += pieces
    if order["workerPieces"] < order["pieces"]:
        stored[_held(order_id, lot["worker"])][""] -= pieces


def _freed(state: int) -> Rule:
    """A rule by which a lot ends without a settlement."""

    def rule(stored: Stored, log: Log, v: Values) -> None:
        del log
        stored[_lot(v)]["state"] = state
        _free(stored, v, stored[_lot(v)]["pieces"])

    return rule


def _settled(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_lot(v)].update(
        state=SETTLED,
        acceptedPieces=v["accepted_pieces"],
        until=v["until"],
        foremanTail=tail_of(v["foreman"]),
    )
    _free(stored, v, v["rejected_pieces"])


def _disputed(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_lot(v)].update(state=DISPUTED, until=v["until"])
    stored[_decision(v)] = {"acceptedPieces": 0, "treasurer": bytes(16)}


def _decided(stored: Stored, log: Log, v: Values) -> None:
    stored[_lot(v)].update(state=SETTLED, until=log.block.time)
    stored[_decision(v)].update(acceptedPieces=v["accepted_pieces"], treasurer=v["treasurer"])


def _lapsed(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_lot(v)]["state"] = SETTLED


def _reversed(stored: Stored, log: Log, v: Values) -> None:
    """What a dispute brought beside the pieces accepted at first is not made again."""
    del log
    stored[_lot(v)]["state"] = REVERSED
    _free(stored, v, stored[_lot(v)]["acceptedPieces"])


RULES: dict[str, Rule] = {
    "Cooperative.WorkOrderOpened": _opened,
    "Cooperative.LotTaken": _taken,
    "Cooperative.LotReturned": _freed(RETURNED),
    "Cooperative.LotLapsed": _freed(LAPSED),
    "Cooperative.LotSettled": _settled,
    "Cooperative.LotDisputed": _disputed,
    "Cooperative.LotDecided": _decided,
    "Cooperative.LotDisputeLapsed": _lapsed,
    "Cooperative.LotReversed": _reversed,
}
