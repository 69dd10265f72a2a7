"""What the one sheet signs, and what it asks of the signer before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ledger_api.intents.drafting import exact
from ledger_api.intents.schemas import ADDRESS


@dataclass(frozen=True, kw_only=True, slots=True)
class Writing:
    """A text or file that is kept as a document before signing, or a home; what is signed names its commitment.

    Attributes:
        label: What is asked for: a word of the group "writing".
        field: Where the commitment stands: names and places in the fields of the draft.
        also: Other places where the same commitment stands.
        name: Name of the document; empty for a file, which has its own.
        public: Whether everybody may read it.
        text: What stands there at first.
        is_request: Whether it is the text of a request: title, reason and papers.
        home: Id of the home, if it is one; then nothing is written.
    """

    label: str
    field: tuple[str | int, ...]
    name: str
    public: bool
    also: tuple[tuple[str | int, ...], ...] = ()
    text: str = ""
    is_request: bool = False
    home: str = ""

    @property
    def least_letters(self) -> int:
        """How many letters it takes at least: what everybody reads is to say something."""
        return 5 if self.public else 1

    @property
    def rows(self) -> int:
        """How many lines its field shows."""
        return 5 if self.public else 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A sheet to sign.

    Attributes:
        draft: The act and the body that its drafts are asked with, and where, if not at the act's own address; empty if what is signed is
            composed already.
        composed: What is signed, as a draft has it.
        submit: Where it is handed in when it is signed.
        writings: What the signer is to write first.
    """

    draft: dict[str, Any] = field(default_factory=dict)
    composed: dict[str, Any] | None = None
    submit: str = ADDRESS
    writings: tuple[Writing, ...] = ()


def draft_of_act(act: str, fields: dict[str, Any]) -> dict[str, Any]:
    """What a sheet has drafted (`Sheet.draft`).

    Args:
        act: Id of an act that members sign, such as "AcceptTask".
        fields: Body of the request to its drafts: its fields, and `valid_seconds` where it differs from the usual.
    """
    return {"act": act, "fields": exact(fields)}
