"""Where the contracts of one chain are: the record that every process reads and checks before it trusts a chain.

A module that was replaced has several versions. Each stands there under a label of its own: the first under the name of
the contract, the next ones as `TimeBank.2`, `TimeBank.3`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from contracts.errors import DeploymentError

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = "gongji.deployment.v1"
# Where a portal runs that has no name of its own: of a demo town, and of tests.
LOCAL_DOMAIN = "localhost"


def label_of(contract: str, version: int) -> str:
    """Label of a version of a contract, counted from 1."""
    return contract if version == 1 else f"{contract}.{version}"


def name_of_label(label: str) -> str:
    """Name of the contract of which a label names a version."""
    return label.partition(".")[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class DeployedContract:
    """One version of a contract.

    Attributes:
        address: 0x and 40 hex digits, checksummed.
        block: First block whose events of it count: that of its creation; of a later version, that of its admission.
        code_hash: keccak256 of the deployed code, immutables filled in; 0x and 64 hex digits.
        until: First block whose events of it count no more, the one after it was retired; None if it is not retired.
    """

    address: str
    block: int
    code_hash: str
    until: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployment:
    """All contracts of one chain.

    Attributes:
        chain_id: EIP-155 chain id.
        genesis_hash: Hash of block 0; 0x and 64 hex digits.
        contracts: By label, "Authority" included.
        passkey_domain: Domain for which passkeys count (Web Authentication Level 2, RP ID).
    """

    chain_id: int
    genesis_hash: str
    contracts: dict[str, DeployedContract]
    passkey_domain: str = LOCAL_DOMAIN

    @property
    def start_block(self) -> int:
        """First block that can hold an event of ours."""
        return min(c.block for c in self.contracts.values())

    def address(self, contract: str) -> str:
        """Checksummed address of the version of a contract that is in force."""
        return self.versions(contract)[-1].address

    def versions(self, contract: str) -> list[DeployedContract]:
        """The versions of a contract, in order.

        Raises:
            KeyError: There is no such contract.
        """
        found = {label: one for label, one in self.contracts.items() if name_of_label(label) == contract}
        if not found:
            raise KeyError(contract)
        return [found[label_of(contract, number)] for number in range(1, len(found) + 1)]

    def name_of(self, address: bytes) -> str | None:
        """Name of the contract one of whose versions is at an address of 20 bytes; None if it is none of the chain's."""
        found = f"0x{address.hex()}"
        labels = (label for label, one in self.contracts.items() if one.address.lower() == found)
        return next(map(name_of_label, labels), None)

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
