"""Commands with the function that each calls, for people: what is on its way about a thing, and what a key signed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from eth_utils import keccak

from contracts.abi import artifact, canonical, decode_call
from contracts.acts import act_of
from ledger_api.commands.service import Command, answers
from ledger_api.errors import NotFoundError
from ledger_api.relayer.store import UNSETTLED
from ledger_api.rows import fetch, select_fields
from ledger_api.tables import commands
from wallets.office import office_call

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncEngine

    from contracts.acts import Act
    from ledger_api.commands.schemas import CommandAnswer
    from ledger_api.mirror import Reading

# What carries a call of an office, and whether that is announced by it.
OF_OFFICES = {
    ("Offices", "actForOffice"): False,
    ("Offices", "scheduleForOffice"): True,
}
# More wait only while the chain stands still.
MOST_PENDING = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandWithCall(Command):
    """A command as it is kept, with its call.

    Attributes:
        contract: Name of the contract.
        data: Calldata.
    """

    contract: str
    data: bytes


COMMANDS = select_fields(CommandWithCall, commands)
LATEST_FIRST = COMMANDS.order_by(commands.c.number.desc())
# Every page of a request asks for them.
PENDING = LATEST_FIRST.where(commands.c.state.in_(UNSETTLED)).limit(MOST_PENDING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Called:
    """A command and what it calls.

    Attributes:
        command: Where it stands.
        contract: Name of the contract, such as "Disbursements".
        function: Name of the function, such as "provePayment".
        data: Calldata.
        number: Order in which it was accepted.
        is_scheduled: Whether it does not call but schedule this, as a change that waits.
        carrier: Contract and calldata with what was signed: the same, but for an office those of `Offices`.
    """

    command: CommandAnswer
    contract: str
    function: str
    data: bytes
    number: int = 0
    is_scheduled: bool = False
    carrier: tuple[str, bytes] = ("", b"")

    @property
    def act(self) -> Act | None:
        """The act that the function is; None if it is none."""
        return act_of(self.contract, self.function)

    @property
    def arguments(self) -> dict[str, Any]:
        """What the function is called with, in JSON by name; nothing if the contract has no such function any more."""
        if self.function not in _functions(self.contract).values():
            return {}
        arguments = decode_call(self.contract, self.function, self.data)
        return self.act.named(arguments) if self.act else arguments

    def names(self, thing: bytes) -> bool:
        """Whether it is about a thing.

        Args:
            thing: How calldata names it: the 32 bytes of an id or key, or a whole struct.
        """
        return thing in self.data


async def pending(app: AsyncEngine, reading: Reading) -> list[Called]:
    """Commands that are in no verified block yet, the latest first; at most `MOST_PENDING`.

    Args:
        app: Engine of the schema `app`.
        reading: A snapshot of the mirror.
    """
    waiting = await _called(app, reading, PENDING)
    return [called for called in waiting if called.command.status == "pending"]


async def command_called(app: AsyncEngine, reading: Reading, command_id: str) -> Called:
    """One command and what it calls.

    Raises:
        NotFoundError: None has this id.
    """
    found = await _called(app, reading, COMMANDS.where(commands.c.id == command_id))
    if not found:
        raise NotFoundError("command", command_id[:80])
    return found[0]


async def signed_by(
    app: AsyncEngine, reading: Reading, signer: bytes, limit: int, before: int | None = None
) -> tuple[list[Called], int | None]:
    """What a key signed, the latest first, and the number before which the next page begins; None if there is none.

    Args:
        app: Engine of the schema `app`.
        reading: A snapshot of the mirror.
        signer: Address of the key, 20 bytes.
        limit: How many at the most.
        before: Only what was accepted before this number; None takes all.
    """
    chosen = commands.c.signer == signer
    if before is not None:
        chosen &= commands.c.number < before
    found = await _called(app, reading, LATEST_FIRST.where(chosen).limit(limit + 1))
    return found[:limit], found[limit - 1].number if len(found) > limit else None


async def _called(app: AsyncEngine, reading: Reading, query: Select[Any]) -> list[Called]:
    async with app.connect() as connection:
        found = await fetch(connection, CommandWithCall, query)
    return [
        _of(command, answer) for command, answer in zip(found, await answers(reading, found), strict=True)
    ]


def _of(command: CommandWithCall, answer: CommandAnswer) -> Called:
    """What a command calls; of what an office does or schedules, the call that its account makes."""
    # A function of before a contract was replaced is not known any more: the kind stands for it.
    function = _functions(command.contract).get(command.data[:4], command.kind)
    contract, data = command.contract, command.data
    inner = OF_OFFICES.get((contract, function))
    if inner is not None:
        data = bytes.fromhex(decode_call(contract, function, data)["data"][2:])
        contract, function, _ = office_call(data)
    return Called(
        command=answer,
        contract=contract,
        function=function,
        data=data,
        number=command.number,
        is_scheduled=inner is True,
        carrier=(command.contract, command.data),
    )


@cache
def _functions(contract: str) -> dict[bytes, str]:
    functions = [entry for entry in artifact(contract)["abi"] if entry["type"] == "function"]
    return {
        keccak(text=f"{f['name']}({','.join(canonical(i) for i in f['inputs'])})")[:4]: f["name"]
        for f in functions
    }
