"""Commitments to documents: what stands on chain instead of them.

`keccak256(abi.encode("gongji.document.v1", salt, keccak256(content)))`, with 32 random bytes of salt per document, so that
nobody can guess a content from its commitment, and deleting the salt makes it unprovable.
"""

from __future__ import annotations

from eth_abi import encode
from eth_utils import keccak

DOMAIN = "gongji.document.v1"


def commitment(salt: bytes, content: bytes) -> bytes:
    """Commitment to a document, 32 bytes.

    Args:
        salt: 32 bytes.
        content: The document, as it is stored.
    """
    return keccak(encode(["string", "bytes32", "bytes32"], [DOMAIN, salt, keccak(content)]))
