"""`gongji sim`: a device that exists only here, to see what the town does with its events."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gongji.commands.acting import KeyFile, KeyHolder, PasswordFile
from gongji.commands.options import AsJson, DataDir, load
from gongji.commands.reading import PortalUnreachableError
from gongji.errors import NotFoundError
from gongji.output import put_json, put_table, tell

if TYPE_CHECKING:
    from pathlib import Path

    from gongji.settings import Settings
    from iot.simulator.device import SimulatedDevice

app = typer.Typer(no_args_is_help=True)
MEDIA_TYPE = "application/cose"
VALID_DAYS, DAY_SECONDS = 30, 86_400


@app.command()
def faults() -> None:
    """列出故障 List the faults that a simulated device can have."""
    from iot.simulator.faults import MESSAGE_FAULTS

    put_table(("故障 fault",), [(code.value,) for code in MESSAGE_FAULTS])


@app.command()
def run(
    key: KeyFile,
    data_dir: DataDir = None,
    password_file: PasswordFile = None,
    *,
    events: Annotated[int, typer.Option(min=1, max=60, help="几条事件 How many good events.")] = 3,
    fault: Annotated[
        str | None, typer.Option(help="故障代码 A fault to show afterwards, such as E_SIG.")
    ] = None,
    json: AsJson = False,
) -> None:
    """模拟设备 Enrol a new phone of a member in the running town, send its signed events over HTTPS, and show the receipts."""
    from iot.simulator.faults import MESSAGE_FAULTS

    if fault is not None and fault not in {code.value for code in MESSAGE_FAULTS}:
        raise NotFoundError("fault", fault, "全部故障 all faults: `gongji sim faults`")
    settings = load(data_dir)
    phone = _enrolled(settings, key, password_file)
    receipts = [_send(settings, message) for message in _messages(settings, phone, events, fault)]
    if json:
        put_json(receipts)
        return
    put_table(("结果 outcome", "代码 codes", "位置 place", "原因 why"), [
        (r["outcome"], " ".join(r["codes"]), r["index"], r["why"]) for r in receipts
    ])  # fmt: skip


def _enrolled(settings: Settings, key: Path, password_file: Path | None) -> SimulatedDevice:
    """A new phone that its owner enrolled: what an office enrols would not count for a fortnight."""
    from contracts.acts import acts
    from gongji.commands.handing_in import hand_in
    from gongji.run.configs import iot_config
    from iot.simulator.device import own_phone

    holder = KeyHolder(settings, key, password_file)
    owner = holder.sign_in()["member"]
    if owner is None:
        raise NotFoundError("member", str(key), "用成员的密钥 take the key of a member, not of an office")
    phone = own_phone(secrets.token_hex(16), iot_config(settings).domain, bytes.fromhex(owner[2:]))
    tell(f"设备 device 0x{phone.id.hex()}")
    values = {
        "keyX": phone.enrolment.key_x, "keyY": phone.enrolment.key_y, "possession": phone.possession(),
        "validUntil": int(time.time()) + VALID_DAYS * DAY_SECONDS,
    }  # fmt: skip
    hand_in(holder, acts()["EnrolPhone"], values, yes=True, json=False)
    return phone


def _messages(settings: Settings, device: SimulatedDevice, events: int, fault: str | None) -> list[bytes]:
    """So many good events, and then those that show a fault."""
    from gongji.run.configs import iot_config
    from iot.codes import Code
    from iot.event.cose import Domain
    from iot.event.event import EventType
    from iot.simulator.faults import faulty_messages

    now = 1000 * int(time.time())
    messages = [device.emit(EventType.DEVICE_STATUS, now + i).message for i in range(events)]
    if fault is not None:
        domain = iot_config(settings).domain
        elsewhere = Domain(chain_id=domain.chain_id + 1, registry=domain.registry)
        messages += faulty_messages(Code(fault), device, now + events, elsewhere)
    return messages


def _send(settings: Settings, message: bytes) -> dict[str, Any]:
    import httpx2

    url = f"{settings.portal_url}/v1/events"
    try:
        answer = httpx2.post(url, content=message, headers={"content-type": MEDIA_TYPE}, timeout=20)
        body: dict[str, Any] = answer.json()
        return body["receipts"][0] if answer.is_success else {"outcome": body.get("code"), "codes": [], "index": None, "why": body.get("detail")}  # fmt: skip
    except (httpx2.HTTPError, ValueError) as error:
        raise PortalUnreachableError(url, str(error)) from None
