"""Delegations: for whom a service desk may act, and what it did."""
