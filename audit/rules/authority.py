"""Who held which office when, replayed from the authority's events (contract `Authority`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from audit.chain.history import Log

ADMIN = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """That an account holds a role.

    Attributes:
        since: First second at which it does, since 1970.
        delay: How long each of its acts must have been scheduled before, in seconds; 0 if it may act at once.
    """

    since: int
    delay: int


class Authority:
    """Roles of functions and holders of roles, brought forward event by event."""

    def __init__(self) -> None:
        self._roles: dict[tuple[bytes, bytes], int] = {}
        self._grants: dict[tuple[int, bytes], Grant] = {}

    def role_of(self, target: bytes, selector: bytes) -> int:
        """The role that a guarded function needs; ADMIN where none was set.

        Args:
            target: Address of the contract, 20 bytes.
            selector: Of the function, 4 bytes.
        """
        return self._roles.get((target, selector), ADMIN)

    def grant(self, role: int, account: bytes, time: int) -> Grant | None:
        """How an account holds a role at a time, or None if it does not.

        Args:
            role: Number of the role.
            account: 20 bytes.
            time: Seconds since 1970.
        """
        found = self._grants.get((role, account))
        return found if found and found.since <= time else None

    def holders(self, role: int) -> set[bytes]:
        """Who holds a role, 20 bytes each."""
        return {account for held, account in self._grants if held == role}

    def take(self, log: Log) -> None:
        """Takes the next event of the authority."""
        handler = self._HANDLERS.get(log.event)
        if handler:
            handler(self, log)

    def _granted(self, log: Log) -> None:
        v = log.values
        self._grants[v["role_id"], v["account"]] = Grant(since=v["since"], delay=v["delay"])

    def _revoked(self, log: Log) -> None:
        self._grants.pop((log.values["role_id"], log.values["account"]), None)

    def _guarded(self, log: Log) -> None:
        self._roles[log.values["target"], log.values["selector"]] = log.values["role_id"]

    _HANDLERS: ClassVar = {
        "RoleGranted": _granted,
        "RoleRevoked": _revoked,
        "TargetFunctionRoleUpdated": _guarded,
    }
