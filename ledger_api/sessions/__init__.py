"""Signing in with the key of a member or an office: a text of EIP-4361 that the server composes, signed once."""
