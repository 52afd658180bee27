"""Defaults of columns as objects, which a plan removes and restores around the replacement of a function they call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from schema_dsl.analysis.identity import ROUTINE_KINDS, Identity, table_part
from schema_dsl.model.identity import copy_with
from schema_dsl.plan.definition_queries import build_column_query
from schema_dsl.plan.dependency import Dependency, depend_on_columns
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.rule import Creation, Detached, Ignored, KindRule, Object, Replace
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.sql import Sql, end_line_comment, identifier, literal


@attrs.frozen
class ColumnDefault:
    """The default of a column.

    Attributes:
        expression: The expression.
        may_be_missing: Whether the column exists only in a second run.
    """

    expression: Sql
    may_be_missing: bool = False


def detach_default(identity: Identity, column: Any) -> Detached | None:
    """Separate a column from its default; None if it has none."""
    if column.default is None:
        return None
    part = table_part("column_default", *identity.relation, identity.name)
    return Detached(copy_with(column, default=None), part, ColumnDefault(column.default))


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    for identity, default in objects:
        yield _build_step(
            identity, default, f"SET DEFAULT {end_line_comment(default.expression)}", is_new=creation.new
        )


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, default = dropped_object
    yield _build_step(identity, default, "DROP DEFAULT")


def _build_step(identity: Identity, default: ColumnDefault, action: str, *, is_new: bool = False) -> Step:
    relation = quote_relation(identity)
    values = {"relation": relation, "clauses": [Sql(f"ALTER COLUMN {identifier(identity.name)} {action}")]}
    hazard = Hazard(identity.relation, "AccessExclusiveLock", "brief; affects new rows only")
    step = Step(identity, "column/alter", values, () if is_new else (hazard,), foldable=True)
    if not default.may_be_missing:
        return step
    exists = Sql(
        "EXISTS (\n    SELECT FROM pg_catalog.pg_attribute\n"
        f"    WHERE attrelid = pg_catalog.to_regclass({literal(str(relation))})"
        f" AND attname = {literal(identity.name)}\n)"
    )
    return Step(
        identity, "drop_if_of_kind", {"exists": exists}, step.hazards, parts=(attrs.evolve(step, hazards=()),)
    )


def _references(identity: Identity, default: ColumnDefault, state: State) -> Iterable[Dependency]:
    if not default.may_be_missing:
        yield from depend_on_columns(identity, [identity.name])
    for dependency in state.resolve(identity, default.expression):
        if dependency.referenced.kind in ROUTINE_KINDS:
            yield dependency


DEFAULT_RULE = KindRule(
    kind="column_default",
    rank=21,
    create=_create,
    drop=_drop,
    definition_query=build_column_query,
    expressions=("expression",),
    references=_references,
    attributes={
        "expression": Replace(),
        "may_be_missing": Ignored("it is about the plan"),
    },
)
