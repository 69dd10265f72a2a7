"""Migrations of the schema `town`."""
