"""Test vectors for firmware makers and other verifiers: `python -m tests.iot.vectors` signs them anew.

One file per case under `tests/assets/events/`. ECDSA signs with chance, so the bytes change when they are made anew; what is
expected does not.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.enums import Algorithm, DeviceClass, KeyClass
from iot.codes import Code
from iot.directory import Anchor, DeviceRecord, Enrolment, Revocation, TaskRecord
from iot.event.event import EventType
from iot.simulator.device import SimulatedDevice
from iot.simulator.events import VisitPlan, visit_events
from iot.simulator.faults import MESSAGE_FAULTS, VISIT_FAULTS, faulty_messages, faulty_visit
from tests.iot.town import DOMAIN, NOW, OTHER_DOMAIN, MemoryDirectory, commitment, id16

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iot.simulator.device import EmittedEvent

FOLDER = Path(__file__).parents[1] / "assets" / "events"
ANCHOR_SECONDS = NOW + 14 * 3600
Json = dict[str, Any]


def hexed(value: bytes) -> str:
    return "0x" + value.hex()


def unhexed(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def record_json(record: DeviceRecord) -> Json:
    revocation = record.revocation
    return {
        "device": hexed(record.device),
        "suspended": record.suspended,
        "revocation": None if revocation is None else {
            "compromised_from_seconds": revocation.compromised_from_seconds, "block_number": revocation.block_number,
        },
        "enrolments": [
            {
                "device_class": e.device_class.name, "algorithm": e.algorithm.name, "key_class": e.key_class.name,
                "key_x": hexed(e.key_x), "key_y": hexed(e.key_y), "owner": hexed(e.owner), "place": hexed(e.place),
                "valid_from_seconds": e.valid_from_seconds, "valid_until_seconds": e.valid_until_seconds,
                "settled_from_seconds": e.settled_from_seconds,
            }
            for e in record.enrolments
        ],
    }  # fmt: skip


def record_of(record: Json) -> DeviceRecord:
    enrolments = [
        Enrolment(
            device_class=DeviceClass[e["device_class"]], algorithm=Algorithm[e["algorithm"]],
            key_class=KeyClass[e["key_class"]], key_x=unhexed(e["key_x"]), key_y=unhexed(e["key_y"]),
            owner=unhexed(e["owner"]), place=unhexed(e["place"]),
            valid_from_seconds=e["valid_from_seconds"], valid_until_seconds=e["valid_until_seconds"],
            settled_from_seconds=e["settled_from_seconds"],
        )
        for e in record["enrolments"]
    ]  # fmt: skip
    revocation = Revocation(**record["revocation"]) if record["revocation"] else None
    return DeviceRecord(
        device=unhexed(record["device"]),
        enrolments=tuple(enrolments),
        suspended=record["suspended"],
        revocation=revocation,
    )


def directory_of(case: Json) -> MemoryDirectory:
    """The chain as a vector tells it."""
    directory = MemoryDirectory(devices={r.device: r for r in map(record_of, case["devices"])})
    directory.places = {unhexed(c): unhexed(p) for c, p in case.get("places", {}).items()}
    directory.heads = [Anchor(root=bytes(32), **anchor) for anchor in case.get("anchors", [])]
    if "task" in case:
        task: Json = {k: unhexed(v) if isinstance(v, str) else v for k, v in case["task"].items()}
        directory.tasks[task["task"]] = TaskRecord(**task)
    return directory


def _message_case(
    messages: Sequence[bytes], records: Sequence[DeviceRecord], outcome: str, codes: Sequence[str]
) -> Json:
    """A case whose last message yields what is expected."""
    return {
        "chain_id": DOMAIN.chain_id,
        "registry": hexed(DOMAIN.registry),
        "other_chain_id": OTHER_DOMAIN.chain_id,
        "received_seconds": NOW,
        "devices": [record_json(record) for record in records],
        "messages": [hexed(message) for message in messages],
        "expected": {"outcome": outcome, "codes": list(codes)},
    }


def message_cases() -> dict[str, Json]:
    """Accepted events and one case per `E_` code."""
    now_ms, cases = NOW * 1000, {}
    for algorithm in (Algorithm.ESP256, Algorithm.ED25519):
        device = SimulatedDevice(f"vector {algorithm.name}", DOMAIN, DeviceClass.METER, algorithm=algorithm)
        messages = [device.emit(EventType.DEVICE_STATUS, now_ms + n).message for n in range(2)]
        cases[f"accepted_{algorithm.name.lower()}"] = _message_case(messages, [device.record], "accepted", [])
    outcomes = dict.fromkeys((Code.E_VERSION, Code.E_KID_UNKNOWN), "parked") | {Code.E_DUP: "duplicate"}
    refused = (Code.E_SIZE, Code.E_CBOR, Code.E_NONCANONICAL, Code.E_SIG, Code.E_AAD, Code.E_RATE)
    for code in MESSAGE_FAULTS:
        device = SimulatedDevice(f"vector {code}", DOMAIN, DeviceClass.METER)
        messages = faulty_messages(code, device, now_ms, OTHER_DOMAIN)
        outcome = "refused" if code in refused else outcomes.get(code, "accepted")
        # Who forks also names another event than the one before.
        codes = [code, Code.E_CHAIN_GAP] if code is Code.E_CHAIN_FORK else [code]
        cases[code] = _message_case(messages, [device.record], outcome, codes)
    expired = SimulatedDevice("vector expired", DOMAIN, DeviceClass.METER, valid_until_seconds=NOW)
    message = expired.emit(EventType.DEVICE_STATUS, now_ms).message
    cases[Code.E_KEY_EXPIRED] = _message_case([message], [expired.record], "refused", [Code.E_KEY_EXPIRED])
    revoked = SimulatedDevice("vector revoked", DOMAIN, DeviceClass.METER)
    record = replace(revoked.record, revocation=Revocation(compromised_from_seconds=NOW + 1, block_number=5))
    message = revoked.emit(EventType.DEVICE_STATUS, now_ms).message
    cases[Code.E_REVOKED] = _message_case([message], [record], "refused", [Code.E_REVOKED])
    return cases


class _Actors:
    """Fresh devices for one visit."""

    def __init__(self, name: str, *, settled_from_seconds: int | None = None, **pad: Any) -> None:
        self.pad = SimulatedDevice(
            f"{name} pad", DOMAIN, DeviceClass.PLACE_PAD, place=commitment("place"), **pad
        )
        self.phone = SimulatedDevice(
            f"{name} phone",
            DOMAIN,
            DeviceClass.PHONE,
            owner=id16("volunteer"),
            settled_from_seconds=settled_from_seconds,
        )
        self.home = SimulatedDevice(f"{name} home", DOMAIN, DeviceClass.PHONE, owner=id16("resident"))
        self.stranger = SimulatedDevice(f"{name} stranger", DOMAIN, DeviceClass.PHONE, owner=id16("stranger"))
        self.plan = VisitPlan(
            task=id16("task"), volunteer=id16("volunteer"), place=id16("place"), check_in_ms=NOW * 1000, minutes=60,
            phone=self.phone, pad=self.pad, resident=id16("resident"), resident_device=self.home,
        )  # fmt: skip

    def case(
        self,
        events: Sequence[EmittedEvent],
        minutes: int | None,
        level: str | None,
        holds: Sequence[str] = (),
    ) -> Json:
        places = {commitment(name): id16("place") for name in ("place", "resident")}
        devices = (self.pad, self.phone, self.home, self.stranger)
        return {
            "chain_id": DOMAIN.chain_id,
            "registry": hexed(DOMAIN.registry),
            "task": {
                "task": hexed(id16("task")), "service": 3, "min_minutes": 10, "authorised_minutes": 90,
                "beneficiary": hexed(commitment("resident")), "volunteer": hexed(id16("volunteer")),
            },
            "places": {hexed(c): hexed(p) for c, p in places.items()},
            "devices": [record_json(device.record) for device in devices],
            "leaves": [hexed(one.message) for one in events],
            "anchors": [{"size": len(events), "block_number": 10, "time_seconds": ANCHOR_SECONDS}],
            "expected": {"served_minutes": minutes, "level": level, "holds": list(holds)},
        }  # fmt: skip


def visit_cases() -> dict[str, Json]:
    """Visits with the minutes, the level and the holds that they come to."""
    cases = {}
    one = _Actors("a4")
    cases["visit_a4"] = one.case(visit_events(one.plan), 60, "A4")
    one = _Actors("a3")
    cases["visit_a3"] = one.case(visit_events(replace(one.plan, resident=None)), 60, "A3")
    one = _Actors("k2", key_class=KeyClass.K2)
    cases["visit_a2_pad_key_in_software"] = one.case(visit_events(one.plan), 60, "A2")
    one = _Actors("gps")
    gps = replace(one.plan, pad=None, distance_m=20)
    cases["visit_a2_gps_confirmed"] = one.case(visit_events(gps), 60, "A2")
    one = _Actors("pad only")
    cases["visit_a1_pad_only"] = one.case(visit_events(replace(one.plan, phone=None)), 60, "A1")
    one = _Actors("new phone", settled_from_seconds=NOW + 86_400)
    cases["visit_a1_new_phone"] = one.case(visit_events(one.plan), 60, "A1")
    one = _Actors("cut")
    cases["visit_cut_to_authorised"] = one.case(visit_events(replace(one.plan, minutes=100)), 90, "A4")
    one = _Actors("gap")
    one.pad.emit(EventType.DEVICE_STATUS, NOW * 1000 - 1)
    cases["visit_a2_gap"] = one.case(visit_events(one.plan), 60, "A2")
    ends = {
        Code.V_NO_IN: (None, None),
        Code.V_NO_OUT: (None, None),
        Code.V_SHORT: (1, "A4"),
        Code.V_LONG: (780, "A4"),
    }
    ends |= {Code.V_LOC_MISSING: (60, "A1"), Code.V_LOC_FAR: (60, "A1")}
    for code in VISIT_FAULTS:
        one = _Actors(code)
        minutes, level = ends.get(code, (60, "A3" if code is Code.V_BENEF_DENY else "A4"))
        holds = () if code in (Code.V_LOC_MISSING, Code.V_LOC_FAR) else (code,)
        cases[f"visit_{code}"] = one.case(faulty_visit(code, one.plan, one.stranger), minutes, level, holds)
    return cases


def main() -> None:
    """Writes all files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, case in {**message_cases(), **visit_cases()}.items():
        (FOLDER / f"{name}.json").write_text(json.dumps(case, indent=1) + "\n")


if __name__ == "__main__":
    main()
