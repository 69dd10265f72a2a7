"""Executing an approved request."""
