"""The town's own data, which are not on chain: names, places, households, bank accounts, documents. Schema `town`."""

KEY_FILE = "register.key"  # In the folder of keys. It stands here because settings name it, and load nothing else of the register.
