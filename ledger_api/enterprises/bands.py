"""Earnings as the public sees them: workers per band of a month, never a group of fewer than five.

A single hidden band could be told from the number of all workers, so the next smallest band is hidden with it. A band that one
enterprise hides could be told from the town's less those of the others, and the town's from theirs: it is told nowhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Protocol

from ledger_api.enterprises.schemas import Band
from ledger_api.small_groups import LEAST_GROUP, is_small

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EDGES_FEN = (0, 50_000, 100_000, 200_000, 300_000)


class Earning(Protocol):
    """What a worker earned at an enterprise in a month."""

    worker: bytes
    enterprise: int
    earned_fen: int


def bands_of(earnings: Sequence[Earning], enterprise: int | None = None) -> list[Band]:
    """Workers per band of a month.

    Args:
        earnings: All of the month, whatever enterprise they are from.
        enterprise: Whose workers; None takes the town, where a worker counts once, by what all enterprises paid together.

    Returns:
        From the lowest; empty if nobody earned anything there.
    """
    town = _town_counts(earnings)
    by_enterprise: defaultdict[int, list[int]] = defaultdict(list)
    for one in earnings:
        by_enterprise[one.enterprise].append(one.earned_fen)
    counts = {number: _counts(earned_fen) for number, earned_fen in by_enterprise.items()}
    hidden = hidden_bands(town).union(*map(hidden_bands, counts.values()))
    others = [i for i, count in enumerate(town) if i not in hidden and count >= LEAST_GROUP]
    if len(hidden) == 1 and others:
        hidden.add(min(others, key=lambda i: town[i]))
    if enterprise is None:
        return _bands(town, hidden)
    return _bands(counts[enterprise], hidden) if enterprise in counts else []


def hidden_bands(counts: list[int]) -> set[int]:
    """Which bands are not told.

    Args:
        counts: Workers per band.
    """
    small = {i for i, count in enumerate(counts) if is_small(count)}
    others = [i for i, count in enumerate(counts) if count >= LEAST_GROUP]
    if len(small) == 1 and others:
        small.add(min(others, key=lambda i: counts[i]))
    return small


def _town_counts(earnings: Sequence[Earning]) -> list[int]:
    by_worker: Counter[bytes] = Counter()
    for one in earnings:
        by_worker[one.worker] += one.earned_fen
    return _counts(by_worker.values())


def _counts(earned_fen: Iterable[int]) -> list[int]:
    """Workers per band, from what each earned."""
    counts = Counter(bisect_right(EDGES_FEN, fen) - 1 for fen in earned_fen)
    return [counts[i] for i in range(len(EDGES_FEN))]


def _bands(counts: list[int], hidden: set[int]) -> list[Band]:
    above = (*EDGES_FEN[1:], None)
    return [
        Band(from_fen=edge, below_fen=above[i], workers=None if i in hidden else counts[i])
        for i, edge in enumerate(EDGES_FEN)
    ]
