"""Configuration of the portal process: API and pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import pydantic.dataclasses
from pydantic import ConfigDict, Field

from ledger_api.limits import Limits
from register import KEY_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.deployment import Deployment


@pydantic.dataclasses.dataclass(frozen=True, kw_only=True, slots=True, config=ConfigDict(extra="forbid"))
class ApiSettings:
    """API and pages."""

    max_lag_blocks: Annotated[
        int, Field(ge=0, description="Health is red if the mirror is more than so many blocks behind.")
    ] = 50
    max_head_seconds: Annotated[
        int,
        Field(
            gt=0,
            description="Health is red, and pages say so, if the newest block is older than so many seconds; only on a network,"
            " which makes blocks all the time.",
        ),
    ] = 60
    max_stuck_seconds: Annotated[
        int,
        Field(
            gt=0,
            description="Health is red if a command waits, or a duty of the keeper fails, longer than so many seconds.",
        ),
    ] = 120
    max_body_bytes: Annotated[
        int, Field(gt=0, description="Largest body of a request; uploads have limits of their own.")
    ] = 1024 * 1024
    other_hosts: Annotated[
        tuple[str, ...],
        Field(
            description="More names under which the portal may be called, such as that of a container; besides the name in"
            " `public_url`, `localhost` and the machine's own addresses."
        ),
    ] = ()
    challenge_seconds: Annotated[int, Field(gt=0, description="How long a sign-in text may be signed.")] = 600
    session_seconds: Annotated[int, Field(gt=0, description="How long a sign-in lasts.")] = 12 * 3600
    limits: Annotated[Limits, Field(description="How much one may ask.")] = field(default_factory=Limits)


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiConfig(ApiSettings):
    """What API and pages need to know.

    Attributes:
        app_url: SQLAlchemy URL of the database with the schema `app`.
        town_url: SQLAlchemy URL of the database with the schema `town`.
        mirror_url: SQLAlchemy URL of the database with the schema `mirror`; opened read-only.
        rpc_urls: JSON-RPC addresses of nodes, at least one.
        deployment: Where the contracts are.
        data_dir: Folder of the town; `keys/` is in it.
        public_url: Address under which people reach the portal, without a slash at the end.
        town_name: Name of the town, shown on every page.
        desk_phone: Phone of the service desk, shown on every page.
        demo: Whether everybody may be a person of the demo town, with that person's private key.
        is_network: Whether validators make blocks all the time, not one process when there is something to put in.
    """

    app_url: str
    town_url: str
    mirror_url: str
    rpc_urls: tuple[str, ...]
    deployment: Deployment
    data_dir: Path
    public_url: str
    town_name: str
    desk_phone: str
    demo: bool = False
    is_network: bool = False

    @property
    def register_key(self) -> Path:
        """File of the key that encrypts personal data of the register."""
        return self.data_dir / "keys" / KEY_FILE
