"""The rules that judge visits, as data with a hash that goes on chain (`docs/service-events.md` §6)."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated

import pydantic.dataclasses
from pydantic import ConfigDict, Field

# pydantic reads the annotations when the program runs.
from iot.event.event import Channel

VERSION = 1  # Of `docs/service-events.md` §5.


@pydantic.dataclasses.dataclass(frozen=True, kw_only=True, slots=True, config=ConfigDict(extra="forbid"))
class Ruleset:
    """The rules that judge visits; their hash goes on chain with each anchor and claim."""

    confirm_channels: Annotated[
        tuple[Channel, ...],
        Field(
            description="How a beneficiary may confirm: 1 own phone, 2 card, 3 keypad, 4 call-back.",
        ),
    ] = tuple(Channel)
    gps_radius_m: Annotated[
        int, Field(ge=0, description="A phone further from the place than this is far, in metres.")
    ] = 150
    max_visit_minutes: Annotated[int, Field(gt=0, description="A longer visit is held.")] = 720

    def canonical_json(self) -> bytes:
        """The rules in canonical form (RFC 8785): keys in order, no spaces, integers only."""
        rules = {
            "confirm_channels": sorted({int(channel) for channel in self.confirm_channels}),
            "gps_radius_m": self.gps_radius_m,
            "max_visit_minutes": self.max_visit_minutes,
            "version": VERSION,
        }
        return json.dumps(rules, separators=(",", ":"), sort_keys=True).encode()

    def hash(self) -> bytes:
        """Ruleset hash on chain: SHA-256 of the canonical form, 32 bytes."""
        return hashlib.sha256(self.canonical_json()).digest()
