"""A little town to audit: the story of the API's tests, in which the visit was signed by real devices."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eth_utils import to_canonical_address

from contracts.abi import encode_call, operation_id
from contracts.enums import AssuranceLevel, DeviceClass, SeatClass
from contracts.roles import AuthorityRole
from iot.config import IotConfig
from iot.event.cose import Domain
from iot.ingest.ingest import Ingest
from iot.log.store import EventStore
from iot.simulator.device import SimulatedDevice
from register import KEY_FILE
from register.places import PlaceRegister
from register.register import Register
from tests.conftest import CHAIN_ID, held_by, member_id, signer
from tests.iot.town import MemoryDirectory
from tests.ledger_api.story import COMMITTEE, COMMUNITY, FOREVER, STREET, ZERO, Story, named_id
from wallets.intents import (
    ActOnChange,
    ActOnGuardian,
    ActOnHandover,
    ActOnRedemption,
    ActOnTask,
    ChangeAct,
    GuardianAct,
    HandoverAct,
    OpenTask,
    RecoverKey,
    Redeem,
    RedemptionAct,
    TaskAct,
)

if TYPE_CHECKING:
    from pathlib import Path

    from iot.simulator.device import EmittedEvent

VISIT_MINUTES = 60
PLACE = hashlib.sha256(b"the elder's flat").digest()[:16]
CHECK_IN, CHECK_OUT = 101, 102
# Nobody has set it up yet.
SUCCESSOR = 77


@dataclass
class AuditedStory(Story):
    """Plays the story with signed events.

    Attributes:
        folder: Where the log of events and the register are.
        emitted: The signed events, in the order of the log.
        register: The register.
        places: The places in it.
        store: The log.
        ingest: The way into it.
    """

    folder: Path = field(kw_only=True)
    emitted: list[EmittedEvent] = field(default_factory=list, kw_only=True)

    def __post_init__(self) -> None:
        registry = bytes.fromhex(self.town.deployment.address("DeviceRegistry")[2:])
        domain = Domain(chain_id=CHAIN_ID, registry=registry)
        key = self.folder / "keys" / KEY_FILE
        self.register = Register.open(f"sqlite:///{self.folder / 'town.db'}", key, self.town.chain.now)
        self.places = places = PlaceRegister(self.register)
        self.config = IotConfig(
            database_url=f"sqlite:///{self.folder / 'events.db'}", domain=domain, other_domains=()
        )
        self.domain = domain
        self.beneficiary, self.of_pad = (places.bind(PLACE, salt * 32) for salt in (b"\1", b"\2"))
        self.directory = MemoryDirectory()
        self.store = EventStore.open(self.config)
        self.ingest = Ingest(self.store, self.directory, self.config, clock=self.town.chain.now)

    async def serve(self) -> None:
        """An hour of shopping, seen by the phone of the volunteer and the pad at the place, and half of it redeemed."""
        await self.role(AuthorityRole.STEWARD, "TimeBank", "setService", 1, 10, 240, 0)
        await self.role(AuthorityRole.STEWARD, "TimeBank", "setChallenge", 86_400)
        await self.enrol_devices()
        await self.intend(
            "coordinator", OpenTask, task=named_id("visit"), fund=COMMUNITY, service=1, authorised_minutes=90,
            beneficiary=self.beneficiary, expires_at=self.town.chain.now() + 100 * 86_400,
        )  # fmt: skip
        await self.intend("volunteer", ActOnTask, act=TaskAct.ACCEPT, task=named_id("visit"), document=ZERO)
        await self.claim()
        await self.town.wait(25 * 3600)
        await self.town.send(signer("relayer"), "TimeBank", "credit", named_id("visit"))
        redemption = named_id("haircut")
        await self.intend(
            "volunteer",
            Redeem,
            redemption=redemption,
            provider=member_id("elder"),
            fund=COMMUNITY,
            service=1,
            held_minutes=30,
        )
        await self.intend(
            "elder", ActOnRedemption, act=RedemptionAct.ACCEPT, redemption=redemption, document=ZERO
        )
        await self.confirm_at_the_desk(redemption)
        await self.govern()
        await self.guard()

    async def guard(self) -> None:
        """The elder names a guardian, who signs for a new key of hers; the second one has not yet."""
        await self.intend("elder", ActOnGuardian, act=GuardianAct.NAME, guardian=member_id("requester"))
        key, possession = held_by("elder", signer("new phone of elder"))
        await self.intend(
            "requester",
            RecoverKey,
            member=member_id("elder"),
            new_key=to_canonical_address(key),
            possession=possession,
        )

    async def enrol_devices(self) -> None:
        """The phone of the volunteer and the pad at the place, from today on."""
        now = self.town.chain.now()
        self.phone = SimulatedDevice(
            "phone", self.domain, DeviceClass.PHONE, owner=member_id("volunteer"), valid_from_seconds=now
        )
        self.pad = SimulatedDevice(
            "pad", self.domain, DeviceClass.PLACE_PAD, place=self.of_pad, valid_from_seconds=now
        )
        self.directory.enrol(self.phone, self.pad)
        for device in (self.phone, self.pad):
            record = device.registry_record()
            await self.role(AuthorityRole.DEVICE_REGISTRAR, "DeviceRegistry", "enrol", device.id, record)

    async def govern(self) -> None:
        """The administrator schedules a change, and the guardian cancels it."""
        target = self.town.deployment.address("Ledger")
        data = encode_call("Ledger", "retireModule", self.town.deployment.address("Funds"))
        await self.role(AuthorityRole.ADMIN, "Authority", "schedule", target, data, 0)
        operation = self.town.ways.account(signer("admin").address), target, data
        await self.oppose(operation_id(*operation))
        await self.role(AuthorityRole.GUARDIAN, "Authority", "cancel", *operation)

    async def oppose(self, operation_id: bytes) -> None:
        """A member of the committee of the fund at the top votes against a change."""
        steward, committee = AuthorityRole.STEWARD, 2
        await self.role(steward, "Committees", "openCommittee", committee, STREET, [SeatClass.RESIDENT] * 5)
        await self.role(steward, "Committees", "fillSeat", committee, 0, member_id("seat0"), FOREVER)
        await self.intend(
            "seat0",
            ActOnChange,
            act=ChangeAct.VETO,
            operation_id=operation_id,
            operation_nonce=1,
            committee=committee,
        )

    async def hand_over(self) -> None:
        """The founding ends; a fund is to be handed over, and one seat agrees."""
        await self.role(AuthorityRole.ADMIN, "Authority", "endFounding")
        target, data = (
            self.town.deployment.address("Committees"),
            encode_call("Committees", "handOver", COMMUNITY, SUCCESSOR),
        )
        await self.role(AuthorityRole.STEWARD, "Authority", "schedule", target, data, 0)
        await self.intend(
            "seat0", ActOnHandover, act=HandoverAct.AGREE_TO, fund=COMMUNITY, committee=COMMITTEE, successor=SUCCESSOR,
            revision=0, operation_nonce=1,
        )  # fmt: skip

    async def claim(self) -> None:
        """Signs, logs, anchors and claims the visit."""
        began_ms = self.town.chain.now() * 1000
        await self.town.wait(VISIT_MINUTES * 60 + 60)
        pad_in, _ = self.tap(CHECK_IN, began_ms)
        pad_out, _ = self.tap(CHECK_OUT, began_ms + VISIT_MINUTES * 60_000)
        receipts = await self.ingest.receive_many([e.message for e in self.emitted])
        assert {r.outcome.name for r in receipts} == {"ACCEPTED"}, receipts
        rules = self.config.ruleset.hash()
        with self.store.log() as log:
            head = log.head()
            await self.role(AuthorityRole.LOG_KEEPER, "EventLog", "anchor", head.size, head.root, rules, [])
            leaves = [self._leaf(log, e, head.size) for e in (pad_in, pad_out)]
        claim = (named_id("visit"), VISIT_MINUTES, AssuranceLevel.A3, rules, head.size, *leaves)
        await self.role(AuthorityRole.VERIFIER, "TimeBank", "admitClaim", claim)

    def tap(self, event_type: int, at_ms: int) -> tuple[EmittedEvent, EmittedEvent]:
        """The phone taps the pad: both sign."""
        about = {"task": named_id("visit"), "actor": member_id("volunteer"), "place": PLACE}
        by_pad = self.emit(self.pad, event_type, at_ms, about)
        by_phone = self.emit(self.phone, event_type, at_ms, about | {"refs": (by_pad.event_hash,)})
        return by_pad, by_phone

    def emit(
        self, device: SimulatedDevice, event_type: int, at_ms: int, fields: dict[str, Any]
    ) -> EmittedEvent:
        """One event of a device, kept for the log."""
        emitted = device.emit(event_type, at_ms, **fields)
        self.emitted.append(emitted)
        return emitted

    @staticmethod
    def _leaf(log: Any, emitted: EmittedEvent, size: int) -> tuple[bytes, int, list[bytes]]:
        digest = hashlib.sha256(b"\0" + emitted.message).digest()
        proof = log.inclusion(digest, size)
        return digest, proof.index, list(proof.path)
