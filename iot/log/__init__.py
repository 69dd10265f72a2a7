"""The append-only Merkle log of events and its database."""
