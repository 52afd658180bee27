"""DROP SCHEMA ... CASCADE and DROP OWNED BY."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.breaking import guarded, place, taken
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration, role_name
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    if step.kind == "drop_owned_stmt":
        of = ", ".join(role_name(each) or "the current user" for each in step.tree.roles)
        message = f"this drops everything that {of} owns in this database, tables with their rows among it"
    elif enumeration("DropBehavior")[step.tree.behavior] == "DROP_CASCADE" and not guarded(step):
        found = ", ".join(each.name for each in taken(step, "schema"))
        message = f"this drops the schema {found} and everything in it, tables with their rows among it"
        if not found:
            return
    else:
        # Without CASCADE, Postgres refuses to drop a schema that holds anything.
        return
    marked = place(step)
    yield Hit(marked.start, message, marked.length)


RULE = Rule(
    name="ban-drop-schema",
    group="data",
    level=Level.WARNING,
    summary="A schema is dropped with everything in it, or everything that a role owns.",
    why=(
        "CASCADE drops every table in the schema, and whatever in other schemas depends on one: foreign keys, views, "
        "policies, columns of its types. What that is, nobody sees before it is gone."
    ),
    remedy="Drop what is in it by name, then DROP SCHEMA without CASCADE.",
    bad=("DROP SCHEMA IF EXISTS billing CASCADE;", "DROP OWNED BY reporting;"),
    good=("DROP SCHEMA IF EXISTS billing;",),
    kinds=frozenset({"drop_stmt", "drop_owned_stmt"}),
    statement=_check,
    known_as=("atlas: DS101",),
)
