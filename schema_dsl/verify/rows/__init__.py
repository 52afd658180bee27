"""Rows that a table takes, made from what the database says of it."""

from __future__ import annotations

from schema_dsl.verify.rows.errors import MissingError, RowError
from schema_dsl.verify.rows.factory import RowBuilder
from schema_dsl.verify.rows.filler import SOMETHING

__all__ = ["SOMETHING", "MissingError", "RowBuilder", "RowError"]
