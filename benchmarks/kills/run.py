"""Kills every process of a town on a sealed network under load, many times, and counts what was lost, doubled, and how long it took.

`python -m benchmarks.kills.run [--each 10] [--seed 1] [--lie-seconds 90] [--skip-lies]`
Commands go through the portal and the relayer, events over HTTPS and MQTT. A process is killed with signal 9 at a random moment,
and started again by the town's own supervisor, a node by that of its machine. Then the nodes lie, in each way, all at once; it is
counted whether the town says why it stopped, and how long after the lie it goes on. At the end the auditor judges the whole.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
from sqlalchemy import create_engine, text

from benchmarks.kills import lies
from benchmarks.kills.load import COMMAND, HTTPS, MQTT, Load, Sent
from benchmarks.kills.town import NODES, PROCESSES, Town
from gongji.run.configs import iot_config
from iot.event.cose import parse
from iot.event.event import event_hash
from iot.log.schema import EVENTS
from iot.log.store import EventStore
from kit.database import open_engine

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

KINDS = (COMMAND, HTTPS, MQTT)
RECOVERY_SECONDS, CALM_SECONDS = 300, 4.0
PAUSE_SECONDS = (0.2, 3.0)
MESSAGES_AT_ONCE = 1000
# How the portal begins to say that the mirror halted.
HALT = "镜像停在"


@dataclass(kw_only=True)
class Blow:
    """A kill, or a lie.

    Attributes:
        name: Process that was killed, or name of the lie.
        at: When, by the machine's steady clock.
        until: When everything was there again.
        recovery_seconds: By kind of what was sent; none for what did not come back in time.
        cause: What the town said was wrong, of a lie.
        said_seconds: How long after its beginning it said so.
    """

    name: str
    at: float
    until: float = 0.0
    recovery_seconds: dict[str, float | None] = field(default_factory=dict)
    cause: str = ""
    said_seconds: float = 0.0


async def main(arguments: argparse.Namespace) -> bool:
    """Measures, prints the tables, and says whether nothing was lost or doubled."""
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as name:
        async with Town.founded(Path(name) / "town") as town:
            victims = [None, *PROCESSES, *NODES] * arguments.each
            chance.shuffle(victims)
            blows, sent = await _under_load(
                town, lambda load: [_killing(town, load, chance, v) for v in victims]
            )
            good = _show_kills(blows, sent, _done(town) | _logged(town))
            if not arguments.skip_lies:
                kinds, seconds = lies.ALL, arguments.lie_seconds
                blows, sent = await _under_load(
                    town, lambda load: [_lying(town, load, k, seconds) for k in kinds]
                )
                good &= _show_lies(blows, sent, _done(town) | _logged(town))
            report = await town.audited(Path(name) / "bundle")
    failed = [check["check"] for check in report["checks"] if check["state"] in ("failed", "undecided")]
    print(f"\nthe auditor: exit status {report['exit_status']} {failed}, {report['head']['number']} blocks")
    return good and report["exit_status"] == 0


async def _under_load(
    town: Town, plan: Callable[[Load], list[Callable[[], Awaitable[Blow]]]]
) -> tuple[list[Blow], list[Sent]]:
    """Blows in turn, each with how far it is and how long the rest will take; and all that was sent meanwhile."""
    load, found = Load(town), []
    load.start()
    await asyncio.sleep(CALM_SECONDS)
    work, began = plan(load), time.monotonic()
    for number, one in enumerate(work, 1):
        found.append(await one())
        each = (time.monotonic() - began) / number
        seconds = {kind: t and round(t, 1) for kind, t in found[-1].recovery_seconds.items()}
        left = f"{each:.1f} s each, {each * (len(work) - number):.0f} s left"
        print(
            f"{number} of {len(work)}: {found[-1].name}, there again after {seconds}, {found[-1].cause:.200} {left}",
            file=sys.stderr,
            flush=True,
        )
    await load.stop(RECOVERY_SECONDS)
    return found, load.sent


def _killing(
    town: Town, load: Load, chance: random.Random, victim: str | None
) -> Callable[[], Awaitable[Blow]]:
    async def blow() -> Blow:
        await asyncio.sleep(chance.uniform(*PAUSE_SECONDS))
        found = Blow(name=victim or "nobody", at=time.monotonic())
        if victim:
            town.kill(victim)
        await _recover(load, found)
        return found

    return blow


def _is_said(kind: str, causes: str) -> bool:
    """Whether the town says what is wrong: that its mirror halted, where what the nodes tell does not prove itself."""
    return HALT in causes if kind in lies.HALTING else bool(causes)


def _lying(town: Town, load: Load, kind: str, most_seconds: float) -> Callable[[], Awaitable[Blow]]:
    async def blow() -> Blow:
        began, causes = time.monotonic(), ""
        await town.lie(kind)
        while time.monotonic() < began + most_seconds and not _is_said(kind, causes):
            await asyncio.sleep(0.5)
            try:
                causes = "; ".join(await town.wrong()) or causes
            except httpx2.HTTPError as error:
                causes = causes or repr(error)
        said_seconds = time.monotonic() - began
        await town.lie("")
        found = Blow(name=kind, at=time.monotonic(), cause=causes, said_seconds=said_seconds)
        await _recover(load, found)
        await town.ready()
        return found

    return blow


async def _recover(load: Load, blow: Blow) -> None:
    """Waits until something of each kind that was first sent after the blow is there."""
    end = blow.at + RECOVERY_SECONDS
    while time.monotonic() < end:
        blow.recovery_seconds = {kind: load.recovered(kind, blow.at) for kind in KINDS}
        if None not in blow.recovery_seconds.values():
            break
        await asyncio.sleep(0.05)
    blow.until = time.monotonic()


def _done(town: Town) -> Counter[bytes]:
    """How often each task was opened, by the mirror, which the auditor compares with the chain."""
    engine = create_engine(f"sqlite:///{town.folder}/mirror.db")
    with closing(engine.connect()) as connection:
        found = Counter(bytes(row[0]) for row in connection.execute(text("select task from task_opened")))
    engine.dispose()
    return found


def _logged(town: Town) -> Counter[bytes]:
    """How often each event stands in the log."""
    config = iot_config(town.settings)
    store, found = (
        EventStore(open_engine(config.database_url, EVENTS, read_only=True), config),
        Counter[bytes](),
    )
    with closing(store), store.log() as log:
        while messages := log.entries(found.total(), MESSAGES_AT_ONCE):
            found.update(event_hash(parse(message).payload) for message in messages)
    return found


def _show_kills(blows: list[Blow], sent: list[Sent], found: Counter[bytes]) -> bool:
    print(
        f"\n{'killed':10}{'times':>6} |{'commands':>9}{'lost':>5}{'twice':>6} |{'events':>7}{'lost':>5}{'twice':>6} | seconds until one is there again: median, max"
    )
    print(f"{'':10}{'':6} |{'':20} |{'':18} |{COMMAND:>20}{HTTPS:>20}{MQTT:>20}")
    good = True
    for name in dict.fromkeys(["nobody", *PROCESSES, *NODES]):
        mine = [blow for blow in blows if blow.name == name]
        counts = [
            _counts([s for b in mine for s in _during(sent, b)], found, kinds)
            for kinds in ((COMMAND,), (HTTPS, MQTT))
        ]
        (commands, c_lost, c_twice), (events, e_lost, e_twice) = counts
        times = "".join(f"{_times(mine, kind):>20}" for kind in KINDS)
        print(
            f"{name:10}{len(mine):6} |{commands:9}{c_lost:5}{c_twice:6} |{events:7}{e_lost:5}{e_twice:6} |{times}"
        )
    good &= _show_totals(sent, found)
    never = [b.name for b in blows if None in b.recovery_seconds.values()]
    if never:
        print(f"did not come back within {RECOVERY_SECONDS} s: {never}")
    return good and not never


def _show_lies(lies_done: list[Blow], sent: list[Sent], found: Counter[bytes]) -> bool:
    print(f"\n{'all nodes':22}{'halts':>6}{'says so after, s':>18}{'heals after, s':>16}  what it says")
    good = True
    for blow in lies_done:
        halted = HALT in blow.cause
        healed = [t for t in blow.recovery_seconds.values() if t is not None]
        is_whole = len(healed) == len(KINDS)
        print(
            f"{blow.name:22}{'yes' if halted else 'no':>6}{blow.said_seconds:>18.1f}{max(healed, default=0):>16.1f}"
            f"{'' if is_whole else ' NOT'}  {blow.cause:.160}"
        )
        good &= is_whole and bool(blow.cause) and halted == (blow.name in lies.HALTING)
    return good & _show_totals(sent, found)


def _show_totals(sent: list[Sent], found: Counter[bytes]) -> bool:
    """What became of all that was sent; whether nothing was lost, doubled or refused."""
    good = True
    for what, kinds in (("commands", (COMMAND,)), ("events", (HTTPS, MQTT))):
        count, lost, twice = _counts(sent, found, kinds)
        print(f"all {what}: {count} acknowledged, {lost} lost, {twice} twice")
        good &= not lost and not twice
    refused = [one for one in sent if one.refused and one.acknowledged]
    for one in refused[:5]:
        print(f"refused: {one.id.hex()} {one.refused}")
    return good and not refused


def _during(sent: list[Sent], blow: Blow) -> list[Sent]:
    """What was under way or sent between a blow and its recovery."""
    return [s for s in sent if s.began <= blow.until and (s.visible is None or s.visible >= blow.at)]


def _counts(sent: list[Sent], found: Counter[bytes], kinds: tuple[str, ...]) -> tuple[int, int, int]:
    """How many were acknowledged, how many of those are nowhere, and how many are there more than once."""
    acknowledged = [s for s in sent if s.kind in kinds and s.acknowledged is not None]
    lost = sum(not found[s.id] for s in acknowledged)
    return len(acknowledged), lost, sum(found[s.id] > 1 for s in sent if s.kind in kinds)


def _times(blows: list[Blow], kind: str) -> str:
    times = [t for b in blows if (t := b.recovery_seconds.get(kind)) is not None]
    return f"{statistics.median(times):.1f}, {max(times):.1f}" if times else "—"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--each", type=int, default=10, help="how often each process is killed")
    parser.add_argument("--seed", type=int, default=1, help="of the moments and their order")
    parser.add_argument(
        "--lie-seconds",
        type=float,
        default=90.0,
        help="how long a lie lasts if the town does not say so before",
    )
    parser.add_argument("--skip-lies", action="store_true", help="only kill")
    options = parser.parse_args()
    print(f"# {options}\n# {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    sys.exit(not asyncio.run(main(options)))
