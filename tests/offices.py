"""What an office of a test calls: the tests name the function that is meant, and it goes the way of offices, through `Offices`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.abi import encode_call, operation_id
from contracts.deployment_plan import office_account
from contracts.roles import GUARDED, PERSONS_OFFICES, AuthorityRole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Call = tuple[str, str, tuple[Any, ...]]
# A call of the key itself: nonce and deadline count for nothing.
DIRECT = (0, 0, b"")
# Of the authority's own functions: how an office announces, carries out and calls off a change.
WAYS = ("schedule", "execute", "cancel")


class OfficeWays:
    """How the calls of the offices of one town go.

    Args:
        holders: Address of the key of each office.
        address: Address of a contract, by its name.
    """

    def __init__(self, holders: Mapping[AuthorityRole, str], address: Callable[[str], str]) -> None:
        self._offices = {key: office for office, key in holders.items() if office in PERSONS_OFFICES}
        self._address = address

    def account(self, key: str) -> str:
        """The account for which a key acts; the key itself if it is no office's."""
        office = self._offices.get(key)
        return key if office is None else office_account(self._address("Offices"), office)

    def through(self, key: str, contract: str, function: str, args: tuple[Any, ...]) -> Call | None:
        """The call of `Offices` that does what a key means; None if the key is no office's, or the office has no such act."""
        office = self._offices.get(key)
        if office is None:
            return None
        if contract == "Authority" and function in WAYS:
            return self._of_authority(office, function, args)
        if GUARDED.get(contract, {}).get(function) is not office:
            return None
        return "Offices", "actForOffice", self._signed(office, contract, function, *args)

    def _of_authority(self, office: AuthorityRole, function: str, args: tuple[Any, ...]) -> Call | None:
        if function == "schedule":
            *called, when = args
            return None if when else ("Offices", "scheduleForOffice", (office, *called, DIRECT))
        if function == "execute":
            return "Offices", "runForOffice", (office, *args)
        caller = self.account(args[0])
        if caller == office_account(self._address("Offices"), office):
            return "Offices", "cancelForOffice", (office, *args[1:], DIRECT)
        if office is not AuthorityRole.GUARDIAN:
            return None
        stopped = operation_id(caller, *args[1:])
        return "Offices", "actForOffice", self._signed(office, "Authority", "stop", stopped)

    def _signed(self, office: AuthorityRole, contract: str, function: str, *args: Any) -> tuple[Any, ...]:
        return office, self._address(contract), encode_call(contract, function, *args), DIRECT
