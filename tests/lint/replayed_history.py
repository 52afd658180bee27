"""The replay of a history of SQL files, for tests."""

from __future__ import annotations

from schema_dsl.lint import Source
from schema_dsl.lint.history.replay import HistoryStep, replay
from schema_dsl.lint.history.schema import HistoryRelation, HistorySchema


def after(*files: str) -> HistorySchema:
    """Return the state after the files."""
    schema = HistorySchema()
    for _ in replay([Source.of(sql) for sql in files], schema):
        pass
    return schema


def steps(*files: str) -> list[HistoryStep]:
    """Return the steps of a history."""
    return list(replay([Source.of(sql) for sql in files], HistorySchema()))


def table(schema: HistorySchema, name: str = "t") -> HistoryRelation:
    """Return a table of the schema public."""
    return schema.relations["public", name]
