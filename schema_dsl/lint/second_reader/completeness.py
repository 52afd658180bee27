"""Find missing effects of a file: parts of a table that it creates, and changes that it should make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.lint.second_reader.declared import CommentedObject, find_comment_key, find_key
from schema_dsl.lint.second_reader.facts import Key, Relation, part_key, relation_key
from schema_dsl.lint.second_reader.file_state import FileState
from schema_dsl.lint.second_reader.trees import UNKNOWN
from schema_dsl.plan.diff import Difference

# The file creates these objects only if they do not exist.
_GUARDED: Final = frozenset({"column", "constraint", "index", "policy"})
_DROPPED_WITH_COLUMN: Final = frozenset(
    {"primary_key", "unique", "check", "foreign_key", "exclusion", "index"}
)


def find_omissions(file: FileState, changes: Iterable[Difference] | None) -> None:
    """Report the objects that the file should create, change or drop, and does not.

    Args:
        file: The effects of the file.
        changes: The changes that the file should make, if they are known.
    """
    required: dict[Key, int] = {}
    for key, state in file.states.items():
        if key.kind == "table" and state.created:
            required |= dict.fromkeys(file.declarations.parts.get(key, ()), state.offset)
    if changes is not None:
        _follow_changes(file, changes, required)
    for key, offset in required.items():
        state = file.get(key)
        found = file.declarations.objects[key]
        is_comment = isinstance(found.declared, CommentedObject)
        # A drop without a creation has been reported.
        if not (state.created or state.dropped or (is_comment and state.values)):
            shown = key if key.kind == "column" else found.identity
            what = f"comment on {shown} as" if is_comment else f"create {shown}, which"
            file.report(f"the file does not {what} the definitions declare", offset)


def _follow_changes(file: FileState, changes: Iterable[Difference], required: dict[Key, int]) -> None:
    listed = list(changes)
    partitioned = {
        change.identity.relation: change.before.partition_of.relation
        for change in listed
        if getattr(change.before, "partition_of", None) is not None
    }
    for change in listed:
        key = find_key(change.identity)
        if key is None:
            for name, _ in set(getattr(change.after, "column_comments", ())) - set(
                getattr(change.before, "column_comments", ())
            ):
                required.setdefault(part_key("column", change.identity.relation, name), 0)
            key = find_comment_key(change.identity)
            if key in file.declarations.objects and (change.before is None or "comment" in change.attributes):
                required.setdefault(key, 0)
            continue
        if change.before is None:
            _require_creation(file, key, required)
        elif change.after is None:
            _require_drop(file, key, change.identity, partitioned)
        else:
            _require_attributes(file, key, change)
    for key, state in file.states.items():
        guarded = key.kind in _GUARDED and state.created and not state.dropped
        # The creation of an undeclared object has been reported.
        if guarded and key not in required and key in file.declarations.objects:
            identity = file.declarations.objects[key].identity
            if file.get(relation_key(identity.relation)).dropped:
                continue
            file.report(f"the file creates {key}, which exists, and does not drop it before", state.offset)


def _require_creation(file: FileState, key: Key, required: dict[Key, int]) -> None:
    if key in file.declarations.objects:
        required.setdefault(key, 0)
    # The planner adds the privileges that a new object has by default and the definitions do not declare.
    elif not file.get(key).created:
        file.report(f"the file does not revoke {key}, which the definitions do not declare", 0)


def _require_drop(
    file: FileState, key: Key, identity: Identity, partitioned: Mapping[Relation, Relation]
) -> None:
    relation = identity.relation
    # Postgres drops the parts and partitions of a table with it, and most constraints and indexes with their columns.
    with_table = any(file.get(relation_key(each)).dropped for each in _list_tables(relation, partitioned))
    with_column = identity.kind in _DROPPED_WITH_COLUMN and relation in file.tables_with_dropped_columns
    state = file.get(key)
    if not (with_table or with_column or state.dropped or key.kind == "privilege"):
        file.report(f"the file does not drop {key}, which the definitions do not declare", state.offset)


def _list_tables(relation: Relation, partitioned: Mapping[Relation, Relation]) -> Iterator[Relation]:
    """Yield a relation, and the partitioned tables that it is a partition of."""
    at: Relation | None = relation
    while at is not None:
        yield at
        at = partitioned.get(at)


def _require_attributes(file: FileState, key: Key, change: Difference) -> None:
    state = file.get(key)
    if state.created or key not in file.declarations.objects:
        return
    altered = {name for _, fact in file.policies_altered if fact.key == key for name in fact.values}
    declared = {"comment": None, **file.declarations.read_values(key)}
    for attribute in change.attributes:
        prefix = _PREFIXES.get((key.kind, attribute))
        if prefix is not None:
            pairs = set(getattr(change.before, attribute)) ^ set(getattr(change.after, attribute))
            names = sorted({f"{prefix}_{part}" for part, _ in pairs})
        else:
            names = [attribute] if declared.get(attribute, UNKNOWN) is not UNKNOWN else []
        for name in names:
            if name not in state.values.keys() | altered:
                what = name.replace("_", " ")
                file.report(f"the file does not change {what} of {key}, which differs", state.offset)


# Each option of a column and each statistics target of an index is an attribute of its own.
_PREFIXES: Final = {("column", "options"): "option", ("index", "statistics"): "statistics"}
