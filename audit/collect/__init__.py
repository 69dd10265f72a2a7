"""Collects a bundle from running parts, and writes it."""
