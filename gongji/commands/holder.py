"""`gongji office`: an office is given to a key, or taken away from it, as the administrator; it waits in public."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from contracts.roles import AuthorityRole, holder_role
from gongji.commands.office import Signing, announce, holder_of, signed_by_office
from gongji.commands.options import DataDir, id_bytes, load
from gongji.errors import (
    OfficeHeldError,
    OfficeLastHolderError,
    OfficeNotHeldError,
    OfficeUnprovenError,
)
from gongji.output import put_json, tell

if TYPE_CHECKING:
    from gongji.settings import Settings

app = typer.Typer(no_args_is_help=True)
OFFICES = ", ".join(office.name.lower() for office in AuthorityRole)
NO_DELAY = 0
# Whom the key of an office names that it is held for, where a member's names a member.
NOBODY = bytes(16)
# Without an administrator nothing could be put right, without a guardian nothing stopped.
NEEDED = (AuthorityRole.ADMIN, AuthorityRole.GUARDIAN)


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


Proof = Annotated[
    str,
    typer.Argument(
        metavar="PROOF",
        help="持有证明 What this key signed, as its owner reads it under `/keys` without a member, or from `gongji sign possession`.",
    ),
]


@app.command()
@signed_by_office
def grant(office: Office, address: Key, proof: Proof, data_dir: DataDir = None, *, signing: Signing) -> None:
    """委任职务 Announce, as the administrator, that a key holds an office; others who hold it keep it."""
    settings, new = load(data_dir), id_bytes(address, 20)
    _require_proof(settings, office, new, proof)
    if asyncio.run(_holds(settings, office, new)):
        raise OfficeHeldError(office.name.lower(), address)
    _announce(settings, "grantRole", (holder_role(office), new, NO_DELAY), signing)


@app.command()
@signed_by_office
def revoke(office: Office, address: Key, data_dir: DataDir = None, *, signing: Signing) -> None:
    """解除职务 Announce, as the administrator, that a key holds an office no more. The last administrator and guardian stay."""
    settings, former = load(data_dir), id_bytes(address, 20)
    if not asyncio.run(_holds(settings, office, former)):
        raise OfficeNotHeldError(office.name.lower(), address)
    if office in NEEDED and asyncio.run(_others(settings, office, former)) < 1:
        raise OfficeLastHolderError(office.name.lower(), address)
    _announce(settings, "revokeRole", (holder_role(office), former), signing)


def _require_proof(settings: Settings, office: AuthorityRole, key: bytes, proof: str) -> None:
    """Refuses an address that was mistyped, whose key nobody holds: its office would be nobody's.

    Whoever wants to give it to such a key could as well give it to one of the own, so that no contract asks for the proof.

    Raises:
        OfficeUnprovenError: The key did not sign it.
    """
    from gongji.run.configs import deployment
    from ledger_api.errors import SignaturesInvalidError
    from ledger_api.intents.checking import signature_bytes
    from wallets.errors import IntentSignatureInvalidError
    from wallets.intents import Domain
    from wallets.possession import possession_digest
    from wallets.signing_key import Verifiers, signing_key

    town = deployment(settings)
    domain = Domain(contract="Members", chain_id=town.chain_id, address=town.address("Members"))
    try:
        signer = signing_key(possession_digest(NOBODY, domain), signature_bytes(proof), Verifiers.of(town))
    except (IntentSignatureInvalidError, SignaturesInvalidError) as error:
        raise OfficeUnprovenError(office.name.lower(), f"0x{key.hex()}", str(error)) from None
    if bytes.fromhex(signer[2:]) != key:
        raise OfficeUnprovenError(office.name.lower(), f"0x{key.hex()}", f"0x{signer[2:]}")


def _announce(settings: Settings, function: str, arguments: tuple[object, ...], signing: Signing) -> None:
    from contracts.abi import encode_call
    from contracts.deployment_plan import Step
    from gongji.run.configs import deployment

    holder = holder_of(settings, AuthorityRole.ADMIN, signing)
    data = encode_call("Authority", function, *arguments)
    announce(settings, holder, Step(to=deployment(settings).address("Authority"), data=data), yes=signing.yes)
    if signing.json:
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


async def _others(settings: Settings, office: AuthorityRole, former: bytes) -> int:
    """How many hold an office beside a key once all that waits has come: by then the authority counts them, and refuses too late."""
    from contracts.abi import decode_result, encode_call
    from gongji.run.configs import deployment
    from ledger_api.chain import ChainClient

    chain, role = ChainClient(settings.chain_urls), holder_role(office)
    try:
        authority = deployment(settings).address("Authority")
        answer = await chain.agreed_call(authority, encode_call("Authority", "holders", role))
    finally:
        await chain.close()
    return int(decode_result("Authority", "holders", answer)) - 1 + _coming(settings, role, former)


def _coming(settings: Settings, role: int, former: bytes) -> int:
    """How many more hold a role when what waits has come, a key aside."""
    from contracts.abi import call_of
    from gongji.run.upgrading import waiting_calldata

    calls = [call_of("Authority", data) for data in waiting_calldata(settings)]
    return sum(
        {"grantRole": 1, "revokeRole": -1}.get(function, 0)
        for function, arguments in calls
        if arguments.get("roleId") == role and bytes.fromhex(arguments["account"][2:]) != former
    )
