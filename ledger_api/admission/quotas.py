"""How many requests of each kind a client and a member may make a minute."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ledger_api.admission.kinds import Kind
from ledger_api.admission.rate import Rate
from ledger_api.errors import (
    ChallengeLimitError,
    DeviceLimitError,
    LimitReachedError,
    RequestLimitError,
    UploadLimitError,
    WriteLimitError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kit.clock import Ticks
    from ledger_api.limits import Limits


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """A limit of each of many.

    Attributes:
        rate: Counts.
        refusal: What is raised where it is used up.
        text: The limit as it stands in the refusal.
    """

    rate: Rate
    refusal: type[LimitReachedError]
    text: str

    def charge(self, key: bytes) -> None:
        """Counts one for a key.

        Raises:
            LimitReachedError: The key has used up its own.
        """
        retry_seconds = self.rate.take(key)
        if retry_seconds:
            raise self.refusal(self.text, retry_seconds)


def client_quotas(limits: Limits, ticks: Ticks) -> Mapping[Kind, tuple[Quota, ...]]:
    """What a request is charged to, by its kind, as its client's.

    Args:
        limits: The settings.
        ticks: Nanoseconds that never go back.
    """
    quota = partial(_quota, limits, ticks, "client")
    requests = quota(limits.client_requests_per_minute, "requests", RequestLimitError)
    writes = quota(limits.client_writes_per_minute, "writes", WriteLimitError)
    uploads = quota(limits.client_uploads_per_minute, "files", UploadLimitError)
    challenges = quota(limits.client_challenges_per_minute, "texts to sign in with", ChallengeLimitError)
    return {
        Kind.READ: (requests,), Kind.FILE: (requests,), Kind.STREAM: (requests,), Kind.WRITE: (requests, writes),
        Kind.UPLOAD: (requests, uploads), Kind.CHALLENGE: (requests, challenges),
        Kind.CHECK: (quota(limits.client_checks_per_minute, "checks", RequestLimitError),),
        Kind.DEVICE: (quota(limits.device_requests_per_minute, "requests with events", DeviceLimitError),),
    }  # fmt: skip


def member_quotas(limits: Limits, ticks: Ticks) -> Mapping[Kind, tuple[Quota, ...]]:
    """What a request is charged to, by its kind, as the member's who is signed in; other kinds are nobody's.

    Args:
        limits: The settings.
        ticks: Nanoseconds that never go back.
    """
    quota = partial(_quota, limits, ticks, "member")
    requests = quota(limits.member_requests_per_minute, "requests", RequestLimitError)
    writes = quota(limits.member_writes_per_minute, "writes", WriteLimitError)
    uploads = quota(limits.member_uploads_per_minute, "files", UploadLimitError)
    return {
        Kind.READ: (requests,), Kind.STREAM: (requests,), Kind.CHALLENGE: (requests,),
        Kind.WRITE: (requests, writes), Kind.UPLOAD: (requests, uploads),
    }  # fmt: skip


def _quota(
    limits: Limits, ticks: Ticks, whose: str, per_minute: int, noun: str, refusal: type[LimitReachedError]
) -> Quota:
    rate = Rate(per_minute, keys=limits.clients, ticks=ticks)
    return Quota(rate=rate, refusal=refusal, text=f"{per_minute} {noun} a minute of one {whose}")
