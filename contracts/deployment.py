"""Where the contracts of one chain are: the record that every process reads and checks before it trusts a chain."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from contracts.errors import DeploymentError

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = "gongji.deployment.v1"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeployedContract:
    """One contract.

    Attributes:
        address: 0x and 40 hex digits, checksummed.
        block: Block of its creation.
        code_hash: keccak256 of the deployed code, immutables filled in; 0x and 64 hex digits.
    """

    address: str
    block: int
    code_hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployment:
    """All contracts of one chain.

    Attributes:
        chain_id: EIP-155 chain id.
        genesis_hash: Hash of block 0; 0x and 64 hex digits.
        contracts: By name, "Authority" included.
    """

    chain_id: int
    genesis_hash: str
    contracts: dict[str, DeployedContract]

    @property
    def start_block(self) -> int:
        """First block that can hold an event of ours."""
        return min(c.block for c in self.contracts.values())

    def address(self, contract: str) -> str:
        """Checksummed address of a contract."""
        return self.contracts[contract].address

    def name_of(self, address: bytes) -> str | None:
        """Name of the contract at an address of 20 bytes; None if it is none of the chain's."""
        found = f"0x{address.hex()}"
        return next((name for name, one in self.contracts.items() if one.address.lower() == found), None)

    def save(self, path: Path) -> None:
        """Writes the record; a reader sees the old file or the new one, never a part."""
        part = path.with_suffix(".part")
        part.write_text(json.dumps({"format": FORMAT, **asdict(self)}, indent=2) + "\n")
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> Deployment:
        """Reads the record.

        Raises:
            DeploymentError: The file is missing or not of this format.
        """
        try:
            data: dict[str, Any] = json.loads(path.read_text())
        except FileNotFoundError:
            raise DeploymentError(
                f"没有部署记录 no deployment at {path}: deploy the contracts first, or name the data directory"
            ) from None
        except ValueError as error:
            raise DeploymentError(f"{path} 不是 JSON is not JSON: {error}") from None
        if data.pop("format", None) != FORMAT:
            raise DeploymentError(f"{path} 不是部署记录 is not a {FORMAT} file")
        contracts = {name: DeployedContract(**c) for name, c in data.pop("contracts").items()}
        return cls(**data, contracts=contracts)
