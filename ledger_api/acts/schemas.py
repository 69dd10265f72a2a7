"""JSON forms of the acts."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from contracts.acts import Act as Record
from ledger_api.forms import Form


class Action(Form):
    """What an act is called."""

    zh: str = Field(description="In Chinese.")
    en: str = Field(description="In English.")


class ActField(Form):
    """A field of an act."""

    name: str = Field(description="Its name in Solidity.")
    type: str = Field(description="ABI type, such as uint64, or a struct's name, such as Donation[].")
    kind: str = Field(description="What it is, such as money or bank-line-in.")
    doc: str = Field(description="What it means, unit included.")
    optional: bool = Field(description="Whether it may be zero, which says that there is none.")
    fields: list[ActField] = Field(description="The fields of a struct; else none.")


class Act(Form):
    """A single thing that a person or an office does on chain."""

    id: str = Field(description="Its id, such as RefundGift.")
    contract: str = Field(description="Contract that carries it out.")
    function: str = Field(description="Function of that contract.")
    action: Action = Field(description="What it is called; a member signs both, with a space between.")
    notice: str = Field(description="What it does, in English.")
    notice_zh: str = Field(description="What it does, in Chinese.")
    by: list[str] = Field(description="Who may do it, such as steward or treasurer of fund; any one of them.")
    fields: list[ActField] = Field(
        description="What is told with it. Nonce, deadline and signatures, which drafting and signing add, are left out."
    )
    emits: list[str] = Field(description="Events that it emits.")
    undo: str | None = Field(description="Act that takes it back; null if there is none.")
    drafts: str | None = Field(
        description="Where a draft of it is asked for; null for what nobody signs: a process calls it, or anybody."
    )

    @classmethod
    def of(cls, record: Record, drafts: str | None) -> Self:
        """The form of a record of `contracts.acts`."""
        zh, en = record.names
        return cls(
            id=record.act, contract=record.contract, function=record.function, action=Action(zh=zh, en=en),
            notice=record.notice, notice_zh=record.notice_zh, by=list(record.by),
            fields=list(map(ActField.model_validate, record.input_fields)), emits=list(record.emits),
            undo=record.undo, drafts=drafts,
        )  # fmt: skip


class Acts(Form):
    """All acts."""

    items: list[Act] = Field(description="By their ids.")
