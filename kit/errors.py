"""Errors of this package."""

from __future__ import annotations

from typing import Any


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


class NodeError(KitError):
    """A node of the chain did not give what it was asked for. Asking again may help."""


class NodeUnreachableError(NodeError):
    """No node answered, or none as JSON-RPC does, or not within the limits of size and time."""


class NodeAnswerError(NodeError):
    """A node's result is not what the method gives, such as null for a block."""


class NodeRefusedError(NodeError):
    """A node answered with an error.

    Attributes:
        node: Host and port.
        method: What it was asked.
        code: JSON-RPC error code; 0 if it gave none.
        message: The node's words.
        data: What it gave besides, such as the data of a revert; None if nothing.
    """

    def __init__(self, node: str, method: str, code: int, message: str, data: Any) -> None:
        # All of them are arguments, so that the error can travel between processes.
        super().__init__(node, method, code, message, data)
        self.node, self.method, self.code, self.message, self.data = node, method, code, message, data

    def __str__(self) -> str:
        """Sentence for logs."""
        return f"expected {self.method} of the node at {self.node} to work, got {self.code}: {self.message}"
