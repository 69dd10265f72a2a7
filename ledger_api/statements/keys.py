"""Keys of bank lines, and the secret salts that make them.

The key of a line is `keccak256(abi.encode("gongji.bank-line.v1", salt, reference))` (`IFunds`). The salt is 32 random
bytes per bank account, encrypted in the register; auditors get it as an exhibit.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eth_abi import encode
from eth_utils import keccak

from ledger_api.errors import NotFoundError, StatementMalformedError
from register.nouns import BANK_ACCOUNTS

if TYPE_CHECKING:
    from register import nouns
    from register.register import Register

DOMAIN = "gongji.bank-line.v1"
MAX_REFERENCE = 140


@dataclass(frozen=True, kw_only=True, slots=True)
class BankAccount:
    """A bank account of the host.

    Attributes:
        bank: Its id on chain.
        number: Its number at the bank, digits and letters only.
        salt: 32 bytes.
    """

    bank: int
    number: str
    salt: bytes

    def line_key(self, reference: str) -> bytes:
        """Key of a line, 32 bytes.

        Args:
            reference: The bank's own; it is normalised here.
        """
        return keccak(encode(["string", "bytes32", "string"], [DOMAIN, self.salt, normalised(reference)]))


def normalised(reference: str) -> str:
    """A bank's reference in the one form that has a key: NFKC, no white space, upper case.

    Raises:
        StatementMalformedError: Nothing is left of it, or too much.

    >>> normalised(" ab　12 ")
    'AB12'
    """
    text, before = reference, ""
    # Upper case or lost white space can undo the composition of rare letters: until all three hold at once.
    while text != before:
        text, before = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper(), text
    if not 1 <= len(text) <= MAX_REFERENCE:
        raise StatementMalformedError(
            f"expected a reference of 1 to {MAX_REFERENCE} characters, got {len(text)}"
        )
    return text


def open_bank_account(register: Register, bank: int, number: str, editor: str) -> BankAccount:
    """Makes the secret of a bank account. An account that has one keeps it, and its number.

    Args:
        register: The register.
        bank: Id of the account on chain.
        number: Its number at the bank.
        editor: Member, office or service that opens it.
    """

    def make() -> nouns.BankAccount:
        return BANK_ACCOUNTS.value(number=account_number(number), salt=f"0x{secrets.token_hex(32)}")

    return _account(bank, register.setdefault(BANK_ACCOUNTS, str(bank), make, editor))


def bank_accounts(register: Register) -> list[int]:
    """Ids of the bank accounts that have a secret, ascending."""
    return sorted(map(int, register.entries(BANK_ACCOUNTS)))


def bank_account(register: Register, bank: int) -> BankAccount:
    """A bank account of the host.

    Raises:
        NotFoundError: It has no secret yet.
    """
    entry = register.get(BANK_ACCOUNTS, str(bank))
    if entry is None:
        raise NotFoundError("bank account", bank)
    return _account(bank, entry)


def account_number(text: str) -> str:
    """An account number in the one form that is compared: letters and digits, upper case."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())


def _account(bank: int, entry: nouns.BankAccount) -> BankAccount:
    return BankAccount(bank=bank, number=entry.number, salt=bytes.fromhex(entry.salt[2:]))
