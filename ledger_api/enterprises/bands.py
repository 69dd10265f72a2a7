"""Earnings as the public sees them: workers per band of a month, never a group of fewer than five.

A single hidden band could be told from the number of all workers, so the next smallest band is hidden with it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING

from ledger_api.enterprises.schemas import Band

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST_GROUP = 5
EDGES_FEN = (0, 50_000, 100_000, 200_000, 300_000)


def bands_of(earned_fen: Iterable[int]) -> list[Band]:
    """Workers per band.

    Args:
        earned_fen: What each worker earned in the month, in fen.
    """
    counts = Counter(bisect_right(EDGES_FEN, fen) - 1 for fen in earned_fen)
    hidden = hidden_bands([counts[i] for i in range(len(EDGES_FEN))])
    return [
        Band(
            from_fen=edge,
            below_fen=EDGES_FEN[i + 1] if i + 1 < len(EDGES_FEN) else None,
            workers=None if i in hidden else counts[i],
        )
        for i, edge in enumerate(EDGES_FEN)
    ]


def hidden_bands(counts: list[int]) -> set[int]:
    """Which bands are not told.

    Args:
        counts: Workers per band.
    """
    small = {i for i, count in enumerate(counts) if 0 < count < LEAST_GROUP}
    others = [i for i, count in enumerate(counts) if count >= LEAST_GROUP]
    if len(small) == 1 and others:
        small.add(min(others, key=lambda i: counts[i]))
    return small
