"""Apply the scripts of a subject to databases: those before its migration, and the migration with the later ones."""

from __future__ import annotations

from schema_dsl.postgres import Connection
from schema_dsl.verify.apply import apply_migration, apply_script, raise_for_fresh_database
from schema_dsl.verify.host import write_for_host
from schema_dsl.verify.subject import Subject


def apply_history(connection: Connection, subject: Subject) -> None:
    """Apply the baseline and the earlier migrations to a database of the platform.

    Raises:
        PostgresError: If a script cannot be applied.
    """
    if subject.baseline.strip():
        with raise_for_fresh_database("the baseline"):
            apply_script(connection, write_for_host(connection, subject.baseline), "the baseline")
    for migration in subject.earlier:
        with raise_for_fresh_database(migration.label):
            apply_migration(connection, migration)


def apply_newest(connection: Connection, subject: Subject) -> None:
    """Apply the migration and the later ones to a database in the state before.

    Raises:
        ApplyError: If a statement fails.
    """
    apply_script(connection, subject.script, subject.file)
    for migration in subject.later:
        apply_migration(connection, migration)
