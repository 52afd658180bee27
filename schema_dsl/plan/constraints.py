"""What the rules of all constraints share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from schema_dsl.model.identity import Identity
from schema_dsl.plan.names import column_of, key_of, relation_of
from schema_dsl.plan.rule import Attribute, Commented, Creation, Ignored, Object, Replace
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.sql import Sql, identifier, literal

COMMON: dict[str, Attribute] = {
    "name": Ignored("it is the identity"),
    "comment": Commented(),
    "origin": Ignored("it is a line of Python"),
}

DEFERRABLE: dict[str, Attribute] = {"deferrable": Replace(), "initially_deferred": Replace()}


def on_columns(identity: Identity, constraint: Any) -> Iterable[Identity]:
    """Say that a constraint stands on its columns."""
    return [column_of(identity, name) for name in constraint.columns]


def carries_key(identity: Identity, constraint: Any) -> Iterable[Identity]:
    """Say that foreign keys stand on a key."""
    return [key_of(identity.schema, identity.parent, constraint.columns)]


def deferral(constraint: Any) -> str:
    """Write when the constraint is checked."""
    if not constraint.deferrable:
        return ""
    return " DEFERRABLE INITIALLY DEFERRED" if constraint.initially_deferred else " DEFERRABLE"


def added(
    template: str,
    rank: int,
    clause: Callable[[Any], Sql],
    hazards: Callable[..., tuple[Hazard, ...]],
    validated: tuple[str, str] | None = None,
) -> Any:
    """Make the `create` of a constraint's rule: one ADD CONSTRAINT each, guarded by hand.

    Where rows can be looked at later, `validated` is the template for that, and what it does.
    """

    def create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
        for identity, constraint in objects:
            values = {
                "relation": relation_of(identity),
                "regclass": literal(str(relation_of(identity))),
                "name": identifier(identity.name),
                "name_literal": literal(identity.name),
                "clause": clause(constraint),
            }
            # Another table may be there already although this one is new.
            told = [
                each
                for each in hazards(identity, constraint)
                if not creation.new or each.relation != creation.relation
            ]
            yield Step(identity, template, values, rank, tuple(told))
            if validated is not None:
                template_after, effect = validated
                # Lets reads and writes by.
                scan = Hazard(creation.relation, "ShareUpdateExclusiveLock", effect, scans=True)
                names = {name: values[name] for name in ("relation", "name")}
                yield Step(identity, template_after, names, rank, () if creation.new else (scan,), alone=True)

    return create


def dropped(template: str, rank: int, elsewhere: Callable[[Any], tuple[Hazard, ...]] = lambda _: ()) -> Any:
    """Make the `drop` of a constraint's rule; `elsewhere` tells of locks on other tables than its own."""

    def drop(gone: Object) -> Iterable[Step]:
        identity, constraint = gone
        values = {"relation": relation_of(identity), "name": identifier(identity.name)}
        lock = Hazard(
            (identity.schema, identity.parent), "AccessExclusiveLock", "rows are no longer held to it"
        )
        yield Step(identity, template, values, rank, (lock, *elsewhere(constraint)))

    return drop
