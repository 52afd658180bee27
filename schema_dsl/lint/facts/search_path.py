"""The search_path of functions, and unqualified names in their bodies."""

from __future__ import annotations

import re

from schema_dsl.lint.history.schema import Routine

# A table name without a schema; this also matches some names that are not tables.
_UNQUALIFIED = re.compile(
    r"(?:\bfrom|\bjoin|\binsert\s+into|\bmerge\s+into|\bupdate|\bonly|\btruncate)\s+"
    r"(?!(?:set|of|on|select|lateral|only|skip|nowait|table)\b)"
    r"""("[^"]+"|[a-z_][\w$]*)(?![\w$"])(?!\s*[.(])""",
    re.IGNORECASE,
)
_COMPILED = frozenset({"c", "internal"})


def resolves_names_at_call(routine: Routine) -> bool:
    """Return whether Postgres resolves the names in a body at the time of the call; not for BEGIN ATOMIC."""
    return routine.body is not None and routine.language not in _COMPILED


def read_search_path(routine: Routine) -> list[str] | None:
    """Return the schemas in the SET search_path of a function; None without SET search_path."""
    text = routine.settings.get("search_path")
    if text is None:
        return None
    return [part.strip().strip('"') for part in text.split(",") if part.strip().strip('"')]


def can_temporary_table_shadow(schemas: list[str]) -> bool:
    """Return whether a temporary table of the caller can shadow a table that the body names.

    Postgres searches pg_temp first for tables and types unless the search_path lists it. A body with only
    pg_catalog and pg_temp in its search_path has to qualify its names.
    """
    return bool(set(schemas) - {"pg_catalog", "pg_temp"}) and schemas[-1] != "pg_temp"


def may_name_unqualified_table(routine: Routine) -> bool:
    """Return whether a body may name a table without its schema."""
    return routine.body is None or _UNQUALIFIED.search(routine.body) is not None
