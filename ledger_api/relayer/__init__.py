"""Carries commands to the chain: accepted once, signed once, sent until they are in a block, never lost or doubled."""
