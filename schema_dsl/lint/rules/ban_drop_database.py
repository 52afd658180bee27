"""DROP DATABASE."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.breaking import place
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    marked = place(step)
    yield Hit(
        marked.start, f"this drops the database {step.tree.dbname}, with everything in it", marked.length
    )


RULE = Rule(
    name="ban-drop-database",
    group="data",
    level=Level.ERROR,
    summary="A whole database is dropped.",
    why="Nothing in a migration brings it back. DROP DATABASE is for the person who runs the server, by hand.",
    remedy="Take it out of the migration.",
    bad=("DROP DATABASE IF EXISTS shop;",),
    good=("CREATE SCHEMA IF NOT EXISTS shop;",),
    kinds=frozenset({"dropdb_stmt"}),
    statement=_check,
    known_as=("squawk: ban-drop-database",),
)
