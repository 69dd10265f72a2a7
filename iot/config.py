"""Configuration of everything that takes in or judges service events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import pydantic.dataclasses
from pydantic import ConfigDict, Field

from iot.ruleset import Ruleset

if TYPE_CHECKING:
    from iot.event.cose import Domain


@pydantic.dataclasses.dataclass(frozen=True, kw_only=True, slots=True, config=ConfigDict(extra="forbid"))
class EventsSettings:
    """Service events of devices: their intake, their log, and its anchors."""

    rate_per_minute: Annotated[
        int,
        Field(
            gt=0, description="Events a device may send a minute, on average; it may send as many at once."
        ),
    ] = 60
    batch_events: Annotated[
        int, Field(gt=0, le=10_000, description="Most events in one database transaction.")
    ] = 1000
    device_cache_seconds: Annotated[
        float,
        Field(
            ge=0,
            allow_inf_nan=False,
            description="How long what the chain says about a device is used again, in real seconds.",
        ),
    ] = 2.0
    refused_seconds: Annotated[int, Field(ge=0, description="How long refused bytes are kept.")] = (
        30 * 24 * 3600
    )
    refused_rows: Annotated[
        int, Field(ge=0, description="Most refused messages kept; the oldest go first.")
    ] = 100_000
    parked_seconds: Annotated[
        int, Field(ge=0, description="How long an event of an unknown device waits for its enrolment.")
    ] = 24 * 3600
    parked_rows: Annotated[
        int,
        Field(ge=0, description="Most messages parked; more are told to come again and not kept."),
    ] = 10_000
    anchor_leaves: Annotated[
        int, Field(gt=0, description="Anchor the event log after so many new events …")
    ] = 1000
    anchor_seconds: Annotated[
        int, Field(gt=0, description="… or so many seconds, whichever comes first.")
    ] = 600
    ruleset: Annotated[Ruleset, Field(description="Rules that judge visits.")] = field(
        default_factory=Ruleset
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class IotConfig(EventsSettings):
    """What service events need to know.

    Attributes:
        database_url: SQLAlchemy URL of the schema `events`: `sqlite:////path/events.db` or `postgresql+psycopg://…`.
        domain: Deployment that events must be signed for.
        other_domains: Deployments whose events may come here by mistake; only used to tell E_AAD from E_SIG.
    """

    database_url: str
    domain: Domain
    other_domains: tuple[Domain, ...]
