"""JSON forms of intents."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ledger_api.forms import Form

# Where signed intents are handed in.
ADDRESS = "/v1/intents"
DAY_SECONDS = 86_400
MAX_VALID_SECONDS = 90 * DAY_SECONDS


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


class Submission(Form):
    """A signed intent."""

    typed_data: dict[str, Any] = Field(description="The message that was signed, unchanged.")
    signatures: list[str] = Field(
        min_length=1,
        max_length=15,
        description="65 bytes each, 0x and hex. More than one only for ApproveProposal: approvals collected under one deadline.",
    )
