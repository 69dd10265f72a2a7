"""What the verifier itself is: a digest of its source files, so that a report says which program it is of."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from audit.decode.abi import ABI_FOLDER
from audit.evidence.canonical import encode, hexed

PACKAGE = Path(__file__).resolve().parents[1]


@cache
def verifier_digest() -> bytes:
    """SHA-256 of the canonical JSON of path and SHA-256 of each of its files, and of what it reads of contracts, 32 bytes."""
    contracts = ABI_FOLDER.parent
    paths = [*PACKAGE.rglob("*.py"), *ABI_FOLDER.glob("*.json"), contracts / "acts.json"]
    digests = {
        path.relative_to(PACKAGE.parent).as_posix(): hexed(hashlib.sha256(path.read_bytes()).digest())
        for path in paths
    }
    return hashlib.sha256(encode(digests)).digest()
