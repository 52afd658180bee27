"""A table or column name contains capitals, spaces or special characters."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.lint.facts.typed_columns import TYPING_COMMANDS, TYPING_KINDS, list_typed_columns
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    quoted_names = [name for name in _list_names(step) if name != name.lower() or not name.isidentifier()]
    if quoted_names:
        yield f"every query must quote {', '.join(quoted_names)}"


def _list_names(step: HistoryStep) -> Iterator[str]:
    if step.kind == "create_stmt":
        yield step.tree.relation.relname
    yield from (column.name for column in list_typed_columns(step))


RULE = Rule(
    group="types",
    level=Level.INFO,
    why=(
        "Postgres folds unquoted names to lower case, so it does not find the name without quotes. Tools that do "
        "not quote names fail on it."
    ),
    remedy="Write the name in lower case, with underscores.",
    bad='CREATE TABLE public.orders (id bigint PRIMARY KEY, "placedAt" timestamptz);',
    good="CREATE TABLE public.orders (id bigint PRIMARY KEY, placed_at timestamptz);",
    kinds=TYPING_KINDS,
    commands=TYPING_COMMANDS,
    statement=_check,
    opinion=True,
)
