"""Probe whether a table as a whole accepts rows, which the probes of its parts try in isolation."""

from __future__ import annotations

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.table import Table
from schema_dsl.verify.lost_session import raise_if_lost
from schema_dsl.verify.probes.answers import ProbeResult
from schema_dsl.verify.probes.sandbox import Sandbox
from schema_dsl.verify.rows import ANY_VALUE, RowError


def probe(sandbox: Sandbox, identity: Identity, table: Table) -> ProbeResult | None:
    """Probe whether a table that the definitions own accepts a row with a value in every column.

    Raises:
        RowError: If no row is found; with the constraint that refuses it.
    """
    if table.existing is not None:
        return None
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
    return ProbeResult(accepted=1)
