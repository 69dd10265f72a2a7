"""Migrations of the schema `mirror`, by Alembic."""
