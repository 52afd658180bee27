"""Existing objects that a statement drops, renames or moves, which breaks queries that use them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import PurePath

import attrs

from schema_dsl.analysis.trees import enumeration, qualified_name
from schema_dsl.lint.facts.positions import TextSpan, find_first_line
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.parsing import Node

# The file names that tools give to rollback scripts.
ROLLBACK_FILE = re.compile(r"(?:[_.-](?:rollback|down|revert)|\.undo)\.sql\Z|\AU\d+", re.IGNORECASE)
_KIND_NAMES = {
    "OBJECT_TABLE": "table",
    "OBJECT_VIEW": "view",
    "OBJECT_MATVIEW": "materialized view",
    "OBJECT_FOREIGN_TABLE": "foreign table",
    "OBJECT_SEQUENCE": "sequence",
    "OBJECT_FUNCTION": "function",
    "OBJECT_PROCEDURE": "procedure",
    "OBJECT_ROUTINE": "routine",
    "OBJECT_AGGREGATE": "aggregate",
    "OBJECT_TYPE": "type",
    "OBJECT_DOMAIN": "domain",
    "OBJECT_SCHEMA": "schema",
    "OBJECT_EXTENSION": "extension",
}
_RELATIONS = frozenset({"table", "view", "materialized view", "foreign table", "sequence"})
_ROUTINES = frozenset({"function", "procedure", "routine", "aggregate"})


@attrs.frozen(eq=False)
class RemovedObject:
    """An object that a statement drops, renames or moves; `kind` is a noun for messages, such as "table"."""

    kind: str
    schema: str
    name: str

    def __str__(self) -> str:
        return self.name if self.schema in {"", "public"} else f"{self.schema}.{self.name}"


def is_rollback_file(step: HistoryStep) -> bool:
    """Return whether a file is a rollback script, which drops what its migration created."""
    return _is_rollback_path(step.source.path)


@functools.lru_cache(maxsize=1)
def _is_rollback_path(path: str) -> bool:
    return ROLLBACK_FILE.search(PurePath(path).name) is not None


def is_guarded_by_raise(step: HistoryStep) -> bool:
    """Return whether a statement follows a RAISE EXCEPTION in a DO block, which probably checks for data loss."""
    before = step.source.text[step.outer.start : step.statement.start]
    return step.in_block and re.search(r"\braise\s+exception\b", before, re.IGNORECASE) is not None


def find_dropped_objects(step: HistoryStep, *kinds: str) -> Iterator[RemovedObject]:
    """Yield the existing objects of these kinds that a DROP removes."""
    kind = _KIND_NAMES.get(enumeration("ObjectType")[step.tree.remove_type], "")
    if kind in kinds:
        for node in step.tree.objects:
            removed = RemovedObject(kind, *_dropped_name(node))
            if is_existing_object(step, removed) and not _has_no_callers(step, removed):
                yield removed


def _has_no_callers(step: HistoryStep, removed: RemovedObject) -> bool:
    """Return whether a drop breaks no caller: only triggers call the function, and their dependency blocks the drop."""
    if removed.kind not in _ROUTINES or enumeration("DropBehavior")[step.tree.behavior] == "DROP_CASCADE":
        return False
    return_types = [
        routine.signature.returns for routine in step.schema.find_routines(removed.schema, removed.name)
    ]
    return bool(return_types) and all(
        return_type in {"trigger", "event_trigger"} for return_type in return_types
    )


def _dropped_name(node: Node) -> tuple[str, str]:
    kind = node.WhichOneof("node")
    if kind == "object_with_args":
        return qualified_name(node.object_with_args.objname)
    if kind == "type_name":
        return qualified_name(node.type_name.names)
    return ("", node.string.sval) if kind == "string" else qualified_name(node.list.items)


def find_renamed_object(step: HistoryStep) -> RemovedObject | None:
    """Return the existing object that a RENAME or SET SCHEMA renames or moves; None if there is none."""
    tree = step.tree
    number = tree.rename_type if step.kind == "rename_stmt" else tree.object_type
    kind = _KIND_NAMES.get(enumeration("ObjectType")[number], "")
    if not kind:
        return None
    if tree.HasField("relation"):
        removed = RemovedObject(kind, tree.relation.schemaname, tree.relation.relname)
    elif kind == "schema":
        removed = RemovedObject(kind, "", tree.subname)
    elif tree.HasField("object"):
        removed = RemovedObject(kind, *_dropped_name(tree.object))
    else:
        return None
    return removed if is_existing_object(step, removed) else None


def is_existing_object(step: HistoryStep, removed: RemovedObject) -> bool:
    """Return whether an object may exist before the file."""
    schema = step.schema
    if removed.kind in _RELATIONS:
        relation = schema.find_relation(removed.schema, removed.name)
        if relation is None:
            return not schema.is_absent_relation(removed.schema, removed.name)
        return not relation.temporary and not step.is_new_in_file(relation.created_at)
    if removed.kind in _ROUTINES:
        key = (removed.schema or "public", removed.name)
        creations = [routine.created_at for routine in schema.find_routines(removed.schema, removed.name)]
        return key not in schema.dropped_routines and not any(
            step.is_new_in_file(position) for position in creations
        )
    if removed.kind in {"type", "domain"}:
        type_name = schema.find_type_name(removed.schema, removed.name)
        user_type = schema.find_user_type(type_name) if type_name else None
        composite = schema.find_row_relation(type_name) if type_name else None
        created_at = (
            user_type.created_at
            if user_type is not None
            else composite.created_at
            if composite is not None
            else None
        )
        return (
            removed.schema or "public",
            removed.name,
        ) not in schema.dropped_types and not step.is_new_in_file(created_at)
    if removed.kind == "schema":
        return not any(
            statement.kind == "create_schema_stmt"
            and statement.tree.schemaname == removed.name
            and statement.start < step.statement.start
            for statement in step.source.applied
        )
    return True


def is_column_new(step: HistoryStep, relation: HistoryRelation | None, name: str) -> bool:
    """Return whether no query can use a column yet: the same file adds the column, or it does not exist."""
    if relation is None:
        return False
    column = relation.columns.get(name)
    if column is None:
        return relation.complete or name in relation.removed_columns
    return step.is_new_in_file(column.created_at)


def find_interchangeable_kind(kind: str) -> str:
    """Return the kind of objects that can replace each other: a view can replace a table of the same name."""
    return "relation" if kind in _RELATIONS else "routine" if kind in _ROUTINES else kind


def find_step_first_line(step: HistoryStep) -> TextSpan:
    """Return the first line of the statement."""
    return find_first_line(step.statement)
