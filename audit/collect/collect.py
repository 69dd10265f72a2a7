"""Collects a bundle from running parts. It trusts none of them: what does not prove itself is refused at once.

Answers of the operator's parts are taken first and the chain after them, so that the chain reaches at least as far. The
proofs are those of the head; where a node proves its head only, a head that moved meanwhile is followed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.collect.api_exhibit import collect_accounts
from audit.collect.chain_source import ChainSource
from audit.collect.dump import dump_mirror
from audit.collect.exhibits import (
    add_bindings,
    add_events,
    add_households,
    add_payees,
    add_rulesets,
    add_statements,
    read_json,
)
from audit.collect.rpc import Http
from audit.collect.writer import BundleWriter
from audit.decode.abi import contract_names
from audit.errors import BundleError, CollectError
from audit.evidence.bundle import Bundle
from audit.evidence.pinned import TrustedContract, contract_of

if TYPE_CHECKING:
    from pathlib import Path

    from audit.evidence.bundle import Manifest

DEPLOYMENT_FORMAT = "gongji.deployment.v1"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class CollectConfig:
    """Where to collect from.

    Attributes:
        rpc_url: JSON-RPC of a node.
        deployment: File that says where the contracts are.
        out: Folder of the bundle; empty or an older bundle of the same town, which is replaced.
        api_url: Base address of the portal, for its balances; None to do without.
        mirror_url: SQLAlchemy's URL of the mirror; None to do without.
        bank_exhibits: `gongji.bank-exhibit.v1` files.
        households: `gongji.households.v1` files.
        payees: Payees of requests that were paid, a line each; None to do without.
        places: Register of places, a line per binding; None to do without.
        events: Messages of the log of signed events in hex, a line each, in its order; None to do without.
        rulesets: Rules of visits other than the standard ones, a line each; None to do without.
        genesis: The node's genesis file; None to do without.
    """

    rpc_url: str
    deployment: Path
    out: Path
    api_url: str | None = None
    mirror_url: str | None = None
    bank_exhibits: tuple[Path, ...] = ()
    households: tuple[Path, ...] = ()
    payees: Path | None = None
    places: Path | None = None
    events: Path | None = None
    rulesets: Path | None = None
    genesis: Path | None = None


def _silent(what: str, done: int, total: int) -> None:
    """Tells nobody."""


async def collect(config: CollectConfig, progress: Progress = _silent) -> Path:
    """Writes a bundle.

    Args:
        config: Where to collect from.
        progress: Is called with what is collected, how many are done, and how many there are, or 0 if nobody knows.

    Returns:
        Folder of the bundle.

    Raises:
        CollectError: A source cannot be asked, or what it answers does not prove itself.
        OtherTownError: The folder holds a bundle of another town.
    """
    writer = BundleWriter(config.out)
    chain_id, contracts = load_deployment(config.deployment)
    _add_exhibits(writer, config)
    async with Http() as http:
        if config.api_url:
            await collect_accounts(http, config.api_url, writer, progress)
        if config.mirror_url:
            await asyncio.to_thread(dump_mirror, config.mirror_url, writer, progress)
        chain = ChainSource(http, config.rpc_url, contracts, writer, progress)
        head = await chain.collect(chain_id, former_bundle(config.out))
    if config.events:
        add_events(writer, config.events, chain.anchored_leaves)
        progress("设备事件 signed events", chain.anchored_leaves, chain.anchored_leaves)
    writer.close(chain_id=chain_id, head_number=head.number, head_hash=head.hash)
    return config.out


def former_bundle(folder: Path) -> Manifest | None:
    """Table of contents of the bundle that a collection into this folder replaces; None if there is none that can be read.

    Args:
        folder: Folder of the bundle.
    """
    try:
        return Bundle(folder).manifest
    except BundleError:
        return None


def load_deployment(path: Path) -> tuple[int, dict[str, TrustedContract]]:
    """Chain id and contracts of a deployment file.

    Raises:
        CollectError: It is none.
    """
    try:
        deployment: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if deployment["format"] != DEPLOYMENT_FORMAT:
            raise CollectError(
                f"{path}: expected a {DEPLOYMENT_FORMAT} file, got {deployment['format']!r:.40}"
            )
        contracts = {name: _contract(c) for name, c in deployment["contracts"].items()}
        if sorted(set(map(contract_of, contracts))) != contract_names():
            raise CollectError(f"{path}: expected the contracts {contract_names()}, got {sorted(contracts)}")
        return int(deployment["chain_id"]), contracts
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CollectError(f"{path}: {error!r}") from None


def _contract(entry: dict[str, Any]) -> TrustedContract:
    return TrustedContract(
        address=bytes.fromhex(entry["address"][2:]), code_hash=bytes.fromhex(entry["code_hash"][2:])
    )


def _add_exhibits(writer: BundleWriter, config: CollectConfig) -> None:
    for path in config.bank_exhibits:
        add_statements(writer, path)
    for path in config.households:
        add_households(writer, path)
    if config.payees:
        add_payees(writer, config.payees)
    if config.places:
        add_bindings(writer, config.places)
    if config.rulesets:
        add_rulesets(writer, config.rulesets)
    if config.genesis:
        writer.add_lines("chain/genesis.json", [read_json(config.genesis)])
