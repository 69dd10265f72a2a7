"""`gongji device`: the devices whose signatures count."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from gongji.commands.office import Signing, do_for_office, signed_by_office
from gongji.commands.options import AsJson, DataDir, id_bytes, load
from gongji.output import put_json, put_table

app = typer.Typer(no_args_is_help=True)
Device = Annotated[str, typer.Argument(help="设备编号 Id of the device, 0x and 16 hex digits.")]


@app.command("list")
def list_devices(data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """列出设备 List devices, of what kind they are and until when they are valid."""
    from gongji.commands.values import Shown
    from gongji.mirror import current_versions
    from gongji.run.configs import mirror_reader
    from indexer.projections.device import enrolments
    from register.names import Names

    found = current_versions(mirror_reader(load(data_dir)), enrolments)
    rows = {f"0x{e.device.hex()}": (e.device_class.name, e.valid_from, e.valid_until) for e in found}
    if json:
        put_json(
            [{"device": d, "class": c, "valid_from": f, "valid_until": u} for d, (c, f, u) in rows.items()]
        )
        return
    view = Shown(Names())
    put_table(
        ("编号 device", "类别 class", "启用 from", "停用 until"),
        [(d, view.word("device_class", c), _bound(f), _bound(u)) for d, (c, f, u) in rows.items()],
    )


@app.command()
def show(device: Device, data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """查看设备 Show what the registry says about a device."""
    from contextlib import closing
    from dataclasses import asdict

    from gongji.commands.values import Shown
    from gongji.errors import NotFoundError
    from gongji.run.configs import mirror_reader, open_register
    from gongji.run.directory import MirrorDirectory
    from register.names import Names
    from register.places import PlaceRegister

    settings = load(data_dir)
    with closing(open_register(settings)) as register:
        directory = MirrorDirectory(mirror_reader(settings), PlaceRegister(register))
        record = directory.device(id_bytes(device, 8))
    if record is None:
        raise NotFoundError("device", device, "全部设备 all devices: `gongji device list`")
    fields = asdict(record)
    if json:
        put_json(fields)
        return
    view = Shown(Names())
    put_table(
        ("项目 field", "内容 value"),
        [
            (view.word("field", "suspended"), view.flag(record.suspended)),
            (
                view.word("field", "compromisedFrom"),
                _bound(record.revocation.compromised_from_seconds if record.revocation else 0),
            ),
        ],
    )
    put_table(("登记为 enrolled as", "密钥 key", "启用 from", "停用 until"), [
        (view.word("device_class", e.device_class.name), view.word("key_class", e.key_class.name),
         _bound(e.valid_from_seconds), _bound(e.valid_until_seconds))
        for e in record.enrolments
    ])  # fmt: skip


@app.command()
@signed_by_office
def suspend(
    device: Device,
    data_dir: DataDir = None,
    *,
    signing: Signing,
) -> None:
    """暂停设备 Hold a device's events until it is resumed, as the device registrar."""
    values = {"device": id_bytes(device, 8), "suspended": True}
    do_for_office(load(data_dir), "SuspendDevice", values, signing)


@app.command()
@signed_by_office
def resume(
    device: Device,
    data_dir: DataDir = None,
    *,
    signing: Signing,
) -> None:
    """恢复设备 Trust a suspended device again, as the device registrar."""
    values = {"device": id_bytes(device, 8), "suspended": False}
    do_for_office(load(data_dir), "SuspendDevice", values, signing)


@app.command()
@signed_by_office
def revoke(
    device: Device,
    data_dir: DataDir = None,
    *,
    hours_ago: Annotated[
        int,
        typer.Option(
            min=0, max=8760, help="几小时前起不可信 How many hours ago it stopped being trustworthy."
        ),
    ] = 0,
    signing: Signing,
) -> None:
    """撤销设备 Take a device out of use for good, as the device registrar."""
    values = {"device": id_bytes(device, 8), "compromisedFrom": int(time.time()) - hours_ago * 3600}
    do_for_office(load(data_dir), "RevokeDevice", values, signing)


def _bound(seconds: int) -> str:
    """When a time begins or ends; nothing where it does not."""
    from gongji.commands.fields import moment
    from gongji.commands.values import NOTHING

    return (moment(seconds) if seconds else None) or NOTHING
