"""Members, their keys, and the seats of committees."""
