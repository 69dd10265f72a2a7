"""What the tests of the auditor share."""

from tests.audit.audited import audited

__all__ = ["audited"]
