"""Limits of the auditor's own, in the trust file: a town whose rules go beyond them fails though its contracts allow it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from audit.evidence.canonical import integer, record

WHOLE_BPS = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Floors:
    """What the auditor asks of a town's rules; None where nothing beyond the limits of the contracts.

    Attributes:
        notice_seconds: Least public notice of a request.
        approval_bps: Least share of all seats that must approve, in basis points.
        objections_to_suspend: Most objections that are needed to suspend a request.
        challenge_seconds: Least time in which a visit can be disputed.
        change_delay_seconds: Least time for which a change waits in public.
        match_bps: Most that matching money adds to a gift, in basis points of it.
    """

    notice_seconds: int | None = None
    approval_bps: int | None = None
    objections_to_suspend: int | None = None
    challenge_seconds: int | None = None
    change_delay_seconds: int | None = None
    match_bps: int | None = None

    @classmethod
    def from_json(cls, document: Any) -> Floors:
        """Reads the part of a trust file.

        Raises:
            BundleError: It is not of this shape.
        """
        known = cls.__dataclass_fields__
        return cls(**{name: integer(value) for name, value in record(document, (), known).items()})

    def to_json(self) -> dict[str, int]:
        """What is asked, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}
