"""Proposals, from the request to the proof of payment."""
