"""Describe the data that dropping a table or a column deletes."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.plan.step import Loss
from schema_dsl.sql import Sql, literal


def build_loss(
    description: str,
    *,
    relation: Sql,
    exists: str,
    conditions: Iterable[str] = (),
    message: tuple[str, str],
    force_row_security: bool = False,
) -> Loss:
    """Build the Loss of a step.

    Args:
        description: The data, for people.
        relation: The table that holds the data.
        exists: The SQL condition that is true while the dropped table or column exists.
        conditions: SQL conditions that a row with data fulfils, all of them.
        message: The error message, in two parts: before and after the number of rows.
        force_row_security: Whether policies also hide rows from the owner of the table.
    """
    # RAISE replaces % with an argument and prints %% as %.
    raise_format = "%".join(part.replace("%", "%%") for part in message)
    return Loss(
        description,
        relation,
        Sql(exists),
        tuple(map(Sql, conditions)),
        literal(raise_format),
        force_row_security,
    )
