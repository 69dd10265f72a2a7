"""Intents: what a member signs, one class per message, and the enums of acts that share one.

Each class is the EIP-712 message of one function of one contract, or of several that it tells apart by its action text.
All are generated from the acts that the interfaces of the contracts define. `INTENTS` holds them by primary type.
"""

from wallets.intents.base import *  # noqa: F403 what the classes stand on
from wallets.intents.generated import *  # noqa: F403 every class, as the contracts define them
