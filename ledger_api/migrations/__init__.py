"""Migrations of the schema `app`."""
