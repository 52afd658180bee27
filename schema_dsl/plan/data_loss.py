"""What the rules of kinds that hold data share: how SQL is told what it must not lose."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.plan.step import Loss
from schema_dsl.sql import Sql, literal


def loss(
    what: str,
    *,
    relation: Sql,
    present: str,
    conditions: Iterable[str] = (),
    refusal: tuple[str, str],
    forced: bool = False,
) -> Loss:
    """Describe data that would be lost.

    Args:
        what: The data, for a person.
        relation: The table that it is in.
        present: The condition under which what is dropped is there.
        conditions: Those that all hold of a row with such data.
        refusal: What is said before and after the number of such rows.
        forced: Whether policies hide rows from the owner of the table, too.
    """
    # In a format of RAISE a sign that is to be printed stands twice.
    said = "%".join(part.replace("%", "%%") for part in refusal)
    return Loss(what, relation, Sql(present), tuple(map(Sql, conditions)), literal(said), forced)
