"""What a seat's act makes of the votes of a request, a bit for each seat; alike in the mirror's rows and in storage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from audit.chain.history import Log

Votes = dict[str, Any]
Values = dict[str, Any]


def approve(votes: Votes, _log: Log, v: Values) -> None:
    """Some seats agree."""
    votes["approvals"] |= v["seats"]


def retract(votes: Votes, _log: Log, v: Values) -> None:
    """A seat takes its vote back; that it had agreed stays known."""
    seat = 1 << v["seat"]
    votes["retracted"] |= votes["approvals"] & seat
    votes["approvals"] &= ~seat
    votes["rejections"] &= ~seat


def reject(votes: Votes, log: Log, v: Values) -> None:
    """A seat is against it."""
    retract(votes, log, v)
    votes["rejections"] |= 1 << v["seat"]


def recuse(votes: Votes, log: Log, v: Values) -> None:
    """A seat has no part in it."""
    retract(votes, log, v)
    votes["recusals"] |= 1 << v["seat"]
