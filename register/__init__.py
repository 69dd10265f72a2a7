"""The town's own data, which are not on chain: names, places, households, bank accounts, documents. Schema `town`."""
