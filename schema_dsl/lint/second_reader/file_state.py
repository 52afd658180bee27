"""Follow the statements of a file, and find the contradictions among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from schema_dsl.lint.second_reader.declared import Declarations
from schema_dsl.lint.second_reader.facts import Fact, Key, Relation, part_key, relation_key
from schema_dsl.lint.second_reader.trees import UNKNOWN


@attrs.frozen
class FileDifference:
    """A difference between a file and the definitions.

    Attributes:
        message: The difference, for people.
        offset: The offset in the file.
        length: The number of characters to mark.
    """

    message: str
    offset: int
    length: int = 1


@attrs.define
class FileObjectState:
    """The effect of a file on one object.

    Attributes:
        offset: The offset of the last statement about the object.
        length: The number of characters to mark there.
        created: Whether the file creates the object.
        dropped: Whether the file drops the object, directly or together with a column.
        dropped_itself: The kinds of the statements that drop the object itself, if none creates it afterwards.
        values: The attributes that the file writes.
        set_last: The attributes that statements after the creation set.
        places: The offset and the length of these statements, by attribute.
    """

    offset: int = 0
    length: int = 1
    created: bool = False
    dropped: bool = False
    dropped_itself: frozenset[str] = frozenset()
    values: dict[str, Any] = attrs.field(factory=dict)
    set_last: dict[str, Any] = attrs.field(factory=dict)
    places: dict[str, tuple[int, int]] = attrs.field(factory=dict)

    def find_place(self, name: str) -> tuple[int, int]:
        """Return the offset and the length to mark for an attribute."""
        return self.places.get(name, (self.offset, self.length))


@attrs.define
class FileState:
    """The effects of a file on all objects.

    Attributes:
        declarations: The definitions.
        descendants: The tables whose columns the file drops with those of another table.
        states: The objects by key, in the order of the file.
        tables_with_dropped_columns: The tables of which the file drops columns.
        policies_altered: The facts of ALTER POLICY, with the offset of the statement.
        found: The contradictions.
    """

    declarations: Declarations
    descendants: Mapping[Relation, tuple[Relation, ...]] = attrs.field(factory=dict)
    states: dict[Key, FileObjectState] = attrs.field(factory=dict)
    tables_with_dropped_columns: set[Relation] = attrs.field(factory=set)
    policies_altered: list[tuple[int, Fact]] = attrs.field(factory=list)
    found: list[FileDifference] = attrs.field(factory=list)

    def get(self, key: Key) -> FileObjectState:
        """Return the effect of the file on an object."""
        return self.states.get(key, _NO_STATE)

    def report(self, message: str, offset: int, length: int = 1) -> None:
        """Add a difference."""
        self.found.append(FileDifference(message, offset, length))

    def follow(self, start: int, fact: Fact) -> None:
        """Follow one fact of the statement at an offset."""
        offset = start + fact.offset
        if fact.action == "set" and fact.key in self.declarations.constraints:
            fact = attrs.evolve(fact, key=self.declarations.constraints[fact.key])
        state = self.states.get(fact.key)
        if state is None:
            state = self.states[fact.key] = FileObjectState()
        if fact.action == "create":
            # REVOKE ALL comes twice if the file drops the privileges of a role and grants them again.
            if state.created and fact.key.kind != "privilege":
                self.report(f"the file creates {fact.key} twice", offset, fact.length)
            state.created, state.dropped_itself = True, frozenset()
            state.offset, state.length = offset, fact.length
            state.values = {**state.values, **fact.values} if state.values else dict(fact.values)
        elif fact.action == "drop":
            # DROP INDEX without IF EXISTS is in a block that drops only the index of an interrupted build.
            is_certain = not fact.values.get("if_invalid")
            # Depending on the run, the name belongs to an object of one kind or of another one.
            kind = fact.values.get("kind", "")
            if kind in state.dropped_itself and is_certain:
                self.report(f"the file drops {fact.key} twice", offset, fact.length)
            state.offset = offset
            self._drop(fact.key, state)
            state.dropped_itself |= {kind}
        elif fact.action == "grant":
            self._grant(fact, state, offset)
        else:
            self._set(fact, state, offset)

    def _grant(self, fact: Fact, state: FileObjectState, offset: int) -> None:
        if not state.created:
            self.report(f"the file grants {fact.key} without revoking all before", offset, fact.length)
        for name, value in fact.values.items():
            before = state.values.get(name, frozenset())
            if before is not UNKNOWN:
                if value and value <= before:
                    self.report(f"the file grants {fact.key} twice", offset, fact.length)
                state.values[name] = before | value
            state.places[name] = offset, fact.length

    def _set(self, fact: Fact, state: FileObjectState, offset: int) -> None:
        if fact.key.kind == "policy" and "comment" not in fact.values:
            # The file alters the policy or creates it anew, depending on the database, so both are compared.
            self.policies_altered.append((offset, fact))
            return
        for name, value in fact.values.items():
            # The check for lost rows switches FORCE ROW LEVEL SECURITY off and on again.
            is_repeated = value is not UNKNOWN and state.set_last.get(name, UNKNOWN) == value
            if is_repeated and name != "force_row_security":
                self.report(f"the file sets {name.replace('_', ' ')} of {fact.key} twice", offset)
            state.places[name] = offset, fact.length
        state.set_last.update(fact.values)
        state.values.update(fact.values)
        if not state.created:
            state.offset, state.length = offset, fact.length

    def _drop(self, key: Key, state: FileObjectState) -> None:
        state.created, state.dropped = False, True
        state.values, state.set_last, state.places = {}, {}, {}
        if key.kind != "column":
            return
        relation = key.schema, key.table
        # Postgres keeps a column that a descendant also declares itself.
        declared = self.declarations.objects
        descendants = (
            each
            for each in self.descendants.get(relation, ())
            if part_key("column", each, key.name) not in declared
        )
        relations = (relation, *descendants)
        self.tables_with_dropped_columns.update(relations)
        for part in (
            part for each in relations for part in self.declarations.parts.get(relation_key(each), ())
        ):
            if self.declarations.uses_column(part, key.name):
                dependent = self.states.setdefault(part, FileObjectState())
                dependent.offset = state.offset
                self._drop(part, dependent)


_NO_STATE: Final = FileObjectState()
