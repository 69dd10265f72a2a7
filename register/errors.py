"""Errors of this package: what went wrong, why, and what to do."""

from __future__ import annotations


class RegisterError(Exception):
    """Base of all errors of this package.

    Attributes:
        what: What went wrong.
        why: Why.
        remedy: What to do.
    """

    def __init__(self, what: str, why: str, remedy: str) -> None:
        super().__init__(f"{what}: {why}; {remedy}")
        self.what, self.why, self.remedy = what, why, remedy


class RegisterKeyError(RegisterError):
    """The key of the register is missing, or is not the one that its data were encrypted with."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(
            "the personal data of the register cannot be read",
            f"its key {path} {why}",
            "restore the file from a backup; nothing was changed",
        )


class RegisterAlteredError(RegisterError):
    """An encrypted value is not what was written in its place."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"the entry {place} of the register was altered",
            "its value does not open with the key of its subject",
            "restore the database from a backup",
        )


class EditRefusedError(RegisterError):
    """An edit would contradict what stands on chain."""

    def __init__(self, place: str, why: str, remedy: str) -> None:
        super().__init__(f"the entry {place} of the register was not changed", why, remedy)
