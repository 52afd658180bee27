"""DROP DATABASE in a migration."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    yield find_first_line(step.statement).hit(
        f"this drops the database {step.tree.dbname} and everything in it"
    )


RULE = Rule(
    name="ban-drop-database",
    group="data",
    level=Level.ERROR,
    summary="A database is dropped.",
    why="No migration can restore a database. An administrator of the server runs DROP DATABASE by hand.",
    remedy="Remove the statement from the migration.",
    bad=("DROP DATABASE IF EXISTS shop;",),
    good=("CREATE SCHEMA IF NOT EXISTS shop;",),
    kinds=frozenset({"dropdb_stmt"}),
    statement=_check,
    known_as=("squawk: ban-drop-database",),
)
