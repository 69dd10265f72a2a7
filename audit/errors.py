"""Errors of the auditor. What is wrong with a bundle is a finding, not an error, once the bundle can be read."""

from __future__ import annotations


class AuditError(Exception):
    """Base of all errors of this package."""


class BundleError(AuditError):
    """A bundle, or a trust file, is not what its specification says."""


class DecodeError(AuditError):
    """Bytes of the chain do not have the shape that they must have."""


class ProofError(AuditError):
    """A proof does not lead from its root to its key."""


class RebuildError(AuditError):
    """The contracts cannot be compiled anew."""


class CollectError(AuditError):
    """A source could not be asked, or what it answered does not prove itself."""


class FolderTakenError(CollectError):
    """The folder for a bundle holds something else, which is not overwritten."""


class OtherTownError(FolderTakenError):
    """The folder holds a bundle of another town."""


class StateError(AuditError):
    """An event is about a thing that does not exist, or that exists already."""
