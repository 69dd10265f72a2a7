"""Ingest over HTTP as the portal runs it, in a process of its own: `python -m benchmarks.events.server URL DEVICES PORT`."""

from __future__ import annotations

import sys
import time

import uvicorn
from fastapi import FastAPI

from benchmarks.events.fleet import DOMAIN, FleetDirectory, fleet
from iot.config import IotConfig
from iot.http import router
from iot.ingest import Ingest
from iot.store import EventStore


def main(url: str, devices: int, port: int) -> None:
    """Serves until it is ended."""
    config = IotConfig(database_url=url, domain=DOMAIN)
    store = EventStore.open(config)
    directory = FleetDirectory({device.id: device.record for device in fleet(devices)})
    ingest = Ingest(store, directory, config, clock=lambda: int(time.time()))
    app = FastAPI()
    app.include_router(router(ingest, store, config.ruleset))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
