"""JSON forms of documents."""

from __future__ import annotations

from pydantic import Field

from ledger_api.forms import Form, Id32, Moment


class DocumentAnswer(Form):
    """A document that is kept."""

    commitment: Id32 = Field(description="What stands on chain for it.")
    salt: Id32 = Field(
        description='With the content it gives the commitment: keccak256(abi.encode("gongji.document.v1", salt, keccak256(content))).'
    )
    media_type: str = Field(description="Kind of its content.")
    name: str = Field(description="Name of the file.")
    size_bytes: int = Field(description="Size of its content, in bytes.")
    public: bool = Field(description="Whether anyone may read it.")
    stored_at: Moment = Field(description="When it was stored.")
