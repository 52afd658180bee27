"""A table or column name that must be quoted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.facts.typed_columns import TYPING_KINDS, list_typed_columns
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    quoted_names = [name for name in _list_names(step) if name != name.lower() or not name.isidentifier()]
    if quoted_names:
        yield find_first_line(step.statement).hit(f"every query must quote {', '.join(quoted_names)}")


def _list_names(step: HistoryStep) -> Iterator[str]:
    if step.kind == "create_stmt":
        yield step.tree.relation.relname
    yield from (column.name for column in list_typed_columns(step))


RULE = Rule(
    name="prefer-snake-case",
    group="types",
    level=Level.INFO,
    summary="A table or column name contains capitals, spaces or special characters.",
    why=(
        "Postgres folds unquoted names to lower case, so it does not find the name without quotes. Tools that do "
        "not quote names fail on it."
    ),
    remedy="Write the name in lower case, with underscores.",
    bad=('CREATE TABLE public.orders (id bigint PRIMARY KEY, "placedAt" timestamptz);',),
    good=("CREATE TABLE public.orders (id bigint PRIMARY KEY, placed_at timestamptz);",),
    kinds=TYPING_KINDS,
    statement=_check,
    opinion=True,
)
