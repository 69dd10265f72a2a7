"""Builds the demo town: carries its plan out, moment by moment, through the same code that people use.

A build that is killed goes on where it was: finished moments are noted, and the acts of the one that was under way have
idempotency keys.
"""

from __future__ import annotations

import asyncio
from itertools import groupby
from typing import TYPE_CHECKING

from gongji.house import House
from gongji.keys import service_address
from gongji.town import naming, plan
from gongji.town.acts import Calendar, Collected, Import, Keep, Order, Read, Serve, Signed
from gongji.town.bank import account_number
from gongji.town.book import Book
from gongji.town.desk import Desk
from gongji.town.devices import Rounds
from gongji.town.notes import Notes
from gongji.town.seed import Seed
from ledger_api.statements.keys import open_bank_account

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gongji.settings import Settings
    from gongji.town.acts import Act

DAYS = 366


async def build(settings: Settings, midnight: int, advance: Callable[[int, int], None]) -> None:
    """Builds the town, or goes on building it.

    Args:
        settings: Settings of the town.
        midnight: Start of today in the town, seconds since 1970; a build that goes on keeps its own.
        advance: Told how many acts are done, of how many.
    """
    notes = Notes.open(settings.path("town.json"), midnight)
    calendar = Calendar(midnight=notes.midnight)
    moments = [(at, list(group)) for at, group in groupby(plan.acts(calendar), key=lambda act: act.at)]
    total, done = sum(len(acts) for _, acts in moments), 0
    if notes.finished == len(moments):
        advance(total, total)
        return
    async with House.open(settings, calendar.at(-DAYS)) as house:
        crew = await _Crew.gathered(house, settings)
        for number, (at, acts) in enumerate(moments):
            if number >= notes.finished:
                house.chain.set_clock(at)
                await crew.carry_out(acts)
                notes.finish(number + 1)
            else:
                crew.skip(acts)
            done += len(acts)
            advance(done, total)


class _Crew:
    """Those who carry acts out."""

    def __init__(self, house: House, desk: Desk, book: Book) -> None:
        self._house, self._desk, self._book = house, desk, book
        self._rounds = Rounds(book)

    @classmethod
    async def gathered(cls, house: House, settings: Settings) -> _Crew:
        """The crew of a house."""
        seed = Seed.open(settings.path("keys") / "demo-seed")
        accounts = {bank: open_bank_account(settings.data_dir, bank, account_number(bank)) for bank in (1, 2)}
        book = Book(
            seed,
            house.places,
            house.iot.domain,
            service_address(settings, "duty"),
            lambda bank, reference: accounts[bank].line_key(reference),
        )
        naming.write(settings.data_dir, seed, book)
        book.documents = []
        return cls(house, Desk(house.api, house.app.state.deployment, seed, book), book)

    async def carry_out(self, acts: Sequence[Act]) -> None:
        """Carries the acts of one moment out and waits until all stand in the mirror."""
        await asyncio.gather(*(self._carry_out(act) for act in acts if not isinstance(act, Signed)))
        await asyncio.gather(
            *(self._desk.sign(a.by, a.intent, a.key, a.at) for a in acts if isinstance(a, Signed))
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
        documents, self._book.documents = self._book.documents, []
        for salt, text in documents:
            await self._house.store_document(text, salt, self._book.member("coordinator"))

    async def _carry_out(self, act: Act) -> None:
        house = self._house
        match act:
            case Order():
                await house.app.state.outbox.enqueue(
                    act.call(self._book), f"demo-town:{act.key}", act.service
                )
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
