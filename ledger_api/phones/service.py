"""What the chain knows of a phone, and how its owner or the device registrar enrols it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from contracts.enums import Algorithm, DeviceClass, KeyClass
from indexer.calendar import china_day, day_text
from indexer.projections.device import devices, enrolments
from ledger_api.forms import hexed
from ledger_api.mirror import open_rows
from ledger_api.sessions.access import DataClass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.acts import Act
    from indexer.projections.device import Enrolment
    from ledger_api.mirror import Reading
    from ledger_api.sessions.access import Viewer

ENROL, ENROL_OWN = "EnrolDevice", "EnrolPhone"
YEAR_DAYS = 365
# What the registrar enrols once the founding has ended counts from the day after these, since a day begins at midnight.
WAIT_DAYS = 15


@dataclass(frozen=True, kw_only=True, slots=True)
class Phone:
    """A phone that asks to be enrolled.

    Attributes:
        point: x and y of its P-256 key, 64 bytes.
        owner: Member whose phone it is, 16 bytes.
        possession: What its key signed for the owner, 64 bytes; empty if it has not.
    """

    point: bytes
    owner: bytes
    possession: bytes = b""

    @property
    def device(self) -> bytes:
        """Its device id, 8 bytes."""
        return hashlib.sha256(self.point).digest()[:8]

    @property
    def address(self) -> str:
        """Address of its page."""
        proof = f"&proof={hexed(self.possession)}" if self.possession else ""
        return f"/phones?key={hexed(self.point)}&owner={hexed(self.owner)}{proof}"

    def own_sheet(self, now_seconds: int) -> str:
        """Address of the sheet on which its owner enrols it, filled in, from now on for a year.

        Args:
            now_seconds: Seconds since 1970.
        """
        end = day_text(china_day(now_seconds) + YEAR_DAYS)
        values = {
            "keyX": hexed(self.point[:32]), "keyY": hexed(self.point[32:]), "validUntil": end, "possession": hexed(self.possession),
        }  # fmt: skip
        return f"/acts/{ENROL_OWN}?{urlencode(values)}"

    def sheet(self, now_seconds: int, *, waits: bool) -> str:
        """Address of the sheet on which the registrar enrols it, filled in, for a year.

        Args:
            now_seconds: Seconds since 1970.
            waits: Whether the founding has ended, so that it counts only after a wait; else it counts from today on.
        """
        values = {name: _value(value) for name, value in self._entered(now_seconds, waits=waits).items()}
        return f"/acts/{ENROL}?{urlencode(values)}"

    def command(self, now_seconds: int, *, waits: bool) -> str:
        """The command that does the same.

        Args:
            now_seconds: Seconds since 1970.
            waits: As of the sheet.
        """
        fields = self._entered(now_seconds, waits=waits)
        # A sheet takes a last day to its end, a command the moment at which it begins.
        fields["validUntil"] = f"{fields['validUntil']}T23:59:59"
        options = [f"--{_kebab(name)} {_word(value)}" for name, value in fields.items()]
        return " ".join(["gongji act", _kebab(ENROL), *options])

    def _entered(self, now_seconds: int, *, waits: bool) -> dict[str, IntEnum | str]:
        """The fields of the act. A key in a browser is kept by software: K2."""
        begin = china_day(now_seconds) + (WAIT_DAYS + 1 if waits else 0)
        first, end = (day_text(begin + days) for days in (0, YEAR_DAYS))
        return {
            "device": hexed(self.device), "deviceClass": DeviceClass.PHONE, "algorithm": Algorithm.ESP256,
            "keyClass": KeyClass.K2, "keyX": hexed(self.point[:32]), "keyY": hexed(self.point[32:]),
            "owner": hexed(self.owner), "place": hexed(bytes(32)), "validFrom": first, "validUntil": end,
        }  # fmt: skip


def enrolled_by(act: Act | None, arguments: Mapping[str, Any], signer: bytes | None) -> Phone | None:
    """The phone that an act enrols; None if it does something else.

    Args:
        act: The act; None if the function is no act.
        arguments: What the function is called with, as JSON.
        signer: Member who signed, 16 bytes; None if it was an office.
    """
    if act is None or act.act not in (ENROL, ENROL_OWN):
        return None
    record = arguments.get("record", arguments)
    point = bytes.fromhex(record["keyX"][2:] + record["keyY"][2:])
    if act.act == ENROL_OWN:
        possession = bytes.fromhex(record["possession"][2:])
        return Phone(point=point, owner=signer, possession=possession) if signer else None
    if int(record["deviceClass"]) != DeviceClass.PHONE:
        return None
    return Phone(point=point, owner=bytes.fromhex(record["owner"][2:]))


def _kebab(name: str) -> str:
    return re.sub("(?<=[a-z])([A-Z])", r"-\1", name).lower()


def _value(value: IntEnum | str) -> str:
    return str(value.value) if isinstance(value, IntEnum) else value


def _word(value: IntEnum | str) -> str:
    return value.name.lower() if isinstance(value, IntEnum) else value


class PhoneState(StrEnum):
    """Where a phone stands: the words of the groups `phone` and `phone_notice`."""

    NONE = "none"
    EARLY = "early"
    GOOD = "good"
    ENDED = "ended"
    SUSPENDED = "suspended"
    REVOKED = "revoked"

    @property
    def tone(self) -> str:
        """How the page colours it."""
        return {PhoneState.GOOD: "final", PhoneState.NONE: "pending", PhoneState.EARLY: "pending"}.get(
            self, "refused"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the chain says about a phone.

    Attributes:
        state: Where it stands.
        enrolment: Its latest enrolment; None if there is none.
    """

    state: PhoneState
    enrolment: Enrolment | None

    @property
    def is_free(self) -> bool:
        """Whether it is enrolled as nobody's now."""
        return self.state in (PhoneState.NONE, PhoneState.ENDED)

    def is_another_s(self, owner: bytes) -> bool:
        """Whether it is enrolled as the phone of somebody else than the owner, 16 bytes."""
        return self.enrolment is not None and self.enrolment.owner != owner

    def may_be_enrolled(self, owner: bytes) -> bool:
        """Whether it is to be enrolled, or enrolled anew, as the owner's. A revoked key stays out of use."""
        return self.is_free or (self.is_another_s(owner) and self.state is not PhoneState.REVOKED)


@dataclass(frozen=True, kw_only=True, slots=True)
class PhoneAnswer:
    """What one reader is told of a phone. Whoever has its public key may ask, and learns from it nobody's name.

    Attributes:
        owner: Whose phone it is enrolled as, 16 bytes; None if it is not, and for whom that is not.
        is_another_s: Whether it is enrolled as somebody else's, told to whoever asks for the own phone.
        may_be_enrolled: Whether it is to be enrolled, or enrolled anew, as far as this reader may know.
    """

    owner: bytes | None
    is_another_s: bool
    may_be_enrolled: bool


def answer_to(viewer: Viewer, known: Known, owner: bytes) -> PhoneAnswer:
    """What one reader is told of a phone.

    Args:
        viewer: Who asks.
        known: What the chain says about it.
        owner: As whose phone it is asked about, 16 bytes.
    """
    enrolled = known.enrolment.owner if known.enrolment else None
    may_compare = viewer.may_read(DataClass.MEMBERSHIP, owner)
    return PhoneAnswer(
        owner=enrolled if viewer.may_read(DataClass.MEMBERSHIP, enrolled) else None,
        is_another_s=may_compare and known.is_another_s(owner),
        may_be_enrolled=known.may_be_enrolled(owner) if may_compare else known.is_free,
    )


async def known(mirror: Reading, device: bytes, now_seconds: int) -> Known:
    """What the chain says about a phone.

    Args:
        mirror: A snapshot.
        device: Its device id, 8 bytes.
        now_seconds: Seconds since 1970.
    """
    found = await mirror.versions(devices, open_rows(devices).where(devices.table.c.device == device))
    if not found:
        return Known(state=PhoneState.NONE, enrolment=None)
    columns = enrolments.table.c
    query = open_rows(enrolments).where(columns.device == device)
    latest = (await mirror.versions(enrolments, query.order_by(columns.block_number, columns.log_index)))[-1]
    if found[0].revoked_block is not None:
        return Known(state=PhoneState.REVOKED, enrolment=latest)
    state = PhoneState.SUSPENDED if found[0].suspended else _in_time(latest, now_seconds)
    return Known(state=state, enrolment=latest)


async def phones_of(mirror: Reading, owner: bytes, now_seconds: int) -> list[tuple[bytes, Known]]:
    """The telephones that were last enrolled as a member's: device id, and what the chain says of it.

    Args:
        mirror: A snapshot.
        owner: The member, 16 bytes.
        now_seconds: Seconds since 1970.
    """
    query = open_rows(enrolments).where(enrolments.table.c.owner == owner)
    devices_once = dict.fromkeys(one.device for one in await mirror.versions(enrolments, query))
    found = [(device, await known(mirror, device, now_seconds)) for device in devices_once]
    return [(device, one) for device, one in found if not one.is_another_s(owner)]


def _in_time(enrolment: Enrolment, now_seconds: int) -> PhoneState:
    if now_seconds < enrolment.valid_from:
        return PhoneState.EARLY
    return PhoneState.GOOD if now_seconds < enrolment.valid_until else PhoneState.ENDED
