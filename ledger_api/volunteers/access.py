"""Whose hours a reader may read: they are the member's own."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from ledger_api.forms import id_bytes
from ledger_api.sessions.access import DataClass, Viewing


async def readable_volunteer(viewer: Viewing, member: str) -> bytes:
    """The member of an address, 16 bytes.

    Raises:
        QueryInvalidError: It is no id.
        SessionMissingError: Nobody is signed in.
        AccessForbiddenError: Somebody else is.
    """
    volunteer = id_bytes(member, 16)
    viewer.require(DataClass.HOURS, volunteer)
    return volunteer


# What an endpoint asks for that shows what is a member's own.
ReadableVolunteer = Annotated[bytes, Depends(readable_volunteer)]
