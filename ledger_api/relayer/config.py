"""Configuration of the relayer process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import pydantic.dataclasses
from pydantic import ConfigDict, Field

if TYPE_CHECKING:
    from contracts.deployment import Deployment


@pydantic.dataclasses.dataclass(frozen=True, kw_only=True, slots=True, config=ConfigDict(extra="forbid"))
class RelayerSettings:
    """The relayer, which carries commands to the chain."""

    nonce_window: Annotated[
        int,
        Field(gt=0, description="So many transactions of one sender may wait on the chain at the same time."),
    ] = 64
    max_gas: Annotated[int, Field(ge=21_000, description="Largest gas limit of one transaction.")] = 8_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class RelayerConfig(RelayerSettings):
    """What the relayer needs to know.

    Attributes:
        app_url: SQLAlchemy URL of the database with the schema `app`.
        mirror_url: SQLAlchemy URL of the database with the schema `mirror`; opened read-only.
        rpc_urls: JSON-RPC addresses of nodes, at least one.
        deployment: Where the contracts are.
    """

    app_url: str
    mirror_url: str
    rpc_urls: tuple[str, ...]
    deployment: Deployment
