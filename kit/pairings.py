"""Spares each process the time in which `py_ecc` computes pairings while it is imported.

eth-account can make key files for validators, too, and imports for it what their signatures rest on. That takes as long as
all the rest of it, in each command and each process of a town, and no key here is one of those.
"""

from __future__ import annotations

import sys
from types import ModuleType

# How many private keys validators have, which eth-account compares keys of version 4 with.
CURVE_ORDER = 52435875175126190479447740508185965837690552500527637822603658699938581184513


def leave_out() -> None:
    """Puts what eth-account takes of them in their place; without effect where they are imported already."""
    for name, value in {
        "py_ecc.bls.G2ProofOfPossession": None,
        "py_ecc.bls12_381.curve_order": CURVE_ORDER,
    }.items():
        module, _, attribute = name.rpartition(".")
        if module not in sys.modules:
            sys.modules[module] = ModuleType(module)
            setattr(sys.modules[module], attribute, value)
