"""Mark the objects that dynamic SQL may change as unknown, by the kinds of its statements."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schema_dsl.analysis.bodies import PLACEHOLDER_NAME, DynamicSql, RoutineBody
from schema_dsl.analysis.builtins import split_words
from schema_dsl.analysis.effects import Effect, effects
from schema_dsl.analysis.effects.alter_table import PARTITION_COMMANDS, ROW_SECURITY
from schema_dsl.analysis.effects.names import kind_group
from schema_dsl.analysis.identity import RELATION_KINDS
from schema_dsl.analysis.trees import qualified_name
from schema_dsl.lint.history.schema import HistoryIndex, HistoryRelation, HistorySchema, Routine
from schema_dsl.parsing import Node, Statement

# Statements without effects on the schema.
_HARMLESS = split_words(
    "select_stmt variable_set_stmt variable_show_stmt notify_stmt vacuum_stmt reindex_stmt"
)
_HARMLESS_VERBS = split_words(
    "read insert update delete merge truncate lock vacuum analyze comment rebuild reference"
)
_PARTS = {"policy": "policies", "trigger": "triggers", "index": "indexes"}
# The kinds of parts that a command of ALTER TABLE changes. A command that is not listed may change any part.
_CHANGED_PARTS: dict[str, frozenset[str]] = {
    **dict.fromkeys(ROW_SECURITY, frozenset({"row_security"})),
    **dict.fromkeys(split_words("AT_AddConstraint AT_DropConstraint"), frozenset({"constraints", "indexes"})),
    "AT_ValidateConstraint": frozenset({"constraints"}),
    "AT_AddInherit": frozenset({"columns", "constraints"}),
    "AT_DropInherit": frozenset({"columns", "constraints"}),
    "AT_ClusterOn": frozenset({"indexes"}),
    "AT_DropCluster": frozenset({"indexes"}),
    "AT_AddColumn": frozenset({"columns"}),
    "AT_AlterColumnType": frozenset({"columns"}),
    "AT_DropColumn": frozenset({"columns", "constraints", "indexes"}),
    **dict.fromkeys(split_words("AT_ColumnDefault AT_SetNotNull AT_DropNotNull"), frozenset[str]()),
    **dict.fromkeys(
        split_words(
            "AT_ChangeOwner AT_SetRelOptions AT_ResetRelOptions AT_ReplicaIdentity AT_GenericOptions "
            "AT_EnableRule AT_EnableAlwaysRule AT_EnableReplicaRule AT_DisableRule"
        ),
        frozenset[str](),
    ),
}
# The kinds of parts that any other command changes, by the kind of part that it names.
_CHANGED_WITH = {
    "constraint": frozenset({"constraints"}),
    "trigger": frozenset({"triggers"}),
    "identity": frozenset({"columns"}),
    "expression": frozenset({"columns"}),
    "column": frozenset[str](),
}
# Kinds of objects whose DROP, without CASCADE, changes nothing else that the history knows.
_WITHOUT_DEPENDENTS = split_words("role extension comment statistics publication event_trigger rule schema")
DDL_KEYWORD = re.compile(r"\b(?:create|drop|alter|rename)\b", re.IGNORECASE)


def apply_dynamic_sql(schema: HistorySchema, dynamic: DynamicSql) -> None:
    """Mark the objects that an EXECUTE may change as unknown."""
    for statement in dynamic.statements:
        _apply_possible_change(schema, statement)
    if not dynamic.statements:
        schema.doubt_everything()


def apply_possible_changes(schema: HistorySchema, body: RoutineBody) -> None:
    """Mark the objects that a call of a routine may change as unknown."""
    if not body.is_readable:
        schema.doubt_everything()
    for part in body.parts:
        if part.dynamic_sql is not None:
            apply_dynamic_sql(schema, part.dynamic_sql)
        for statement in part.statements:
            _apply_possible_change(schema, statement)


def _apply_possible_change(schema: HistorySchema, statement: Statement) -> None:
    if statement.kind == "call_stmt" and _apply_possible_call(schema, statement.tree.funccall):
        return
    found = effects(statement)
    if not found and statement.kind not in _HARMLESS:
        schema.doubt_everything()
    for effect in found:
        if effect.creates and statement.kind == "create_stmt":
            _mark_schema(schema, effect.identity.schema)
            return
        if effect.verb not in _HARMLESS_VERBS and effect.identity.kind != "sequence":
            _apply_possible_effect(schema, effect)


def _apply_possible_call(schema: HistorySchema, call: Node) -> bool:
    """Mark the objects that a procedure may change as unknown; return whether its body is known and calls no other."""
    bodies = [routine.body for routine in schema.find_routines(*qualified_name(call.funcname))]
    known = [body for body in bodies if body is not None]
    statements = [each for body in known for each in body.list_executed()]
    if not known or len(known) < len(bodies) or any(each.kind == "call_stmt" for each in statements):
        return False
    for body in known:
        apply_possible_changes(schema, body)
    return True


def _apply_possible_effect(schema: HistorySchema, effect: Effect) -> None:
    kind = effect.identity.kind
    if effect.verb in {"grant", "revoke"}:
        schema.mark_unknown({"grants"})
    elif kind in RELATION_KINDS and effect.verb == "create":
        _mark_schema(schema, effect.identity.schema)
    elif kind in _PARTS and effect.identity.parent is not None and not effect.cascade:
        _mark_parts(
            schema,
            effect,
            {"more triggers" if (kind, effect.verb) == ("trigger", "create") else _PARTS[kind]},
        )
    elif effect.command is not None and effect.command.kind in PARTITION_COMMANDS:
        _doubt_partitions(schema, effect)
    elif effect.command is not None:
        parts = _find_changed_parts(effect, effect.command.kind)
        if parts is None:
            schema.doubt_everything()
        else:
            _mark_parts(schema, effect, parts)
    elif effect.verb in {"drop", "replace"} and not effect.cascade:
        _apply_possible_drop(schema, effect)
    else:
        schema.doubt_everything()


def _find_changed_parts(effect: Effect, command: str) -> frozenset[str] | None:
    """Return the kinds of parts that a command of ALTER TABLE changes; None if it may change any."""
    if command in _CHANGED_PARTS:
        return _CHANGED_PARTS[command]
    parts = _CHANGED_WITH.get(effect.identity.kind)
    # SET LOGGED, SET TABLESPACE and SET ACCESS METHOD write the same parts to another file.
    return frozenset() if parts is None and effect.rewrites else parts


def _doubt_partitions(schema: HistorySchema, effect: Effect) -> None:
    """Doubt what a partition shares with its table. The table itself keeps its parts."""
    if effect.verb == "alter":
        return
    parted = {frozenset(each.columns) for each in schema.relations.values() if each.partition_key}
    for relation in _find_possible_relations(schema, *effect.identity.relation):
        if relation.partition_of is not None or frozenset(relation.columns) in parted:
            kinds = {"constraints", "indexes", "triggers"}
            schema.doubts.add(sorted(kinds), str(relation))
            relation.mark_unknown(kinds)


def _apply_possible_drop(schema: HistorySchema, effect: Effect) -> None:
    """Doubt the objects that a DROP with an unknown name may drop, or a CREATE OR REPLACE may replace."""
    group, identity = kind_group(effect.identity.kind), effect.identity
    if group == "type":
        schema.mark_unknown({"types"})
    elif group in {"relation", "routine", "index"}:
        for each in _find_possible_objects(schema, group, identity.schema, identity.name):
            if isinstance(each, HistoryIndex):
                schema.doubts.add(["indexes"], each.relation[1])
                schema.relations[each.relation].changed_kinds.add("indexes")
            else:
                schema.doubts.add(["existence"], each.name)
                each.uncertain = True
    elif group not in _WITHOUT_DEPENDENTS:
        schema.doubt_everything()


def _find_possible_objects(
    schema: HistorySchema, group: str, written_home: str, written: str
) -> Iterator[HistoryRelation | Routine | HistoryIndex]:
    """Yield the objects of a group that a name with placeholders may name."""
    if group == "relation":
        yield from _find_possible_relations(schema, written_home, written)
    elif group == "index":
        for (home, name), index in schema.indexes.items():
            if index.relation in schema.relations and _may_be(home, name, written_home, written, schema):
                yield index
    else:
        for (home, name), overloads in schema.routines.items():
            if _may_be(home, name, written_home, written, schema):
                yield from overloads


def _mark_parts(schema: HistorySchema, effect: Effect, parts: frozenset[str] | set[str]) -> None:
    schema.changed_kinds.update(parts & {"indexes"})
    for relation in _find_possible_relations(schema, *effect.identity.relation):
        if not _is_unchanged(relation, effect):
            if relation.kind == "table" or "triggers" in parts:
                schema.doubts.add(sorted(parts), str(relation))
            relation.mark_unknown(set(parts))


def _is_unchanged(relation: HistoryRelation, effect: Effect) -> bool:
    """Return whether a relation is certainly in the state after an effect."""
    if effect.command is not None:
        return effect.command.kind == "AT_EnableRowSecurity" and relation.row_security is True
    parts = relation.policies if effect.identity.kind == "policy" else relation.triggers
    is_known = relation.fully_known and PLACEHOLDER_NAME not in effect.identity.name
    return effect.verb == "drop" and is_known and effect.identity.name not in parts


def _find_possible_relations(schema: HistorySchema, schema_name: str, name: str) -> Iterator[HistoryRelation]:
    """Yield the relations that a name with placeholders may name."""
    for relation in schema.relations.values():
        if _may_be(relation.schema, relation.name, schema_name, name, schema):
            yield relation


def _may_be(home: str, name: str, written_home: str, written: str, schema: HistorySchema) -> bool:
    """Return whether a name with placeholders may name an object."""
    homes = (written_home,) if written_home else schema.search_path
    is_home = PLACEHOLDER_NAME in written_home or home in homes
    return is_home and (PLACEHOLDER_NAME in written or name == written)


def _mark_schema(schema: HistorySchema, written: str) -> None:
    """Mark a schema as one that may contain unknown relations."""
    name = schema.creation_schema(written)
    known = {*schema.fully_known_schemas, *(home for home, _ in schema.dropped)}
    for home in known if PLACEHOLDER_NAME in name else (name,):
        schema.doubt_contents(home)
