"""Funds, their purposes and budget lines."""
