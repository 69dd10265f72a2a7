"""Runs the tests of the contracts once for each mutant, each time with another switch on.

Everything is imported and collected once. Each mutant has a process of its own, forked from there, which runs the tests
that came by its switch when all were off, those first which speak of its error, until one fails.
"""

from __future__ import annotations

import gc
import inspect
import multiprocessing
import os
import time
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast

import pytest
from _pytest.runner import runtestprotocol

from tests.contracts import evm
from tests.contracts.mutants.sites import SWITCHES, Site

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyrevm

# Switches make the code longer than a chain would take it.
CODE_LIMIT_BYTES = 1_000_000
FIRST, LAST = f"0x{SWITCHES:040x}", f"0x{SWITCHES + 0xFFFF:040x}"
# A mutant that makes the tests run for ever is seen, too.
MUTANT_SECONDS, ALL_SECONDS = 600, 3600
# How far a test is from a mutant of which it does not speak.
FAR = 3
# As large a share of the tests comes by what is part of the founding.
FOUNDING = 0.9
_forking = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Way:
    """What a test does while no switch is on.

    Attributes:
        seconds: How long it takes.
        passes: Whether it passes; one that does not says nothing of mutants.
        switches: Addresses of the switches it comes by.
    """

    seconds: float
    passes: bool
    switches: frozenset[str]


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant.

    Attributes:
        site: What was weakened.
        tests: How many tests come by it.
        killer: The test that saw it, or nothing.
    """

    site: Site
    tests: int
    killer: str


class Trials:
    """A plugin of pytest that runs the tests in its own way.

    Attributes:
        failed: The tests that fail with no switch on.
    """

    def __init__(self, sites: list[Site], report: Callable[[Verdict], None]) -> None:
        self._sites, self._report = sites, report
        self._machines: list[pyrevm.EVM] = []
        self._on: list[Site] = []
        self.failed: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Tries all tests without a mutant, and then each mutant."""
        make = partial(evm.machine, limit_contract_code_size=CODE_LIMIT_BYTES)
        # The tests call it by way of its module.
        vars(evm)["machine"] = lambda block: self._switched(make(block))
        # What was imported is shared with all processes as long as none of them looks through it for garbage.
        gc.freeze()
        ways = _forked(lambda: [self._way(item) for item in session.items], ALL_SECONDS)
        self.failed = [item.nodeid for item, way in zip(session.items, ways, strict=True) if not way.passes]
        found = [(item, way) for item, way in zip(session.items, ways, strict=True) if way.passes]
        for site in self._sites:
            items = _nearest(
                site, [(item, way) for item, way in found if site.address in way.switches], len(found)
            )
            self._report(Verdict(site, len(items), _forked(partial(self._killer, site, items))))
        return True

    def _switched(self, machine: pyrevm.EVM) -> pyrevm.EVM:
        for site in self._on:
            machine.set_balance(site.address, 1)
        self._machines.append(machine)
        return machine

    def _way(self, item: pytest.Item) -> Way:
        self._machines.clear()
        began = time.perf_counter()
        passes = _passes(item)
        met = (address.lower() for machine in self._machines for address in machine.db_accounts)
        switches = frozenset(address for address in met if FIRST <= address <= LAST)
        return Way(time.perf_counter() - began, passes, switches)

    def _killer(self, site: Site, items: list[pytest.Item]) -> str:
        self._on = [site]
        return next((item.nodeid for item in items if not _passes(item)), "")


def _nearest(site: Site, passing: list[tuple[pytest.Item, Way]], count: int) -> list[pytest.Item]:
    """The tests that come by a switch, those first that speak of its error, its function or its contract.

    What the founding of the neighbourhood comes by, every test comes by: there only those count that speak of it.
    """
    ranked = sorted((_distance(site, item), way.seconds, i) for i, (item, way) in enumerate(passing))
    farthest = FAR if len(passing) < FOUNDING * count else FAR - 1
    return [passing[i][0] for distance, _, i in ranked if distance <= farthest]


def _distance(site: Site, item: pytest.Item) -> int:
    text, file = _texts(item)
    nearest = (
        site.error and f'"{site.error}"' in text,
        f'"{site.function}"' in text,
        any(f'"{user}"' in file for user in site.users),
    )
    return next((distance for distance, speaks in enumerate(nearest) if speaks), FAR)


@cache
def _texts(item: pytest.Item) -> tuple[str, str]:
    """The text of a test, and of its file."""
    function = cast("pytest.Function", item).function
    return inspect.getsource(function), item.path.read_text()


def _passes(item: pytest.Item) -> bool:
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))


def _forked(work: Callable[[], Any], most_seconds: int = MUTANT_SECONDS) -> Any:
    """What a function answers in a process of its own, or that it gave no answer."""
    here, there = _forking.Pipe()
    process = _forking.Process(target=_answer, args=(work, there))
    process.start()
    there.close()
    try:
        return here.recv() if here.poll(most_seconds) else "no end within the time"
    except EOFError:
        return "the process broke off"
    finally:
        process.kill()
        process.join()


def _answer(work: Callable[[], Any], answers: Any) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    answers.send(work())
