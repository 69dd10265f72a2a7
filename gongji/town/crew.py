"""Those who carry the acts of the demo town's plan out, each through the code that people use."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from contracts.abi import encode_call, operation_id
from contracts.deployment_plan import office_account
from contracts.roles import PERSONS_OFFICES, AuthorityRole
from gongji.keys import demo_key, office_key, service_key
from gongji.run.upgrading import announcement, deploy_new, steps_to_replace, write_record
from gongji.town import naming
from gongji.town.acts import (
    ByDesk,
    Change,
    Collected,
    Import,
    Keep,
    Order,
    Read,
    Record,
    Serve,
    Signed,
    Stop,
    Upgrade,
    Veto,
)
from gongji.town.bank import account_number
from gongji.town.book import Book
from gongji.town.desk import Desk
from gongji.town.devices import Rounds, enrolled_at
from gongji.town.keyring import Keyring
from gongji.town.roster import DUTY
from gongji.town.seed import Seed
from ledger_api.statements.keys import open_bank_account
from wallets.desk import desk_call
from wallets.intents import ActForPerson, ActOnChange, Call, CallAct, ChangeAct, Domain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.deployment_plan import Step
    from gongji.run.in_process_town import InProcessTown
    from gongji.settings import Settings
    from gongji.town.acts import Act, Calendar, IntentOf


class Crew:
    """Those who carry acts out."""

    def __init__(self, house: InProcessTown, desk: Desk, book: Book) -> None:
        self._house, self._desk, self._book = house, desk, book
        self._deployment = house.context.config.deployment
        self._rounds = Rounds(book)

    @classmethod
    async def gathered(cls, house: InProcessTown, settings: Settings, calendar: Calendar) -> Crew:
        """The crew of a house."""
        seed = Seed.open(settings.path("keys") / "demo-seed")
        register = house.parts.register
        accounts = {
            bank: open_bank_account(register, bank, account_number(bank), naming.EDITOR) for bank in (1, 2)
        }
        town = house.context.config.deployment
        members = Domain(contract="Members", chain_id=town.chain_id, address=town.address("Members"))
        passkeys = town.address("PasskeyVerifier"), town.passkey_domain
        services = {office.name.lower(): office_key(settings, office) for office in PERSONS_OFFICES}
        keyring = Keyring(seed, members, passkeys, {DUTY: service_key(settings, "duty"), **services})
        receipts = service_key(settings, "receipts")
        book = Book(
            seed,
            house.parts.places,
            house.parts.config.domain,
            keyring,
            receipts.address,
            lambda bank, reference: accounts[bank].line_key(reference),
            enrolled_at(calendar),
        )
        offices = {name: demo_key(settings, AuthorityRole[name.upper()]) for name in naming.OFFICES}
        naming.write(register, book, naming.demo_people(seed, offices))
        book.documents = []
        return cls(house, Desk(house.api, town, house.context.mirror, keyring, book, receipts), book)

    async def carry_out(self, acts: Sequence[Act]) -> None:
        """Carries the acts of one moment out and waits until all stand in the mirror."""
        await asyncio.gather(*(self._carry_out(act) for act in acts if not isinstance(act, Signed)))
        await asyncio.gather(
            *(
                self._desk.sign(a.by, a.intent, a.key, a.at, received_at=a.received_at)
                for a in acts
                if isinstance(a, Signed)
            )
        )
        await self._store_documents()
        await self._house.settle()

    def skip(self, acts: Sequence[Act]) -> None:
        """Takes the counters of the devices of a moment that is finished."""
        for act in acts:
            match act:
                case Serve():
                    self._rounds.visit(act.visit)
                case Read():
                    self._rounds.reading(act)

    async def _store_documents(self) -> None:
        book, coordinator = self._book, self._book.member("coordinator")
        waiting = (True, book.documents), (False, book.private_documents)
        book.documents, book.private_documents = [], []
        for public, documents in waiting:
            for salt, text in documents:
                await self._house.store_document(text, salt, coordinator, public=public)

    async def _order(self, act: Order | Upgrade | Record) -> None:
        match act:
            case Change():
                await self._desk.sign_for_office(CallAct.SCHEDULE_FOR_OFFICE, act)
            case Order() if act.service.upper() in AuthorityRole.__members__:
                await self._desk.sign_for_office(CallAct.ACT_FOR_OFFICE, act)
            case Order():
                call = act.call(self._book)
                await self._house.context.outbox.enqueue(call, f"demo-town:{act.key}", act.service)
            case Upgrade():
                await self._upgrade(act)
            case Record():
                await write_record(self._house.settings)

    async def _upgrade(self, act: Upgrade) -> None:
        settings = self._house.settings
        async with self._house.mining():
            created = await deploy_new(settings, act.contract)
        for number, step in enumerate(steps_to_replace(settings, created)):
            await self._desk.sign("admin", _announcement_of(step), f"{act.key}/{number}", act.at)

    def _operation_id(self, change: Change) -> bytes:
        """Id of a change of the plan."""
        call, office = change.call(self._book), AuthorityRole[change.service.upper()]
        data = encode_call(call.contract, call.function, *call.args)
        account = office_account(self._deployment.address("Offices"), office)
        return operation_id(account, self._deployment.address(call.contract), data)

    async def _oppose(self, act: Stop | Veto) -> None:
        if isinstance(act, Stop):
            stop = Call(contract="Authority", function="stop", args=(self._operation_id(act.change),))
            guardian = Order(at=act.at, key=act.key, service="guardian", call=lambda _: stop)
            await self._desk.sign_for_office(CallAct.ACT_FOR_OFFICE, guardian)
            return

        def intent(_: Book, nonce: int, deadline: int) -> ActOnChange:
            return ActOnChange(
                act=ChangeAct.VETO, operation_id=self._operation_id(act.change), operation_nonce=1, committee=act.committee,
                nonce=nonce, deadline=deadline,
            )  # fmt: skip

        await self._desk.sign(act.by, intent, act.key, act.at)

    async def _by_addresses(self, act: Stop | Veto | ByDesk) -> None:
        """What names addresses of contracts, which the book does not know."""
        await (self._act_for_person(act) if isinstance(act, ByDesk) else self._oppose(act))

    async def _act_for_person(self, act: ByDesk) -> None:
        def intent(book: Book, nonce: int, deadline: int) -> ActForPerson:
            inner = act.intent(book, nonce, deadline)
            target = bytes.fromhex(self._deployment.address(inner.CONTRACT)[2:])
            return ActForPerson(
                delegation=book.id16("delegation", act.delegation), target=target, data=desk_call(inner), nonce=nonce, deadline=deadline,
            )  # fmt: skip

        await self._desk.sign(act.by, intent, act.key, act.at)

    async def _carry_out(self, act: Act) -> None:
        house = self._house
        match act:
            case Stop() | Veto() | ByDesk():
                await self._by_addresses(act)
            case Order() | Upgrade() | Record():
                await self._order(act)
            case Collected():
                await self._desk.approve_together(act.approvers, act.proposal(self._book), act.key, act.at)
            case Import():
                statement = act.statement
                await self._desk.import_statement(act.by, statement.bank, statement.name, statement.camt053())
            case Serve():
                await house.receive(self._rounds.visit(act.visit))
            case Read():
                await house.receive(self._rounds.reading(act))
            case Keep():
                while await house.keeper.round():
                    await house.settle()


def _announcement_of(step: Step) -> IntentOf:
    """What the administrator signs to announce a step."""
    return lambda _, nonce, deadline: announcement(step, nonce=nonce, deadline=deadline)
