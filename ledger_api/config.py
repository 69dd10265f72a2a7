"""Configuration of the portal process: API, pages and relayer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.deployment import Deployment


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiConfig:
    """What API, pages and relayer need to know.

    Attributes:
        app_url: SQLAlchemy URL of the database with the schema `app`.
        mirror_url: SQLAlchemy URL of the database with the schema `mirror`; opened read-only.
        rpc_url: JSON-RPC address of the chain.
        deployment: Where the contracts are.
        data_dir: Folder of the town; `documents/`, `keys/bank-accounts.json` and `labels.toml` are in it.
        public_url: Address under which people reach the portal, without a slash at the end.
        town_name: Name of the town, shown on every page.
        desk_phone: Phone of the service desk, shown on every page.
        demo_people: JSON file with the people of the demo town and their throw-away keys; None anywhere else.
        max_lag_blocks: Health is red if the mirror is more than so many blocks behind the chain.
        max_stuck_seconds: Health is red if a command waits longer than so many seconds.
        max_body_bytes: Largest body of a request; uploads have limits of their own.
        challenge_seconds: How long a sign-in text may be signed.
        session_seconds: How long a sign-in lasts.
        nonce_window: So many transactions of one sender may wait on the chain at the same time.
        max_gas: Largest gas limit of one transaction.
    """

    app_url: str
    mirror_url: str
    rpc_url: str
    deployment: Deployment
    data_dir: Path
    public_url: str
    town_name: str
    desk_phone: str
    demo_people: Path | None = None
    max_lag_blocks: int = 50
    max_stuck_seconds: int = 120
    max_body_bytes: int = 1024 * 1024
    challenge_seconds: int = 600
    session_seconds: int = 12 * 3600
    nonce_window: int = 64
    max_gas: int = 8_000_000
