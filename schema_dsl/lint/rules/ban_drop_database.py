"""A database is dropped."""

from __future__ import annotations

from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    yield f"this drops the database {step.tree.dbname} and everything in it"


RULE = Rule(
    group="data",
    level=Level.ERROR,
    why="No migration can restore a database. An administrator of the server runs DROP DATABASE by hand.",
    remedy="Remove the statement from the migration.",
    bad="DROP DATABASE IF EXISTS shop;",
    good="CREATE SCHEMA IF NOT EXISTS shop;",
    kinds=frozenset({"dropdb_stmt"}),
    statement=_check,
    known_as=("squawk: ban-drop-database",),
)
