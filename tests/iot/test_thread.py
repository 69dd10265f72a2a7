"""From a signed event to a credited minute, on the real chain (case H1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.accounts import AccountKind, account_id
from contracts.enums import DeviceClass, MemberKind, Role
from contracts.roles import AuthorityRole
from iot.config import IotConfig
from iot.directory import Anchor, TaskRecord
from iot.event.cose import Domain
from iot.ingest.ingest import Ingest
from iot.ingest.receipts import Outcome
from iot.log.store import EventStore
from iot.simulator.device import SimulatedDevice
from iot.simulator.events import VisitPlan, visit_events
from iot.visits.claims import claim
from iot.visits.evidence import gather
from iot.visits.visits import assemble
from tests.conftest import GENESIS_TIME, held_by, member_id, signer
from tests.iot.town import MemoryDirectory, commitment, id16, sqlite_url
from wallets.intents import ActOnTask, OpenTask, TaskAct

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Town
    from wallets.signer import LocalSigner

FUND, SERVICE, CHALLENGE_SECONDS = 7, 3, 86_400
DEADLINE = GENESIS_TIME + 10 * 24 * 3600


async def people(town: Town, registrar: LocalSigner) -> None:
    for name in ("coordinator", "volunteer", "resident"):
        args = (
            member_id(name),
            int(MemberKind.PERSON),
            id16(f"home of {name}"),
            *held_by(name, signer(name)),
        )
        await town.send(registrar, "Members", "register", *args)
    granted = (member_id("coordinator"), int(Role.COORDINATOR), FUND, DEADLINE)
    await town.send(registrar, "Members", "grantRole", *granted)


async def accepted_task(town: Town, task: bytes) -> None:
    opening = OpenTask(
        task=task, fund=FUND, service=SERVICE, authorised_minutes=90, beneficiary=commitment("resident"),
        expires_at=town.chain.now() + 86_400, nonce=0, deadline=DEADLINE,
    )  # fmt: skip
    await town.carry(signer("coordinator"), opening)
    accepting = ActOnTask(act=TaskAct.ACCEPT, task=task, document=bytes(32), nonce=0, deadline=DEADLINE)
    await town.carry(signer("volunteer"), accepting)


async def test_a_visit_signed_by_pad_and_phone_becomes_minutes_on_the_chain(
    town: Town, holders: dict[AuthorityRole, LocalSigner], tmp_path: Path
) -> None:
    registry = bytes.fromhex(town.deployment.address("DeviceRegistry")[2:])
    domain = Domain(chain_id=town.deployment.chain_id, registry=registry)
    config = IotConfig(database_url=sqlite_url(tmp_path), domain=domain, other_domains=())
    task, place = id16("task"), id16("home of resident")
    steward, verifier = holders[AuthorityRole.STEWARD], holders[AuthorityRole.VERIFIER]
    await town.send(steward, "TimeBank", "setService", SERVICE, 10, 120, 0)
    await town.send(steward, "TimeBank", "setChallenge", CHALLENGE_SECONDS)
    await people(town, holders[AuthorityRole.REGISTRAR])
    await accepted_task(town, task)

    now = town.chain.now()
    pad = SimulatedDevice(
        "pad", domain, DeviceClass.PLACE_PAD, place=commitment("place"), booted_ms=0, valid_from_seconds=now
    )
    phone = SimulatedDevice(
        "phone", domain, DeviceClass.PHONE, owner=member_id("volunteer"), valid_from_seconds=now
    )
    home = SimulatedDevice(
        "home", domain, DeviceClass.PHONE, owner=member_id("resident"), valid_from_seconds=now
    )
    directory = MemoryDirectory(places={commitment("resident"): place, commitment("place"): place})
    for device in (pad, phone, home):
        registrar = holders[AuthorityRole.DEVICE_REGISTRAR]
        await town.send(registrar, "DeviceRegistry", "enrol", device.id, device.registry_record())
        directory.enrol(device)
    directory.tasks[task] = TaskRecord(
        task=task, service=SERVICE, min_minutes=10, authorised_minutes=90, beneficiary=commitment("resident"),
        volunteer=member_id("volunteer"),
    )  # fmt: skip

    store = EventStore.open(config)
    ingest = Ingest(store, directory, config, clock=town.chain.now)
    plan = VisitPlan(
        task=task, volunteer=member_id("volunteer"), place=place, check_in_ms=town.chain.now() * 1000, minutes=65,
        phone=phone, pad=pad, resident=member_id("resident"), resident_device=home,
    )  # fmt: skip
    events = visit_events(plan)
    await town.wait(70 * 60)
    receipts = await ingest.receive_many([one.message for one in events])
    assert [r.outcome for r in receipts] == [Outcome.ACCEPTED] * 5
    assert [r.codes for r in receipts] == [()] * 5

    with store.log() as log:
        head = log.head()
        anchored = await town.send(
            holders[AuthorityRole.LOG_KEEPER],
            "EventLog",
            "anchor",
            head.size,
            head.root,
            config.ruleset.hash(),
            [],
        )
    directory.heads.append(
        Anchor(
            size=head.size,
            root=head.root,
            block_number=anchored["blockNumber"],
            time_seconds=town.chain.now(),
        )
    )
    with store.reading() as connection:
        visit = assemble(gather(connection, directory, task, directory.heads[-1]), config.ruleset)
    assert (visit.served_minutes, visit.level, visit.holds) == (65, 4, ())
    with store.log() as log:
        argument = claim(visit, log, size=head.size, ruleset=config.ruleset)
    await town.send(verifier, "TimeBank", "admitClaim", argument)
    await town.wait(CHALLENGE_SECONDS + 60)
    await town.send(signer("relayer"), "TimeBank", "credit", task)
    account = account_id(AccountKind.MEMBER_MINUTES, member_id("volunteer"))
    assert await town.read("Ledger", "balanceOf", account) == 65
    store.close()
