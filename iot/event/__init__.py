"""Signed events: their encoding, their signatures, and the checks of one message."""
