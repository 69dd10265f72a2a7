"""Steps of a handover, one call each, for tests of what they refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.enums import SeatClass
from contracts.roles import CHANGE_DELAY_SECONDS
from tests.conftest import member_id, signer
from tests.contracts.changing import execute_itself, schedule
from tests.contracts.neighbourhood import (
    COMMITTEE,
    DAY,
    DEADLINE,
    FAR,
    FUND,
    OTHERS,
    SEATS,
    STREET,
    fresh_nonce,
)
from wallets.intents import ActOnHandover, HandoverAct

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown

ADMIN, GUARDIAN, STEWARD, REGISTRAR = (signer(name) for name in ("admin", "guardian", "steward", "registrar"))
SEATED = [name for name, _ in SEATS]
NEW_SEATED = OTHERS[:5]
SUCCESSOR, STREET_COMMITTEE, NEXT = 30, 21, 31
# Rules and five seats.
COMPLETE = 6
# Three of five, of whatever class.
PLAIN_TIER = (500_000, 2, 3, 0, 0, 0, 0, 7 * DAY, 3 * DAY, 2, 30 * DAY)
MAX_GAP = 30 * DAY


def two_committees(place: EvmTown) -> EvmTown:
    """The neighbourhood with a committee that may take over its fund, and one of the street; the founding has ended."""
    seat_committee(place, SUCCESSOR, FUND)
    seat_committee(place, STREET_COMMITTEE, STREET)
    place.send(ADMIN, "Authority", "endFounding")
    place.wait(DAY)
    return place


def seat_committee(place: EvmTown, committee: int, fund: int, names: tuple[str, ...] = NEW_SEATED) -> None:
    place.send(STEWARD, "Committees", "openCommittee", committee, fund, [SeatClass.RESIDENT] * 5)
    place.send(STEWARD, "Committees", "setRules", committee, [PLAIN_TIER])
    for seat, name in enumerate(names):
        place.send(STEWARD, "Committees", "fillSeat", committee, seat, member_id(name), FAR)


def announce(place: EvmTown, successor: int = SUCCESSOR) -> bytes:
    """The steward announces a handover; its calldata."""
    return schedule(place, STEWARD, "Committees", "handOver", FUND, successor)


def vote(
    place: EvmTown,
    name: str,
    act: HandoverAct = HandoverAct.AGREE_TO,
    committee: int = COMMITTEE,
    **changes: Any,
) -> None:
    fields: dict[str, Any] = {
        "fund": FUND, "committee": committee, "successor": SUCCESSOR, "revision": COMPLETE, "operation_nonce": 1,
        "nonce": fresh_nonce(), "deadline": DEADLINE,
    }  # fmt: skip
    place.carry(signer(name), ActOnHandover(act=act, **fields | changes))


def agreed(
    place: EvmTown, names: list[str] | tuple[str, ...], committee: int = COMMITTEE, **changes: Any
) -> None:
    for name in names:
        vote(place, name, committee=committee, **changes)


def carry_out(place: EvmTown, data: bytes) -> None:
    execute_itself(place, STEWARD, "Committees", data)


def carry_out_in_time(place: EvmTown, data: bytes) -> None:
    place.wait(CHANGE_DELAY_SECONDS)
    carry_out(place, data)


def handed_over(place: EvmTown) -> None:
    """The committee hands over, as it should be."""
    data = announce(place)
    agreed(place, SEATED[:4])
    carry_out_in_time(place, data)
    place.wait(1)


def change(place: EvmTown, function: str, *args: Any) -> None:
    """A change of committees that waits its time."""
    carry_out_in_time(place, schedule(place, STEWARD, "Committees", function, *args))


def decider(place: EvmTown, fund: int = FUND) -> int:
    return int(place.read("Committees", "committeeOf", fund))
