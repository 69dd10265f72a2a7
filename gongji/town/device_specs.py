"""Devices of the demo town: a pad at each old neighbour's door, a phone per volunteer, a water meter, the service desk."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.enums import DeviceClass, KeyClass
from gongji.town.roster import ELDERS, VOLUNTEERS

DESK = "desk"
METER = "meter-1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Spec:
    """What kind of device it is.

    Attributes:
        device_class: Its class.
        key_class: How well its key is kept.
        owner: Name of the member whose phone it is, or "".
        elder: Name of the old neighbour at whose home it is fixed, or "".
    """

    device_class: DeviceClass
    key_class: KeyClass = KeyClass.K3
    owner: str = ""
    elder: str = ""


def pad_of(elder: str) -> str:
    """Name of the pad at a home."""
    return f"pad-{elder}"


def phone_of(member: str) -> str:
    """Name of a member's phone."""
    return f"phone-{member}"


DEVICES = {
    **{pad_of(elder): Spec(device_class=DeviceClass.PLACE_PAD, elder=elder) for elder in ELDERS},
    **{phone_of(name): Spec(device_class=DeviceClass.PHONE, owner=name) for name in VOLUNTEERS},
    METER: Spec(device_class=DeviceClass.METER, elder=ELDERS[0]),
    DESK: Spec(device_class=DeviceClass.BRIDGE, key_class=KeyClass.K2),
}
