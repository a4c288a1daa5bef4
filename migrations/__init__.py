"""Alembic revisions, frozen and proven on SQLite and PostgreSQL."""
