"""Mark the objects that dynamic SQL may change as unknown, by the kinds of its statements."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from schema_dsl.analysis.bodies import PLACEHOLDER_NAME, DynamicSql, RoutineBody
from schema_dsl.analysis.builtins import split_words
from schema_dsl.analysis.effects import Effect, effects
from schema_dsl.analysis.effects.alter_table import PARTITION_COMMANDS, ROW_SECURITY
from schema_dsl.analysis.effects.names import kind_group
from schema_dsl.analysis.identity import RELATION_KINDS, Identity
from schema_dsl.analysis.trees import qualified_name
from schema_dsl.lint.history.create_objects import install_extension
from schema_dsl.lint.history.dependencies import list_contents
from schema_dsl.lint.history.dependent import Referenced
from schema_dsl.lint.history.removal import doubt_dependents, doubt_unknown_uses
from schema_dsl.lint.history.schema import (
    ALL_KINDS,
    HistoryIndex,
    HistoryRelation,
    HistorySchema,
    Routine,
    UserType,
)
from schema_dsl.parsing import Node, Statement

# Statements without effects on the schema.
_HARMLESS = split_words(
    "select_stmt variable_set_stmt variable_show_stmt notify_stmt vacuum_stmt reindex_stmt listen_stmt unlisten_stmt "
    "check_point_stmt prepare_stmt deallocate_stmt declare_cursor_stmt fetch_stmt close_portal_stmt explain_stmt "
    "constraints_set_stmt discard_stmt load_stmt"
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
    **dict.fromkeys(split_words("AT_ColumnDefault AT_SetNotNull AT_DropNotNull"), frozenset({"defaults"})),
    "AT_ChangeOwner": frozenset({"owner"}),
    **dict.fromkeys(
        split_words(
            "AT_SetRelOptions AT_ResetRelOptions AT_ReplicaIdentity AT_GenericOptions "
            "AT_EnableRule AT_EnableAlwaysRule AT_EnableReplicaRule AT_DisableRule"
        ),
        frozenset[str](),
    ),
}
# The kinds of parts that any other command changes, by the kind of part that it names.
_CHANGED_WITH = {
    "constraint": frozenset({"constraints", "indexes"}),
    "rule": frozenset({"rules"}),
    "trigger": frozenset({"triggers"}),
    "identity": frozenset({"columns"}),
    "expression": frozenset({"columns"}),
    "column": frozenset[str](),
}
# The verbs of statements after which an object has a new name.
_NAMING_VERBS = split_words("create replace rename move")
_ALL_PARTS = ALL_KINDS - {"relations", "functions", "types", "existence"}
# Kinds of objects on which nothing depends that the history knows.
_UNRELATED = split_words(
    "role database default_privileges publication published_table subscription foreign_server foreign_data_wrapper "
    "user_mapping statistics tablespace setting comment conversion language"
)
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
    if statement.kind == "reassign_owned_stmt":
        schema.mark_unknown({"owner"})
    elif not found and statement.kind not in _HARMLESS:
        schema.doubt_everything()
    if statement.kind == "create_stmt":
        # The table is new, and so is all that the statement creates with it.
        _mark_schema(schema, found[0].identity.schema)
    else:
        apply_possible_effects(schema, found)


def apply_possible_effects(schema: HistorySchema, found: Iterable[Effect]) -> None:
    """Doubt the objects that effects change; a name with placeholders stands for each name that it may become."""
    for effect in found:
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
    group = kind_group(effect.identity.root.kind)
    if effect.verb in {"grant", "revoke"}:
        _mark_grants(schema, effect, group)
    elif effect.identity.kind in RELATION_KINDS and effect.verb == "create":
        _mark_schema(schema, effect.identity.schema)
    elif group in _GROUPS:
        _GROUPS[group](schema, effect)
    elif group in {"relation", "index"}:
        _apply_to_relation(schema, effect, group)
    elif group in _UNRELATED:
        # DROP SERVER ... CASCADE drops the foreign tables.
        for relation in schema.relations.values() if effect.cascade else ():
            relation.uncertain |= relation.kind == "foreign_table"
    else:
        schema.doubt_everything()
        return
    if effect.cascade:
        _doubt_dependents(schema, effect, group)


def _apply_to_relation(schema: HistorySchema, effect: Effect, group: str) -> None:
    """Doubt the parts of the relations that a statement may change, or their existence."""
    kind = effect.identity.kind
    if kind in _PARTS and effect.identity.parent is not None:
        is_new_trigger = (kind, effect.verb) == ("trigger", "create")
        _mark_parts(schema, effect, {"more triggers" if is_new_trigger else _PARTS[kind]})
    elif effect.command is not None and effect.command.kind in PARTITION_COMMANDS:
        _doubt_partitions(schema, effect)
    elif effect.command is not None or effect.identity.parent is not None:
        _mark_parts(schema, effect, _find_changed_parts(effect))
    else:
        _doubt_existence(schema, effect, group)


def _mark_grants(schema: HistorySchema, effect: Effect, group: str) -> None:
    """Doubt the privileges on the relations or routines that a GRANT or REVOKE may name."""
    if group == "relation":
        _mark_parts(schema, effect, {"grants"})
    elif group == "routine":
        for routine in _find_possible_routines(schema, effect.identity.schema, effect.identity.name):
            schema.doubts.add(["grants"], routine.name)
            routine.has_unknown_grants = True


def _doubt_types(schema: HistorySchema, effect: Effect) -> None:
    """Doubt the types that a statement may change, and the names of those that it may create."""
    root = effect.identity.root
    if effect.identity is root and effect.verb in _NAMING_VERBS:
        schema.doubt_names({"types"})
    if effect.identity is root and effect.verb == "create":
        return
    for user_type in _find_possible_types(schema, root):
        schema.doubts.add(["existence"], user_type.name)
        user_type.may_have_changed = True
    # A composite type is a relation.
    for relation in _find_possible_relations(schema, root.schema, root.name):
        if relation.kind == "composite_type":
            relation.mark_unknown({"columns"})


def _doubt_routines(schema: HistorySchema, effect: Effect) -> None:
    """Doubt the routines that a statement may change, and the names of those that it may create."""
    if effect.verb in _NAMING_VERBS:
        schema.doubt_names({"functions"})
    if effect.verb != "create":
        _doubt_existence(schema, effect, "routine")


def _doubt_schemas(schema: HistorySchema, effect: Effect) -> None:
    if effect.verb != "create":
        schema.mark_unknown({"relations", "functions", "types"})


def _doubt_extensions(schema: HistorySchema, effect: Effect) -> None:
    install_extension(schema, effect.identity.name, schema.creation_schema(""))


def _doubt_event_triggers(schema: HistorySchema, effect: Effect) -> None:
    schema.row_security_by_trigger |= effect.verb == "create"


_GROUPS: dict[str, Callable[[HistorySchema, Effect], None]] = {
    "type": _doubt_types,
    "routine": _doubt_routines,
    "schema": _doubt_schemas,
    "owned": _doubt_schemas,
    "extension": _doubt_extensions,
    "event_trigger": _doubt_event_triggers,
}


def _doubt_dependents(schema: HistorySchema, effect: Effect, group: str) -> None:
    """Doubt what depends on an object that DROP ... CASCADE may drop: one of the history, or an unknown one."""
    root = effect.identity.root
    objects: list[Referenced] = []
    if group == "type":
        objects += _find_possible_types(schema, root)
    elif group in {"relation", "routine", "index"}:
        objects += _find_possible_objects(schema, group, root.schema, root.name)
    contents = [part for each in objects for part in list_contents(each)]
    doubt_dependents(schema, schema.dependencies.find(schema, contents))
    doubt_unknown_uses(schema)


def _find_changed_parts(effect: Effect) -> frozenset[str]:
    """Return the kinds of parts of a relation that a statement changes."""
    if effect.command is not None and effect.command.kind in _CHANGED_PARTS:
        return _CHANGED_PARTS[effect.command.kind]
    parts = _CHANGED_WITH.get(kind_group(effect.identity.kind))
    if effect.command is None and parts is not None:
        # A part gets another name.
        return parts or frozenset({"columns"})
    # SET LOGGED, SET TABLESPACE and SET ACCESS METHOD write the same parts to another file.
    return (frozenset() if effect.rewrites else _ALL_PARTS) if parts is None else parts


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


def _doubt_existence(schema: HistorySchema, effect: Effect, group: str) -> None:
    """Doubt the relations, routines or indexes that a statement with an unknown name may drop, replace or rename."""
    identity = effect.identity
    for each in _find_possible_objects(schema, group, identity.schema, identity.name):
        if isinstance(each, HistoryIndex):
            schema.doubts.add(["indexes"], each.relation[1])
            schema.relations[each.relation].changed_kinds.add("indexes")
        else:
            schema.doubts.add(["existence"], each.name)
            each.uncertain = True
    if effect.new_identity is not None and group == "relation":
        _mark_schema(schema, effect.new_identity.schema)


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
        yield from _find_possible_routines(schema, written_home, written)


def _find_possible_types(schema: HistorySchema, root: Identity) -> Iterator[UserType]:
    """Yield the types that a name with placeholders may name."""
    for (home, name), user_type in schema.types.items():
        if _may_be(home, name, root.schema, root.name, schema):
            yield user_type


def _find_possible_routines(schema: HistorySchema, written_home: str, written: str) -> Iterator[Routine]:
    """Yield the routines that a name with placeholders may name."""
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
    # A GRANT ON ALL TABLES IN SCHEMA names no table.
    return is_home and (PLACEHOLDER_NAME in written or written in {"", name})


def _mark_schema(schema: HistorySchema, written: str) -> None:
    """Mark a schema as one that may contain unknown relations."""
    name = schema.creation_schema(written)
    known = {*schema.fully_known_schemas, *(home for home, _ in schema.dropped)}
    for home in known if PLACEHOLDER_NAME in name else (name,):
        schema.doubt_contents(home)
