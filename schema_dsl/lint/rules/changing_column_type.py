"""ALTER COLUMN TYPE that writes the table anew."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import altered
from schema_dsl.lint.facts.rewrites import changes_bytes, may_keep_bytes, read_again
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    for each in altered(step, "AT_AlterColumnType"):
        name = each.command.name
        column = each.relation.columns.get(name) if each.relation is not None else None
        rewrites = changes_bytes(step.schema, column, each)
        if rewrites is None and (
            (column is not None and column.type is not None)
            or may_keep_bytes(each.definition.column_def.type_name)
        ):
            continue
        again = read_again(each) if rewrites is False else ""
        if again:
            yield Hit(
                each.place.start,
                f"nobody can read or write {each.name} while {again} for the new type of {name}",
                each.place.length,
                remedy=_AGAIN,
            )
        if rewrites is not False:
            how = (
                "is rewritten whole"
                if rewrites
                else "is rewritten whole, unless the old type has the same bytes"
            )
            yield Hit(
                each.place.start,
                f"{each.name} {how} for the new type of {name}, and nobody can read or write it meanwhile",
                each.place.length,
            )


_AGAIN = "Drop the constraint or index before it, and bring it back behind it: NOT VALID and VALIDATE, or CONCURRENTLY."

RULE = Rule(
    name="changing-column-type",
    group="locks",
    level=Level.WARNING,
    summary="A column's type is changed in a way that rewrites the table.",
    why=(
        "Every row is converted and written anew, and every index built again, under an ACCESS EXCLUSIVE lock. Only "
        "where the bytes stay as they are (varchar to text, a larger varchar(n), a larger numeric precision) nothing "
        "is touched; but even then a CHECK on the column is checked again for every row, and an index over an "
        "expression of it, or with another collation, is built again."
    ),
    remedy="Add a column of the new type, fill it in batches, then swap the names.",
    bad=(
        "ALTER TABLE public.orders ALTER COLUMN id TYPE bigint;",
        "ALTER TABLE public.orders ALTER COLUMN note TYPE text USING trim(note);",
    ),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "ALTER TABLE public.orders ALTER COLUMN note TYPE text;"
        ),
    ),
    kinds=frozenset({"alter_table_stmt"}),
    statement=_check,
    known_as=("squawk: changing-column-type", "eugene: E5"),
)
