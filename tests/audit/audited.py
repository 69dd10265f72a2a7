"""The audited town: the story played on a real chain, mirrored, served and collected once."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import uvicorn

from audit.collect.collect import CollectConfig, collect
from audit.evidence.trust import Trust
from iot.ingest.http import events_router
from iot.log.http import log_router
from tests.audit.story import AuditedStory
from tests.conftest import open_town
from tests.ledger_api.client import open_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from fastapi import FastAPI

    from tests.ledger_api.client import House

# The story's bank lines are of no bank, so that no statement can be given, nor whom the bank paid; its lists of households are of roots alone.
WAIVES = ["C21", "C21.2", "C40"]


@dataclass(frozen=True, kw_only=True)
class Audited:
    """A town that was collected.

    Attributes:
        house: All its parts, still running.
        bundle: What was collected.
        trust: What its auditor pins.
        trust_file: The same in a file.
        config: How it was collected.
    """

    house: House
    bundle: Path
    trust: Trust
    trust_file: Path
    config: CollectConfig


@pytest.fixture(scope="session")
async def audited(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Audited]:
    """The audited town. Tests only read it."""
    async with audited_town(tmp_path_factory.mktemp("audited")) as town:
        yield town


@asynccontextmanager
async def audited_town(folder: Path) -> AsyncIterator[Audited]:
    """A town that plays the story in an empty folder, and is collected; it runs until the end of the block."""
    async with open_town(folder) as town:
        story = AuditedStory(town, folder=folder)
        await story.play()
        await story.hand_over()
        async with open_house(town, folder) as house:
            house.app.include_router(events_router(story.ingest))
            house.app.include_router(log_router(story.store, story.config.ruleset))
            async with served(house.app) as url:
                config = collecting(story, folder, url)
                bundle, file = await collect(config), folder / "trust.json"
                file.write_text(json.dumps(pinned(config.deployment)))
                trust = Trust.load(file)
                yield Audited(house=house, bundle=bundle, trust=trust, trust_file=file, config=config)
        story.store.close()
        story.register.close()


def collecting(story: AuditedStory, folder: Path, url: str) -> CollectConfig:
    """How the town of a folder is collected."""
    town = story.town
    town.deployment.save(folder / "deployment.json")
    (folder / "places.jsonl").write_text("".join(story.places.exhibit()))
    with story.store.log() as log:
        (folder / "events.txt").write_text("".join(f"{m.hex()}\n" for m in log.entries(0, log.size() or 1)))
    return CollectConfig(
        rpc_url=town.url, deployment=folder / "deployment.json", out=folder / "bundle", api_url=url,
        mirror_url=f"sqlite:///{folder / 'mirror.db'}", places=folder / "places.jsonl",
        events=folder / "events.txt",
    )  # fmt: skip


def pinned(deployment: Path) -> dict[str, object]:
    """The trust file of a deployment on an embedded chain."""
    document = json.loads(deployment.read_text())
    contracts = {n: {k: c[k] for k in ("address", "code_hash")} for n, c in document["contracts"].items()}
    return {
        "format": "gongji.trust.v1", "chain_id": document["chain_id"], "genesis_hash": document["genesis_hash"],
        "validators": "embedded", "contracts": contracts, "passkey_domain": document["passkey_domain"], "waives": WAIVES,
    }  # fmt: skip


@asynccontextmanager
async def served(app: FastAPI, port: int = 0) -> AsyncIterator[str]:
    """The portal under an address, on any free port if none is named."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 uvicorn tells it by a flag
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving
