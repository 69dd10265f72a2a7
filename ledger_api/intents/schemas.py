"""JSON forms of intents."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ledger_api.commands.schemas import CommandAnswer
from ledger_api.forms import Form

# Where signed intents are handed in.
ADDRESS = "/v1/intents"
DAY_SECONDS = 86_400
MAX_VALID_SECONDS = 90 * DAY_SECONDS
# How long what is signed may be submitted unless something else is said: a day, but an objection through the longest notice
# and the grace after it. One that ended earlier could be held back until then.
USUAL_SECONDS = {"Object": 16 * DAY_SECONDS}


class Line(Form):
    """One field as a person reads it."""

    name: str = Field(description="EIP-712 name, with the names around it.")
    value: str = Field(description="Its value in words.")


class Draft(Form):
    """An intent ready to sign."""

    typed_data: dict[str, Any] = Field(description="For eth_signTypedData_v4; sign exactly this.")
    title: str = Field(description="What the member does, Chinese and English.")
    lines: list[Line] = Field(description="Every field in the order in which it is signed.")
    digest: str = Field(description="What is signed, 0x and 64 hex digits.")
    words_zh: list[str] = Field(description="Eight characters to compare with the wallet or the slip.")
    words_en: list[str] = Field(description="The same eight words in English.")


class OtherReceipt(Form):
    """The receipt of another portal for the same objection."""

    received_at: int = Field(ge=0, lt=2**48, description="When it was received there, seconds since 1970.")
    signature: str = Field(
        pattern="^0x[0-9a-fA-F]{130}$", description="That portal's, 0x and 130 hex digits."
    )


class Submission(Form):
    """A signed intent."""

    typed_data: dict[str, Any] = Field(description="The message that was signed, unchanged.")
    signatures: list[str] = Field(
        min_length=1,
        max_length=15,
        description="0x and hex, as those of a sign-in. More than one only for ApproveProposal: approvals collected under one deadline.",
    )
    receipt: OtherReceipt | None = Field(
        default=None,
        description="Only with an objection whose notice is over: the receipt that another portal gave within it.",
    )


class IntentAnswer(CommandAnswer):
    """A command that carries an intent, with the receipt for it."""

    receipt: dict[str, Any] | None = Field(
        description="What to keep: what was signed, and the signed receipt of it (gongji.receipt.v1). Null if this portal has no receipt key: then nothing is acknowledged."
    )
