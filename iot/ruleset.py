"""The rules that judge visits, as data with a hash that goes on chain (`docs/service-events.md` §6)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from iot.event import Channel


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruleset:
    """One version of the rules.

    Attributes:
        version: Version of `docs/service-events.md` §5.
        confirm_channels: Channels through which a beneficiary may confirm, rising.
        gps_radius_m: A phone further from the place than this is far, in metres.
        max_visit_minutes: A longer visit is held.
    """

    version: int = 1
    confirm_channels: tuple[int, ...] = tuple(Channel)
    gps_radius_m: int = 150
    max_visit_minutes: int = 720

    def canonical_json(self) -> bytes:
        """The rules in canonical form (RFC 8785): keys in order, no spaces, integers only."""
        rules = {
            "confirm_channels": [int(channel) for channel in self.confirm_channels],
            "gps_radius_m": self.gps_radius_m,
            "max_visit_minutes": self.max_visit_minutes,
            "version": self.version,
        }
        return json.dumps(rules, separators=(",", ":"), sort_keys=True).encode()

    def hash(self) -> bytes:
        """Ruleset hash on chain: SHA-256 of the canonical form, 32 bytes."""
        return hashlib.sha256(self.canonical_json()).digest()
