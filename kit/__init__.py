"""What every package stands on and none is about: databases, locks, the clock, problems, JSON-RPC. Imports nothing of ours."""

import os

from kit.pairings import leave_out

# Ethereum's libraries hash with this library instead of the one they would find first, which takes four times as long.
os.environ.setdefault("ETH_HASH_BACKEND", "pysha3")
leave_out()
