"""The steps that add or change a condition on rows, which Postgres can drop and add in one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.backfill import build_backfill
from schema_dsl.plan.conditions import is_widened, list_builtin_columns
from schema_dsl.plan.constraints import build_validation, format_addition
from schema_dsl.plan.data_loss import build_hint, build_loss
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.rule import AttributeChange, Create, Creation, Object
from schema_dsl.plan.step import Hazard, Loss, Step
from schema_dsl.sql import Sql, identifier, literal, parenthesize


def build_replaceable_create(
    template: str, clause: Callable[[Any], Sql], lock_effect: str, validation: str
) -> tuple[Create, AttributeChange]:
    """Build the `create` and `replace` functions of a constraint that can be dropped and added at any time.

    One ALTER TABLE drops and adds the constraint, so that it also runs again.

    Args:
        template: The template that adds the constraint.
        clause: Formats the constraint as it follows the name.
        lock_effect: The effect of the lock that ADD CONSTRAINT takes.
        validation: The effect of the step that validates the constraint.
    """

    def build(
        objects: Sequence[Object], *, is_new: bool, replaces: bool, loss: Loss | None = None
    ) -> Iterable[Step]:
        for identity, constraint in objects:
            hazard = Hazard(identity.relation, "AccessExclusiveLock", lock_effect)
            values = {
                "relation": quote_relation(identity),
                "constraints": [
                    (
                        identifier(identity.name),
                        format_addition(identity),
                        clause(constraint),
                        constraint.enforced,
                    )
                ],
                "validates": constraint.validated,
                # In a set of replaced objects, another statement has dropped the constraint.
                "replaces": replaces,
            }
            yield Step(identity, template, values, () if is_new else (hazard,), loss, foldable=True)
        for identity, constraint in () if is_new else objects:
            if constraint.backfill and constraint.validated:
                violated = _format_violation(constraint)
                yield build_backfill(identity, constraint.backfill, violated)
        for identity, constraint in objects:
            if constraint.validated:
                yield build_validation(identity, identity.name, validation, is_new=is_new)

    def create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
        return build(objects, is_new=creation.new, replaces=False)

    def replace(wanted: Object, before: Any) -> Iterable[Step]:
        identity, constraint = wanted
        is_safe = constraint.backfill or not constraint.validated
        narrows = not is_safe and not is_widened(before.expression, constraint.expression)
        loss = _build_violation_loss(identity, constraint) if narrows else None
        return build([wanted], is_new=False, replaces=True, loss=loss)

    return create, replace


def _format_violation(constraint: Any) -> Sql:
    return Sql(f"{parenthesize(constraint.expression)} IS FALSE")


def _build_violation_loss(identity: Identity, constraint: Any) -> Loss | None:
    """Describe the rows that violate a changed condition; None if the condition may need a new object.

    The count comes before all steps, so that rows stop the migration before other sessions meet the new condition.
    """
    names = list_builtin_columns(constraint.expression)
    if not names:
        return None
    relation = quote_relation(identity)
    regclass = f"pg_catalog.to_regclass({literal(str(relation))})"
    return build_loss(
        f"the rows of {relation} that violate {identifier(identity.name)}",
        relation=relation,
        exists=" AND ".join(
            f"EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = {regclass}\n"
            f"            AND attname = {literal(name)} AND NOT attisdropped)"
            for name in names
        ),
        conditions=[_format_violation(constraint)],
        message=(
            f"cannot change {identifier(identity.name)} of {relation} because rows violate it (rows: ",
            ")",
        ),
        hint=build_hint(
            "Change these rows first", "declare backfill= and generate the migration again", [constraint]
        ),
        permitted=False,
        only_before=True,
    )
