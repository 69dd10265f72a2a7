"""Settings of everything that takes in or judges service events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iot.ruleset import Ruleset

if TYPE_CHECKING:
    from iot.cose import Domain


@dataclass(frozen=True, kw_only=True, slots=True)
class IotConfig:
    """Settings of service events.

    Attributes:
        database_url: SQLAlchemy URL of the schema `events`: `sqlite:////path/events.db` or `postgresql+psycopg://…`.
        domain: Deployment that events must be signed for.
        other_domains: Deployments whose events may come here by mistake; only used to tell E_AAD from E_SIG.
        ruleset: Rules that judge visits.
        rate_per_minute: Events a device may send a minute, on average; it may send as many at once.
        batch_events: Most events in one database transaction.
        device_cache_seconds: How long an answer of the directory about a device is used again, in real seconds.
        refused_seconds: How long refused bytes are kept.
        refused_rows: Most refused messages kept; the oldest go first.
        parked_seconds: How long an event of an unknown device waits for its enrolment.
        parked_rows: Most messages parked; more are told to come again and not kept.
        anchor_leaves: Anchor after so many new leaves …
        anchor_seconds: … or so many seconds, whichever comes first.
    """

    database_url: str
    domain: Domain
    other_domains: tuple[Domain, ...] = ()
    ruleset: Ruleset = field(default_factory=Ruleset)
    rate_per_minute: int = 60
    batch_events: int = 1000
    device_cache_seconds: float = 2.0
    refused_seconds: int = 30 * 24 * 3600
    refused_rows: int = 100_000
    parked_seconds: int = 24 * 3600
    parked_rows: int = 10_000
    anchor_leaves: int = 1000
    anchor_seconds: int = 600
