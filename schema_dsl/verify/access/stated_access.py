"""Test an access that a test states, on a table that no definitions declare."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import attrs

from schema_dsl.model.access import Access
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.model.table import Table
from schema_dsl.model.type import Type
from schema_dsl.postgres import Database
from schema_dsl.verify.access.trial import FORBIDDEN_OPERATIONS, ExpectedOutcome, Trial
from schema_dsl.verify.rows import RowBuilder


def state_access(database: Database, name: str, access: Access, declared: Catalog) -> tuple[Table, Catalog]:
    """Return a table of the database with an access, and the declared schema with that table in it.

    Args:
        database: The database.
        name: The table as "orders" or "app.orders".
        access: The access.
        declared: The declared schema, possibly without the table.

    Raises:
        RowError: If the database has no such table, or several.
        DefinitionError: If the access names a column that the table does not have.
    """
    with contextlib.closing(database.connect()) as connection:
        described = RowBuilder(connection).tables.by_name(name)
    key = described.schema, described.name
    if key in declared.tables:
        table = attrs.evolve(declared.tables[key], access=access)
    else:
        columns = [Column(column.name, Type(column.slot.written)) for column in described.columns.values()]
        table = Table(described.name, schema=described.schema, existing=columns, access=access)
    return table, attrs.evolve(declared, tables={**declared.tables, key: table})


def keep_row_trials(
    trials: Iterable[Trial], access: Access, declared: Catalog
) -> tuple[list[Trial], list[str]]:
    """Return the trials of access to rows, and notes about privileges beyond the stated access.

    Migrations that people write by hand often leave the privileges of the platform in place, and let policies protect
    the rows. A role that bypasses policies, such as the service role of Supabase, counts only if the access names it.

    Args:
        trials: The trials of one table.
        access: The stated access.
        declared: The declared schema, with the roles of the platform.
    """
    bypassing = {role.name for role in declared.roles if role.bypasses_row_security}
    kept = []
    held: dict[str, dict[str, None]] = {}
    for trial in trials:
        if trial.layer == "without bypass" or (trial.role in bypassing and trial.role not in access.roles):
            continue
        is_privilege = trial.operation in FORBIDDEN_OPERATIONS
        if not is_privilege:
            expected: ExpectedOutcome = "nothing" if trial.expected == "no privilege" else trial.expected
            kept.append(attrs.evolve(trial, expected=expected))
        if trial.role not in bypassing and _is_held(trial):
            held.setdefault(f"{trial.role} on {trial.table}", {})[trial.operation.upper()] = None
    notes = [
        f"privileges of {whose} that the stated access does not need: {', '.join(operations)}"
        for whose, operations in held.items()
    ]
    return kept, notes


def _is_held(trial: Trial) -> bool:
    """Return whether a trial shows a privilege that the access does not need. An error of a policy shows none."""
    if trial.holds or trial.layer != "as it is":
        return False
    if trial.operation in FORBIDDEN_OPERATIONS:
        return trial.seen.outcome == "allowed"
    return trial.expected == "no privilege" and (
        trial.seen.outcome == "filtered" or trial.seen.by == "policy"
    )
