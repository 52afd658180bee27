"""Names that must be quoted for ever."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema_dsl.lint.facts.positions import head
from schema_dsl.lint.facts.typed_columns import TYPING, written
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    found = [name for name in _names(step) if name != name.lower() or not name.isidentifier()]
    if found:
        place = head(step.statement)
        yield Hit(place.start, f"everybody must quote {', '.join(found)}, wherever it is named", place.length)


def _names(step: HistoryStep) -> Iterator[str]:
    if step.kind == "create_stmt":
        yield step.tree.relation.relname
    yield from (each.name for each in written(step))


RULE = Rule(
    name="prefer-snake-case",
    group="types",
    level=Level.INFO,
    summary="A table or column has capitals, blanks or other signs in its name.",
    why=(
        "Postgres folds names that are not quoted to lower case: written without quotes, the name is not found. "
        "Tools that forget the quotes fail on just these."
    ),
    remedy="Write it in lower case, with underscores.",
    bad=('CREATE TABLE public.orders (id bigint PRIMARY KEY, "placedAt" timestamptz);',),
    good=("CREATE TABLE public.orders (id bigint PRIMARY KEY, placed_at timestamptz);",),
    kinds=TYPING,
    statement=_check,
    opinion=True,
)
