"""Signing in with a member's key: a text of EIP-4361 that the server composes, signed once."""
