"""ALTER COLUMN TYPE rewrites or scans the table."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import find_alter_commands
from schema_dsl.lint.facts.rewrites import find_scan_reason, rewrites_table
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    for action in find_alter_commands(step, "AT_AlterColumnType"):
        effect, name = action.effects[0], action.command.name
        rewrites = rewrites_table(step.schema, effect)
        scan_reason = find_scan_reason(step.schema, effect) if rewrites is False else ""
        if scan_reason:
            yield action.span.hit(
                f"the new type of {name} blocks reads and writes of {action.name} while {scan_reason}",
                remedy=_SCAN_REMEDY,
            )
        if rewrites is not False:
            condition = "" if rewrites else ", unless the old type has the same binary format"
            yield action.span.hit(
                f"the new type of {name} rewrites {action.name} and blocks reads and writes of the table{condition}"
            )


_SCAN_REMEDY = (
    "Drop the constraint or index first and add it again afterwards: a constraint as NOT VALID, then VALIDATE "
    "CONSTRAINT; an index CONCURRENTLY."
)

RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "Postgres converts and rewrites every row and rebuilds every index, under an ACCESS EXCLUSIVE lock. "
        "Postgres skips the rewrite only if the binary format stays the same: varchar to text, a larger "
        "varchar(n), a larger numeric precision. Even then Postgres checks a CHECK on the column against every "
        "row, and rebuilds an index on an expression of the column or with another collation."
    ),
    remedy="Add a column of the new type, fill it in batches, then swap the names.",
    bad=(
        "ALTER TABLE public.orders ALTER COLUMN id TYPE bigint;",
        "ALTER TABLE public.orders ALTER COLUMN note TYPE text USING trim(note);",
    ),
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        ALTER TABLE public.orders ALTER COLUMN note TYPE text;
    """,
    kinds=frozenset({"alter_table_stmt"}),
    commands=frozenset({"AT_AlterColumnType"}),
    statement=_check,
    decided=True,
    known_as=("squawk: changing-column-type", "eugene: E5"),
)
