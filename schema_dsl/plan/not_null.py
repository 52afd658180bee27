"""The steps that make a column NOT NULL on a table with rows, without a scan under a lock that blocks reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.names import choose_default_name
from schema_dsl.model.serial import find_serial_base
from schema_dsl.plan.backfill import build_backfill
from schema_dsl.plan.constraints import build_validation
from schema_dsl.plan.data_loss import build_hint, build_loss
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.step import Hazard, Loss, Step
from schema_dsl.plan.type_change import parse_type
from schema_dsl.sql import Sql, identifier, literal


def build_not_null_steps(identity: Identity, column: Any) -> Iterable[Step]:
    """Build the steps: a check keeps out new NULLs, `backfill=` fills the others, and the valid check proves NOT NULL.

    A block that holds an exclusive lock anyway needs no check. Without `backfill=`, a guard stops the migration with
    the number of rows before it changes anything.

    Args:
        identity: The identity of the column.
        column: The wanted column.
    """
    relation, name = quote_relation(identity), identifier(identity.name)
    # A NOT NULL constraint has the name that ends with "not_null" since Postgres 18.
    check = choose_default_name(identity.relation[1], [identity.name], "is_not_null", lambda _: False)
    checked = {"relation": relation, "column": name, "check": identifier(check)}

    def build(template: str, values: Mapping[str, Any], effect: str, *, scans: bool = False) -> Step:
        hazard = Hazard(identity.relation, "AccessExclusiveLock", effect, scans=scans)
        return Step(identity, template, values, (hazard,))

    loss = _build_loss(identity, column) if column.backfill is None else None
    added = build("column/add_not_null_check", checked, "brief; NOT VALID scans no rows")
    yield attrs.evolve(added, loss=loss, in_block=())
    if column.backfill is not None:
        condition = Sql(f"{name} IS NOT DISTINCT FROM NULL")
        yield build_backfill(identity, [(identity.name, column.backfill)], condition)
    effect = "scans the table without blocking reads or writes; fails if a value is NULL"
    validated = build_validation(identity, check, effect, separate_transaction=False)
    yield attrs.evolve(validated, in_block=())
    clauses = {"relation": relation, "clauses": [Sql(f"ALTER COLUMN {name} SET NOT NULL")]}
    effect = "scans the table, and blocks reads and writes; fails if a value is NULL"
    alone = attrs.evolve(build("column/alter", clauses, effect, scans=True), loss=loss)
    proven = build("column/set_not_null", checked, "brief; the check proves that no value is NULL")
    yield attrs.evolve(proven, in_block=(alone,))


def _build_loss(identity: Identity, column: Any) -> Loss:
    relation, name = quote_relation(identity), identifier(identity.name)
    regclass = f"pg_catalog.to_regclass({literal(str(relation))})"
    return build_loss(
        f"the rows of {relation} in which {name} is NULL",
        relation=relation,
        exists=(
            f"EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = {regclass}\n"
            f"            AND attname = {literal(identity.name)} AND NOT attnotnull)"
        ),
        conditions=[f"{name} IS NOT DISTINCT FROM NULL"],
        message=(f"cannot set column {name} of {relation} NOT NULL because it is NULL (rows: ", ")"),
        hint=build_hint(
            "Fill these rows first",
            "declare backfill= on the column and generate the migration again",
            [column],
        ),
        permitted=False,
        only_before=True,
    )


def needs_values(column: Any) -> bool:
    """Return whether a new column has no value in existing rows, and may not be NULL there."""
    sources = (column.default, column.generated, column.identity)
    has_source = (
        any(source is not None for source in sources) or find_serial_base(column.type.sql) is not None
    )
    return bool(column.not_null) and not has_source


def build_missing_values_loss(identity: Identity, columns: Iterable[Any]) -> Loss:
    """Describe the rows that stop the creation of columns which have no value in them.

    Args:
        identity: The identity of one of the columns.
        columns: The columns.
    """
    relation = quote_relation(identity)
    regclass = f"pg_catalog.to_regclass({literal(str(relation))})"
    needed = list(columns)
    names = ", ".join(identifier(column.name) for column in needed)
    what = f"{'column' if len(needed) == 1 else 'columns'} {names}"
    return build_loss(
        f"the rows of {relation}, which have no value for {what}",
        relation=relation,
        exists=f"{regclass} IS NOT NULL AND ({' OR '.join(_format_missing(regclass, each) for each in needed)})",
        message=(f"cannot add {what} to {relation} because rows would have no value (rows: ", ")"),
        hint="Declare default= or backfill= on the column, and generate the migration again."
        if any(column.origin is not None for column in needed)
        else "Add the column without NOT NULL and fill it first, or delete these rows.",
        permitted=False,
        only_before=True,
    )


def _format_missing(regclass: str, column: Any) -> str:
    """Format the condition that a column does not exist, and that its type, such as a domain, has no default."""
    missing = (
        f"NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = {regclass}\n"
        f"            AND attname = {literal(column.name)} AND NOT attisdropped)"
    )
    if parse_type(column.type.sql).name is not None:
        return missing
    regtype = f"pg_catalog.to_regtype({literal(str(column.type.sql))})"
    default = f"(SELECT typdefault FROM pg_catalog.pg_type WHERE oid = {regtype})"  # noqa: S608 - a literal
    return f"({missing}\n            AND {regtype} IS NOT NULL AND {default} IS NULL)"
