"""Alembic's folder, which all schemas share; each schema has its own versions."""
