"""Tables: the declaration that holds all that lives on a relation."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, ClassVar, TypeAlias

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.access import Access
from schema_dsl.model.column import Column
from schema_dsl.model.constraint import Check, Exclusion, ForeignKey, PrimaryKey, Unique
from schema_dsl.model.identity import Origin, caller, comment_text, valid_name, where
from schema_dsl.model.index import Index
from schema_dsl.model.policy import Policy
from schema_dsl.model.trigger import Trigger
from schema_dsl.sql import Sql

TableConstraint: TypeAlias = PrimaryKey | Unique | Check | ForeignKey | Exclusion


def _flat(value: Any) -> tuple[Any, ...]:
    """Take a list whose items may be lists: a helper may stand for several policies."""
    items: list[Any] = []
    for each in value if isinstance(value, list | tuple) else (value,):
        items.extend(each if isinstance(each, list | tuple) else (each,))
    return tuple(items)


def _flat_if_any(value: Any) -> tuple[Any, ...] | None:
    return None if value is None else _flat(value)


def _name(value: Any) -> str:
    return valid_name(value, "table")


def _schema(value: Any) -> str:
    return valid_name(value, "schema")


@attrs.frozen
class Table:
    """A table.

    With `existing` columns the table was made elsewhere: those columns are names to refer to, and only what
    stands in the other fields is ours. Row level security is on where policies or an access are declared on
    a table of ours; `row_security` says otherwise. On an existing table it is left alone unless said.

    Raises:
        DefinitionError: If a part names a column that the table does not have, or a name is used twice.
    """

    kind: ClassVar[str] = "table"

    name: str = attrs.field(converter=_name)
    schema: str = attrs.field(default="public", converter=_schema, kw_only=True)
    existing: tuple[Column, ...] | None = attrs.field(default=None, converter=_flat_if_any, kw_only=True)
    columns: tuple[Column, ...] = attrs.field(default=(), converter=_flat, kw_only=True)
    constraints: tuple[TableConstraint, ...] = attrs.field(default=(), converter=_flat, kw_only=True)
    indexes: tuple[Index, ...] = attrs.field(default=(), converter=_flat, kw_only=True)
    triggers: tuple[Trigger, ...] = attrs.field(default=(), converter=_flat, kw_only=True)
    policies: tuple[Policy, ...] = attrs.field(default=(), converter=_flat, kw_only=True)
    access: Access | None = attrs.field(default=None, kw_only=True)
    row_security: bool | None = attrs.field(default=None, kw_only=True)
    force_row_security: bool | None = attrs.field(default=None, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=comment_text, kw_only=True)
    origin: Origin | None = attrs.field(factory=caller, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Hold the parts against each other."""
        for part, kind in _PARTS.items():
            for each in getattr(self, part) or ():
                if not isinstance(each, kind):
                    raise DefinitionError(
                        f"{part} of table {self.name} holds {each!r}, which does not belong there",
                        instead=f"Give {part}=[...] of {_MEANT[part]}.",
                    )
        if self.existing is None:
            if self.row_security is None:
                object.__setattr__(self, "row_security", bool(self.policies) or self.access is not None)
            if self.force_row_security is None:
                object.__setattr__(self, "force_row_security", False)
        self._hold_columns_together()

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Give every column that is known: those that exist and those that are declared."""
        return (self.existing or ()) + self.columns

    @property
    def primary_key_columns(self) -> tuple[str, ...]:
        """Give the columns of the primary key, so far as it is known."""
        for constraint in self.constraints:
            if isinstance(constraint, PrimaryKey):
                return constraint.columns
        return tuple(column.name for column in self.all_columns if column.primary_key)

    def _hold_columns_together(self) -> None:
        names: set[str] = set()
        for column in self.all_columns:
            if column.name in names:
                raise DefinitionError(
                    f"table {self.name} has column {column.name} twice",
                    where=where(column),
                    instead="Rename one, or take it out.",
                )
            names.add(column.name)
        for constraint in self.constraints:
            match constraint:
                case PrimaryKey() | Unique() | ForeignKey():
                    self._known(constraint.columns, names, constraint)
                case Exclusion():
                    self._known(
                        (on for on, _ in constraint.elements if not isinstance(on, Sql)), names, constraint
                    )
        for index in self.indexes:
            self._known((each.on for each in index.elements if not isinstance(each.on, Sql)), names, index)
            self._known(index.include, names, index)
        for trigger in self.triggers:
            self._known(trigger.update_of, names, trigger)
        if self.access is not None:
            used = [
                column
                for grants in self.access.roles.values()
                for grant in grants
                for column in grant.columns
            ]
            self._known([*used, *([self.access.own] if self.access.own else [])], names, self)
        self._hold_keys_together()
        for part, kind in ((self.policies, "policy"), (self.triggers, "trigger")):
            _refuse_twice(part, kind, self.name)

    def _hold_keys_together(self) -> None:
        keys = [each for each in self.constraints if isinstance(each, PrimaryKey)]
        if len(keys) + any(column.primary_key for column in self.all_columns) > 1:
            raise DefinitionError(
                f"table {self.name} has two primary keys",
                where=where(keys[-1]),
                instead="Say primary_key=True on its columns, or PrimaryKey([...]), but not both.",
            )
        if len(set(self.indexes)) != len(self.indexes):
            twice = next(each for number, each in enumerate(self.indexes) if each in self.indexes[:number])
            raise DefinitionError(
                f"table {self.name} has the same index twice",
                where=where(twice),
                instead="Every index costs each write: keep one.",
            )

    def _known(self, used: Iterable[str], names: set[str], by: Any) -> None:
        for name in used:
            if name not in names:
                what = "access" if by is self else by.kind.replace("_", " ")
                near = get_close_matches(name, names, n=1)
                raise DefinitionError(
                    f"{what} of table {self.name} names column {name}, which the table does not have",
                    where=where(by),
                    instead=f"Did you mean {near[0]}?"
                    if near
                    else f"It has: {', '.join(sorted(names)) or 'none'}.",
                )


_MEANT = {
    "existing": "Column(...)",
    "columns": "Column(...)",
    "constraints": "Check(...), Unique(...), ForeignKey(...), PrimaryKey(...), Exclusion(...)",
    "indexes": "Index(...)",
    "triggers": "Trigger(...)",
    "policies": "Policy(...)",
}
_PARTS: dict[str, Any] = {
    "existing": Column,
    "columns": Column,
    "constraints": TableConstraint,
    "indexes": Index,
    "triggers": Trigger,
    "policies": Policy,
}


def _refuse_twice(parts: Iterable[Any], kind: str, table: str) -> None:
    names: set[str] = set()
    for each in parts:
        if each.name in names:
            raise DefinitionError(
                f"table {table} has {kind} {each.name} twice",
                where=where(each),
                instead="Give each a name of its own.",
            )
        names.add(each.name)
