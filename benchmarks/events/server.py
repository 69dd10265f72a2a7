"""Ingest over HTTP in the portal's whole application, in a process of its own: `python -m benchmarks.events.server URL DEVICES PORT`."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import uvicorn

from benchmarks.events.fleet import DOMAIN, FleetDirectory, fleet
from contracts.deployment import Deployment
from gongji.run.process import settle_heap
from iot.config import IotConfig
from iot.ingest.http import events_router
from iot.ingest.ingest import Ingest
from iot.log.http import log_router
from iot.log.store import EventStore
from ledger_api.app import create_app
from ledger_api.config import ApiConfig
from ledger_api.context import Context
from ledger_api.limits import UNLIMITED


def main(url: str, devices: int, port: int) -> None:
    """Serves until it is ended."""
    config = IotConfig(database_url=url, domain=DOMAIN, other_domains=())
    store = EventStore.open(config)
    directory = FleetDirectory({device.id: device.record for device in fleet(devices)})
    ingest = Ingest(store, directory, config, clock=lambda: int(time.time()))
    with tempfile.TemporaryDirectory() as folder:
        context = Context.open(_api(Path(folder)))
        app = create_app(context, [events_router(ingest), log_router(store, config.ruleset)])
        settle_heap()
        uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


def _api(folder: Path) -> ApiConfig:
    """Of a portal that nobody asks for anything but events."""
    return ApiConfig(
        app_url=f"sqlite:///{folder}/app.db", town_url=f"sqlite:///{folder}/town.db", mirror_url=f"sqlite:///{folder}/mirror.db", rpc_urls=("http://127.0.0.1:9",),
        deployment=Deployment(chain_id=DOMAIN.chain_id, genesis_hash="", contracts={}), data_dir=folder,
        public_url="http://town.test", town_name="", desk_phone="", limits=UNLIMITED,
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
