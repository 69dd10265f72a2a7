"""What the page of a draft says of where it stands, to whoever reads it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from ledger_api.proposals.drafts.schemas import DraftState

if TYPE_CHECKING:
    from ledger_api.proposals.drafts.part import Part


class Notice(StrEnum):
    """What is said: the words of the groups `draft_title` and `draft_notice`."""

    COLLECTING = DraftState.COLLECTING.value
    APPROVED = "approved"
    READY = DraftState.READY.value
    SENT = DraftState.SENT.value
    SUBMITTED = DraftState.SUBMITTED.value
    EXPIRED = DraftState.EXPIRED.value

    @property
    def is_passing(self) -> bool:
        """Whether it changes by itself within seconds, so that the page asks again."""
        return self is Notice.SENT

    @property
    def has_request(self) -> bool:
        """Whether there is a request by now, whose page tells what follows."""
        return self is Notice.SUBMITTED


def notice_of(state: DraftState, part: Part) -> Notice:
    """What is said of a draft.

    Args:
        state: Where it stands.
        part: The reader's part in it: who approved is told so.
    """
    return Notice.APPROVED if part.takes_back else Notice(state.value)
