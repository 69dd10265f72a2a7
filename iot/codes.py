"""Codes of what is wrong with an event (`E_…`) or a visit (`V_…`), as in `docs/service-events.md` §4 and §5."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """One condition."""

    E_SIZE = "E_SIZE"
    E_CBOR = "E_CBOR"
    E_NONCANONICAL = "E_NONCANONICAL"
    E_VERSION = "E_VERSION"
    E_KID_UNKNOWN = "E_KID_UNKNOWN"
    E_SIG = "E_SIG"
    E_AAD = "E_AAD"
    E_KEY_EXPIRED = "E_KEY_EXPIRED"
    E_REVOKED = "E_REVOKED"
    E_DUP = "E_DUP"
    E_EQUIVOCATION = "E_EQUIVOCATION"
    E_CHAIN_GAP = "E_CHAIN_GAP"
    E_CHAIN_FORK = "E_CHAIN_FORK"
    E_BOOT_BACK = "E_BOOT_BACK"
    E_CLOCK_FUTURE = "E_CLOCK_FUTURE"
    E_LATE = "E_LATE"
    E_RATE = "E_RATE"
    V_NO_IN = "V_NO_IN"
    V_NO_OUT = "V_NO_OUT"
    V_NO_TASK = "V_NO_TASK"
    V_WRONG_PLACE = "V_WRONG_PLACE"
    V_PROXY_PHONE = "V_PROXY_PHONE"
    V_SHORT = "V_SHORT"
    V_LONG = "V_LONG"
    V_OVERLAP = "V_OVERLAP"
    V_SUSPENDED = "V_SUSPENDED"
    V_LOC_MISSING = "V_LOC_MISSING"
    V_LOC_FAR = "V_LOC_FAR"
    V_BENEF_DENY = "V_BENEF_DENY"


CONFLICTS = frozenset({Code.E_EQUIVOCATION, Code.E_CHAIN_FORK, Code.E_BOOT_BACK})
"""What holds the unsettled visits of a device."""
