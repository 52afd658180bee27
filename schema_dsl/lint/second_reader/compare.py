"""Compare the facts of a file with the definitions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from schema_dsl.lint.second_reader.completeness import find_omissions
from schema_dsl.lint.second_reader.copies import compare_copy, find_copied
from schema_dsl.lint.second_reader.declared import Declarations
from schema_dsl.lint.second_reader.descendants import find_descendants
from schema_dsl.lint.second_reader.describe import describe_difference
from schema_dsl.lint.second_reader.facts import Fact, Key, Values, relation_key
from schema_dsl.lint.second_reader.file_state import FileDifference, FileObjectState, FileState
from schema_dsl.lint.second_reader.trees import UNKNOWN
from schema_dsl.plan.diff import Difference

_EVERYTHING: Final = frozenset({"all"})


def compare_facts(
    facts: Iterable[tuple[int, Fact]],
    declarations: Declarations,
    changes: Iterable[Difference] | None,
    *,
    is_whole: bool,
) -> list[FileDifference]:
    """Return the differences between a file and the definitions.

    Args:
        facts: The facts of the file, each with the offset of its statement.
        declarations: The definitions.
        changes: The changes that the file should make; without them, the file must be complete only for the tables
            that it creates.
        is_whole: Whether the facts are all facts of the file. Otherwise, missing effects are not known.
    """
    listed = None if changes is None else tuple(changes)
    file = FileState(declarations, find_descendants(declarations, listed or ()))
    for start, fact in facts:
        file.follow(start, fact)
    _compare_altered_policies(file)
    for key, state in file.states.items():
        if key not in declarations.objects:
            _judge_undeclared(file, key, state)
        elif state.dropped and not state.created:
            file.report(
                f"the file drops {key} and does not create it again, but the definitions declare it",
                state.offset,
            )
        else:
            _compare_object(file, key, state)
    if is_whole:
        find_omissions(file, listed)
    return list(dict.fromkeys(file.found))


def _judge_undeclared(file: FileState, key: Key, state: FileObjectState) -> None:
    """Report an object that the file creates or alters, unless it existed before and the file recreates it."""
    if key.kind == "comment":
        # The object may be one that existed before, whose comment comes back with it.
        return
    if key.kind == "privilege" and file.declarations.owners.get((key.schema, key.table)) == key.name:
        # A new owner takes the privileges of the former one, so they are revoked, and all privileges granted.
        if state.values.get("privileges") != _EVERYTHING:
            file.report(f"the file does not grant all {key}, which owns it", state.offset, state.length)
        return
    copied = find_copied(file, key)
    if copied is not None:
        compare_copy(file, key, state, copied)
        return
    tables = {(key.schema, key.table), state.values.get("table")}
    recreated = state.dropped or not tables.isdisjoint(file.tables_with_dropped_columns)
    # The default of a column may go before the table does.
    recreated = recreated or (not state.created and file.get(relation_key((key.schema, key.table))).dropped)
    recreated = recreated or any(_is_replaced_query(file, table) for table in tables)
    # The planner recreates constraints outside of the definitions of columns.
    recreated = recreated and not state.values.get("inline")
    may_be_empty = key.kind == "privilege" or state.values.keys() == {"comment"}
    has_effect = any(state.values.values()) if may_be_empty else True
    if state.values and has_effect and not recreated:
        action = "creates" if state.created else "alters"
        file.report(
            f"the file {action} {key}, which the definitions do not declare", state.offset, state.length
        )


def _is_replaced_query(file: FileState, relation: Any) -> bool:
    """Return whether a file drops a view or materialized view, and with it its parts; its creation is no fact."""
    state = None if relation is None else file.get(relation_key(relation))
    return state is not None and state.dropped and not state.created


def _compare_object(file: FileState, key: Key, state: FileObjectState) -> None:
    declared = file.declarations.read_values(key, is_new=state.created)
    # Most objects are equal, so this one comparison saves the loop.
    if state.values == declared:
        return
    _compare_values(file, key, state, declared)
    if state.created and "unknown" not in state.values:
        for name in declared.keys() - state.values.keys():
            if declared[name] not in _UNWRITTEN:
                file.report(_describe(file, key, name, None, declared[name]), state.offset, state.length)


def _compare_values(file: FileState, key: Key, state: FileObjectState, declared: Values) -> None:
    for name, value in state.values.items():
        expected = declared.get(name)
        if value is not UNKNOWN and name != "inline" and not _is_equal(name, value, expected):
            file.report(_describe(file, key, name, value, expected), *state.find_place(name))


def _compare_altered_policies(file: FileState) -> None:
    """Compare every ALTER POLICY, which keeps the clauses that it does not write."""
    altered: set[Key] = set()
    for offset, fact in file.policies_altered:
        if fact.key not in file.declarations.objects:
            file.report(f"the file alters {fact.key}, which the definitions do not declare", offset)
            continue
        if fact.key in altered:
            file.report(f"the file alters {fact.key} twice", offset)
        altered.add(fact.key)
        written = {"to": None, "using": None, "check": None, **fact.values}
        state = FileObjectState(offset, fact.length, values=written)
        _compare_values(file, fact.key, state, file.declarations.read_values(fact.key))


def _describe(file: FileState, key: Key, name: str, value: Any, declared: Any) -> str:
    return describe_difference(file.declarations.objects[key].identity, name, value, declared)


# The values of attributes that a file need not write.
_UNWRITTEN: Final = (None, False, (), UNKNOWN)


_UNMANAGED: Final = frozenset({"row_security", "force_row_security", "unlogged"})


def _is_equal(name: str, value: Any, declared: Any) -> bool:
    if declared is UNKNOWN:
        return True
    if name in _UNMANAGED and declared is None:
        # The definitions do not manage these attributes of an existing table.
        return True
    if name == "storage" and declared is None:
        # The file finds out the storage mode of the type on the server.
        return True
    if name == "column_order" and set(value) != set(declared):
        # A missing or another column is reported as such.
        return True
    return bool(value == declared)
