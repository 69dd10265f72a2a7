"""Turns the settings of a town into its parts and their configurations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.deployment import Deployment
from gongji.places import PlaceRegister
from indexer.config import IndexerConfig
from ledger_api.config import ApiConfig

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gongji.keeper import Keeper
    from gongji.settings import Settings
    from iot.config import IotConfig
    from iot.directory import Directory
    from iot.store import EventStore
    from kit.clock import Clock
    from ledger_api.relayer.outbox import Outbox


def deployment(settings: Settings) -> Deployment:
    """Where the contracts of the town are.

    Raises:
        DeploymentError: They are not deployed.
    """
    return Deployment.load(settings.path("deployment.json"))


def indexer_config(settings: Settings) -> IndexerConfig:
    """Configuration of the indexer."""
    return IndexerConfig(
        rpc_url=settings.chain_url,
        database_url=settings.database_url("mirror"),
        deployment=deployment(settings),
        finality_blocks=settings.finality_blocks,
    )


def api_config(settings: Settings) -> ApiConfig:
    """Configuration of API, pages and relayer."""
    people = settings.path("people.json")
    return ApiConfig(
        app_url=settings.database_url("app"),
        mirror_url=settings.database_url("mirror"),
        rpc_url=settings.chain_url,
        deployment=deployment(settings),
        data_dir=settings.data_dir,
        public_url=settings.portal_url,
        town_name=settings.town_name,
        desk_phone=settings.desk_phone,
        demo_people=people if people.exists() else None,
    )


def mirror_reader(settings: Settings) -> Engine:
    """A blocking engine that reads the mirror and cannot write it."""
    from indexer.schema import MIRROR
    from kit.database import open_engine

    return open_engine(settings.database_url("mirror"), MIRROR, read_only=True)


def place_register(settings: Settings) -> PlaceRegister:
    """The town's register of places."""
    return PlaceRegister(settings.path("places.jsonl"))


def iot_config(settings: Settings) -> IotConfig:
    """Configuration of service events."""
    from iot.config import IotConfig
    from iot.cose import Domain

    where = deployment(settings)
    registry = bytes.fromhex(where.address("DeviceRegistry")[2:])
    return IotConfig(
        database_url=settings.database_url("events"),
        domain=Domain(chain_id=where.chain_id, registry=registry),
        anchor_leaves=settings.anchor_leaves,
        anchor_seconds=settings.anchor_seconds,
    )


def keeper(
    settings: Settings, store: EventStore, directory: Directory, mirror: Engine, outbox: Outbox, clock: Clock
) -> Keeper:
    """The keeper of the town, with the watch over its water meters."""
    from gongji.keeper import Keeper
    from gongji.keys import service_key
    from gongji.welfare import Welfare

    welfare = Welfare(
        path=settings.path("households.toml"),
        store=store,
        directory=directory,
        places=place_register(settings),
        mirror=mirror,
        deployment=deployment(settings),
        signer=service_key(settings, "duty"),
    )
    return Keeper(
        store=store,
        directory=directory,
        config=iot_config(settings),
        mirror=mirror,
        outbox=outbox,
        welfare=welfare,
        clock=clock,
    )
