"""Turns the settings of a town into the configurations of its processes."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from contracts.deployment import Deployment
from gongji.importing.former_files import refuse_unimported
from indexer.config import IndexerConfig
from iot.config import IotConfig
from kit.clock import system_clock
from ledger_api.config import ApiConfig
from ledger_api.relayer.config import RelayerConfig
from register import KEY_FILE
from register.register import Register

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from sqlalchemy import Engine

    from gongji.settings import Settings
    from iot.event.cose import Domain
    from kit.clock import Clock


def deployment(settings: Settings) -> Deployment:
    """Where the contracts of the town are.

    Raises:
        DeploymentError: They are not deployed.
    """
    return Deployment.load(settings.path("deployment.json"))


def indexer_config(settings: Settings) -> IndexerConfig:
    """Configuration of the indexer."""
    return IndexerConfig(
        rpc_urls=settings.chain_urls,
        database_url=settings.database_url("mirror"),
        deployment=deployment(settings),
        evidence_dir=settings.path("evidence").absolute(),
        **_values(settings.indexer),
    )


def api_config(settings: Settings) -> ApiConfig:
    """Configuration of API and pages."""
    return ApiConfig(
        app_url=settings.database_url("app"),
        town_url=settings.database_url("town"),
        mirror_url=settings.database_url("mirror"),
        rpc_urls=settings.chain_urls,
        deployment=deployment(settings),
        data_dir=settings.data_dir,
        public_url=settings.portal_url,
        town_name=settings.town_name,
        desk_phone=settings.desk_phone,
        is_network=settings.network == "permissioned",
        demo=settings.demo,
        **_values(settings.api),
    )


def relayer_config(settings: Settings) -> RelayerConfig:
    """Configuration of the relayer."""
    return RelayerConfig(
        app_url=settings.database_url("app"),
        mirror_url=settings.database_url("mirror"),
        rpc_urls=settings.chain_urls,
        deployment=deployment(settings),
        **_values(settings.relayer),
    )


def mirror_reader(settings: Settings) -> Engine:
    """A blocking engine that reads the mirror and cannot write it."""
    from indexer.schema import MIRROR
    from kit.database import open_engine

    return open_engine(settings.database_url("mirror"), MIRROR, read_only=True)


def open_register(settings: Settings, clock: Clock = system_clock) -> Register:
    """The town's own data.

    Raises:
        FilesUnimportedError: Some of them wait to be imported.
    """
    refuse_unimported(settings)
    return Register.open(settings.database_url("town"), settings.path("keys") / KEY_FILE, clock)


def iot_config(settings: Settings) -> IotConfig:
    """Configuration of service events."""
    others = (Deployment.load(path) for path in settings.other_deployments)
    return IotConfig(
        database_url=settings.database_url("events"),
        domain=_domain(deployment(settings)),
        other_domains=tuple(_domain(other) for other in others),
        **_values(settings.events),
    )


def _domain(where: Deployment) -> Domain:
    from iot.event.cose import Domain

    return Domain(chain_id=where.chain_id, registry=bytes.fromhex(where.address("DeviceRegistry")[2:]))


def _values(table: DataclassInstance) -> dict[str, Any]:
    """The settings of a table by name; not `asdict`, which would take the ruleset apart."""
    return {field.name: getattr(table, field.name) for field in fields(table)}
