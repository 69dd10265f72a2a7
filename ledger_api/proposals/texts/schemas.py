"""JSON forms of the texts of requests."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from ledger_api.forms import Form, Id32
from register.nouns import Text, all_seen

MOST_PAPERS = 5


def _lines_seen(text: str) -> str:
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(all_seen(line) for line in lines)


Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=5, max_length=2000), AfterValidator(_lines_seen)
]
PaperId = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{64}$")]


class RequestTextBody(Form):
    """What a request says of itself."""

    title: Text = Field(
        description="What is asked for, one line of at most 80 characters; everybody can read it."
    )
    reason: Reason = Field(description="Why, 5 to 2000 characters; everybody can read it.")
    papers: list[PaperId] = Field(
        default=[],
        max_length=MOST_PAPERS,
        description="Commitments of documents that the applicant stored and the committee may read.",
    )


class RequestTextAnswer(Form):
    """The text, kept as a public document."""

    commitment: Id32 = Field(description="What the request names as `documents`.")
