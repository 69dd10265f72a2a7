"""A desk of the neighbourhood: the clerk, and the delegation of the volunteer, who has hours and no phone any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.enums import Area, Role
from tests.conftest import member_id, signer
from tests.contracts.neighbourhood import DAY, DEADLINE, FAR, FUND, fresh_nonce
from wallets.desk import desk_call
from wallets.intents import ActForPerson

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown
    from wallets.intents import Intent

PERSON, CLERK, GUARDIAN = "volunteer", "supervisor", "neighbour one"
# Whom the paper names, and who is no guardian of the person.
KIN = "neighbour two"
DELEGATION, CONSENT = b"D" * 16, b"c" * 32
COOL_OFF, MAX_SECONDS, MAX_DAILY = 7 * DAY, 365 * DAY, 5
REGISTRAR = signer("registrar")


def open_delegation(place: EvmTown, **changes: Any) -> None:
    """The registrar records a delegation of the volunteer for a year."""
    fields: dict[str, Any] = {
        "delegation": DELEGATION, "person": member_id(PERSON), "fund": FUND, "area": Area.HOURS, "daily_limit": 2,
        "valid_until": place.now + MAX_SECONDS, "guardian": member_id(KIN), "consent": CONSENT,
    } | changes  # fmt: skip
    place.send(REGISTRAR, "Delegations", "openDelegation", *fields.values())


def staffed(place: EvmTown) -> EvmTown:
    """The neighbourhood with a clerk at its desk."""
    place.send(REGISTRAR, "Members", "grantRole", member_id(CLERK), Role.CLERK, FUND, FAR)
    return place


def account(place: EvmTown, delegation: bytes = DELEGATION) -> bytes:
    """The key that a delegation holds, 20 bytes."""
    return bytes.fromhex(place.read("Delegations", "delegationRecord", delegation)[4][2:])


def acting(place: EvmTown, intent: Intent, **changes: Any) -> ActForPerson:
    """What a clerk signs to do an act for the person."""
    return acting_at(place.address(intent.CONTRACT), intent, **changes)


def acting_at(address: str, intent: Intent, **changes: Any) -> ActForPerson:
    """The same, at an address of the contract."""
    fields: dict[str, Any] = {
        "delegation": DELEGATION, "target": bytes.fromhex(address[2:]), "data": desk_call(intent),
        "nonce": fresh_nonce(), "deadline": DEADLINE,
    } | changes  # fmt: skip
    return ActForPerson(**fields)


def act_for(place: EvmTown, intent: Intent, by: str = CLERK, **changes: Any) -> None:
    """A clerk does an act for the person, signed and carried by the relayer."""
    place.carry(signer(by), acting(place, intent, **changes))
