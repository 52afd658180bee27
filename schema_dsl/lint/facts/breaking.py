"""What a statement takes from those who use the database: what it was, and whether anybody can know it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import PurePath

import attrs

from schema_dsl.lint.facts.positions import TextSpan, head
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.history.trees import enumeration, qualified
from schema_dsl.parsing import Node

# What undoes a migration, under the names that tools give it.
UNDOES = re.compile(r"(?:[_.-](?:rollback|down|revert)|\.undo)\.sql\Z|\AU\d+", re.IGNORECASE)
_WORDS = {
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
    """Something that a statement drops, renames or moves. `what` is the word for its kind."""

    what: str
    schema: str
    name: str

    def __str__(self) -> str:
        return self.name if self.schema in {"", "public"} else f"{self.schema}.{self.name}"


def undoes(step: HistoryStep) -> bool:
    """Say whether a file is there to undo a migration: what that brought, it is meant to take away."""
    return _undoes(step.source.path)


@functools.lru_cache(maxsize=1)
def _undoes(path: str) -> bool:
    return UNDOES.search(PurePath(path).name) is not None


def guarded(step: HistoryStep) -> bool:
    """Say whether a statement stands in a DO block behind a RAISE EXCEPTION, that is a look at what would go."""
    before = step.source.text[step.outer.start : step.statement.start]
    return step.in_block and re.search(r"\braise\s+exception\b", before, re.IGNORECASE) is not None


def taken(step: HistoryStep, *kinds: str) -> Iterator[RemovedObject]:
    """Yield what a DROP of these kinds takes that somebody may be using: it was not made by the same file."""
    what = _WORDS.get(enumeration("ObjectType")[step.tree.remove_type], "")
    if what in kinds:
        for node in step.tree.objects:
            found = RemovedObject(what, *_dropped_name(node))
            if is_used(step, found) and not _has_no_callers(step, found):
                yield found


def _has_no_callers(step: HistoryStep, found: RemovedObject) -> bool:
    """Say whether only triggers could call a function: without CASCADE, Postgres drops none that one does."""
    if found.what not in _ROUTINES or enumeration("DropBehavior")[step.tree.behavior] == "DROP_CASCADE":
        return False
    named = [each.signature.returns for each in step.schema.named_routines(found.schema, found.name)]
    return bool(named) and all(each in {"trigger", "event_trigger"} for each in named)


def _dropped_name(node: Node) -> tuple[str, str]:
    kind = node.WhichOneof("node")
    if kind == "object_with_args":
        return qualified(node.object_with_args.objname)
    if kind == "type_name":
        return qualified(node.type_name.names)
    return ("", node.string.sval) if kind == "string" else qualified(node.list.items)


def renamed(step: HistoryStep) -> RemovedObject | None:
    """Give what a RENAME or SET SCHEMA takes its name from; None if nobody can know it by that yet."""
    tree = step.tree
    number = tree.rename_type if step.kind == "rename_stmt" else tree.object_type
    what = _WORDS.get(enumeration("ObjectType")[number], "")
    if not what:
        return None
    if tree.HasField("relation"):
        found = RemovedObject(what, tree.relation.schemaname, tree.relation.relname)
    elif what == "schema":
        found = RemovedObject(what, "", tree.subname)
    elif tree.HasField("object"):
        found = RemovedObject(what, *_dropped_name(tree.object))
    else:
        return None
    return found if is_used(step, found) else None


def is_used(step: HistoryStep, found: RemovedObject) -> bool:
    """Say whether others may know of something: it was there before the file, so far as anybody can tell."""
    schema = step.schema
    if found.what in _RELATIONS:
        relation = schema.relation(found.schema, found.name)
        if relation is None:
            return not schema.surely_no_relation(found.schema, found.name)
        return not relation.temporary and not step.new_in_file(relation.made)
    if found.what in _ROUTINES:
        key = (found.schema or "public", found.name)
        made = [each.made for each in schema.named_routines(found.schema, found.name)]
        return key not in schema.dropped_routines and not any(step.new_in_file(each) for each in made)
    if found.what in {"type", "domain"}:
        full = schema.find_type(found.schema, found.name)
        known = schema.user_type(full) if full else None
        composite = schema.row_relation(full) if full else None
        moment = known.made if known is not None else composite.made if composite is not None else None
        return (found.schema or "public", found.name) not in schema.dropped_types and not step.new_in_file(
            moment
        )
    if found.what == "schema":
        return not any(
            statement.kind == "create_schema_stmt"
            and statement.tree.schemaname == found.name
            and statement.start < step.statement.start
            for statement in step.source.applied
        )
    return True


def column_is_new(step: HistoryStep, relation: HistoryRelation | None, name: str) -> bool:
    """Say whether nobody can use a column: the same file made it, or it is known not to be there."""
    if relation is None:
        return False
    column = relation.columns.get(name)
    if column is None:
        return relation.complete or name in relation.gone
    return step.new_in_file(column.made)


def kind_of(what: str) -> str:
    """Give the kind under which things of one sort can stand in for each other."""
    return "relation" if what in _RELATIONS else "routine" if what in _ROUTINES else what


def place(step: HistoryStep) -> TextSpan:
    """Give what is marked: the first line of the statement."""
    return head(step.statement)
