"""Ids of ledger accounts: one kind byte on the left, the owner's id on the right, zeros between (`Accounts.sol`)."""

from __future__ import annotations

from enum import IntEnum


class AccountKind(IntEnum):
    """What an account is for. A test compares the numbers with `Accounts.sol`."""

    BANK = 0x01
    PURPOSE = 0x02
    CAMPAIGN = 0x03
    MATCH_LOCK = 0x04
    ISSUED_MINUTES = 0x10
    MEMBER_MINUTES = 0x11
    MINUTES_ESCROW = 0x12
    ENTERPRISE = 0x20
    WORKER = 0x23


# What one member holds: hours, or earnings not yet paid.
PERSONAL = (AccountKind.MEMBER_MINUTES, AccountKind.WORKER)


def account_id(kind: AccountKind, owner: int | bytes = 0) -> bytes:
    """Id of an account, 32 bytes.

    Args:
        kind: What the account is for.
        owner: Number of the owner, or its 16 byte id; 0 for the accounts that exist once.
    """
    number = int.from_bytes(owner, "big") if isinstance(owner, bytes) else owner
    return bytes([kind]) + number.to_bytes(31, "big")


def worker_account(enterprise: int, member: bytes) -> bytes:
    """Id of the account of what an enterprise owes a worker, 32 bytes.

    Args:
        enterprise: Number of the enterprise.
        member: Member id, 16 bytes.
    """
    return account_id(AccountKind.WORKER, enterprise << 128 | int.from_bytes(member, "big"))


def account_parts(account: bytes) -> tuple[AccountKind, int]:
    """Kind and owner of an account.

    Raises:
        ValueError: The first byte is no kind.
    """
    return AccountKind(account[0]), int.from_bytes(account[1:], "big")


def account_owner(account: bytes) -> bytes | None:
    """The member whose personal account this is, 16 bytes; None if it is no person's, or not told whose.

    Args:
        account: 32 bytes.
    """
    owner = account[16:]
    return owner if account[0] in PERSONAL and any(owner) else None


def is_anonymous(account: bytes) -> bool:
    """Whether of a personal account only the kind is told, and zeros for whose it is."""
    return account[0] in PERSONAL and account_owner(account) is None


def fund_of(purpose: int) -> int:
    """Fund of a purpose: the upper half of its number."""
    return purpose >> 16
