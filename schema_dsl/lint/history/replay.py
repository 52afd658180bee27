"""Replay a history statement by statement, and update the schema after each statement."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs

from schema_dsl.analysis.bodies import Guard, read_body
from schema_dsl.analysis.builtins import split_words
from schema_dsl.analysis.effects import derive_effects, effects
from schema_dsl.analysis.trees import option_text, options, qualified_name
from schema_dsl.errors import resolve_links
from schema_dsl.lint.history import publications
from schema_dsl.lint.history.alter_table import alter_table
from schema_dsl.lint.history.catalog_changes import apply_catalog_change
from schema_dsl.lint.history.clustering import cluster
from schema_dsl.lint.history.create_objects import CREATE_HANDLERS
from schema_dsl.lint.history.create_routine import create_function
from schema_dsl.lint.history.create_view import create_table_as, create_view, select_into
from schema_dsl.lint.history.default_privileges import alter_default_privileges
from schema_dsl.lint.history.define import doubt_defined
from schema_dsl.lint.history.drop import drop
from schema_dsl.lint.history.dynamic_sql import (
    apply_dynamic_sql,
    apply_possible_changes,
    apply_possible_effects,
)
from schema_dsl.lint.history.included_files import IncludedFile, find_included_files
from schema_dsl.lint.history.ownership import drop_owned, drop_role, import_foreign_schema, reassign_owned
from schema_dsl.lint.history.psql_names import doubt_created_name, find_effects_on_variables
from schema_dsl.lint.history.rename import GUARDED_HANDLERS, HANDLERS
from schema_dsl.lint.history.schema import (
    TEMPORARY_SCHEMA,
    HistoryPosition,
    HistorySchema,
    Transaction,
)
from schema_dsl.lint.history.session import (
    apply_discard,
    apply_set,
    apply_setting,
    apply_transaction,
    set_search_path,
)
from schema_dsl.lint.history.unread_sql import apply_unparsed, doubt_unread
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Node, Statement
from schema_dsl.parsing.expressions import QUERY_KINDS
from schema_dsl.render import read_seal

# Settings that an included file may change.
_TIMEOUTS = ("lock_timeout", "statement_timeout")
# The spellings of true for the argument is_local of set_config().
_TRUE = frozenset({"True", "true", "t"})
_FALSE = frozenset({"False", "false", "off", "0"})


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
        _start_session(schema)
        if source.unread:
            doubt_unread(schema, source)
        includes = list(find_included_files(source))
        done = {resolve_links(Path(each.path)) for each in sources} if includes else set()
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
                _apply_script_statement(step)
        for included in includes:
            number += 1
            position = HistoryPosition(file, number, schema.transaction.number)
            _apply_included(schema, source, included, position, done)


def _start_session(schema: HistorySchema) -> None:
    schema.settings.clear()
    schema.transaction = Transaction(schema.transaction.number + 1)
    for key in [key for key in schema.relations if key[0] == TEMPORARY_SCHEMA]:
        del schema.relations[key]
        schema.dropped.add(key)


def _apply_included(
    schema: HistorySchema, source: Source, included: IncludedFile, position: HistoryPosition, done: set[Path]
) -> None:
    """Apply a file that psql reads inside another one, unless the history has it as a file of its own."""
    if included.path is not None and resolve_links(included.path) in done:
        return
    inner = included.read()
    if inner is None or included.path is None:
        _doubt_included(schema, source, included.offset)
        return
    inside = {*done, resolve_links(included.path)}
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
            _apply_script_statement(step)
    for each in nested:
        _apply_included(schema, inner, each, position, inside)


def _doubt_included(schema: HistorySchema, source: Source, offset: int) -> None:
    """Doubt everything after a psql command that reads a file which is not there."""
    schema.doubts.statement = source.path, source.text.count("\n", 0, offset) + 1
    schema.settings.update(dict.fromkeys(_TIMEOUTS, "?"))
    schema.doubt_everything()


def _replay_block(step: HistoryStep, numbers: Iterator[int] | None = None) -> Iterator[HistoryStep]:
    """Yield the statements of a DO block and of the blocks in it, with the next numbers as their parts."""
    body = read_body(step.statement)
    if body is None or not body.code.nodes:
        step.schema.doubt_everything()
        return
    position = step.position
    numbers = itertools.count(1) if numbers is None else numbers
    for part in body.parts:
        for statement in part.statements:
            within = HistoryStep(
                step.source,
                statement,
                step.outer,
                HistoryPosition(position.file, position.statement, position.transaction, next(numbers)),
                step.schema,
                step.guard.join(part.guard),
                body.variables,
            )
            yield within
            if statement.kind == "do_stmt":
                yield from _replay_block(within, numbers)
            else:
                apply_statement(step.schema, within)
        if part.dynamic_sql is not None and part.keyword == "execute" and not part.dynamic_sql.is_constant:
            apply_dynamic_sql(step.schema, part.dynamic_sql)


def _apply_script_statement(step: HistoryStep) -> None:
    """Apply a statement in which psql may insert names."""
    placeholders = step.source.script.placeholders
    unknown = find_effects_on_variables(step.statement, placeholders) if placeholders else []
    if unknown:
        apply_possible_effects(step.schema, unknown)
        return
    apply_statement(step.schema, step)
    if placeholders:
        doubt_created_name(step.schema, step.statement, placeholders)


def apply_statement(schema: HistorySchema, step: HistoryStep) -> None:
    """Update the schema to the state after a statement."""
    try:
        if step.kind == "create_function_stmt":
            create_function(schema, step.statement, step.position)
        elif step.kind == "drop_stmt":
            drop(schema, effects(step.statement), certain=step.guard is Guard.NONE)
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
        if not certain:
            _doubt_created(schema, kind, tree, guard)
        if kind == "create_schema_stmt" and tree.schema_elts:
            _apply_schema_elements(schema, tree, position, guard)
    elif kind in HANDLERS:
        HANDLERS[kind](schema, tree, position)
    elif kind in _GUARDED_HANDLERS:
        _GUARDED_HANDLERS[kind](schema, tree, position, certain=certain)
    elif kind == "select_stmt":
        _apply_select(schema, tree, position)
    elif kind in _HANDLERS:
        _HANDLERS[kind](schema, tree, position)


def _doubt_created(schema: HistorySchema, kind: str, tree: Node, guard: Guard) -> None:
    """Doubt the parts of a new object: another branch may create it with other parts, or no branch creates it."""
    if kind in {"define_stmt", "create_event_trig_stmt"}:
        doubt_defined(schema, kind, tree)
    if guard is not Guard.UNKNOWN:
        return
    if kind == "alter_enum_stmt":
        user_type = schema.find_user_type(schema.find_type_name(*qualified_name(tree.type_name)) or "")
        if user_type is not None:
            user_type.may_have_changed = True
    if kind != "create_stmt":
        return
    relation = schema.find_relation(tree.relation.schemaname, tree.relation.relname)
    if relation is not None:
        relation.complete = relation.fully_known = False


def _note_change(schema: HistorySchema, kind: str, tree: Node) -> None:
    """Record the objects that a statement changes, for ROLLBACK."""
    if schema.transaction.explicit or schema.transaction.savepoints:
        found = derive_effects(kind, tree)
        schema.transaction.cascaded |= any(effect.cascade for effect in found)
        schema.transaction.changed += [effect.identity.root for effect in found]
        schema.transaction.changed += [each.new_identity.root for each in found if each.new_identity]


def _apply_schema_elements(
    schema: HistorySchema, tree: Node, position: HistoryPosition, guard: Guard
) -> None:
    """Apply the elements of a CREATE SCHEMA within the new schema."""
    path, role = schema.search_path, schema.settings.get("role", "")
    schema.search_path = (tree.schemaname or tree.authrole.rolename, *path)
    schema.settings["role"] = tree.authrole.rolename or role
    for element in tree.schema_elts:
        kind = element.WhichOneof("node")
        _apply_tree(schema, kind, getattr(element, kind), position, guard)
    schema.search_path, schema.settings["role"] = path, role


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
        apply_setting(schema, setting.lower(), text if is_constant else "?", local=local)
        if setting == "search_path":
            set_search_path(schema, [part.strip().strip('"') for part in text.split(",") if part.strip()])
        return
    for routine in schema.find_routines(schema_name, name):
        if routine.body is not None:
            apply_possible_changes(schema, routine.body)


def _apply_call(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    _apply_function_call(schema, tree.funccall)


def _apply_explain(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Apply the statement of EXPLAIN ANALYZE, which executes it."""
    kind = tree.query.WhichOneof("node")
    if any(name == "analyze" and option_text(value) not in _FALSE for name, value in options(tree.options)):
        _apply_tree(schema, kind, getattr(tree.query, kind), position, Guard.NONE)


# Statements that do not change the schema.
_SCHEMA_UNCHANGED = split_words(
    "insert_stmt update_stmt delete_stmt merge_stmt truncate_stmt copy_stmt lock_stmt explain_stmt fetch_stmt "
    "transaction_stmt variable_set_stmt variable_show_stmt vacuum_stmt notify_stmt comment_stmt refresh_mat_view_stmt"
)
_GUARDED_HANDLERS = {**GUARDED_HANDLERS, **publications.HANDLERS}
_HANDLERS: dict[str, Any] = {
    "view_stmt": create_view,
    "create_table_as_stmt": create_table_as,
    "variable_set_stmt": apply_set,
    "discard_stmt": apply_discard,
    "transaction_stmt": apply_transaction,
    "call_stmt": _apply_call,
    "alter_default_privileges_stmt": alter_default_privileges,
    "import_foreign_schema_stmt": import_foreign_schema,
    "cluster_stmt": cluster,
    "drop_owned_stmt": drop_owned,
    "drop_role_stmt": drop_role,
    "reassign_owned_stmt": reassign_owned,
    "explain_stmt": _apply_explain,
    **dict.fromkeys(QUERY_KINDS - {"select_stmt"}, apply_catalog_change),
}
