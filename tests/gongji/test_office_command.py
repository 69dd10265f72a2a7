"""`gongji office`: the steward hands the office on, while the old key still works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.abi import encode_call
from contracts.roles import CHANGE_DELAY_SECONDS, AuthorityRole, holder_role
from gongji.exit_status import ExitStatus
from tests.conftest import signer
from tests.gongji.terminal import Terminal, open_terminal
from tests.ledger_api.client import FUND
from wallets.intents import Domain
from wallets.possession import prove_possession

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

OLD, NEW = signer("steward").address, signer("next steward").address


@pytest.fixture
async def terminal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Terminal]:
    async with open_terminal(tmp_path_factory.mktemp("office"), "office") as opened:
        await opened.house.town.send(signer("admin"), "Authority", "endFounding")
        yield opened


async def refused(terminal: Terminal, *arguments: str) -> tuple[int, str]:
    status, out, err = await terminal.carried(*arguments, "--yes")
    assert out == ""
    return status, err


def proof_of(terminal: Terminal, name: str) -> str:
    """What the key of whoever takes over signed."""
    town = terminal.house.town.deployment
    domain = Domain(contract="Members", chain_id=town.chain_id, address=town.address("Members"))
    return "0x" + prove_possession(signer(name), bytes(16), domain).hex()


async def announce(terminal: Terminal, typed: str, function: str, address: str, *more: int) -> None:
    """Announces who gets or loses the office; it waits, and is carried out."""
    proof = [proof_of(terminal, "next steward")] if typed == "grant" else []
    status, _, err = await terminal.carried(typed, "steward", address, *proof, "--yes")
    assert (status, "announced" in err) == (0, True), err
    town = terminal.house.town
    await town.wait(CHANGE_DELAY_SECONDS + 3600)
    data = encode_call("Authority", function, holder_role(AuthorityRole.STEWARD), address, *more)
    await town.send(signer("admin"), "Authority", "execute", town.deployment.address("Authority"), data)
    await terminal.house.settle()


async def opened_purpose(terminal: Terminal, number: int, by: str) -> tuple[int, str]:
    acting = Terminal(house=terminal.house, folder=terminal.folder, command="act")
    status, _, err = await acting.carried(
        "open-purpose", "--purpose", str(FUND << 16 | number), "--yes", by=by
    )
    return status, err


async def test_an_office_is_handed_on_and_its_former_key_does_nothing_more(terminal: Terminal) -> None:
    proof = proof_of(terminal, "next steward")
    status, err = await refused(terminal, "grant", "steward", "0x12", proof)
    assert (status, "0x12" in err) == (ExitStatus.USAGE, True)
    mistyped = f"{NEW[:-1]}{'0' if NEW[-1] != '0' else '1'}"
    for address, wrong in ((mistyped, proof), (NEW, proof_of(terminal, "steward")), (NEW, "0x12")):
        status, err = await refused(terminal, "grant", "steward", address, wrong)
        assert (status, "the proof was not signed by the key" in err) == (ExitStatus.REFUSED, True), err
    status, err = await refused(terminal, "grant", "steward", OLD, proof_of(terminal, "steward"))
    assert (status, "holds it already" in err) == (ExitStatus.REFUSED, True)
    status, err = await refused(terminal, "revoke", "steward", NEW)
    assert (status, "does not hold it" in err) == (ExitStatus.REFUSED, True)
    for office in ("admin", "guardian"):
        status, err = await refused(terminal, "revoke", office, signer(office).address)
        assert (status, "nobody but the key" in err) == (ExitStatus.REFUSED, True), err
    status, err = await opened_purpose(terminal, 41, "next steward")
    assert (status, "OfficeNotHeld" in err) == (ExitStatus.REFUSED, True), err

    await announce(terminal, "grant", "grantRole", NEW, 0)
    for number, name in ((41, "next steward"), (42, "steward")):
        status, err = await opened_purpose(terminal, number, name)
        assert status == 0, err

    await announce(terminal, "revoke", "revokeRole", OLD)
    status, err = await opened_purpose(terminal, 43, "steward")
    assert (status, "OfficeNotHeld" in err) == (ExitStatus.REFUSED, True), err
    assert (await opened_purpose(terminal, 43, "next steward"))[0] == 0
