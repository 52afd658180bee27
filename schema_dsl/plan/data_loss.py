"""Describe the data that a step deletes or changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schema_dsl.plan.step import Loss
from schema_dsl.sql import Sql, literal

_SETTING_HINT = (
    "SET schema_dsl.allow_data_loss = 'on' in this session, or run psql with"
    ' PGOPTIONS="-c schema_dsl.allow_data_loss=on".'
)
_DELETE_HINT = f"To delete the data: {_SETTING_HINT}"
CHANGE_HINT = f"To change the values: {_SETTING_HINT}"
CORRECT_HINT = "Correct these values first."


def build_hint(correction: str, declaration: str, items: Iterable[Any]) -> str:
    """Build the hint of an error about rows that a change of some objects does not allow.

    Args:
        correction: What to do with the rows, as a sentence without its end.
        declaration: What to declare instead, as the end of that sentence. The objects that a rollback restores are not
            in the definitions.
        items: The objects.
    """
    is_declared = any(item.origin is not None for item in items)
    return f"{correction}, or {declaration}." if is_declared else f"{correction}."


def build_loss(
    description: str,
    *,
    relation: Sql,
    exists: str,
    conditions: Iterable[str] = (),
    message: tuple[str, str],
    hint: str = _DELETE_HINT,
    force_row_security: bool = False,
    values: Sql | None = None,
    changed: str | None = None,
    may_raise: bool = True,
    permitted: bool = True,
    only_before: bool = False,
) -> Loss:
    """Build the Loss of a step.

    Args:
        description: The data, for people.
        relation: The table that holds the data.
        exists: The SQL condition that is true while the step is still to do.
        conditions: SQL conditions that a row with data fulfils, all of them.
        message: The error message, in two parts: before and after the number of rows.
        hint: The hint of the error.
        force_row_security: Whether policies also hide rows from the owner of the table.
        values: The values to try one by one; None to count rows.
        changed: The SQL condition that is true for a value which counts: on the column, or on `item.value` if it may
            raise an error, which counts as well.
        may_raise: Whether the condition may raise an error.
        permitted: Whether a person may allow the loss.
        only_before: Whether one check before all steps is enough.
    """
    # RAISE replaces % with an argument and prints %% as %.
    raise_format = "%".join(part.replace("%", "%%") for part in message)
    return Loss(
        description,
        relation,
        Sql(exists),
        tuple(map(Sql, conditions)),
        literal(raise_format),
        literal(hint),
        force_row_security,
        values,
        None if changed is None else Sql(changed),
        may_raise,
        permitted,
        only_before,
    )
