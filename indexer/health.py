"""What the mirror says about itself in its row of `status`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from indexer.tables import cursor, status

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

RENEW_SECONDS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class MirrorStatus:
    """How the mirror stands.

    Attributes:
        number: Last mirrored block; -1 before the first.
        final_number: Last final block; -1 before the first.
        head_number: The node's last block when it was last asked; -1 if it never was.
        halted: Whether the node told something that does not prove itself.
        reason: What did not match, if halted.
        checked_at: When the node last answered, seconds since 1970; 0 if never.
    """

    number: int = -1
    final_number: int = -1
    head_number: int = -1
    halted: bool = False
    reason: str | None = None
    checked_at: int = 0


def read_status(connection: Connection) -> MirrorStatus:
    """How the mirror stands."""
    at = connection.execute(select(cursor.c.number, cursor.c.final_number)).one_or_none()
    row = connection.execute(
        select(status.c.head_number, status.c.halted, status.c.reason, status.c.checked_at)
    ).one_or_none()
    return MirrorStatus(**(at._asdict() if at else {}), **(row._asdict() if row else {}))


class StatusBoard:
    """Writes the row: at once when something changed, else every few seconds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.connect() as connection:
            self._shown = read_status(connection)

    def show(self, *, head_number: int, now: int) -> None:
        """Shows that the node answered. A halt stays shown until it is cleared.

        Args:
            head_number: The node's last block.
            now: Seconds since 1970.
        """
        stale = not 0 <= now - self._shown.checked_at < RENEW_SECONDS
        if stale or head_number != self._shown.head_number:
            self._write(replace(self._shown, head_number=head_number, checked_at=now))

    def halt(self, reason: str, *, now: int) -> None:
        """Shows that the mirror halted, and why."""
        self._write(replace(self._shown, halted=True, reason=reason, checked_at=now))

    def clear(self) -> None:
        """Shows that what made the mirror halt is over."""
        if self._shown.halted:
            self._write(replace(self._shown, halted=False, reason=None))

    def _write(self, shown: MirrorStatus) -> None:
        names = ("head_number", "halted", "reason", "checked_at")
        values = {name: getattr(shown, name) for name in names}
        with self._engine.begin() as connection:
            if connection.execute(update(status).values(values)).rowcount == 0:
                connection.execute(insert(status).values(id=1, **values))
        self._shown = shown
