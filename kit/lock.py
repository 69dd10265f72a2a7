"""Locks between processes. Each ends with the process that holds it, however that ends."""

from __future__ import annotations

import fcntl
from hashlib import sha256
from typing import IO, Any

from kit.errors import LockHeldError


def lock_file(file: IO[Any]) -> None:
    """Takes the lock of an open file; closing the file gives it back.

    Raises:
        LockHeldError: Another process has it.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise LockHeldError(str(file.name)) from None


def advisory_key(purpose: str) -> int:
    """Number of an advisory lock on PostgreSQL, 64 bits with sign, which other programs on the server hardly use."""
    return int.from_bytes(sha256(f"gongji {purpose}".encode()).digest()[:8], "big", signed=True)
