"""Code that the rules of all kinds of constraints share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.dependency import Dependency, OnReplace, depend_on_columns
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.rule import Attribute, Commented, Creation, Ignored, Object, Replace
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.sql import Sql, identifier, literal

COMMON_ATTRIBUTES: dict[str, Attribute] = {
    "name": Ignored("the name is part of the identity"),
    "comment": Commented(),
    "origin": Ignored("the origin is a line of the definitions"),
}

DEFERRABLE_ATTRIBUTES: dict[str, Attribute] = {"deferrable": Replace(), "initially_deferred": Replace()}


def list_references_of_key(identity: Identity, constraint: Any, _: State) -> Iterable[Dependency]:
    """List the dependencies of a unique or primary key, which Postgres rebuilds with the type of a column."""
    return depend_on_columns(identity, constraint.columns, OnReplace.FOLLOW)


def list_key_columns(constraint: Any) -> Iterable[str] | None:
    """Return the columns that a constraint makes unique; foreign keys cannot use a deferrable constraint."""
    return None if constraint.deferrable else constraint.columns


def format_deferrable(constraint: Any) -> str:
    """Format the DEFERRABLE clause of a constraint; "" if the constraint is not deferrable."""
    if not constraint.deferrable:
        return ""
    return " DEFERRABLE INITIALLY DEFERRED" if constraint.initially_deferred else " DEFERRABLE"


def build_create(
    template: str,
    rank: int,
    clause: Callable[[Any], Sql],
    hazards: Callable[..., tuple[Hazard, ...]],
    validation: tuple[str, str] | None = None,
) -> Any:
    """Build the `create` function of a constraint's rule: one ADD CONSTRAINT for every constraint.

    Postgres has no ADD CONSTRAINT IF NOT EXISTS, so the template checks pg_constraint.

    Args:
        template: The template that adds the constraint.
        rank: The rank of the steps.
        clause: Formats the constraint as it follows the name.
        hazards: Lists the hazards of adding the constraint to an existing table.
        validation: The template that validates a NOT VALID constraint, and the effect of that step. None if the
            constraint cannot be NOT VALID.
    """

    def create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
        for identity, constraint in objects:
            values = {
                "relation": quote_relation(identity),
                "regclass": literal(str(quote_relation(identity))),
                "name": identifier(identity.name),
                "name_literal": literal(identity.name),
                "clause": clause(constraint),
            }
            # A new table has no hazards, but the table that a foreign key references may exist.
            existing = [
                hazard
                for hazard in hazards(identity, constraint)
                if not creation.new or hazard.relation != creation.relation
            ]
            yield Step(identity, template, values, rank, tuple(existing))
            if validation is not None:
                validation_template, effect = validation
                # SHARE UPDATE EXCLUSIVE does not block reads or writes.
                scan = Hazard(creation.relation, "ShareUpdateExclusiveLock", effect, scans=True)
                names = {name: values[name] for name in ("relation", "name")}
                yield Step(
                    identity,
                    validation_template,
                    names,
                    rank,
                    () if creation.new else (scan,),
                    separate_transaction=True,
                )

    return create


def build_drop(
    template: str, rank: int, other_hazards: Callable[[Any], tuple[Hazard, ...]] = lambda _: ()
) -> Any:
    """Build the `drop` function of a constraint's rule.

    Args:
        template: The template that drops the constraint.
        rank: The rank of the step.
        other_hazards: Lists the hazards of the drop for tables other than the constraint's own table.
    """

    def drop(dropped_object: Object) -> Iterable[Step]:
        identity, constraint = dropped_object
        values = {"relation": quote_relation(identity), "name": identifier(identity.name)}
        lock = Hazard(identity.relation, "AccessExclusiveLock", "new rows are no longer checked")
        yield Step(identity, template, values, rank, (lock, *other_hazards(constraint)))

    return drop
