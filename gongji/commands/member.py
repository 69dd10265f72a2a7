"""`gongji member`: members, their keys and roles."""

from __future__ import annotations

import secrets
import time
from typing import Annotated

import typer

from contracts.enums import MemberKind, Role
from gongji.commands.acting import PasswordFile, ReaderKey, get_as
from gongji.commands.listing import Column, plain, put_list, word
from gongji.commands.office import Signing, do_for_office, signed_by_office
from gongji.commands.options import AsJson, Cursor, DataDir, Limit, Member, id_bytes, load
from gongji.output import tell

app = typer.Typer(no_args_is_help=True)
NewMember = Annotated[
    str, typer.Argument(help="新成员编号 Id of the new member, from `gongji member new-id`.")
]
PROOF = "本人持有密钥的证明 Proof that the member holds the key, as their page or `gongji sign possession` shows it."
Key = Annotated[str, typer.Argument(help="密钥地址 Address of the key, 0x and 40 hex digits.")]
DAY_SECONDS = 86_400
ROLES = ", ".join(role.name.lower() for role in Role if role is not Role.NONE)
COLUMNS = (
    plain("member", "编号 member"),
    Column("公开姓名 public name", lambda shown, member: shown.member(member["member"])),
    word("kind", "member_kind", "类别 kind"),
)


def _role(name: str) -> Role:
    """A role by its name."""
    if name.upper() not in Role.__members__:
        raise ValueError(name)
    return Role[name.upper()]


@app.command("list")
def list_members(
    data_dir: DataDir = None,
    *,
    limit: Limit = None,
    cursor: Cursor = None,
    key: ReaderKey = None,
    password_file: PasswordFile = None,
    json: AsJson = False,
) -> None:
    """列出成员 List members by their ids, with names that are public."""
    settings = load(data_dir)
    page = get_as(settings, "/v1/members", key, password_file, limit=limit, cursor=cursor)
    put_list(settings, page, COLUMNS, json=json)


@app.command()
def show(
    member: Member,
    data_dir: DataDir = None,
    *,
    key: ReaderKey = None,
    password_file: PasswordFile = None,
    json: AsJson = False,
) -> None:
    """查看成员 Show a member's keys, roles and seats."""
    from gongji.commands.records import put_record
    from ledger_api.members.schemas import MemberDetail

    settings = load(data_dir)
    put_record(
        settings, get_as(settings, f"/v1/members/{member}", key, password_file), MemberDetail, json=json
    )


@app.command("new-id")
def new_id() -> None:
    """新成员编号 Print a random id for a new member, who signs for it on the own device before `register`."""
    tell(f"0x{secrets.token_bytes(16).hex()}")


@app.command()
@signed_by_office
def register(
    member: NewMember,
    member_key: Key,
    possession: Annotated[str, typer.Argument(help=PROOF)],
    data_dir: DataDir = None,
    *,
    organisation: Annotated[
        bool, typer.Option("--organisation", help="是单位 It is an organisation.")
    ] = False,
    signing: Signing,
) -> None:
    """登记成员 Register a member with a first key, as the registrar. The member signs for the id before: see `new-id`."""
    from ledger_api.intents.checking import signature_bytes

    kind = MemberKind.ORGANISATION if organisation else MemberKind.PERSON
    values = {
        "member": id_bytes(member, 16),
        "kind": kind,
        "household": bytes(16),
        "key": id_bytes(member_key, 20),
        "possession": signature_bytes(possession),
    }
    do_for_office(load(data_dir), "RegisterMember", values, signing)


@app.command()
@signed_by_office
def grant(
    member: Member,
    role: Annotated[Role, typer.Argument(help=f"角色 Role: {ROLES}.", parser=_role, metavar="ROLE")],
    scope: Annotated[int, typer.Argument(min=0, max=2**32 - 1, help="范围 Fund or micro-factory it is for.")],
    days: Annotated[int, typer.Argument(min=1, max=3660, help="天数 For how many days.")],
    data_dir: DataDir = None,
    *,
    signing: Signing,
) -> None:
    """授予角色 Grant a role until a day, as the registrar."""
    until = int(time.time()) + days * DAY_SECONDS
    values = {"member": id_bytes(member, 16), "role": role, "scope": scope, "validUntil": until}
    do_for_office(load(data_dir), "GrantRole", values, signing)


@app.command("end-role")
@signed_by_office
def end_role(
    member: Member,
    role: Annotated[Role, typer.Argument(help=f"角色 Role: {ROLES}.", parser=_role, metavar="ROLE")],
    scope: Annotated[int, typer.Argument(min=0, max=2**32 - 1, help="范围 Fund or micro-factory it is for.")],
    data_dir: DataDir = None,
    *,
    signing: Signing,
) -> None:
    """收回角色 End a role now, as the registrar."""
    values = {"member": id_bytes(member, 16), "role": role, "scope": scope}
    do_for_office(load(data_dir), "EndRole", values, signing)
