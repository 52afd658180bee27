"""Apply what changes the session: settings, the search path and transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from schema_dsl.analysis.effects.names import kind_group
from schema_dsl.analysis.identity import Identity, table_identity
from schema_dsl.analysis.trees import enumeration, option_text
from schema_dsl.lint.history.define import OTHER_KINDS
from schema_dsl.lint.history.removal import remove_relation
from schema_dsl.lint.history.schema import (
    ALL_KINDS,
    HistoryPosition,
    HistoryRelation,
    HistorySchema,
    Transaction,
)
from schema_dsl.parsing import Node


def set_search_path(schema: HistorySchema, path: list[str]) -> None:
    """Set the search path, without `"$user"`: migrations rarely have a schema named like the role."""
    schema.search_path = tuple(name for name in path if name != "$user" and name)
    is_known = all(name in schema.fully_known_schemas or name == "pg_catalog" for name in schema.search_path)
    schema.open_path = not is_known


def apply_setting(schema: HistorySchema, name: str, value: str, *, local: bool) -> None:
    """Record the value of a setting; "" is the default.

    SET LOCAL without BEGIN also takes effect, because migration tools run a file in a transaction.
    """
    schema.settings[name] = value
    if schema.transaction.explicit and not local:
        schema.transaction.settings_after_commit[name] = value


def _reset_all(schema: HistorySchema) -> None:
    schema.settings.clear()
    schema.transaction.settings_after_commit.clear()
    set_search_path(schema, ["public"])


def apply_set(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Apply SET and RESET."""
    kind = enumeration("VariableSetKind")[tree.kind]
    if kind == "VAR_SET_VALUE":
        value = ", ".join(option_text(argument) for argument in tree.args)
        apply_setting(schema, tree.name, value, local=tree.is_local)
        if tree.name == "search_path":
            if tree.is_local and schema.transaction.search_path_before is None:
                schema.transaction.search_path_before = schema.search_path
            set_search_path(schema, [option_text(argument) for argument in tree.args])
    elif kind in {"VAR_SET_DEFAULT", "VAR_RESET"}:
        apply_setting(schema, tree.name, "", local=tree.is_local)
        if tree.name == "search_path":
            set_search_path(schema, ["public"])
    elif kind == "VAR_RESET_ALL":
        _reset_all(schema)


def apply_discard(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Apply DISCARD, which resets the settings with ALL."""
    if enumeration("DiscardMode")[tree.target] == "DISCARD_ALL":
        _reset_all(schema)


def apply_transaction(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Apply BEGIN, COMMIT, ROLLBACK and the commands of savepoints."""
    kind = enumeration("TransactionStmtKind")[tree.kind]
    now = schema.transaction
    if now.search_path_before is not None and kind in {"TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK"}:
        # The end of the transaction reverts SET LOCAL.
        set_search_path(schema, list(now.search_path_before))
    if kind in {"TRANS_STMT_BEGIN", "TRANS_STMT_START"}:
        if not now.explicit:
            _begin_transaction(schema, now.number)
    elif kind in {"TRANS_STMT_COMMIT", "TRANS_STMT_PREPARE"}:
        _end_transaction(schema, tree, now.settings_after_commit)
        for key in [key for key, relation in schema.relations.items() if relation.on_commit_drop]:
            remove_relation(schema, key, certain=True, cascade=True)
    elif kind == "TRANS_STMT_SAVEPOINT":
        now.savepoints.append((tree.savepoint_name, len(now.changed)))
    elif kind == "TRANS_STMT_ROLLBACK":
        _roll_back(schema, now.changed)
        _end_transaction(schema, tree, now.settings_before)
    elif (number := now.find_savepoint(tree.savepoint_name)) is not None:
        if kind == "TRANS_STMT_RELEASE":
            del now.savepoints[number:]
        else:
            first = now.savepoints[number][1]
            _roll_back(schema, now.changed[first:])
            del now.changed[first:], now.savepoints[number + 1 :]


def _roll_back(schema: HistorySchema, changed: Iterable[Identity]) -> None:
    """Doubt the objects that rolled back statements changed: the replay keeps no state to restore."""
    if schema.transaction.cascaded:
        schema.doubt_everything()
        return
    for identity in changed:
        group, home = kind_group(identity.kind), schema.creation_schema(identity.schema)
        schema.dropped.discard((home, identity.name))
        if group in _RESTORED:
            _RESTORED[group](schema, home, identity.name)
        relation = schema.find_relation(identity.schema, identity.name)
        if relation is None and group == "relation":
            # A relation that the transaction dropped exists again.
            key = (home, identity.name)
            relation = schema.transaction.removed.get(key) or HistoryRelation(table_identity(*key))
            schema.relations[key] = relation
        if relation is not None and group in {"relation", "type"}:
            _doubt_relation(schema, relation)


def _doubt_relation(schema: HistorySchema, relation: HistoryRelation) -> None:
    schema.doubts.add(["existence"], str(relation))
    relation.uncertain = True
    relation.mark_unknown(set(ALL_KINDS))
    for column in relation.columns.values():
        column.type = None


def _restore_index(schema: HistorySchema, home: str, name: str) -> None:
    """Doubt the indexes of the table of a new index; an index that the transaction dropped exists again."""
    index = schema.indexes.get((home, name))
    relation = None if index is None else schema.relations.get(index.relation)
    if relation is None:
        schema.mark_unknown({"indexes"})
    else:
        schema.doubts.add(["indexes"], str(relation))
        relation.changed_kinds.add("indexes")


def _restore_routine(schema: HistorySchema, home: str, name: str) -> None:
    schema.dropped_routines.discard((home, name))
    schema.unread_names.add(name.lower())
    for routine in schema.routines.get((home, name), ()):
        schema.doubts.add(["existence"], routine.name)
        routine.uncertain = True


def _restore_type(schema: HistorySchema, home: str, name: str) -> None:
    schema.dropped_types.discard((home, name))
    user_type = schema.types.get((home, name))
    schema.doubts.add(["existence"], name)
    schema.unread_names.add(name.lower())
    if user_type is not None:
        user_type.may_have_changed = True


def _restore_schema(schema: HistorySchema, _: str, name: str) -> None:
    schema.doubt_contents(name)
    for (home, _), relation in list(schema.relations.items()):
        if home == name:
            _doubt_relation(schema, relation)
    for objects, restore in ((schema.routines, _restore_routine), (schema.types, _restore_type)):
        for home, each in list(objects):
            if home == name:
                restore(schema, home, each)


def _restore_extension(schema: HistorySchema, _: str, name: str) -> None:
    schema.extensions.add(name)
    schema.doubt_names({"functions", "types"})


def _restore_other(schema: HistorySchema, home: str, name: str) -> None:
    """Forget a new operator, cast, collation or similar object; one that the transaction dropped exists again."""
    schema.doubt_names({"others"})
    schema.operator_definitions.pop((home, name), None)
    schema.cast_definitions.clear()
    for kind in OTHER_KINDS:
        for key in ((kind, home, name), (kind, "", name)):
            schema.others.pop(key, None)


_RESTORED: dict[str, Callable[[HistorySchema, str, str], None]] = {
    "index": _restore_index,
    "routine": _restore_routine,
    "type": _restore_type,
    "schema": _restore_schema,
    "extension": _restore_extension,
    **dict.fromkeys(OTHER_KINDS, _restore_other),
}


def _begin_transaction(schema: HistorySchema, number: int) -> None:
    before = dict(schema.settings)
    schema.transaction = Transaction(
        number, explicit=True, settings_before=before, settings_after_commit=dict(before)
    )


def _end_transaction(schema: HistorySchema, tree: Node, settings: dict[str, str]) -> None:
    now = schema.transaction
    if now.explicit:
        schema.settings = dict(settings)
    schema.transaction = Transaction(now.number)
    if tree.chain:
        _begin_transaction(schema, now.number + 1)
