"""Hands a running town over to the auditor's collector: its addresses, and the exhibits only the operator has."""

from __future__ import annotations

import json
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from audit.collect.collect import CollectConfig
from audit.collect.collect import collect as collect_bundle
from audit.collect.rpc import Http
from audit.errors import CollectError
from gongji.households import exhibit, listed
from gongji.payees import exhibit as payee_exhibit
from gongji.payees import payments
from gongji.run import configs
from iot.log.schema import EVENTS
from iot.log.store import EventStore
from kit.database import open_async_engine, open_engine
from ledger_api.schema import APP
from ledger_api.statements.exhibit import export_exhibit
from ledger_api.statements.keys import bank_account, bank_accounts
from register.documents import Documents
from register.nouns import HOUSEHOLD_SALTS
from register.places import PlaceRegister

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from audit.collect.collect import Progress
    from gongji.settings import Settings
    from register.register import Register

MESSAGES_A_QUESTION = 1_000


async def collect(settings: Settings, out: Path, progress: Progress) -> None:
    """Collects the bundle of a running town.

    Args:
        settings: Settings of the town.
        out: Folder of the bundle.
        progress: Is told what is collected, how many are done, and how many there are.

    Raises:
        CollectError: A part of the town does not answer, or what it answers does not prove itself.
    """
    rulesets, genesis, paid = (
        settings.path("rulesets.jsonl"),
        settings.path("genesis.json"),
        _payments(settings),
    )
    with tempfile.TemporaryDirectory() as folder, closing(configs.open_register(settings)) as register:
        config = CollectConfig(
            rpc_url=await answering_node(settings.chain_urls),
            deployment=settings.path("deployment.json"),
            out=out,
            api_url=settings.portal_url,
            mirror_url=settings.database_url("mirror"),
            bank_exhibits=await _exhibits(settings, register, paid, Path(folder)),
            payees=_payees(register, paid, Path(folder)),
            households=_households(register, Path(folder)),
            places=_places(register, Path(folder)),
            events=_events(settings, Path(folder)),
            rulesets=rulesets if rulesets.exists() else None,
            genesis=genesis if genesis.exists() else None,
        )
        await collect_bundle(config, progress)


async def answering_node(urls: Sequence[str]) -> str:
    """The first address at which a node answers.

    Args:
        urls: Addresses of nodes of one chain.

    Raises:
        CollectError: None does.
    """
    failures = []
    async with Http() as http:
        for url in urls:
            try:
                await http.rpc(url, [("eth_chainId", [])])
            except CollectError as error:
                failures.append(str(error))
            else:
                return url
    raise CollectError("; ".join(failures))


def _payments(settings: Settings) -> dict[bytes, bytes]:
    """Commitment to the payee of each payment, by the key of its bank line."""
    engine = configs.mirror_reader(settings)
    try:
        return payments(engine)
    finally:
        engine.dispose()


async def _exhibits(
    settings: Settings, register: Register, paid: Mapping[bytes, bytes], folder: Path
) -> tuple[Path, ...]:
    engine = open_async_engine(settings.database_url("app"), APP)
    try:
        paths = []
        for bank in bank_accounts(register):
            path = folder / f"bank-{bank}.json"
            path.write_text(
                json.dumps(await export_exhibit(engine, bank_account(register, bank), paid.keys()))
            )
            paths.append(path)
    finally:
        await engine.dispose()
    return tuple(paths)


def _payees(register: Register, paid: Mapping[bytes, bytes], folder: Path) -> Path:
    """The exhibit of payees."""
    path = folder / "payees.jsonl"
    path.write_text("".join(payee_exhibit(Documents(register), paid.values())))
    return path


def _households(register: Register, folder: Path) -> tuple[Path, ...]:
    """The opened lists of the campaigns' households."""
    salts = register.entries(HOUSEHOLD_SALTS).values()
    paths = []
    for campaign in sorted({one.campaign for one in salts}):
        path = folder / f"households-{campaign}.json"
        path.write_text(json.dumps(exhibit(campaign, listed(register, campaign))))
        paths.append(path)
    return tuple(paths)


def _places(register: Register, folder: Path) -> Path | None:
    """The exhibit of places; None where there are none."""
    lines = [*PlaceRegister(register).exhibit()]
    path = folder / "places.jsonl"
    path.write_text("".join(lines))
    return path if lines else None


def _events(settings: Settings, folder: Path) -> Path:
    """The exhibit of signed events: who was where at what time, which the portal tells nobody."""
    config, path = configs.iot_config(settings), folder / "events.txt"
    store, position = EventStore(open_engine(config.database_url, EVENTS, read_only=True), config), 0
    with closing(store), path.open("w") as file, store.log() as log:
        while messages := log.entries(position, MESSAGES_A_QUESTION):
            file.writelines(f"{message.hex()}\n" for message in messages)
            position += len(messages)
    return path
