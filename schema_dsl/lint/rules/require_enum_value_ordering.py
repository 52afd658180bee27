"""ALTER TYPE ... ADD VALUE without a place."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.breaking import RemovedObject, is_used
from schema_dsl.lint.facts.positions import head
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import qualified
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    tree = step.tree
    found = RemovedObject("type", *qualified(tree.type_name))
    if tree.old_val or tree.new_val_neighbor or not is_used(step, found):
        return
    place = head(step.statement)
    yield Hit(
        place.start, f"'{tree.new_val}' sorts behind all other values of {found}, for good", place.length
    )


RULE = Rule(
    name="require-enum-value-ordering",
    group="types",
    level=Level.INFO,
    summary="A value is added to an enum without BEFORE or AFTER.",
    why=(
        "The order of its labels is an enum's order in ORDER BY, comparisons and indexes, and no label can be moved. "
        "Without a place, the new one comes last, also where the values before it were run in another order elsewhere."
    ),
    remedy="Say where it belongs: AFTER 'the last one'.",
    bad=("ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'calm';",),
    good=("ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'calm' BEFORE 'happy';",),
    kinds=frozenset({"alter_enum_stmt"}),
    statement=_check,
    opinion=True,
    known_as=("squawk: require-enum-value-ordering",),
)
