"""The EIP-712 domain: for which contract on which chain an intent is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wallets.errors import IntentInvalidError, IntentWrongChainError, IntentWrongContractError

DOMAIN_TYPES = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]

Json = Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Domain:
    """EIP-712 domain of one deployed contract.

    Attributes:
        contract: Name of the contract, such as "Funds".
        chain_id: EIP-155 chain id.
        address: Checksummed address of the contract.
    """

    contract: str
    chain_id: int
    address: str

    def as_json(self) -> Json:
        """The form that wallets take."""
        name = f"Gongji {self.contract}"
        return {"name": name, "version": "1", "chainId": self.chain_id, "verifyingContract": self.address}

    def check(self, value: Json) -> None:
        """Makes sure that a domain that came in is this one.

        Raises:
            IntentWrongChainError: Its chain id differs.
            IntentWrongContractError: Its name, version or contract differs.
        """
        if not isinstance(value, dict):
            raise IntentInvalidError(f"expected a domain, got {value!r}")
        if str(value.get("chainId")) != str(self.chain_id):
            raise IntentWrongChainError(self.chain_id, value.get("chainId"))
        for name, expected in self.as_json().items():
            if name != "chainId" and str(value.get(name)).lower() != str(expected).lower():
                raise IntentWrongContractError(name, expected, value.get(name))
