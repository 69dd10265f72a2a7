"""Compiles the contracts and writes everything that follows from them.

    python -m contracts.build            writes
    python -m contracts.build --check    compares and fails on a difference

Written and committed: `abi/<Contract>.json` (ABI, NatSpec, code, storage layout) for each contract that is deployed,
`enums.py` (one IntEnum per Solidity enum), `events.py` (one frozen dataclass per event), `acts.json` (one record per
act) and `wallets/intents/generated.py` (one frozen dataclass per message that members sign). The output depends on the
sources, the compiler's version and settings, on nothing else; a test rebuilds and compares.
"""
