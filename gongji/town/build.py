"""Builds the demo town: carries its plan out, moment by moment, through the same code that people use.

A build that is killed goes on where it was: finished moments are noted, and the acts of the one that was under way have
idempotency keys.
"""

from __future__ import annotations

import os
from itertools import groupby
from typing import TYPE_CHECKING

from gongji.town import plan
from gongji.town.acts import Calendar, Record
from gongji.town.bank import Bank
from gongji.town.notes import Notes

if TYPE_CHECKING:
    from collections.abc import Callable

    from gongji.settings import Settings

DAYS = 366


async def build(settings: Settings, midnight: int, advance: Callable[[int, int], None]) -> None:
    """Builds the town, or goes on building it.

    Args:
        settings: Settings of the town.
        midnight: Start of today in the town, seconds since 1970; a build that goes on keeps its own.
        advance: Told how many acts are done, of how many.
    """
    notes = Notes.open(settings.path("town.json"), midnight)
    calendar, bank = Calendar(midnight=notes.midnight), Bank(midnight=notes.midnight)
    moments = [(at, list(group)) for at, group in groupby(plan.acts(calendar, bank), key=lambda act: act.at)]
    _write_tour_statement(settings, bank)
    total = sum(len(acts) for _, acts in moments)
    if notes.finished == len(moments):
        advance(total, total)
        return
    # All the parts of a town take seconds to load, which the start of one that is built need not wait for.
    from gongji.run.in_process_town import InProcessTown
    from gongji.run.process import settle_heap
    from gongji.town.crew import Crew

    settle_heap()
    while notes.finished < len(moments):
        async with InProcessTown.open(settings, calendar.at(-DAYS)) as house:
            crew = await Crew.gathered(house, settings, calendar)
            for number, (at, acts) in enumerate(moments):
                if number < notes.finished:
                    crew.skip(acts)
                    continue
                house.chain.set_clock(at)
                await crew.carry_out(acts)
                notes.finish(number + 1)
                advance(sum(len(finished) for _, finished in moments[: number + 1]), total)
                # The processes of a town read the record when they start.
                if any(isinstance(act, Record) for act in acts):
                    break


def _write_tour_statement(settings: Settings, bank: Bank) -> None:
    """Writes what the demo page gives to whoever takes the tour; for the owner of the town alone, as all its files."""
    from gongji.town.tour import statement
    from ledger_api.demo.statement import NAME

    path = settings.path(NAME)
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(statement(bank))
