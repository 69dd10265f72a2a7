"""`gongji office`: an office is given to a key, or taken away from it, as the administrator; it waits in public."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from contracts.roles import AuthorityRole, holder_role
from gongji.commands.acting import PasswordFile, Yes
from gongji.commands.office import OfficeKey, announce, holder_of
from gongji.commands.options import AsJson, DataDir, id_bytes
from gongji.errors import OfficeHeldError, OfficeNotHeldError
from gongji.output import put_json, tell
from gongji.settings import load

if TYPE_CHECKING:
    from gongji.settings import Settings

app = typer.Typer(no_args_is_help=True)
OFFICES = ", ".join(office.name.lower() for office in AuthorityRole)
NO_DELAY = 0


def _office(name: str) -> AuthorityRole:
    """An office by its name."""
    if name.upper() not in AuthorityRole.__members__:
        raise ValueError(name)
    return AuthorityRole[name.upper()]


Office = Annotated[
    AuthorityRole,
    typer.Argument(help=f"职务 Office: {OFFICES}.", parser=_office, metavar="OFFICE"),
]
Key = Annotated[
    str,
    typer.Argument(
        metavar="ADDRESS",
        help="密钥地址 Address of the key, 0x and 40 hex digits, as its owner reads it in their own wallet or under `/keys`.",
    ),
]


@app.command()
def grant(
    office: Office,
    address: Key,
    data_dir: DataDir = None,
    *,
    key: OfficeKey = None,
    password_file: PasswordFile = None,
    yes: Yes = False,
    json: AsJson = False,
) -> None:
    """委任职务 Announce, as the administrator, that a key holds an office; others who hold it keep it."""
    settings, new = load(data_dir), id_bytes(address, 20)
    if asyncio.run(_holds(settings, office, new)):
        raise OfficeHeldError(office.name.lower(), address)
    arguments = (holder_role(office), new, NO_DELAY)
    _announce(settings, "grantRole", arguments, key=key, password_file=password_file, yes=yes, json=json)


@app.command()
def revoke(
    office: Office,
    address: Key,
    data_dir: DataDir = None,
    *,
    key: OfficeKey = None,
    password_file: PasswordFile = None,
    yes: Yes = False,
    json: AsJson = False,
) -> None:
    """解除职务 Announce, as the administrator, that a key holds an office no more. The last administrator and guardian stay."""
    settings, former = load(data_dir), id_bytes(address, 20)
    if not asyncio.run(_holds(settings, office, former)):
        raise OfficeNotHeldError(office.name.lower(), address)
    arguments = (holder_role(office), former)
    _announce(settings, "revokeRole", arguments, key=key, password_file=password_file, yes=yes, json=json)


def _announce(
    settings: Settings,
    function: str,
    arguments: tuple[object, ...],
    *,
    key: OfficeKey,
    password_file: PasswordFile,
    yes: bool,
    json: bool,
) -> None:
    from contracts.abi import encode_call
    from contracts.deployment_plan import Step
    from gongji.run.configs import deployment

    holder = holder_of(settings, AuthorityRole.ADMIN, key, password_file)
    data = encode_call("Authority", function, *arguments)
    announce(settings, holder, Step(to=deployment(settings).address("Authority"), data=data), yes=yes)
    if json:
        put_json({"function": function, "data": "0x" + data.hex()})
    else:
        tell("已公示，公开等待后自动生效 announced, holds after its public wait: `gongji change list`")


async def _holds(settings: Settings, office: AuthorityRole, key: bytes) -> bool:
    """Whether a key holds an office now, as more than half of the nodes say."""
    from gongji.run.configs import deployment
    from ledger_api.chain import ChainClient
    from ledger_api.sessions.offices import held_by

    chain = ChainClient(settings.chain_urls)
    try:
        return office in await held_by(chain, deployment(settings), key, (office,))
    finally:
        await chain.close()
