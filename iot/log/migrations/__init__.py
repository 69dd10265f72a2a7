"""Migrations of the schema `events`."""
