"""Commitments: what stands on chain instead of a place, with 32 random bytes of salt of its own.

Nobody can guess a place from its commitment, and without the salt nobody can prove it.
"""

from __future__ import annotations

import hashlib

PLACE_TAG = b"gongji.place.v1"


def place_commitment(place: bytes, salt: bytes) -> bytes:
    """Commitment to a place, 32 bytes: `SHA-256("gongji.place.v1" || salt || place)`.

    Args:
        place: Pseudonym of the place, 16 bytes.
        salt: 32 random bytes.
    """
    return hashlib.sha256(PLACE_TAG + salt + place).digest()
