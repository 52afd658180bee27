"""Apply the scripts of a subject to databases: those before its migration, and the migration with the later ones."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.postgres import Connection, Server
from schema_dsl.verify.roles.computed_roles import may_compute_roles, record_computed_roles
from schema_dsl.verify.scripts.apply import apply_migration, apply_script, raise_for_fresh_database
from schema_dsl.verify.scripts.host import write_for_host
from schema_dsl.verify.subject import Subject


def apply_history(server: Server, connection: Connection, subject: Subject) -> None:
    """Apply the baseline and the earlier migrations to a database of the platform.

    Raises:
        PostgresError: If a script cannot be applied.
    """
    records = may_compute_roles(server, _list_scripts(subject))
    if subject.baseline.strip():
        if records:
            record_computed_roles(server, connection, subject.baseline, "the baseline")
        with raise_for_fresh_database("the baseline"):
            apply_script(connection, write_for_host(connection, subject.baseline), "the baseline")
    for migration in subject.earlier:
        if records:
            record_computed_roles(server, connection, migration.forward, migration.label)
        with raise_for_fresh_database(migration.label):
            apply_migration(connection, migration)


def apply_newest(server: Server, connection: Connection, subject: Subject) -> None:
    """Apply the migration and the later ones to a database in the state before.

    Raises:
        ApplyError: If a statement fails.
    """
    records = may_compute_roles(server, _list_scripts(subject))
    if records:
        record_computed_roles(server, connection, subject.script, subject.file)
    apply_script(connection, subject.script, subject.file)
    for migration in subject.later:
        if records:
            record_computed_roles(server, connection, migration.forward, migration.label)
        apply_migration(connection, migration)


def _list_scripts(subject: Subject) -> Iterator[str]:
    """Yield the scripts of a subject: a later one may call a routine of an earlier one."""
    yield subject.baseline
    yield subject.script
    for migration in (*subject.earlier, *subject.later):
        yield migration.forward
