"""Ids of ledger accounts: one kind byte on the left, the owner's id on the right, zeros between (`Accounts.sol`)."""

from __future__ import annotations

BANK, PURPOSE, CAMPAIGN, MATCH_LOCK = 0x01, 0x02, 0x03, 0x04
ISSUED_MINUTES, MEMBER_MINUTES, MINUTES_ESCROW = 0x10, 0x11, 0x12
ENTERPRISE, WORKER = 0x20, 0x23


def account(kind: int, owner: int | bytes = 0) -> bytes:
    """Id of an account, 32 bytes.

    Args:
        kind: What it is for.
        owner: Number of the owner, or its 16 byte id.
    """
    number = int.from_bytes(owner, "big") if isinstance(owner, bytes) else owner
    return bytes([kind]) + number.to_bytes(31, "big")


def worker_account(enterprise: int, member: bytes) -> bytes:
    """Id of the account of what an enterprise owes a worker, 32 bytes.

    Args:
        enterprise: Number of the enterprise.
        member: Member id, 16 bytes.
    """
    return account(WORKER, enterprise << 128 | int.from_bytes(member, "big"))


def kind_of(account_id: bytes) -> int:
    """What an account is for."""
    return account_id[0]


def owner_of(account_id: bytes) -> int:
    """Number of an account's owner."""
    return int.from_bytes(account_id[1:], "big")


def fund_of(purpose: int) -> int:
    """Fund of a purpose: the upper half of its number."""
    return purpose >> 16
