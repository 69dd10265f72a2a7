"""Commitments: what stands on chain instead of a place or a document, each with 32 random bytes of salt of its own.

Nobody can guess what is behind a commitment, and deleting its salt makes it unprovable.
"""

from __future__ import annotations

import hashlib

from eth_abi import encode
from eth_utils import keccak

PLACE_TAG = b"gongji.place.v1"
DOCUMENT_DOMAIN = "gongji.document.v1"


def place_commitment(place: bytes, salt: bytes) -> bytes:
    """Commitment to a place, 32 bytes: `SHA-256("gongji.place.v1" || salt || place)`.

    Args:
        place: Pseudonym of the place, 16 bytes.
        salt: 32 bytes.
    """
    return hashlib.sha256(PLACE_TAG + salt + place).digest()


def document_commitment(salt: bytes, content: bytes) -> bytes:
    """Commitment to a document, 32 bytes: `keccak256(abi.encode("gongji.document.v1", salt, keccak256(content)))`.

    Args:
        salt: 32 bytes.
        content: The document, as it is stored.
    """
    return keccak(encode(["string", "bytes32", "bytes32"], [DOCUMENT_DOMAIN, salt, keccak(content)]))


def household_leaf(salt: bytes, campaign: int, household: bytes) -> bytes:
    """Leaf of a household in the list of a campaign, 32 bytes: `keccak256(abi.encode(salt, campaign, household))`.

    Args:
        salt: 32 bytes.
        campaign: Number of the campaign.
        household: Id of the household, 16 bytes.
    """
    return keccak(encode(["bytes32", "uint32", "bytes16"], [salt, campaign, household]))
