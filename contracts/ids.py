"""Ids of what acts make: random ones, and those of work orders and lots, of which a lot's begins as its order's.

An order's id has eight bytes, with zeros behind them. The contract reads the order of a lot out of the lot's id and keeps no word for it.
"""

from __future__ import annotations

import secrets

# Kinds of fields that are the id of what an act makes.
NEW_IDS = frozenset({"new-id", "new-order-id", "new-lot-id"})
ID_BYTES, HEAD_BYTES = 16, 8


def order_id(head: bytes) -> bytes:
    """Id of a work order.

    Args:
        head: What is its own, 8 bytes.
    """
    return head[:HEAD_BYTES].ljust(ID_BYTES, b"\0")


def lot_id(order: bytes, tail: bytes) -> bytes:
    """Id of a lot.

    Args:
        order: Id of its work order, 16 bytes.
        tail: What is its own, 8 bytes.
    """
    return order[:HEAD_BYTES] + tail[:HEAD_BYTES]


def new_id(kind: str, size_bytes: int, order: bytes = bytes(ID_BYTES)) -> bytes:
    """A random id of what an act makes.

    Args:
        kind: Kind of the field, one of `NEW_IDS`.
        size_bytes: Length of the field.
        order: Of which a lot is taken; zeros if it is not known yet (`within`).
    """
    if kind == "new-order-id":
        return order_id(secrets.token_bytes(HEAD_BYTES))
    if kind == "new-lot-id":
        return lot_id(order, secrets.token_bytes(HEAD_BYTES))
    return secrets.token_bytes(size_bytes)


def within(order: bytes, lot: bytes) -> bytes:
    """A lot's id with the head of its order, if it was made before the order was known."""
    return lot if any(lot[:HEAD_BYTES]) else lot_id(order, lot[HEAD_BYTES:])
