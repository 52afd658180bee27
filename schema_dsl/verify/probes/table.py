"""Probe whether a table as a whole accepts rows, which the probes of its parts try in isolation."""

from __future__ import annotations

from collections.abc import Sequence

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.table import Table
from schema_dsl.sql import identifiers, qualified
from schema_dsl.verify.probes.answers import ProbeResult
from schema_dsl.verify.probes.sandbox import Sandbox
from schema_dsl.verify.rows import ANY_VALUE, RowError
from schema_dsl.verify.scripts.lost_session import raise_if_lost


def probe(sandbox: Sandbox, identity: Identity, table: Table) -> ProbeResult | None:
    """Probe whether a table that the definitions own accepts a row with a value in every column.

    A row of a partition must reach it through the partitioned table as well.

    Raises:
        RowError: If no row is found; with the constraint that refuses it.
    """
    if table.existing is not None:
        return None
    result = ProbeResult(accepted=1)
    relation = sandbox.describe_table(identity)
    name = (relation.schema, relation.name)
    settable = [name for name, field in relation.columns.items() if not (field.generated or field.identity)]
    with sandbox.rolled_back():
        try:
            sandbox.factory.insert_row(name, **dict.fromkeys(settable, ANY_VALUE))
        except RowError as error:
            raise_if_lost(error)
            # A check may refuse a row without NULL.
            sandbox.factory.insert_row(name)
        sandbox.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if table.partition_of is not None and table.partition_by is None:
            found = _route_row(sandbox, identity, settable)
            result.expect_accepted(
                found == identity.relation,
                f"the partitioned table puts a row of {identity} into {'.'.join(found)}",
            )
    return result


def _route_row(sandbox: Sandbox, identity: Identity, columns: Sequence[str]) -> tuple[str, str]:
    """Move the row of a partition out, insert it into the partitioned table, and return the partition that takes it."""
    root = identity
    while (
        parent := sandbox.wanted.objects[root].partition_of
    ) is not None and parent in sandbox.wanted.objects:
        root = parent
    # Before Postgres 17, only the partitioned table has the identity.
    fields = sandbox.factory.tables.by_name(root.relation).columns
    partition = qualified(*identity.relation)
    listed = identifiers(name for name in columns if not fields[name].identity)
    row = sandbox.connection.execute(
        f"WITH moved AS (DELETE FROM {partition} WHERE ctid = (SELECT max(ctid) FROM {partition}) RETURNING *), "  # noqa: S608 - quoted names
        f"routed AS (INSERT INTO {qualified(*root.relation)} ({listed}) SELECT {listed} FROM moved "
        "RETURNING tableoid) "
        "SELECT n.nspname, c.relname FROM routed JOIN pg_catalog.pg_class AS c ON c.oid = routed.tableoid "
        "JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace".encode()
    ).fetchone()
    assert row is not None  # noqa: S101 - the row was inserted before
    return row
