"""What became of bank lines on chain, by the mirror."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from indexer.projections.bank_line_use import Use, bank_line_uses
from kit.prepared import prepared
from ledger_api.mirror import open_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Select

    from ledger_api.mirror import Reading

UNUSED = Use.UNUSED.name.lower()


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What a bank line was used for.

    Attributes:
        use: donation, gift, payment, …; "unused" if its donation was taken back as a mistake.
        block_number: Block that says so.
    """

    use: str
    block_number: int


async def usage_of(reading: Reading, keys: Sequence[bytes]) -> dict[bytes, Usage]:
    """What became of these lines; a line that is not in the answer is unused.

    Args:
        reading: A snapshot of the mirror.
        keys: 32 bytes each.
    """
    return {
        line.bank_line: Usage(use=line.use.name.lower(), block_number=line.from_block)
        for line in await reading.versions(bank_line_uses, _uses(keys))
    }


@prepared
def _uses(keys: Collection[bytes]) -> Select[Any]:
    return open_rows(bank_line_uses).where(bank_line_uses.table.c.bank_line.in_(keys))
