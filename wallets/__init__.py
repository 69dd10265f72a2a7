"""Keys and what they sign: custody, typed intents, and a second way to read an intent before signing it."""

import kit  # noqa: F401 - comes before eth-account, of which it leaves out what nobody here needs
