"""Errors of this package. Each message gives what was expected and what was got."""

from __future__ import annotations


class WalletError(Exception):
    """Base of all errors of this package."""


class IntentInvalidError(WalletError):
    """An intent has a missing, unknown or malformed field."""


class AmountTextMismatchError(IntentInvalidError):
    """The text of an amount is not the text of its number."""

    def __init__(self, expected: str, got: object) -> None:
        super().__init__(f"expected amount text {expected!r}, got {got!r}")


class IntentWrongChainError(IntentInvalidError):
    """The intent was signed for another chain."""

    def __init__(self, expected: int, got: object) -> None:
        super().__init__(f"expected chain id {expected}, got {got}")


class IntentWrongContractError(IntentInvalidError):
    """The intent was signed for another contract or another version of it."""

    def __init__(self, field: str, expected: object, got: object) -> None:
        super().__init__(f"expected {field} {expected}, got {got}")


class IntentSignatureInvalidError(WalletError):
    """The signature is not 65 bytes with a low s that recover to a key."""


class ReceiptInvalidError(WalletError):
    """A receipt is not of what stands beside it, or is no receipt."""


class KeystoreError(WalletError):
    """A key file is missing, unreadable, readable by others, or its password is wrong."""
