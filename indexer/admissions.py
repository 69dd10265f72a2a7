"""What the ledger itself says of the versions that the record of a town names.

The mirror believes the record no more than it believes a node: a later version counts from the block in which the ledger
admitted it, and a retired one to the end of that in which the ledger retired it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.deployment import name_of_label
from contracts.events import ModuleAdmitted, ModuleRetired
from indexer.errors import VerificationError
from indexer.names import table_name

if TYPE_CHECKING:
    from contracts.deployment import Deployment
    from contracts.types import Event
    from indexer.batch import Batch

# Where the address of the module stands in a row of these events.
_MODULE = 3


class Admissions:
    """What the ledger must have said of the versions of a record.

    Args:
        deployment: The record.
    """

    def __init__(self, deployment: Deployment) -> None:
        self._expected: dict[int, list[tuple[str, str, bytes]]] = {}
        for label, version in deployment.contracts.items():
            address = bytes.fromhex(version.address[2:])
            if label != name_of_label(label):
                self._expect(version.block, ModuleAdmitted, label, address)
            if version.until is not None:
                self._expect(version.until - 1, ModuleRetired, label, address)

    def _expect(self, block: int, event: type[Event], label: str, address: bytes) -> None:
        self._expected.setdefault(block, []).append((table_name(event), label, address))

    def check(self, batch: Batch, number: int) -> None:
        """Makes sure that a block has what the record says of it.

        Args:
            batch: Holds the rows of the block.
            number: Its number.

        Raises:
            VerificationError: The ledger neither admitted nor retired there what the record says.
        """
        for table, label, address in self._expected.get(number, ()):
            rows = batch.events.get(table, [])
            if not any(row[0] == number and row[_MODULE] == address for row in rows):
                raise VerificationError(f"{table} of {label}", number, address, None)
