"""The blocks of the chain, decoded, and what their state proves."""
