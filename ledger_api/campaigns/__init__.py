"""Campaigns, their gifts and matches."""
