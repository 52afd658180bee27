"""Build and insert valid rows of any table, from its types, constraints and foreign keys."""

from __future__ import annotations

from schema_dsl.verify.rows.caller_rows import insert_row_as
from schema_dsl.verify.rows.errors import MissingError, RowError
from schema_dsl.verify.rows.filler import ANY_VALUE
from schema_dsl.verify.rows.row_builder import RowBuilder

__all__ = ["ANY_VALUE", "MissingError", "RowBuilder", "RowError", "insert_row_as"]
