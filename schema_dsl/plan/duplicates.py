"""Describe the rows that stop the creation of a unique index, because other rows have the same values."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.conditions import list_builtin_columns
from schema_dsl.plan.data_loss import build_loss
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.step import Loss
from schema_dsl.sql import Sql, identifier, literal, parenthesize


def build_duplicates_loss(
    identity: Identity,
    keys: Iterable[str],
    pending: Sql,
    *,
    where: Sql | None = None,
    equal_nulls: bool,
    known: Collection[str] = (),
) -> Loss | None:
    """Describe the rows with the same values; None if the values may need an object that the plan creates.

    Args:
        identity: The identity of the key or index.
        keys: The names of columns, or expressions as Sql, that have to be unique together.
        pending: The condition that is true until the index exists.
        where: The condition on the rows that have to be unique.
        equal_nulls: Whether NULL is equal to NULL.
        known: The names of the routines and types that the plan leaves as they are.
    """
    values, needed = [], set()
    for key in (*keys, *([] if where is None else [where])):
        columns = list_builtin_columns(key, known) if isinstance(key, Sql) else [key]
        if columns is None:
            return None
        needed |= set(columns)
        if key is not where:
            values.append(parenthesize(key) if isinstance(key, Sql) else identifier(key))
    relation, listed = quote_relation(identity), ", ".join(values)
    present = (
        "SELECT count(*) FROM pg_catalog.pg_attribute\n"  # noqa: S608 - literals
        f"            WHERE attrelid = pg_catalog.to_regclass({literal(str(relation))})\n"
        f"                AND attname IN ({', '.join(map(literal, sorted(needed)))})"
    )
    condition = "" if where is None else f" WHERE {parenthesize(where)}"
    duplicates = _format_equal_nulls if equal_nulls else _format_duplicates
    return build_loss(
        f"the rows of {relation} that have the same values in {listed}",
        relation=relation,
        exists=f"{pending}\n        AND {len(needed)} = ({present})",
        conditions=[
            *([] if where is None else [str(parenthesize(where))]),
            duplicates(listed, f"{relation}{condition}", is_row=len(values) > 1),
        ],
        message=(
            f"cannot add {identifier(identity.name)} to {relation} because rows have the same values (rows: ",
            ")",
        ),
        hint="Change or delete these rows first.",
        permitted=False,
        only_before=True,
    )


def _format_duplicates(listed: str, rows: str, *, is_row: bool) -> str:
    row = f"({listed})" if is_row else listed
    return f"{row} IN (SELECT {listed} FROM {rows} GROUP BY {listed} HAVING count(*) > 1)"  # noqa: S608 - quoted names


def _format_equal_nulls(listed: str, rows: str, *, is_row: bool) -> str:
    del is_row
    # IN finds no NULL, and PARTITION BY takes NULLs for equal.
    return (
        "(tableoid, ctid) IN (\n"  # noqa: S608 - quoted names
        "            SELECT tableoid, ctid FROM (\n"
        f"                SELECT tableoid, ctid, count(*) OVER (PARTITION BY {listed}) AS same FROM {rows}\n"
        "            ) AS keys WHERE same > 1\n"
        "        )"
    )
