"""The sequence of an identity column: its options in CREATE TABLE, and the step that changes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.sequence_options import SequenceOptions
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.sql import Sql, identifier, literal


def format_identity(column: Any) -> Sql:
    """Format the clause of an identity column, with the options of its sequence that are not the default."""
    options = list(_list_declared(column.sequence)) if column.sequence is not None else []
    listed = f" ({' '.join(options)})" if options else ""
    return Sql(f"GENERATED {column.identity.upper()} AS IDENTITY{listed}")


def _list_declared(options: SequenceOptions) -> Iterator[str]:
    if options.start is not None:
        yield f"START WITH {options.start}"
    if options.increment != 1:
        yield f"INCREMENT BY {options.increment}"
    if options.minimum is not None:
        yield f"MINVALUE {options.minimum}"
    if options.maximum is not None:
        yield f"MAXVALUE {options.maximum}"
    if options.cache != 1:
        yield f"CACHE {options.cache}"
    if options.cycle:
        yield "CYCLE"


def build_column_number(identity: Identity) -> tuple[str, str]:
    """Return the SQL for the regclass of a column's table, and for the number of the column."""
    regclass = f"{literal(str(quote_relation(identity)))}::pg_catalog.regclass"
    number = (
        f"(SELECT attnum FROM pg_catalog.pg_attribute WHERE attrelid = {regclass}"  # noqa: S608 - literals
        f" AND attname = {literal(identity.name)})"
    )
    return regclass, number


def build_sequence_query(identity: Identity) -> Sql:
    """Build the query for the sequence of an identity column."""
    regclass, number = build_column_number(identity)
    # pg_get_serial_sequence() may return the sequence of a former serial column instead.
    return Sql(
        "(\n    SELECT objid FROM pg_catalog.pg_depend\n"  # noqa: S608 - literals
        f"    WHERE refobjid = {regclass} AND refobjsubid = {number}\n"
        "        AND classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND deptype = 'i'\n)"
    )


def build_sequence_step(identity: Identity, column: Any) -> Step:
    """Build the step that sets all options of an identity column's sequence.

    A sequence that has given no number, or whose last number is outside of the new bounds, starts again after the
    numbers in the column.

    Args:
        identity: The identity of the column.
        column: The wanted column.
    """
    options = column.sequence or SequenceOptions()
    clauses = [
        f"INCREMENT BY {options.increment}",
        "NO MINVALUE" if options.minimum is None else f"MINVALUE {options.minimum}",
        "NO MAXVALUE" if options.maximum is None else f"MAXVALUE {options.maximum}",
        f"START WITH {options.first}",
        f"CACHE {options.cache}",
        "CYCLE" if options.cycle else "NO CYCLE",
    ]
    bounds = [
        f"{comparison} {bound}"
        for comparison, bound in ((">=", options.lowest), ("<=", options.highest))
        if bound is not None
    ]
    values = {
        "relation": quote_relation(identity),
        "column": identifier(identity.name),
        "sequence": build_sequence_query(identity),
        "options": Sql(" ".join(f"SET {clause}" for clause in clauses)),
        "bounds": [Sql(bound) for bound in bounds],
        "last": Sql("max" if options.increment > 0 else "min"),
        "last_is_beyond": Sql(
            f"n >= {options.first}" + ("" if options.highest is None else f" AND n <= {options.highest}")
            if options.increment > 0
            else f"n <= {options.first}" + ("" if options.lowest is None else f" AND n >= {options.lowest}")
        ),
    }
    effect = "reads the largest number of the column and blocks reads and writes"
    hazard = Hazard(identity.relation, "AccessExclusiveLock", effect, scans=True)
    return Step(identity, "column/alter_sequence", values, (hazard,), row_sources=(identity.relation,))
