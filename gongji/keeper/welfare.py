"""Watches the water meters of those who asked for it, and opens a visit task when a tap stays dry (case D1).

Which meters are watched, by which rule, and of which service a visit is, stands in the register under their device ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from eth_utils import keccak
from sqlalchemy import or_

from contracts.enums import TaskState
from gongji.mirror import current_versions
from indexer.projections.task import tasks
from iot.visits.welfare import Finding, HouseholdRule, judge, readings_of
from register.nouns import HOUSEHOLDS
from wallets.intents import Domain, OpenTask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from contracts.deployment import Deployment
    from iot.directory import Directory
    from iot.log.store import EventStore
    from register.places import PlaceRegister
    from register.register import Register
    from wallets.intents import Call
    from wallets.signer import LocalSigner

log = structlog.get_logger(__name__)

AUTHORISED_MINUTES = 60
# So long a task may be taken, and the order to open it counts. A task that brought nobody in that time brings no help any more.
VALID_SECONDS = 7 * 86_400
# Somebody is expected at the door; or was there, for what the claim says.
EXPECTED = (TaskState.OPEN, TaskState.ACCEPTED)
VISITED = (TaskState.CLAIMED, TaskState.DISPUTED, TaskState.CREDITED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Household:
    """A household whose meter is watched.

    Attributes:
        meter: Device id, 8 bytes.
        fund: Fund whose coordinators look after the visit.
        service: Service of the visit.
        rule: When it is looked after.
    """

    meter: bytes
    fund: int
    service: int
    rule: HouseholdRule


class Welfare:
    """Raises welfare tasks, signed with the key of the duty member, who is a coordinator of the fund."""

    def __init__(
        self,
        *,
        register: Register,
        store: EventStore,
        directory: Directory,
        places: PlaceRegister,
        mirror: Engine,
        deployment: Deployment,
        signer: LocalSigner,
    ) -> None:
        """Remembers whom to ask.

        Args:
            register: Has the households.
            store: The event log.
            directory: What the chain says about devices.
            places: The places in it; a task's beneficiary gets a commitment of its own.
            mirror: Reads the mirror.
            deployment: Where the contracts are.
            signer: Key of the duty member.
        """
        self._register, self._store, self._directory, self._places = register, store, directory, places
        self._mirror, self._signer = mirror, signer
        self._silent: set[bytes] = set()
        self._households: list[Household] = []
        self._revision = 0
        self._domain = Domain(
            contract="TimeBank", chain_id=deployment.chain_id, address=deployment.address("TimeBank")
        )

    def calls(self, now: int) -> Iterator[tuple[str, Call]]:
        """Tasks to open now, each with what makes it happen once.

        Args:
            now: Seconds since 1970.
        """
        for household in self._watched():
            place = self._place(household.meter)
            if place is None:
                continue
            with self._store.reading() as connection:
                readings = readings_of(connection, household.meter, now - 2 * household.rule.window_seconds)
            finding = judge(readings, household.rule, now)
            self._note_silence(household.meter, is_silent=finding is Finding.DEVICE_SILENT)
            if finding is Finding.WELFARE_TASK and not self._is_looked_after(household, place, now):
                last = max(reading.captured_seconds for reading in readings)
                yield self._task(household, place, last)

    def _watched(self) -> list[Household]:
        """The households as they stand now; they and their places are read again only when something was edited."""
        revision = self._register.last_number()
        if revision != self._revision:
            self._places.reread()
            self._households, self._revision = households(self._register), revision
        return self._households

    def _note_silence(self, meter: bytes, *, is_silent: bool) -> None:
        """Tells when a meter falls silent and when it is heard again, and nothing between."""
        if is_silent and meter not in self._silent:
            log.warning("device_silent", device=meter.hex())
        if not is_silent and meter in self._silent:
            log.info("device_heard_again", device=meter.hex())
        (self._silent.add if is_silent else self._silent.discard)(meter)

    def _task(self, household: Household, place: bytes, last: int) -> tuple[str, Call]:
        """All of it follows from meter and reading, so that raising it twice is raising it once."""
        name = f"welfare/{household.meter.hex()}/{last}"
        secret = keccak(self._signer.sign_text(name))
        task = keccak(secret)[:16]
        intent = OpenTask(
            task=task,
            fund=household.fund,
            service=household.service,
            authorised_minutes=AUTHORISED_MINUTES,
            beneficiary=self._places.bind(place, secret),
            expires_at=last + VALID_SECONDS,
            nonce=int.from_bytes(keccak(task), "big"),
            deadline=last + VALID_SECONDS,
        )
        return name, intent.call(self._signer.sign_intent(intent, self._domain).signature)

    def _place(self, meter: bytes) -> bytes | None:
        record = self._directory.device(meter)
        return self._directory.place_of(record.enrolments[-1].place) if record else None

    def _is_looked_after(self, household: Household, place: bytes, now: int) -> bool:
        """Whether somebody is expected at a household, or was there within its window.

        The window counts anew from each task and each visit: whoever rang saw why the tap was dry, and only a whole window
        without water after that says something new. If water ran since, the dry window began later still. A task that
        brought nobody stops counting when its order has run out, so that no household falls silent for good; a visit that
        was rejected or taken back did not happen.
        """
        window_began, columns = now - household.rule.window_seconds, tasks.table.c
        recent = or_(
            columns.opened_at > min(window_began, now - VALID_SECONDS), columns.claimed_at > window_began
        )
        return any(
            task.opened_at > window_began
            or task.state in EXPECTED
            or (task.state in VISITED and (task.claimed_at or 0) > window_began)
            for task in current_versions(self._mirror, tasks, columns.service == household.service, recent)
            if self._places.place_of(task.beneficiary) == place
        )


def households(register: Register) -> list[Household]:
    """The households whose meters are watched."""
    return [
        Household(
            meter=bytes.fromhex(meter[2:]),
            fund=entry.fund,
            service=entry.service,
            rule=HouseholdRule(
                window_seconds=entry.window_seconds,
                threshold_litres=entry.threshold_litres,
                is_away=entry.is_away,
            ),
        )
        for meter, entry in register.entries(HOUSEHOLDS).items()
    ]
