"""A town with everything that carries an act to its record: chain, mirror, API and relayer, and people who use it."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import httpx2
from eth_utils import keccak, to_canonical_address
from sqlalchemy import select

from contracts.abi import encode_call
from contracts.enums import Level, MemberKind, Role, SeatClass
from contracts.events import TaskOpened
from contracts.roles import AuthorityRole
from indexer.config import IndexerConfig
from indexer.history import EVENT_TABLES
from indexer.sync import Syncer
from kit.clock import system_ticks
from kit.rpc.async_client import AsyncRpcClient
from ledger_api.app import create_app
from ledger_api.config import ApiConfig
from ledger_api.context import Context
from ledger_api.limits import UNLIMITED
from ledger_api.relayer.config import RelayerConfig
from ledger_api.relayer.outbox import SENDERS
from ledger_api.relayer.worker import Worker
from ledger_api.statements.keys import open_bank_account
from ledger_api.statements.parsed import yuan
from register.places import PlaceRegister
from tests.conftest import GENESIS_TIME, held_by, member_id, open_town, signer
from wallets.intents import ActOnCall, Call, CallAct
from wallets.show import parse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from fastapi import FastAPI

    from ledger_api.chain import ChainClient
    from tests.conftest import Town
    from wallets.signer import LocalSigner

SERVICES = {name: signer(name) for name in SENDERS}
PUBLIC_URL = "http://town.test"
TOWN_NAME = "测试街道"


FUND, BANK, PURPOSE, COMMITTEE, LINE = 1, 1, 0x10001, 1, 101
DAY = 24 * 3600
FOREVER = GENESIS_TIME + 3650 * DAY
ACCOUNT = "6222 0000 1111 2222"
SEATS = (SeatClass.DONOR, SeatClass.DONOR, SeatClass.RESIDENT, SeatClass.RESIDENT, SeatClass.OFFICIAL)
ROLES = {
    "treasurer": Role.TREASURER, "cashier": Role.TREASURER, "neighbour1": Role.RESIDENT, "neighbour2": Role.RESIDENT, "coordinator": Role.COORDINATOR,
}  # fmt: skip
PEOPLE = (*ROLES, "requester", "volunteer", "supervisor", *(f"seat{i}" for i in range(len(SEATS))))
TIER = (1_000_000, 2, 3, 1, 1, 1, 0, 7 * DAY, 3 * DAY, 2, 10 * DAY)


class ProblemError(Exception):
    """The API refused."""

    def __init__(self, response: httpx2.Response) -> None:
        super().__init__(response.text)
        self.status, self.problem = response.status_code, response.json()
        self.code = self.problem["code"]


@dataclass
class House:
    """The running parts."""

    town: Town
    config: ApiConfig
    app: FastAPI
    syncer: Syncer
    worker: Worker
    http: httpx2.AsyncClient

    @property
    def context(self) -> Context:
        """What the endpoints share."""
        context: Context = self.app.state.context
        return context

    def replace_in_context(self, **changes: Any) -> None:
        """Gives the endpoints something else to share."""
        self.app.state.context = replace(self.context, **changes)

    async def settle(self, rounds: int = 50) -> None:
        """Relayer, chain and mirror take turns until every command is settled."""
        for _ in range(rounds):
            left = await self.worker.step()
            await self.town.chain.mine()
            await self.syncer.catch_up()
            if not left:
                return
        raise AssertionError("commands are still unsettled")

    async def serve(self, role: str, contract: str, function: str, *args: Any) -> str:
        """Accepts a call of a process's own, or what the holder of an office signed; gives the command's id."""
        call, key = (
            Call(contract=contract, function=function, args=args),
            f"{role}:{contract}.{function}:{args!r}",
        )
        if role in SENDERS:
            return str((await self.context.outbox.enqueue(call, key, role)).id)
        return str((await self.context.outbox.enqueue(self.signed_for_office(role, call, key), key)).id)

    def signed_for_office(self, role: str, call: Call, key: str) -> Call:
        """What an office does at once, as its holder signed it; the nonce follows from the key."""
        intent = ActOnCall(
            act=CallAct.ACT_FOR_OFFICE, office=AuthorityRole[role.upper()], target=self._at(call.contract),
            data=encode_call(call.contract, call.function, *call.args), nonce=int.from_bytes(keccak(text=key), "big"),
            deadline=FOREVER,
        )  # fmt: skip
        return intent.call(signer(role).sign_intent(intent, self.town.domain(intent.CONTRACT)).signature)

    def _at(self, contract: str) -> bytes:
        return to_canonical_address(self.town.deployment.address(contract))

    async def furnish(self) -> None:
        """Opens a fund with a purpose, a budget line, a committee and people, all through the relayer."""
        for function, *args in (
            ("openBankAccount", BANK), ("openFund", FUND, 0, Level.STREET, BANK), ("openPurpose", PURPOSE),
        ):  # fmt: skip
            await self.serve("steward", "Funds", function, *args)
        await self.serve("steward", "Receipts", "admitReceiptKey", signer("receipts").address)
        for name in PEOPLE:
            registration = (member_id(name), MemberKind.PERSON, bytes(16), *held_by(name, signer(name)))
            await self.serve("registrar", "Members", "register", *registration)
        for name, role in ROLES.items():
            await self.serve("registrar", "Members", "grantRole", member_id(name), role, FUND, FOREVER)
        await self.serve("steward", "Committees", "openCommittee", COMMITTEE, FUND, list(SEATS))
        await self.serve("steward", "Committees", "setRules", COMMITTEE, [TIER])
        for seat in range(len(SEATS)):
            await self.serve(
                "steward", "Committees", "fillSeat", COMMITTEE, seat, member_id(f"seat{seat}"), FOREVER
            )
        await self.serve(
            "steward", "Committees", "fillSeat", COMMITTEE, 255, member_id("supervisor"), FOREVER
        )
        await self.serve("steward", "Budgets", "setBudgetLine", LINE, PURPOSE, 400_000)
        await self.serve("steward", "TimeBank", "setService", 1, 10, 240, 0)
        await self.settle()
        open_bank_account(self.context.register, BANK, ACCOUNT, "steward")

    async def command(self, command: str) -> dict[str, Any]:
        """Where a command stands."""
        return _json_or_raise(await self.http.get(f"/v1/commands/{command}"))


class Person:
    """Somebody with a key and a browser of their own."""

    def __init__(self, house: House, key: LocalSigner) -> None:
        self.house, self.key = house, key
        transport = httpx2.ASGITransport(app=house.app)
        self.http = httpx2.AsyncClient(transport=transport, base_url=PUBLIC_URL)

    @property
    def address(self) -> str:
        return self.key.address

    async def sign_in(self) -> dict[str, Any]:
        """Signs the text of a challenge; later writes carry the session's token."""
        text = _json_or_raise(
            await self.http.post("/v1/sessions/challenges", json={"address": self.address})
        )["text"]
        signature = "0x" + self.key.sign_text(text).hex()
        session = _json_or_raise(
            await self.http.post("/v1/sessions", json={"text": text, "signature": signature})
        )
        self.http.headers["x-csrf-token"] = session["csrf_token"]
        return session

    async def draft(self, act: str, fields: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Asks for an intent to sign."""
        return _json_or_raise(await self.http.post(f"/v1/acts/{act}/drafts", json=fields | more))

    def sign(self, typed_data: dict[str, Any]) -> str:
        """Signs a message as a wallet does."""
        intent, domain = parse(typed_data)
        return "0x" + self.key.sign_intent(intent, domain).signature.hex()

    async def act(self, act: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Drafts, signs and submits; gives the command."""
        typed_data = (await self.draft(act, fields))["typed_data"]
        return await self.submit(typed_data, [self.sign(typed_data)])

    async def submit(
        self, typed_data: dict[str, Any], signatures: list[str], key: str | None = None
    ) -> dict[str, Any]:
        """Submits a signed intent."""
        headers = {"idempotency-key": key} if key else {}
        body = {"typed_data": typed_data, "signatures": signatures}
        return _json_or_raise(await self.http.post("/v1/intents", json=body, headers=headers))

    async def import_statement(
        self, content: bytes, bank: int, file_format: str = "camt.053"
    ) -> dict[str, Any]:
        """Uploads a statement."""
        form = {"bank": str(bank), "format": file_format}
        return _json_or_raise(
            await self.http.post("/v1/statements", files={"file": ("statement", content)}, data=form)
        )

    async def lines(self, statement: str) -> list[dict[str, Any]]:
        """Lines of a statement."""
        return list(_json_or_raise(await self.http.get(f"/v1/statements/{statement}/lines"))["items"])


def proposal(number: int, amount_fen: int) -> dict[str, Any]:
    """Fields of a proposal to pay from the fund's purpose."""
    return {
        "committee": COMMITTEE, "purpose": PURPOSE, "budgetLine": LINE, "amountFen": amount_fen, "number": number,
        "requester": "0x" + member_id("requester").hex(), "payee": "0x" + "aa" * 32, "documents": "0x" + "bb" * 32,
    }  # fmt: skip


def donation(bank_line: str, amount_fen: int) -> dict[str, Any]:
    """Fields of a donation by a private donor."""
    return {"bankLine": bank_line, "purpose": PURPOSE, "amountFen": amount_fen, "donor": "0x" + "11" * 32}


def statement_csv(*lines: tuple[str, int], opening_fen: int = 0) -> bytes:
    """A statement in the generic mapping: references and amounts in fen."""
    rows, balance_fen = ["本方账号,记账日期,流水号,收入金额,支出金额,余额,对方户名,摘要"], opening_fen
    for reference, amount_fen in lines:
        balance_fen += amount_fen
        came, went = (yuan(amount_fen), "") if amount_fen > 0 else ("", yuan(-amount_fen))
        rows.append(f'{ACCOUNT},2025-06-16,{reference},"{came}","{went}","{yuan(balance_fen)}",王某,捐款')
    return ("\n".join(rows) + "\n").encode("gb18030")


def _json_or_raise(response: httpx2.Response) -> dict[str, Any]:
    if response.status_code >= 400:
        raise ProblemError(response)
    return dict(response.json())


def key_bytes(person: LocalSigner) -> bytes:
    """Address of a key, 20 bytes."""
    return to_canonical_address(person.address)


def config_of(town: Town, folder: Path, **more: Any) -> ApiConfig:
    """Configuration of a town's API."""
    return ApiConfig(
        app_url=more.pop("app_url", f"sqlite:///{folder}/app.db"),
        town_url=more.pop("town_url", f"sqlite:///{folder}/town.db"),
        mirror_url=more.pop("mirror_url", f"sqlite:///{folder}/mirror.db"),
        rpc_urls=(town.url,), deployment=town.deployment, data_dir=folder,
        limits=more.pop("limits", UNLIMITED), public_url=more.pop("public_url", PUBLIC_URL), town_name=TOWN_NAME,
        desk_phone="000", demo=more.pop("demo", True), **more,
    )  # fmt: skip


def relayer_config_of(config: ApiConfig, **more: Any) -> RelayerConfig:
    """Configuration of the relayer beside an API."""
    return RelayerConfig(
        app_url=config.app_url, mirror_url=config.mirror_url, rpc_urls=config.rpc_urls,
        deployment=config.deployment, **more,
    )  # fmt: skip


@contextlib.asynccontextmanager
async def chain_away(chain: ChainClient) -> AsyncIterator[None]:
    """For a while no node answers a client."""
    answering, chain._rpc = chain._rpc, AsyncRpcClient(["http://127.0.0.1:9"], 1)
    yield
    await chain._rpc.close()
    chain._rpc = answering


@contextlib.asynccontextmanager
async def open_house(town: Town, folder: Path, **more: Any) -> AsyncIterator[House]:
    """All parts of a house over a running chain."""
    finality_blocks, ticks = more.pop("finality_blocks", 0), more.pop("ticks", system_ticks)
    services = more.pop("services", SERVICES)
    config = config_of(town, folder, **more)
    index = IndexerConfig(
        rpc_urls=(town.url,), database_url=config.mirror_url, deployment=town.deployment,
        finality_blocks=finality_blocks, workers=0,
    )  # fmt: skip
    syncer = await Syncer.open(index)
    await syncer.catch_up()
    app = create_app(Context.open(config, clock=town.chain.now, receipts=signer("receipts")), ticks=ticks)
    worker = await Worker.open(relayer_config_of(config), services, clock=town.chain.now)
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url=PUBLIC_URL) as http,
    ):
        yield House(town=town, config=config, app=app, syncer=syncer, worker=worker, http=http)
    await worker.close()
    await syncer.close()


async def places_of_tasks(house: House) -> set[bytes | None]:
    """The places, 16 bytes each, of which the register knows that a task is there."""
    places = PlaceRegister(house.context.register)
    async with house.context.mirror.connect() as connection:
        opened = select(EVENT_TABLES[TaskOpened].c.beneficiary)
        found = await connection.execute(opened)
        return {places.place_of(commitment) for commitment in found.scalars()}


@contextlib.asynccontextmanager
async def furnished_house(folder: Path, **more: Any) -> AsyncIterator[House]:
    """A chain of its own with a furnished house. What stands in its register already is kept."""
    async with open_town(folder, furnished) as town, open_house(town, folder, **more) as house:
        open_bank_account(house.context.register, BANK, ACCOUNT, "steward")
        yield house


async def furnished(folder: Path) -> None:
    """Makes the files of a furnished house but for the register, which each house has of its own."""
    async with open_town(folder) as town, open_house(town, folder) as house:
        await house.furnish()
    (folder / "town.db").unlink()
    shutil.rmtree(folder / "keys")
