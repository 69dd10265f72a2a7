"""Lots of work orders as a foreman settles several of them at once."""
