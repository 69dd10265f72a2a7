"""The portal: pages that people read, print and sign on. They work without a program in the browser, except signing."""

from ledger_api.portal.site import mount

__all__ = ["mount"]
