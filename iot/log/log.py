"""Reading the append-only log: heads, proofs, entries (RFC 9162 over the tables `leaves` and `tiles`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from iot.errors import LeafUnknownError, LogBrokenError, LogRangeError
from iot.log.merkle import consistency_path, fold, inclusion_path, root
from iot.log.tables import head, leaves, tiles

if TYPE_CHECKING:
    from sqlalchemy import Column, Connection

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """A head of the log.

    Attributes:
        size: Number of leaves.
        root: Merkle tree hash over them, 32 bytes.
    """

    size: int
    root: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class InclusionProof:
    """Where a leaf stands in a head.

    Attributes:
        leaf_hash: 32 bytes.
        index: Place in the log, from 0.
        size: Leaves of the head.
        path: Inclusion path, lowest first.
    """

    leaf_hash: bytes
    index: int
    size: int
    path: tuple[bytes, ...]


class LogReader:
    """The log as one transaction sees it.

    Every eighth level of the tree is stored (`tiles`), 1/255 of a hash per leaf. Any other subtree is folded from at most 128
    hashes of the stored level below it, once per reader.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._subtrees: dict[tuple[int, int], bytes] = {}

    def size(self) -> int:
        """Number of leaves."""
        return int(self._connection.execute(select(head.c.size)).scalar_one())

    def head(self, size: int | None = None) -> Head:
        """Head of a size; of the whole log if None.

        Raises:
            LogRangeError: The log is shorter.
        """
        checked = self._checked(self.size() if size is None else size)
        return Head(size=checked, root=root(checked, self.subtree))

    def inclusion(self, leaf_hash: bytes, size: int) -> InclusionProof:
        """Proof that a leaf stands in the head of a size.

        Raises:
            LogRangeError: The log is shorter.
            LeafUnknownError: The leaf is not in it.
        """
        found = self._connection.execute(
            select(leaves.c.position).where(leaves.c.leaf_hash == leaf_hash)
        ).scalar()
        if found is None or found >= self._checked(size):
            raise LeafUnknownError(f"expected a leaf of the first {size}, got {leaf_hash.hex()}")
        path = inclusion_path(found, size, self.subtree)
        return InclusionProof(leaf_hash=leaf_hash, index=found, size=size, path=path)

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Proof that the head of size `old` is the beginning of the head of size `new`.

        Raises:
            LogRangeError: Not 0 < old <= new <= size of the log.
        """
        return consistency_path(old, self._checked(new), self.subtree)

    def entries(self, start: int, limit: int) -> tuple[bytes, ...]:
        """The messages from index `start` on, at most `limit`."""
        return self._from(leaves.c.message, start, limit)

    def leaf_hashes(self, start: int, limit: int) -> tuple[bytes, ...]:
        """The leaf hashes from index `start` on, at most `limit`."""
        return self._from(leaves.c.leaf_hash, start, limit)

    def _from(self, column: Column[bytes], start: int, limit: int) -> tuple[bytes, ...]:
        rows = select(column).where(leaves.c.position >= start).order_by(leaves.c.position).limit(limit)
        return tuple(self._connection.execute(rows).scalars())

    def subtree(self, height: int, index: int) -> bytes:
        """Hash of a full subtree over 2^height leaves."""
        key = (height, index)
        if key not in self._subtrees:
            foot = height - height % TILE_HEIGHT
            self._subtrees[key] = fold(self.level(foot, index << (height - foot), 1 << (height - foot)))
        return self._subtrees[key]

    def level(self, height: int, start: int, count: int) -> list[bytes]:
        """Stored hashes of one level (0, 8, 16 …), `count` from index `start` on.

        Raises:
            LogBrokenError: Some are missing.
        """
        if height == 0:
            place, stored = leaves.c.position, select(leaves.c.leaf_hash)
        else:
            place, stored = tiles.c.position, select(tiles.c.hash).where(tiles.c.height == height)
        rows = stored.where(place >= start, place < start + count).order_by(place)
        hashes = list(self._connection.execute(rows).scalars())
        if len(hashes) != count:
            raise LogBrokenError(
                f"expected {count} hashes of height {height} from {start}, got {len(hashes)}"
            )
        return hashes

    def _checked(self, size: int) -> int:
        available = self.size()
        if not 0 <= size <= available:
            raise LogRangeError(f"expected a size up to {available}, got {size}")
        return size


def grow_tiles(connection: Connection, old_size: int, new_size: int) -> None:
    """Stores the subtrees that the growth of the log completed; its leaves must be there already."""
    reader, height = LogReader(connection), TILE_HEIGHT
    while new_size >> height > old_size >> height:
        rows = [
            {
                "height": height,
                "position": index,
                "hash": fold(reader.level(height - TILE_HEIGHT, index << TILE_HEIGHT, TILE_WIDTH)),
            }
            for index in range(old_size >> height, new_size >> height)
        ]
        connection.execute(insert(tiles), rows)
        height += TILE_HEIGHT
