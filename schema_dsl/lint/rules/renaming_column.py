"""An existing column is renamed."""

from __future__ import annotations

import attrs

from schema_dsl.analysis.effects import effects
from schema_dsl.lint.facts.breaking import format_object, is_column_new, is_existing_object
from schema_dsl.lint.facts.file_names import is_harmless_removal
from schema_dsl.lint.history.objects import display_name
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

_KINDS = frozenset({"column", "attribute"})


def _check(step: HistoryStep) -> Hits:
    renamed = effects(step.statement)[0].identity
    if renamed.kind not in _KINDS:
        return
    is_new = is_column_new(step, step.schema.find_relation(*renamed.relation), renamed.name)
    is_in_use = is_existing_object(step, attrs.evolve(renamed.root, kind="table"))
    if is_new or not is_in_use or is_harmless_removal(step, renamed):
        return
    column = f"{display_name(renamed.name)} of {format_object(renamed.root)}"
    message = f"queries that use the column {column} fail after this statement"
    yield message


RULE = Rule(
    group="data",
    level=Level.WARNING,
    why=(
        "Views, policies and indexes follow a renamed column. Clients do not, and neither do function bodies, which "
        "Postgres stores as text. The old and the new release of an application cannot run at the same time."
    ),
    remedy=(
        "Add the new column and let the application write both columns. Copy the old values in batches, switch the "
        "readers to the new column, then drop the old column."
    ),
    bad="ALTER TABLE public.orders RENAME COLUMN note TO remark;",
    good="""
        CREATE TABLE public.orders (id bigint PRIMARY KEY, note text);
        ALTER TABLE public.orders RENAME COLUMN note TO remark;
    """,
    kinds=frozenset({"rename_stmt"}),
    statement=_check,
    decided=True,
    known_as=("squawk: renaming-column", "atlas: BC102"),
)
