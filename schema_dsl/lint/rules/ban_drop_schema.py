"""DROP SCHEMA ... CASCADE or DROP OWNED BY drops every object of a schema or role."""

from __future__ import annotations

from schema_dsl.analysis.trees import role_name
from schema_dsl.lint.facts.breaking import find_dropped_objects, is_guarded_by_raise
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    if step.kind == "drop_owned_stmt":
        roles = ", ".join(role_name(role) or "the current user" for role in step.tree.roles)
        message = (
            f"this drops everything that {roles} owns in this database, including tables with their rows"
        )
    else:
        # Without CASCADE, Postgres refuses to drop a schema that contains objects.
        dropped = [effect for effect in find_dropped_objects(step, "schema") if effect.cascade]
        schemas = ", ".join(effect.identity.name for effect in dropped)
        if not dropped or is_guarded_by_raise(step):
            return
        message = f"this drops the schema {schemas} and everything in it, including tables with their rows"
    yield message


RULE = Rule(
    group="data",
    level=Level.WARNING,
    why=(
        "CASCADE drops every table in the schema, and every dependent object in other schemas: foreign keys, "
        "views, policies, columns of its types. The migration does not list these objects."
    ),
    remedy="Drop the objects of the schema by name, then DROP SCHEMA without CASCADE.",
    bad=("DROP SCHEMA IF EXISTS billing CASCADE;", "DROP OWNED BY reporting;"),
    good="DROP SCHEMA IF EXISTS billing;",
    kinds=frozenset({"drop_stmt", "drop_owned_stmt"}),
    statement=_check,
    decided=True,
    known_as=("atlas: DS101",),
)
