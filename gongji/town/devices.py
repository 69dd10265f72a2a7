"""Devices of the demo town: a pad at each old neighbour's door, a phone per volunteer, one water meter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.enums import DeviceClass, KeyClass
from gongji.town.acts import Order
from gongji.town.roster import ELDERS, VOLUNTEERS
from iot.cose import registry_key
from wallets.intents import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongji.town.acts import Calendar, CallOf
    from gongji.town.book import Book

NOBODY = bytes(16)
NOWHERE = bytes(32)
METER, METERED_ELDER = "meter-1", ELDERS[0]


def acts(calendar: Calendar) -> Iterator[Order]:
    """Enrols them all."""
    at, since, until = calendar.at(-364, 9), calendar.at(-364), calendar.at(400)
    for name, enrolled in _devices(since, until).items():
        yield Order(at=at, key=f"enrol/{name}", service="device_registrar", call=enrolled)


def pad_of(elder: str) -> str:
    """Name of the pad at a home."""
    return f"pad-{elder}"


def phone_of(member: str) -> str:
    """Name of a member's phone."""
    return f"phone-{member}"


def _devices(since: int, until: int) -> dict[str, CallOf]:
    def enrolled(
        name: str, device_class: DeviceClass, key_class: KeyClass, owner: str = "", elder: str = ""
    ) -> CallOf:
        def call(book: Book) -> Call:
            algorithm, key_x, key_y = registry_key(book.device_key(name, device_class))
            who = book.member(owner) if owner else NOBODY
            where = book.place_commitment(elder, name) if elder else NOWHERE
            record = (device_class, algorithm, key_class, key_x, key_y, who, where, since, until)
            return Call(contract="DeviceRegistry", function="enrol", args=(book.device(name), record))

        return call

    pads = {pad_of(e): enrolled(pad_of(e), DeviceClass.PLACE_PAD, KeyClass.K3, elder=e) for e in ELDERS}
    phones = {phone_of(v): enrolled(phone_of(v), DeviceClass.PHONE, KeyClass.K3, owner=v) for v in VOLUNTEERS}
    return {**pads, **phones, METER: enrolled(METER, DeviceClass.METER, KeyClass.K3, elder=METERED_ELDER)}
