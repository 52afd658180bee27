"""Where a function finds what its body names without a schema."""

from __future__ import annotations

import re

from schema_dsl.lint.history.schema import Routine

# A table that is named without its schema; rather one too many than too few.
_BARE = re.compile(
    r"(?:\bfrom|\bjoin|\binsert\s+into|\bmerge\s+into|\bupdate|\bonly|\btruncate)\s+"
    r"(?!(?:set|of|on|select|lateral|only|skip|nowait|table)\b)"
    r"""("[^"]+"|[a-z_][\w$]*)(?![\w$"])(?!\s*[.(])""",
    re.IGNORECASE,
)
_COMPILED = frozenset({"c", "internal"})


def looks_up_when_called(routine: Routine) -> bool:
    """Say whether names in a body are looked up at the time of the call: in text, not in BEGIN ATOMIC."""
    return routine.body is not None and routine.language not in _COMPILED


def path(routine: Routine) -> list[str] | None:
    """Give the schemas of its own search_path, as they are written; None if it has none of its own."""
    text = routine.settings.get("search_path")
    if text is None:
        return None
    return [part.strip().strip('"') for part in text.split(",") if part.strip().strip('"')]


def can_be_shadowed(schemas: list[str]) -> bool:
    """Say whether a caller's temporary table is found before what is meant.

    pg_temp comes first for tables and types wherever it is not named. Where the path holds nothing but the
    system's own, what the body means must be qualified.
    """
    return bool(set(schemas) - {"pg_catalog", "pg_temp"}) and schemas[-1] != "pg_temp"


def names_tables_bare(routine: Routine) -> bool:
    """Say whether a body may name a table without its schema."""
    return routine.body is None or _BARE.search(routine.body) is not None
