"""Micro-factories: rate cards, work orders, lots and earnings."""
