"""JSON forms of sign-in."""

from __future__ import annotations

from pydantic import Field

from ledger_api.forms import SIGNATURE, SIGNATURE_MEANS, Address, Form, Id16, Moment


class ChallengeRequest(Form):
    """Who wants to sign in."""

    address: str = Field(
        pattern="^0x[0-9a-fA-F]{40}$", description="Address of the key of a member or an office."
    )


class Challenge(Form):
    """A text to sign."""

    text: str = Field(
        description="EIP-4361 text; sign exactly this (EIP-191). It counts once, for ten minutes."
    )


class SignInRequest(Form):
    """A signed text."""

    text: str = Field(max_length=2000, description="The text of the challenge, unchanged.")
    signature: str = Field(pattern=SIGNATURE, description=SIGNATURE_MEANS)


class RoleHeld(Form):
    """A role in force."""

    role: str = Field(description="RESIDENT, TREASURER, COORDINATOR or FOREMAN.")
    scope: int = Field(description="Fund or enterprise it is for.")
    valid_until: Moment = Field(description="First second at which it is over.")


class SessionAnswer(Form):
    """Who is signed in."""

    address: Address = Field(description="Key that signed in.")
    member: Id16 | None = Field(description="Member whose key it is; null for an office.")
    roles: list[RoleHeld] = Field(description="Roles of the member in force now.")
    offices: list[str] = Field(
        description="Roles of the authority that the key holds, such as STEWARD; none for a member."
    )
    csrf_token: str = Field(description="Repeat it in X-CSRF-Token with every write of this session.")
    expires_at: Moment = Field(description="When the session ends.")
