"""All that the benchmark calls of the code under test; the same for the code of the checkout and the code before."""

from __future__ import annotations

import json
from contextlib import closing
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from indexer.writer import Writer
from ledger_api.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import FastAPI
    from sqlalchemy import Engine

    from gongji.settings import Settings
    from indexer.batch import Batch

EPOCH_BLOCKS = 30_000
# The code before opened each schema by itself and had no context. An installed `kit` would be found beside it too.
IS_BEFORE = find_spec("indexer.store") is not None
configs: Any = import_module("gongji.configs" if IS_BEFORE else "gongji.run.configs")
settle_heap: Any = import_module("gongji.process" if IS_BEFORE else "gongji.run.process").settle_heap


def write(database_url: str, batches: Iterable[Batch]) -> None:
    """Writes a mirror, states included, as the indexer does."""
    engine, head = _opened(database_url), None
    writer = Writer(engine, finality_blocks=0, epoch_blocks=EPOCH_BLOCKS)
    for batch in batches:
        writer.write(batch, head)
        head = batch.head
    engine.dispose()


def portal(settings: Settings) -> FastAPI:
    """The application of a town, whole but for the routes of devices."""
    if IS_BEFORE:
        return create_app(configs.api_config(settings))  # type: ignore[arg-type]
    from ledger_api.context import Context

    return create_app(Context.open(configs.api_config(settings)))


def people(settings: Settings) -> dict[str, dict[str, str]]:
    """Page of their work, address and key of those of the demo town whom one can be, by member id as 0x and hex."""
    if IS_BEFORE:
        found = json.loads(settings.path("people.json").read_text())["people"]
        return {person["address"]: person for person in found}
    from register.nouns import DEMO_PEOPLE
    from register.register import Register

    config = configs.api_config(settings)
    with closing(Register.open(config.town_url, config.register_key)) as register:
        entries = register.entries(DEMO_PEOPLE)
    return {
        member: person.model_dump(include={"home", "address", "key"}) for member, person in entries.items()
    }


def _opened(database_url: str) -> Engine:
    if IS_BEFORE:
        from indexer.store import open_engine

        from indexer import schema  # type: ignore[attr-defined]

        engine: Engine = open_engine(database_url)
        schema.upgrade(engine)
        return engine
    from indexer.schema import MIRROR, upgrade
    from kit.database import open_engine as open_schema

    upgrade(database_url)
    return open_schema(database_url, MIRROR)
