"""Errors of this package. Each says what, why and what to do."""

from __future__ import annotations


class ContractsError(Exception):
    """Base of all errors of this package."""


class BuildError(ContractsError):
    """The contracts could not be built.

    Args:
        what: What went wrong.
        why: Why.
        remedy: What to do.
    """

    def __init__(self, what: str, why: str, remedy: str) -> None:
        super().__init__(f"{what}: {why}; {remedy}")
        self.what, self.why, self.remedy = what, why, remedy


class UnknownRevertError(ContractsError):
    """A contract refused with data that is no known error."""

    def __init__(self, data: bytes) -> None:
        super().__init__(f"expected a known error selector, got 0x{data[:4].hex()} in {len(data)} bytes")
        self.data = data


class DeploymentError(ContractsError):
    """The contracts are not deployed, or not where the record says."""
