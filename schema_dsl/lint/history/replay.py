"""Replay a history statement by statement, and update the schema after each statement."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs

from schema_dsl.analysis.bodies import Guard, read_body
from schema_dsl.analysis.builtins import split_words
from schema_dsl.analysis.effects import derive_effects, effects
from schema_dsl.analysis.effects.names import kind_group
from schema_dsl.analysis.identity import Identity, table_identity
from schema_dsl.analysis.trees import enumeration, option_text, options, qualified_name
from schema_dsl.lint.history.alter_table import alter_table
from schema_dsl.lint.history.clustering import cluster
from schema_dsl.lint.history.create_objects import CREATE_HANDLERS
from schema_dsl.lint.history.create_routine import create_function
from schema_dsl.lint.history.create_view import create_table_as, create_view, select_into
from schema_dsl.lint.history.default_privileges import alter_default_privileges
from schema_dsl.lint.history.drop_rename import GUARDED_HANDLERS, HANDLERS
from schema_dsl.lint.history.dynamic_sql import (
    DDL_KEYWORD,
    apply_dynamic_sql,
    apply_possible_changes,
)
from schema_dsl.lint.history.included_files import IncludedFile, find_included_files
from schema_dsl.lint.history.ownership import drop_owned, import_foreign_schema, reassign_owned
from schema_dsl.lint.history.removal import remove_relation
from schema_dsl.lint.history.schema import (
    ALL_KINDS,
    TEMPORARY_SCHEMA,
    HistoryPosition,
    HistoryRelation,
    HistorySchema,
    Transaction,
)
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Node, Statement
from schema_dsl.render import read_seal

_WORD = re.compile(r"\w+")
# Settings that an included file may change.
_TIMEOUTS = ("lock_timeout", "statement_timeout")
# The spellings of true for the argument is_local of set_config().
_TRUE = frozenset({"True", "true", "t"})


@attrs.define(eq=False)
class HistoryStep:
    """One statement of a history, before the replay applies it.

    Attributes:
        statement: The statement; its offsets are offsets in the file.
        outer: The DO block that contains `statement`; else `statement` itself.
        position: The position in the history.
        schema: The live state: before the statement until the next step is requested, and the final state at the end.
        guard: Whether the statement is known to run.
        variables: The PL/pgSQL variables in scope, which hide columns.
        kind: The node kind of `statement`.
        tree: The parse tree of `statement`.
    """

    source: Source
    statement: Statement
    outer: Statement
    position: HistoryPosition
    schema: HistorySchema
    guard: Guard = Guard.NONE
    variables: frozenset[str] = frozenset()
    # Fields instead of properties, because every rule reads them.
    kind: str = attrs.field(init=False)
    tree: Node = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self.kind, self.tree = self.statement.kind, self.statement.tree

    @property
    def in_block(self) -> bool:
        """Return whether the statement is in a DO block."""
        return self.statement is not self.outer

    def is_new_in_file(self, created_at: HistoryPosition | None) -> bool:
        """Return whether an object created at that position was created in this file."""
        return created_at is not None and created_at.file == self.position.file

    def is_new_in_migration(self, created_at: HistoryPosition | None) -> bool:
        """Return whether an object created at that position was created by this migration, of one or several files."""
        seal = read_seal(self.source.text)
        earlier = seal.part.number - 1 if seal is not None else 0
        return (
            created_at is not None and self.position.file - earlier <= created_at.file <= self.position.file
        )

    def is_new_in_transaction(self, created_at: HistoryPosition | None) -> bool:
        """Return whether an object created at that position was created in this transaction."""
        return created_at is not None and created_at.transaction == self.position.transaction


def replay(sources: Iterable[Source], schema: HistorySchema) -> Iterator[HistoryStep]:
    """Yield every statement of a history that parses, and apply it to `schema` afterwards.

    A DO block is yielded first, followed by its static statements. Each file is a separate session: settings and
    transactions end with the file.
    """
    path, open_path = schema.search_path, schema.open_path
    number = 0
    sources = list(sources)
    for file, source in enumerate(sources):
        schema.search_path, schema.open_path = path, open_path
        schema.settings.clear()
        schema.transaction = Transaction(schema.transaction.number + 1)
        for key in [key for key in schema.relations if key[0] == TEMPORARY_SCHEMA]:
            del schema.relations[key]
            schema.dropped.add(key)
        includes = list(find_included_files(source))
        done = {Path(each.path).resolve() for each in sources} if includes else set()
        for statement in source.applied:
            number += 1
            while includes and includes[0].offset < statement.start:
                position = HistoryPosition(file, number, schema.transaction.number)
                _apply_included(schema, source, includes.pop(0), position, done)
            schema.doubts.statement = source.path, statement.line
            if not statement.kind:
                apply_unparsed(schema, statement.text)
                continue
            if not schema.transaction.explicit:
                schema.transaction.number += 1
            position = HistoryPosition(file, number, schema.transaction.number)
            step = HistoryStep(source, statement, statement, position, schema)
            yield step
            if statement.kind == "do_stmt":
                yield from _replay_block(step)
            else:
                apply_statement(schema, step)
            if source.script.placeholders:
                _mark_psql_names(step, source.script.placeholders)
        for included in includes:
            number += 1
            position = HistoryPosition(file, number, schema.transaction.number)
            _apply_included(schema, source, included, position, done)


def _apply_included(
    schema: HistorySchema, source: Source, included: IncludedFile, position: HistoryPosition, done: set[Path]
) -> None:
    """Apply a file that psql reads inside another one, unless the history has it as a file of its own."""
    if included.path is not None and included.path.resolve() in done:
        return
    inner = included.read()
    if inner is None or included.path is None:
        _doubt_included(schema, source, included.offset)
        return
    inside = {*done, included.path.resolve()}
    nested = list(find_included_files(inner))
    for statement in inner.applied:
        while nested and nested[0].offset < statement.start:
            _apply_included(schema, inner, nested.pop(0), position, inside)
        if not statement.kind:
            apply_unparsed(schema, statement.text)
            continue
        step = HistoryStep(inner, statement, statement, position, schema)
        if statement.kind == "do_stmt":
            # The statements of the block are applied while they are read.
            deque(_replay_block(step), maxlen=0)
        else:
            apply_statement(schema, step)
        if inner.script.placeholders:
            _mark_psql_names(step, inner.script.placeholders)
    for each in nested:
        _apply_included(schema, inner, each, position, inside)


def _doubt_included(schema: HistorySchema, source: Source, offset: int) -> None:
    """Doubt everything after a psql command that reads a file which is not there."""
    schema.doubts.statement = source.path, source.text.count("\n", 0, offset) + 1
    schema.settings.update(dict.fromkeys(_TIMEOUTS, "?"))
    schema.doubt_everything()


def _replay_block(step: HistoryStep) -> Iterator[HistoryStep]:
    body = read_body(step.statement)
    if body is None or not body.code.nodes:
        step.schema.doubt_everything()
        return
    position = step.position
    number = 0
    for part in body.parts:
        for statement in part.statements:
            number += 1
            within = HistoryStep(
                step.source,
                statement,
                step.outer,
                HistoryPosition(position.file, position.statement, position.transaction, number),
                step.schema,
                part.guard,
                body.variables,
            )
            yield within
            apply_statement(step.schema, within)
        if part.dynamic_sql is not None and part.keyword == "execute" and not part.dynamic_sql.is_constant:
            apply_dynamic_sql(step.schema, part.dynamic_sql)


def _mark_psql_names(step: HistoryStep, placeholders: frozenset[int]) -> None:
    """Mark as unknown the objects named by a psql variable, as in `CREATE TABLE :schema.t`."""
    schema, statement = step.schema, step.statement
    created = next(iter(effects(statement)), None)
    if created is None or not created.creates or kind_group(created.identity.kind) != "relation":
        named = range(statement.start, statement.start + len(statement.text.partition("(")[0]))
        if DDL_KEYWORD.match(statement.text) and any(placeholder in named for placeholder in placeholders):
            schema.mark_unknown({"functions", "types"})
        return
    node = created.relation
    # In :"name", the colon precedes the location of the name.
    at = statement.offset(node.location)
    if not placeholders & {at, at - 1}:
        return
    if node.schemaname:
        schema.psql_relation_names.add(node.relname)
        schema.doubts.add(["existence"], node.relname)
    else:
        schema.doubts.add(["relations"])
        schema.fully_known_schemas.clear()


def apply_unparsed(schema: HistorySchema, text: str) -> None:
    """Mark as unknown the objects that a statement names which does not parse."""
    if DDL_KEYWORD.search(text):
        schema.mark_unknown({"relations", "functions", "types"})
    words = set(_WORD.findall(text.lower()))
    for relation in schema.relations.values():
        if relation.name.lower() in words:
            schema.doubts.add(["columns"], str(relation))
            relation.complete = relation.fully_known = False


def apply_statement(schema: HistorySchema, step: HistoryStep) -> None:
    """Update the schema to the state after a statement."""
    try:
        if step.kind == "create_function_stmt":
            create_function(schema, step.statement, step.position)
        _apply_tree(schema, step.kind, step.tree, step.position, step.guard)
    except RecursionError:
        # The statement is nested too deeply for Python's recursion limit.
        schema.doubt_everything()


def _apply_tree(
    schema: HistorySchema, kind: str, tree: Node, position: HistoryPosition, guard: Guard
) -> None:
    certain = guard is Guard.NONE
    if kind not in _SCHEMA_UNCHANGED:
        _note_change(schema, kind, tree)
    if kind == "alter_table_stmt":
        alter_table(schema, tree, position, certain=guard is not Guard.UNKNOWN)
    elif kind in CREATE_HANDLERS:
        CREATE_HANDLERS[kind](schema, tree, position)
        if guard is Guard.UNKNOWN and kind == "create_stmt":
            _doubt_created_table(schema, tree)
        if kind == "create_schema_stmt" and tree.schema_elts:
            _apply_schema_elements(schema, tree, position, guard)
    elif kind in HANDLERS:
        HANDLERS[kind](schema, tree, position)
    elif kind in GUARDED_HANDLERS:
        GUARDED_HANDLERS[kind](schema, tree, position, certain=certain)
    elif kind == "select_stmt":
        _apply_select(schema, tree, position)
    elif kind in _HANDLERS:
        _HANDLERS[kind](schema, tree, position)


def _doubt_created_table(schema: HistorySchema, tree: Node) -> None:
    """Doubt the parts of a new table: another branch may create it with other columns, or no branch creates it."""
    relation = schema.find_relation(tree.relation.schemaname, tree.relation.relname)
    if relation is not None:
        relation.complete = relation.fully_known = False


def _note_change(schema: HistorySchema, kind: str, tree: Node) -> None:
    """Record the objects that a statement changes, for ROLLBACK."""
    if schema.transaction.explicit or schema.transaction.savepoints:
        schema.transaction.changed += [effect.identity.root for effect in derive_effects(kind, tree)]


def _apply_schema_elements(
    schema: HistorySchema, tree: Node, position: HistoryPosition, guard: Guard
) -> None:
    """Apply the elements of a CREATE SCHEMA within the new schema."""
    path = schema.search_path
    schema.search_path = (tree.schemaname or tree.authrole.rolename, *path)
    for element in tree.schema_elts:
        kind = element.WhichOneof("node")
        _apply_tree(schema, kind, getattr(element, kind), position, guard)
    schema.search_path = path


def _apply_select(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    if tree.HasField("into_clause"):
        select_into(schema, tree, position)
    else:
        for target in tree.target_list[:]:
            value = target.res_target.val
            if value.WhichOneof("node") == "func_call":
                _apply_function_call(schema, value.func_call)


def _apply_function_call(schema: HistorySchema, call: Node) -> None:
    """Apply set_config(), and mark the objects that a function with DDL in its body may change as unknown."""
    schema_name, name = qualified_name(call.funcname)
    if name == "set_config" and len(call.args) > 1:
        setting, text = option_text(call.args[0]), option_text(call.args[1])
        # A value that is not a constant is recorded as "?".
        is_constant = call.args[1].WhichOneof("node") == "a_const"
        local = len(call.args) > 2 and option_text(call.args[2]) in _TRUE  # noqa: PLR2004 - the third
        _apply_setting(schema, setting.lower(), text if is_constant else "?", local=local)
        if setting == "search_path":
            set_search_path(schema, [part.strip().strip('"') for part in text.split(",") if part.strip()])
        return
    for routine in schema.find_routines(schema_name, name):
        if routine.body is not None:
            apply_possible_changes(schema, routine.body)


def _apply_call(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    _apply_function_call(schema, tree.funccall)


def set_search_path(schema: HistorySchema, path: list[str]) -> None:
    """Set the search path, without `"$user"`: migrations rarely have a schema named like the role."""
    schema.search_path = tuple(name for name in path if name != "$user" and name)
    is_known = all(name in schema.fully_known_schemas or name == "pg_catalog" for name in schema.search_path)
    schema.open_path = not is_known


def _apply_setting(schema: HistorySchema, name: str, value: str, *, local: bool = False) -> None:
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


def _apply_set(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    kind = enumeration("VariableSetKind")[tree.kind]
    if kind == "VAR_SET_VALUE":
        value = ", ".join(option_text(argument) for argument in tree.args)
        _apply_setting(schema, tree.name, value, local=tree.is_local)
        if tree.name == "search_path":
            if tree.is_local and schema.transaction.search_path_before is None:
                schema.transaction.search_path_before = schema.search_path
            set_search_path(schema, [option_text(argument) for argument in tree.args])
    elif kind in {"VAR_SET_DEFAULT", "VAR_RESET"}:
        _apply_setting(schema, tree.name, "", local=tree.is_local)
        if tree.name == "search_path":
            set_search_path(schema, ["public"])
    elif kind == "VAR_RESET_ALL":
        _reset_all(schema)


def _apply_discard(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    if enumeration("DiscardMode")[tree.target] == "DISCARD_ALL":
        _reset_all(schema)


def _apply_transaction(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    kind = enumeration("TransactionStmtKind")[tree.kind]
    now = schema.transaction
    if now.search_path_before is not None and kind in {"TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK"}:
        # The end of the transaction reverts SET LOCAL.
        set_search_path(schema, list(now.search_path_before))
    if kind in {"TRANS_STMT_BEGIN", "TRANS_STMT_START"}:
        if not now.explicit:
            _begin_transaction(schema, now.number, position)
    elif kind in {"TRANS_STMT_COMMIT", "TRANS_STMT_PREPARE"}:
        _end_transaction(schema, tree, position, now.settings_after_commit)
        for key in [key for key, relation in schema.relations.items() if relation.on_commit_drop]:
            remove_relation(schema, key, certain=True, cascade=True)
    elif kind == "TRANS_STMT_SAVEPOINT":
        now.savepoints.append((tree.savepoint_name, len(now.changed)))
    elif kind == "TRANS_STMT_ROLLBACK":
        _roll_back(schema, now.changed)
        _end_transaction(schema, tree, position, now.settings_before)
    elif (number := now.find_savepoint(tree.savepoint_name)) is not None:
        if kind == "TRANS_STMT_RELEASE":
            del now.savepoints[number:]
        else:
            first = now.savepoints[number][1]
            _roll_back(schema, now.changed[first:])
            del now.changed[first:], now.savepoints[number + 1 :]


def _roll_back(schema: HistorySchema, changed: Iterable[Identity]) -> None:
    """Doubt the objects that rolled back statements changed: the replay keeps no state to restore."""
    for identity in changed:
        group, home = kind_group(identity.kind), schema.creation_schema(identity.schema)
        if group in {"schema", "extension", "role"}:
            schema.doubt_everything()
        elif group == "routine":
            schema.dropped_routines.discard((home, identity.name))
            for routine in schema.find_routines(identity.schema, identity.name):
                schema.doubts.add(["existence"], routine.name)
                routine.uncertain = True
        elif group == "type":
            schema.dropped_types.discard((home, identity.name))
            schema.mark_unknown({"types"})
        schema.dropped.discard((home, identity.name))
        relation = schema.find_relation(identity.schema, identity.name)
        if relation is None and group == "relation":
            # A relation that the transaction dropped exists again.
            relation = schema.relations[home, identity.name] = HistoryRelation(
                table_identity(home, identity.name)
            )
        if relation is not None:
            schema.doubts.add(["existence"], str(relation))
            relation.uncertain = True
            relation.mark_unknown(set(ALL_KINDS))
            for column in relation.columns.values():
                column.type = None


def _begin_transaction(schema: HistorySchema, number: int, position: HistoryPosition) -> None:
    before = dict(schema.settings)
    schema.transaction = Transaction(
        number, explicit=True, begun_at=position, settings_before=before, settings_after_commit=dict(before)
    )


def _end_transaction(
    schema: HistorySchema, tree: Node, position: HistoryPosition, settings: dict[str, str]
) -> None:
    now = schema.transaction
    if now.explicit:
        schema.settings = dict(settings)
    schema.transaction = Transaction(now.number)
    if tree.chain:
        _begin_transaction(schema, now.number + 1, position)


def _apply_explain(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    if any(name == "analyze" for name, _ in options(tree.options)):
        # EXPLAIN ANALYZE executes the statement.
        schema.mark_unknown({"relations"})


# Statements that do not change the schema.
_SCHEMA_UNCHANGED = split_words(
    "insert_stmt update_stmt delete_stmt merge_stmt truncate_stmt copy_stmt lock_stmt explain_stmt fetch_stmt "
    "transaction_stmt variable_set_stmt variable_show_stmt vacuum_stmt notify_stmt comment_stmt refresh_mat_view_stmt"
)
_HANDLERS: dict[str, Any] = {
    "view_stmt": create_view,
    "create_table_as_stmt": create_table_as,
    "variable_set_stmt": _apply_set,
    "discard_stmt": _apply_discard,
    "transaction_stmt": _apply_transaction,
    "call_stmt": _apply_call,
    "alter_default_privileges_stmt": alter_default_privileges,
    "import_foreign_schema_stmt": import_foreign_schema,
    "cluster_stmt": cluster,
    "drop_owned_stmt": drop_owned,
    "reassign_owned_stmt": reassign_owned,
    "explain_stmt": _apply_explain,
}
