"""The second reader: sqlglot reads the SQL that schema_dsl generates, independently of the grammar of Postgres.

Two checks follow from it. A statement that sqlglot cannot parse is an information, because other tools are built on
sqlglot. A clause that differs from the definitions is an error, because a template or a manual edit is wrong. Neither
check needs a database. Importing this package does not import sqlglot; the first check does.
"""

from __future__ import annotations

from schema_dsl.lint.second_reader.apply import FileComparison, find_newest_generated, read_second

__all__ = ["FileComparison", "find_newest_generated", "read_second"]
