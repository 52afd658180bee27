"""The state that decides on access to each relation, and the relations that differ between two states."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Collection, Iterable, Mapping

import attrs

from schema_dsl.analysis.schema import QualifiedKey


@attrs.frozen
class TableProtection:
    """The protection of the rows of a table.

    Attributes:
        digest: The digest of the owner, row level security, the policies and the privileges.
        conditions: The conditions of the policies.
        column_privileges: The privileges on columns; "" if there are none.
    """

    digest: str
    conditions: frozenset[str]
    column_privileges: str


@attrs.frozen
class AccessState:
    """The parts of one state of a database that decide on access.

    Attributes:
        shared: The digest of objects that belong to no relation: roles, schemas, and functions that can decide
            anywhere.
        relations: The digest of each relation.
        functions: The digest of all other functions of each name, in lower case.
        protections: The protection of the rows of each table.
        references: The relations to which the policies, the query or the triggers of a relation refer, directly or by
            functions; None if a function builds its statements, so that it may read every relation.
        called: The names of the functions that the policies, the query, the defaults or the triggers of a relation
            call, directly or by other functions.
        touched: The relations that may differ from the state that was read before; None for all.
        previous: The number of the state that was read before.
        number: The number of the state.
    """

    shared: str
    relations: Mapping[QualifiedKey, str]
    functions: Mapping[str, str]
    protections: Mapping[QualifiedKey, TableProtection]
    references: Mapping[QualifiedKey, Collection[QualifiedKey] | None]
    called: Mapping[QualifiedKey, Collection[str]]
    touched: frozenset[QualifiedKey] | None = attrs.field(default=None, eq=False, repr=False)
    previous: int = attrs.field(default=0, eq=False, repr=False)
    number: int = attrs.field(init=False, factory=itertools.count(1).__next__, eq=False, repr=False)

    def closure(self, relations: Iterable[QualifiedKey]) -> frozenset[QualifiedKey]:
        """Return some relations with all relations to which they refer, directly or by others."""
        wanted = list(relations)
        found: set[QualifiedKey] = set()
        while wanted:
            name = wanted.pop()
            if name in found:
                continue
            found.add(name)
            references = self.references.get(name, ())
            if references is None:
                return frozenset({*found, *self.relations})
            wanted += references
        return frozenset(found)

    def digest(self, relations: Iterable[QualifiedKey], *, every_function: bool = False) -> str:
        """Return the digest of everything that decides on the access to some relations.

        Args:
            relations: The relations. If they are all relations, all functions count.
            every_function: Whether all functions count in any case.
        """
        names = sorted(relations)
        functions: Collection[str] = self.functions
        if not every_function and len(names) < len(self.relations):
            functions = {function for name in names for function in self.called.get(name, ())}
        text = "\n".join(
            [f"{name} {self.relations.get(name, '')}" for name in names]
            + [f"{name} {self.functions.get(name, '')}" for name in sorted(functions)]
        )
        return hashlib.sha256(f"{self.shared}\n{text}".encode()).hexdigest()

    def changed_since(self, earlier: AccessState) -> set[QualifiedKey] | None:
        """Return the relations of which the digest, or a function that they call, changed; None for all relations."""
        if self is earlier:
            return set()
        if self.shared != earlier.shared:
            return None
        changed = {
            name
            for name in self.list_touched(earlier)
            if self.relations.get(name) != earlier.relations.get(name)
        }
        if self.functions == earlier.functions:
            return changed
        functions = {name for name, _ in self.functions.items() ^ earlier.functions.items()}
        return changed.union(
            name
            for state in (earlier, self)
            for name in state.relations
            if state.references.get(name, ()) is None or not functions.isdisjoint(state.called.get(name, ()))
        )

    def list_touched(self, earlier: AccessState) -> Collection[QualifiedKey]:
        """Return the relations that may differ from another state."""
        if self.touched is not None and self.previous == earlier.number:
            return self.touched
        return self.relations.keys() | earlier.relations.keys()


def list_changed(
    before: AccessState, after: AccessState, tables: Iterable[QualifiedKey]
) -> frozenset[QualifiedKey] | None:
    """Return the tables on whose access other catalog entries decide in another state; None for all tables."""
    changed = after.changed_since(before)
    if changed is None:
        return None
    return frozenset(
        name for name in tables if not changed.isdisjoint(before.closure([name]) | after.closure([name]))
    )
