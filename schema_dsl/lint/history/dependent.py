"""The objects of a history whose definitions refer to others, and whether they still exist with these definitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.lint.history.objects import HistoryCast, HistoryOperator, NamedObject, Routine, UserType
from schema_dsl.lint.history.relations import (
    HistoryColumn,
    HistoryConstraint,
    HistoryIndex,
    HistoryPolicy,
    HistoryRelation,
    HistoryRule,
    HistoryTrigger,
)

if TYPE_CHECKING:
    from schema_dsl.lint.history.schema import HistorySchema


Part: TypeAlias = (
    HistoryColumn | HistoryConstraint | HistoryIndex | HistoryPolicy | HistoryTrigger | HistoryRule
)
Owner: TypeAlias = HistoryRelation | Routine | UserType | HistoryOperator | HistoryCast | NamedObject
Referenced: TypeAlias = Owner | Part
VIEWS: Final = frozenset({"view", "materialized_view"})


@attrs.frozen(eq=False)
class Dependent:
    """An object whose definition refers to other objects.

    Attributes:
        kind: The kind: view, policy, trigger, rule, check, foreign_key, index, default, generated, column (its type),
            routine, domain, operator, cast or event_trigger.
        owner: The relation of a part; else the object itself.
        part: The part of the relation; None for an object without a parent.
        version: The trees and names of the definition; ALTER replaces them.
    """

    kind: str
    owner: Owner
    part: Part | None = None
    version: tuple[object, ...] = ()

    @property
    def identity(self) -> Identity:
        """The identity of the object, for messages."""
        if isinstance(self.owner, HistoryRelation):
            parent = self.owner.identity
            return parent if self.part is None else Identity(self._word, "", self.part.name, parent=parent)
        if isinstance(self.owner, HistoryOperator | HistoryCast | NamedObject):
            return self.owner.identity
        arguments = self.owner.signature.arguments if isinstance(self.owner, Routine) else None
        return Identity(self._word, self.owner.schema, self.owner.name, _known(arguments))

    @property
    def _word(self) -> str:
        words = {
            "check": "constraint",
            "foreign_key": "constraint",
            "default": "default",
            "generated": "column",
        }
        if isinstance(self.owner, Routine):
            return "procedure" if self.owner.signature.kind == "p" else "function"
        return words.get(self.kind, self.kind)

    def is_alive(self, schema: HistorySchema) -> bool:
        """Return whether the object still exists with this definition."""
        owner, part = self.owner, self.part
        if isinstance(owner, Routine):
            return any(routine is owner for routine in schema.routines.get((owner.schema, owner.name), ()))
        if isinstance(owner, UserType):
            return schema.types.get((owner.schema, owner.name)) is owner
        if not isinstance(owner, HistoryRelation):
            return _is_defined(schema, owner)
        if schema.relations.get(owner.key) is not owner:
            return False
        if part is None:
            return True
        is_same = is_same_version(self.version, read_version(self.kind, part))
        return is_same and find_parts(owner, part).get(part.name) is part

    def is_certain(self, schema: HistorySchema) -> bool:
        """Return whether no statement that lint cannot read may have dropped or changed the object."""
        owner, part = self.owner, self.part
        if isinstance(owner, Routine):
            return owner.is_certain
        if isinstance(owner, UserType):
            return not owner.may_have_changed
        if not isinstance(owner, HistoryRelation):
            is_known = not isinstance(owner, NamedObject) or owner.created_at is not None
            return is_known and not schema.after_unreadable_sql
        if owner.declared or not owner.certainly_exists:
            return False
        if isinstance(part, HistoryColumn) and part.uncertain:
            return False
        return part is None or not owner.unknown_kinds & {kind_of_parts(part), "columns"}


def _is_defined(schema: HistorySchema, owner: HistoryOperator | HistoryCast | NamedObject) -> bool:
    if isinstance(owner, HistoryOperator):
        return owner in schema.operator_definitions.get((owner.schema, owner.name), ())
    if isinstance(owner, HistoryCast):
        return any(cast is owner for cast in schema.cast_definitions.values())
    return schema.others.get((owner.kind, owner.schema, owner.name)) is owner


def _known(arguments: Sequence[str | None] | None) -> tuple[str, ...] | None:
    return None if arguments is None else tuple(argument or "?" for argument in arguments)


def kind_of_parts(part: Part) -> str:
    """Return the kind of `unknown_kinds` to which a part of a relation belongs."""
    kinds: dict[type, str] = {
        HistoryColumn: "columns",
        HistoryConstraint: "constraints",
        HistoryIndex: "indexes",
        HistoryPolicy: "policies",
        HistoryTrigger: "triggers",
        HistoryRule: "rules",
    }
    return kinds[type(part)]


def find_parts(relation: HistoryRelation, part: Part) -> dict[str, Any]:
    """Return the parts of a relation of the same kind as a part, by name."""
    found: dict[str, Any] = getattr(relation, kind_of_parts(part))
    return found


def read_version(kind: str, part: Part) -> tuple[object, ...]:
    """Return the trees and names of the definition of a part, as they are now."""
    if isinstance(part, HistoryColumn):
        # A rename of the type replaces its name; the dependency on the type stays.
        return () if kind == "column" else (part.default,)
    if isinstance(part, HistoryPolicy):
        return part.using, part.check
    return (part.tree,)


def still_has_type(dependent: Dependent, referenced: Referenced) -> bool:
    """Return whether a column still has the type or the collation; ALTER COLUMN ... TYPE changes them."""
    part = dependent.part
    if dependent.kind == "column" and isinstance(referenced, NamedObject):
        return isinstance(part, HistoryColumn) and part.collation == referenced.name
    if dependent.kind != "column" or not isinstance(referenced, HistoryRelation | UserType):
        return True
    return isinstance(part, HistoryColumn) and (part.type or "").removesuffix("[]") == referenced.full_name


def is_same_version(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Return whether two definitions are the same trees and names."""
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))
