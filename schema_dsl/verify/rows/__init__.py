"""Rows that a table takes, made from what the database says of it."""

from __future__ import annotations

from schema_dsl.verify.rows.factory import SOMETHING, RowFactory
from schema_dsl.verify.rows.relation import MissingError, RowError

__all__ = ["SOMETHING", "MissingError", "RowError", "RowFactory"]
