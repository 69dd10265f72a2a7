"""Services of the time bank, with the rules that hold for each now."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.events import ServiceSet
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column


@dataclass(kw_only=True)
class Service(Version):
    """A service that earns minutes."""

    service: int = column("Code of the service.")
    min_minutes: int = column("Shorter visits earn nothing, in minutes.")
    max_minutes: int = column("No visit earns more, in minutes.")
    tariff_minutes: int = column(
        "What a visit earns whatever its length, in minutes; 0 if its length counts."
    )


services = Noun("services", Service, key=("service",))


@services.sets(ServiceSet)
def _set(service: Service | None, event: ServiceSet, _: Block) -> Service:
    service = service or Service(service=event.service, min_minutes=0, max_minutes=0, tariff_minutes=0)
    service.min_minutes, service.max_minutes = event.min_minutes, event.max_minutes
    service.tariff_minutes = event.tariff_minutes
    return service
