"""Compose the options of foreign servers and tables for stand-ins."""

from __future__ import annotations

from collections.abc import Iterable

from psycopg import sql


def compose_foreign_options(options: Iterable[tuple[str, str]]) -> sql.Composable:
    """Compose the OPTIONS clause, with a blank before it; nothing without options."""
    listed = [sql.SQL("{} {}").format(sql.Identifier(name), sql.Literal(value)) for name, value in options]
    return sql.SQL(" OPTIONS ({})").format(sql.SQL(", ").join(listed)) if listed else sql.SQL("")
