"""Existing objects that a statement drops, renames or moves, which breaks queries that use them."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis.bodies import read_body
from schema_dsl.analysis.effects import Effect, effects
from schema_dsl.analysis.effects.names import kind_group, local_name, sql_words
from schema_dsl.analysis.identity import QUERIED_KINDS, Identity
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.file_names import is_harmless_removal
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import Hits
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Node

# The groups of kinds of objects that queries use by name.
_USED_BY_QUERIES = frozenset({"relation", "routine", "type", "schema", "extension"})


def format_object(identity: Identity) -> str:
    """Return the name of an object for messages, without the schema public."""
    return identity.name if identity.schema in {"", "public"} else f"{identity.schema}.{identity.name}"


def is_guarded_by_raise(step: HistoryStep) -> bool:
    """Return whether a statement follows a RAISE EXCEPTION in a DO block, which probably checks for data loss."""
    body = read_body(step.outer) if step.in_block else None
    return body is not None and any(
        node.keyword == "raise exception" and node.end <= step.statement.start for node in body.code.nodes
    )


def find_dropped_objects(step: HistoryStep, kind: str = "") -> Iterator[Effect]:
    """Yield the effects that drop an existing object that queries name, of one kind or of any."""
    for effect in effects(step.statement):
        dropped = effect.identity
        is_wanted = dropped.kind == kind if kind else kind_group(dropped.kind) in _USED_BY_QUERIES
        if is_wanted and is_existing_object(step, dropped) and not _has_no_callers(step, effect):
            yield effect


def _has_no_callers(step: HistoryStep, effect: Effect) -> bool:
    """Return whether a drop breaks no caller: only triggers call the function, and their dependency blocks the drop."""
    dropped = effect.identity
    if kind_group(dropped.kind) != "routine" or effect.cascade:
        return False
    routines = step.schema.find_routines(dropped.schema, dropped.name)
    return_types = {routine.signature.returns for routine in routines}
    return bool(return_types) and return_types <= {"trigger", "event_trigger"}


def find_renamed_object(step: HistoryStep) -> Identity | None:
    """Return the existing object that queries no longer find after a RENAME or SET SCHEMA."""
    renamed = effects(step.statement)[0].identity
    is_used = renamed.parent is None and kind_group(renamed.kind) in _USED_BY_QUERIES
    is_missed = is_used and is_existing_object(step, renamed) and not is_harmless_removal(step, renamed)
    return renamed if is_missed else None


def report_rename(step: HistoryStep, *, of_tables: bool) -> Hits:
    """Yield a hit if queries no longer find an object by its old name: a table or view, or another object."""
    renamed = find_renamed_object(step)
    if renamed is not None and (renamed.kind in QUERIED_KINDS) is of_tables:
        name = f"{sql_words(renamed.kind)} {format_object(renamed)}"
        yield f"queries that use the {name} by its old name fail after this statement"


def is_existing_object(step: HistoryStep, identity: Identity) -> bool:
    """Return whether an object may exist before the file."""
    schema, group = step.schema, kind_group(identity.kind)
    key = identity.schema or "public", identity.name
    if group == "relation":
        relation = schema.find_relation(identity.schema, identity.name)
        if relation is None:
            # ALTER TABLE also renames an index, which no query names.
            is_index = schema.has_index(identity.schema, identity.name)
            return not is_index and not schema.is_absent_relation(identity.schema, identity.name)
        return not relation.temporary and not step.is_new_in_file(relation.created_at)
    if group == "routine":
        routines = schema.find_routines(identity.schema, identity.name)
        return key not in schema.dropped_routines and not any(
            step.is_new_in_file(routine.created_at) for routine in routines
        )
    if group == "type":
        full = schema.find_type_name(identity.schema, identity.name) or ""
        known = schema.find_user_type(full) or schema.find_row_relation(full)
        is_new = known is not None and step.is_new_in_file(known.created_at)
        return key not in schema.dropped_types and not is_new
    if group == "schema":
        return _find_created_schemas(step.source).get(identity, step.statement.start) >= step.statement.start
    return True


@cached
def _find_created_schemas(source: Source) -> dict[Identity, int]:
    """Return the schemas that a file creates, with the offset of the first statement that creates each schema."""
    statements = [each for each in source.applied if each.kind == "create_schema_stmt"]
    return {effects(each)[0].identity: each.start for each in reversed(statements)}


def find_readded_column(step: HistoryStep, column: Identity) -> Node | None:
    """Return the definition with which the same file adds a column again after it is dropped; None if it does not."""
    added = _list_added_columns(step.source).get(local_name(column), ())
    return next((node for start, node in added if start >= step.statement.start), None)


@cached
def _list_added_columns(source: Source) -> dict[tuple[str, ...], list[tuple[int, Node]]]:
    """Return the definitions of the columns that a file adds, by their local names, with the statements' offsets."""
    added: dict[tuple[str, ...], list[tuple[int, Node]]] = {}
    for statement in source.expanded:
        for effect in effects(statement) if statement.kind == "alter_table_stmt" else ():
            if effect.creates and effect.node.DESCRIPTOR.name == "ColumnDef":
                added.setdefault(local_name(effect.identity), []).append((statement.start, effect.node))
    return added


def is_column_new(step: HistoryStep, relation: HistoryRelation | None, name: str) -> bool:
    """Return whether no query can use a column yet: the same file adds the column, or it does not exist."""
    if relation is None:
        return False
    column = relation.columns.get(name)
    if column is None:
        return relation.complete or name in relation.removed_columns
    return step.is_new_in_file(column.created_at)
