"""Keys of bank lines, and the secret salts that make them.

The key of a line is `keccak256(abi.encode("gongji.bank-line.v1", salt, reference))` (`IFunds`). The salt is 32 random
bytes per bank account, in `keys/bank-accounts.json` (0600); auditors get it as an exhibit.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eth_abi import encode
from eth_utils import keccak

from ledger_api.errors import NotFoundError, StatementMalformedError

if TYPE_CHECKING:
    from pathlib import Path

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


def open_bank_account(data_dir: Path, bank: int, number: str) -> BankAccount:
    """Makes the secret of a bank account. An account that has one keeps it.

    Args:
        data_dir: Folder of the town.
        bank: Id of the account on chain.
        number: Its number at the bank.
    """
    known = _load(data_dir)
    if bank not in known:
        known[bank] = BankAccount(bank=bank, number=account_number(number), salt=secrets.token_bytes(32))
        _save(data_dir, known)
    return known[bank]


def bank_accounts(data_dir: Path) -> list[int]:
    """Ids of the bank accounts that have a secret, ascending."""
    return sorted(_load(data_dir))


def bank_account(data_dir: Path, bank: int) -> BankAccount:
    """A bank account of the host.

    Raises:
        NotFoundError: It has no secret yet.
    """
    known = _load(data_dir)
    if bank not in known:
        raise NotFoundError("bank account", bank)
    return known[bank]


def account_number(text: str) -> str:
    """An account number in the one form that is compared: letters and digits, upper case."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())


def _path(data_dir: Path) -> Path:
    return data_dir / "keys" / "bank-accounts.json"


def _load(data_dir: Path) -> dict[int, BankAccount]:
    path = _path(data_dir)
    if not path.exists():
        return {}
    told = json.loads(path.read_text("utf-8"))
    return {
        int(bank): BankAccount(bank=int(bank), number=a["number"], salt=bytes.fromhex(a["salt"][2:]))
        for bank, a in told.items()
    }


def _save(data_dir: Path, known: dict[int, BankAccount]) -> None:
    path = _path(data_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {str(a.bank): {"number": a.number, "salt": "0x" + a.salt.hex()} for a in known.values()}
    part = path.with_suffix(".part")
    with os.fdopen(
        os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(told, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
