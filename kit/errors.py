"""Errors of this package."""

from __future__ import annotations


class KitError(Exception):
    """Base of all errors of this package."""


class LockHeldError(KitError):
    """Another process has the lock.

    Attributes:
        place: The locked file, or the advisory lock of the database.
    """

    def __init__(self, place: str) -> None:
        super().__init__(f"expected {place} to be free, but another process has it")
        self.place = place


class DatabaseNewerError(KitError):
    """A database was migrated by a later version of the program.

    Attributes:
        what: What went wrong.
        why: Why.
        remedy: What to do.
    """

    def __init__(self, schema: str, revision: str) -> None:
        self.what = f"the database of the schema {schema} is of a later version"
        self.why = f"its revision {revision} is not among those that this version knows"
        self.remedy = "install the version that migrated it, or restore a backup; nothing was changed"
        super().__init__(f"{self.what}: {self.why}; {self.remedy}")
