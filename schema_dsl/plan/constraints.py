"""Code that the rules of all kinds of constraints share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.dependency import Dependency, OnReplace, depend_on_columns
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.parameters import INDEX_PARAMETERS, format_with
from schema_dsl.plan.rule import Attribute, Commented, Creation, Ignored, Object, Replace
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, RelationName, Step
from schema_dsl.sql import Sql, identifier, identifiers, literal

COMMON_ATTRIBUTES: dict[str, Attribute] = {
    "name": Ignored("the name is part of the identity"),
    "renamed_from": Ignored("it names the former name, and is not stored"),
    "comment": Commented(),
    "origin": Ignored("the origin is a line of the definitions"),
}

DEFERRABLE_ATTRIBUTES: dict[str, Attribute] = {"deferrable": Replace(), "initially_deferred": Replace()}


# The attributes of primary keys and unique constraints, which have an index.
KEY_ATTRIBUTES: dict[str, Attribute] = {
    **COMMON_ATTRIBUTES,
    **DEFERRABLE_ATTRIBUTES,
    "columns": Replace(),
    "without_overlaps": Replace(),
    "include": Replace(),
    "parameters": INDEX_PARAMETERS,
}


def format_key(key: Any) -> str:
    """Format the columns of a primary key or unique constraint, and those of INCLUDE."""
    overlaps = " WITHOUT OVERLAPS" if key.without_overlaps else ""
    return f"({identifiers(key.columns)}{overlaps}){format_include(key)}"


def format_include(constraint: Any) -> str:
    """Format the INCLUDE clause, with a blank before it; "" without such columns."""
    return f" INCLUDE ({identifiers(constraint.include)})" if constraint.include else ""


def format_index_options(constraint: Any) -> str:
    """Format the clauses that may follow the columns of a constraint with an index."""
    return format_with(constraint.parameters) + format_deferrable(constraint)


def list_references_of_key(identity: Identity, constraint: Any, _: State) -> Iterable[Dependency]:
    """List the dependencies of a unique or primary key, which Postgres rebuilds with the type of a column."""
    return depend_on_columns(identity, (*constraint.columns, *constraint.include), OnReplace.FOLLOW)


def list_key_columns(constraint: Any) -> Iterable[str] | None:
    """Return the columns that a constraint makes unique; foreign keys cannot use a deferrable constraint."""
    return None if constraint.deferrable else constraint.columns


def format_deferrable(constraint: Any) -> str:
    """Format the DEFERRABLE clause of a constraint; "" if the constraint is not deferrable."""
    if not constraint.deferrable:
        return ""
    return " DEFERRABLE INITIALLY DEFERRED" if constraint.initially_deferred else " DEFERRABLE"


def must_follow_table(constraint: Any) -> bool:
    """Return whether CREATE TABLE cannot contain a constraint: there Postgres ignores NOT VALID."""
    return constraint.enforced and not constraint.validated


def format_enforced(constraint: Any) -> str:
    """Format the NOT ENFORCED clause of a constraint, with a blank before it; "" if the constraint is enforced."""
    return "" if constraint.enforced else " NOT ENFORCED"


def build_key_pending(definition: Callable[[Any], str]) -> Callable[[Identity, Any, Any], Sql]:
    """Build the `pending` function of a constraint whose definition consists of names only.

    Args:
        definition: Formats the constraint up to its columns as pg_get_constraintdef() does.
    """

    def build(identity: Identity, _: Any, constraint: Any) -> Sql:
        # pg_get_constraintdef leaves out the storage parameters.
        text = literal(definition(constraint) + format_deferrable(constraint))
        return build_constraint_pending(identity, f"pg_catalog.pg_get_constraintdef(oid) = {text}")

    return build


def build_constraint_pending(identity: Identity, condition: str) -> Sql:
    """Build the condition that is true until a constraint exists for which the given condition is true."""
    regclass = literal(str(quote_relation(identity)))
    return Sql(
        f"NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = pg_catalog.to_regclass({regclass})\n"
        f"        AND conname = {literal(identity.name)} AND {condition})"
    )


def build_create(
    template: str,
    clause: Callable[[Any], Sql],
    hazards: Callable[..., tuple[Hazard, ...]],
    validation: str | None = None,
    *,
    validates_partitions: bool = True,
    row_sources: Callable[[Identity, Any], tuple[RelationName, ...]] = lambda _, __: (),
) -> Any:
    """Build the `create` function of a constraint's rule: one ADD CONSTRAINT for every constraint.

    Args:
        template: The template that adds the constraint.
        clause: Formats the constraint as it follows the name.
        hazards: Lists the hazards of adding the constraint to an existing table.
        validation: The effect of the step that validates a NOT VALID constraint. None if the constraint cannot be
            NOT VALID.
        validates_partitions: Whether the constraint can be NOT VALID on a partitioned table.
        row_sources: Lists the tables that Postgres queries to validate the constraint.
    """

    def create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
        can_wait = validation is not None and (validates_partitions or creation.partitions is None)
        for identity, constraint in objects:
            # A new table has no hazards, but the table that a foreign key references may exist.
            existing = [
                hazard
                if can_wait or validation is None or creation.new
                else attrs.evolve(hazard, effect="blocks writes while it scans the table", scans=True)
                for hazard in hazards(identity, constraint)
                if not creation.new or hazard.relation != creation.relation
            ]
            scans = validation is not None and not can_wait and constraint.enforced and constraint.validated
            partitions = [each.relation for each in creation.partitions or ()]
            yield build_addition(
                template,
                identity,
                clause(constraint),
                tuple(existing),
                not_valid=validation is not None
                and constraint.enforced
                and (can_wait or not constraint.validated),
                validates=can_wait and constraint.validated,
                row_sources=(*row_sources(identity, constraint), *partitions) if scans else (),
            )
        if validation is not None and can_wait:
            for identity, constraint in objects:
                if constraint.validated:
                    yield build_validation(
                        identity,
                        identity.name,
                        validation,
                        is_new=creation.new,
                        row_sources=row_sources(identity, constraint),
                    )

    return create


def build_addition(
    template: str,
    identity: Identity,
    clause: Sql,
    hazards: tuple[Hazard, ...],
    *,
    only: bool = False,
    not_valid: bool = False,
    validates: bool = False,
    row_sources: tuple[RelationName, ...] = (),
) -> Step:
    """Build the step that adds a constraint. Postgres has no ADD CONSTRAINT IF NOT EXISTS: it checks pg_constraint.

    Args:
        template: The template that adds the constraint.
        identity: The identity of the constraint.
        clause: The constraint as it follows the name.
        hazards: The hazards for existing tables.
        only: Whether the constraint is not added to the partitions of the table.
        not_valid: Whether the constraint is added without a scan of the table.
        validates: Whether a later step validates the constraint.
        row_sources: The tables that Postgres queries in the step.
    """
    relation = quote_relation(identity)
    values = {
        "relation": Sql(f"ONLY {relation}") if only else relation,
        "regclass": literal(str(relation)),
        "add": format_addition(identity),
        "name_literal": literal(identity.name),
        "clause": clause,
        "not_valid": not_valid,
        "validates": validates,
    }
    return Step(identity, template, values, hazards, row_sources=row_sources)


def format_addition(identity: Identity) -> Sql:
    """Format ADD CONSTRAINT with the name of the constraint."""
    return Sql(f"ADD CONSTRAINT {identifier(identity.name)}")


def build_validation(
    subject: Identity,
    name: str,
    effect: str,
    *,
    is_new: bool = False,
    separate_transaction: bool = True,
    row_sources: tuple[RelationName, ...] = (),
) -> Step:
    """Build the step that validates a NOT VALID constraint.

    Args:
        subject: The object that the constraint belongs to.
        name: The name of the constraint.
        effect: The effect of the step, for people.
        is_new: Whether the same plan creates the relation.
        separate_transaction: Whether the step must not share a transaction with the steps before it.
        row_sources: The tables that Postgres queries in the step.
    """
    # SHARE UPDATE EXCLUSIVE does not block reads or writes.
    scan = Hazard(subject.relation, "ShareUpdateExclusiveLock", effect, scans=True)
    return Step(
        subject,
        "validate",
        {
            "relation": quote_relation(subject),
            "clauses": [Sql(f"VALIDATE CONSTRAINT {identifier(name)}")],
        },
        () if is_new else (scan,),
        separate_transaction=separate_transaction,
        foldable=True,
        after_commit=not is_new,
        row_sources=row_sources,
    )


def build_drop(template: str, other_hazards: Callable[[Any], tuple[Hazard, ...]] = lambda _: ()) -> Any:
    """Build the `drop` function of a constraint's rule.

    Args:
        template: The template that drops the constraint.
        other_hazards: Lists the hazards of the drop for tables other than the constraint's own table.
    """

    def drop(dropped_object: Object) -> Iterable[Step]:
        identity, constraint = dropped_object
        values = {"relation": quote_relation(identity), "name": identifier(identity.name)}
        lock = Hazard(identity.relation, "AccessExclusiveLock", "new rows are no longer checked")
        yield Step(identity, template, values, (lock, *other_hazards(constraint)))

    return drop
