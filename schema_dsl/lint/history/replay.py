"""A history, read statement by statement: what each one finds, and what it leaves behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs

from schema_dsl.lint.history.alter_table import alter_table
from schema_dsl.lint.history.body_statements import Guard, inner_of
from schema_dsl.lint.history.create_objects import CREATIONS
from schema_dsl.lint.history.create_view import create_table_as, create_view, select_into
from schema_dsl.lint.history.default_privileges import alter_default_privileges
from schema_dsl.lint.history.drop_rename import CHANGES, UNSURE_CHANGES, drop_key
from schema_dsl.lint.history.dynamic_sql import DEFINES, EVERYTHING, doubt_dynamic
from schema_dsl.lint.history.schema import TEMPORARY, HistoryPosition, Schema, Transaction
from schema_dsl.lint.history.trees import enumeration, option_text, options, qualified
from schema_dsl.lint.option_names import words
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Node, Statement

_WORD = re.compile(r"\w+")
# psql reads another file here.
_INCLUDES = re.compile(r"^[^\S\n]*\\(?:i|ir|include|include_relative)\b", re.MULTILINE)
# What a file that is read by \i may well set.
_TIMEOUTS = ("lock_timeout", "statement_timeout")
# How set_config's is_local is written: as a keyword, or as text.
_TRUE = frozenset({"True", "true", "t"})


@attrs.define(eq=False)
class HistoryStep:
    """One statement of a history, before it has happened.

    `statement` is the statement itself, which may stand in a DO block (`outer` is then the block, else the
    same); its offsets are those of the file either way. `schema` is live: it shows the state before the
    statement until the next step is asked for, and the state after the last one in the end. `guard` says
    whether the statement is known to run. `variables` are names that PL/pgSQL puts in the place of columns.
    `kind` and `tree` are those of `statement`.
    """

    source: Source
    statement: Statement
    outer: Statement
    moment: HistoryPosition
    schema: Schema
    guard: Guard = Guard.NONE
    variables: frozenset[str] = frozenset()
    # Kept, as every rule asks for them.
    kind: str = attrs.field(init=False)
    tree: Node = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self.kind, self.tree = self.statement.kind, self.statement.tree

    @property
    def in_block(self) -> bool:
        """Whether it stands in a DO block."""
        return self.statement is not self.outer

    def new_in_file(self, made: HistoryPosition | None) -> bool:
        """Whether something was made earlier in the same file."""
        return made is not None and made.file == self.moment.file

    def new_in_transaction(self, made: HistoryPosition | None) -> bool:
        """Whether something was made earlier in the same transaction."""
        return made is not None and made.transaction == self.moment.transaction


def replay(sources: Iterable[Source], schema: Schema) -> Iterator[HistoryStep]:
    """Yield every statement of a history that parses, and keep `schema` up to date behind it.

    A DO block comes as itself and then as its static statements. Each file is a session of its own: settings
    and transactions end with it.
    """
    path, open_path = schema.search_path, schema.open_path
    number = 0
    for file, source in enumerate(sources):
        schema.search_path, schema.open_path = path, open_path
        schema.settings.clear()
        schema.transaction = Transaction(schema.transaction.number + 1)
        for key in [key for key in schema.relations if key[0] == TEMPORARY]:
            del schema.relations[key]
            schema.dropped.add(key)
        includes = [found.start() for found in _INCLUDES.finditer(source.text)]
        for statement in source.applied:
            number += 1
            if includes and includes[0] < statement.start:
                schema.settings.update(dict.fromkeys(_TIMEOUTS, "?"))
                schema.doubt(EVERYTHING)
                includes = [each for each in includes if each > statement.start]
            if not statement.kind:
                doubt_unread(schema, statement.text)
                continue
            if not schema.transaction.explicit:
                schema.transaction.number += 1
            moment = HistoryPosition(file, number, schema.transaction.number)
            step = HistoryStep(source, statement, statement, moment, schema)
            yield step
            if statement.kind == "do_stmt":
                yield from _block(step)
            else:
                apply(schema, step)
            if source.script.placeholders:
                _made_by_psql(step, source.script.placeholders)


def _block(step: HistoryStep) -> Iterator[HistoryStep]:
    block = inner_of(step.statement)
    if block is None:
        step.schema.doubt(EVERYTHING)
        return
    for part, inner in enumerate(block, 1):
        if inner.statement is None:
            doubt_dynamic(step.schema, inner.dynamic)
            continue
        within = attrs.evolve(
            step,
            statement=inner.statement,
            moment=step.moment._replace(part=part),
            guard=inner.guard,
            variables=inner.variables,
        )
        yield within
        apply(step.schema, within)


def _made_by_psql(step: HistoryStep, placeholders: frozenset[int]) -> None:
    """Note what is made under a name that holds a variable of psql's, as in `CREATE TABLE :schema.t`."""
    schema, statement = step.schema, step.statement
    if step.kind not in _NAMED_RELATION:
        named = range(statement.start, statement.start + len(statement.text.partition("(")[0]))
        if DEFINES.match(statement.text) and any(each in named for each in placeholders):
            schema.doubt({"functions", "types"})
        return
    node = _NAMED_RELATION[step.kind](step.tree)
    # The colon is not part of the name where quotes follow it.
    at = statement.offset(node.location)
    if not placeholders & {at, at - 1}:
        return
    if node.schemaname:
        schema.anywhere.add(node.relname)
    else:
        schema.closed.clear()


def doubt_unread(schema: Schema, text: str) -> None:
    """Note what a statement that does not parse may have been meant to do: to whatever it names."""
    if DEFINES.search(text):
        schema.doubt({"relations", "functions", "types"})
    words = set(_WORD.findall(text.lower()))
    for relation in schema.relations.values():
        if relation.name.lower() in words:
            relation.complete = relation.settled = False


def apply(schema: Schema, step: HistoryStep) -> None:
    """Bring the schema to the state after a statement."""
    try:
        _apply(schema, step.kind, step.tree, step.moment, step.guard)
    except RecursionError:
        # Nested more deeply than Python can follow.
        schema.doubt(EVERYTHING)


def _apply(schema: Schema, kind: str, tree: Node, moment: HistoryPosition, guard: Guard) -> None:
    sure = guard is Guard.NONE
    schema.transaction.changes += kind not in _ROWS_ONLY
    if kind == "alter_table_stmt":
        alter_table(schema, tree, moment, sure=guard is not Guard.OTHER)
    elif kind in CREATIONS:
        CREATIONS[kind](schema, tree, moment)
        if guard is Guard.OTHER and kind == "create_stmt":
            # One of several, perhaps, or none.
            relation = schema.relation(tree.relation.schemaname, tree.relation.relname)
            if relation is not None:
                relation.complete = relation.settled = False
        if kind == "create_schema_stmt" and tree.schema_elts:
            _schema_elements(schema, tree, moment, guard)
    elif kind in CHANGES:
        CHANGES[kind](schema, tree, moment)
    elif kind in UNSURE_CHANGES:
        UNSURE_CHANGES[kind](schema, tree, moment, sure=sure)
    elif kind == "select_stmt":
        _select(schema, tree, moment)
    elif kind in _REST:
        _REST[kind](schema, tree, moment)


def _schema_elements(schema: Schema, tree: Node, moment: HistoryPosition, guard: Guard) -> None:
    """Apply what a CREATE SCHEMA makes within the new schema."""
    path = schema.search_path
    schema.search_path = (tree.schemaname or tree.authrole.rolename, *path)
    for each in tree.schema_elts:
        kind = each.WhichOneof("node")
        _apply(schema, kind, getattr(each, kind), moment, guard)
    schema.search_path = path


def _select(schema: Schema, tree: Node, moment: HistoryPosition) -> None:
    if tree.HasField("into_clause"):
        select_into(schema, tree, moment)
    else:
        for target in tree.target_list:
            value = target.res_target.val
            if value.WhichOneof("node") == "func_call":
                _called(schema, value.func_call)


def _called(schema: Schema, call: Node) -> None:
    """Note what a function that a migration calls may do."""
    where, name = qualified(call.funcname)
    if name == "set_config" and len(call.args) > 1:
        setting, text = option_text(call.args[0]), option_text(call.args[1])
        # One that is worked out is taken to be something.
        known = call.args[1].WhichOneof("node") == "a_const"
        local = len(call.args) > 2 and option_text(call.args[2]) in _TRUE  # noqa: PLR2004 - the third
        _keep(schema, setting.lower(), text if known else "?", local=local)
        if setting == "search_path":
            set_search_path(schema, [part.strip().strip('"') for part in text.split(",") if part.strip()])
        return
    for routine in schema.named_routines(where, name):
        if routine.body and DEFINES.search(routine.body):
            schema.doubt(EVERYTHING)


def _call(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    _called(schema, tree.funccall)


def set_search_path(schema: Schema, path: list[str]) -> None:
    """Follow a search path; `"$user"` is a schema that hardly anybody has."""
    schema.search_path = tuple(each for each in path if each != "$user" and each)
    known = all(each in schema.closed or each == "pg_catalog" for each in schema.search_path)
    schema.open_path = not known


def _keep(schema: Schema, name: str, value: str, *, local: bool = False) -> None:
    """Follow a setting; "" is its default.

    SET LOCAL without a BEGIN is taken to stand in the transaction of whoever runs the file.
    """
    schema.settings[name] = value
    if schema.transaction.explicit and not local:
        schema.transaction.kept[name] = value


def _reset_all(schema: Schema) -> None:
    schema.settings.clear()
    schema.transaction.kept.clear()
    set_search_path(schema, ["public"])


def _set(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    kind = enumeration("VariableSetKind")[tree.kind]
    if kind == "VAR_SET_VALUE":
        value = ", ".join(option_text(each) for each in tree.args)
        _keep(schema, tree.name, value, local=tree.is_local)
        if tree.name == "search_path":
            if tree.is_local and schema.transaction.path is None:
                schema.transaction.path = schema.search_path
            set_search_path(schema, [option_text(each) for each in tree.args])
    elif kind in {"VAR_SET_DEFAULT", "VAR_RESET"}:
        _keep(schema, tree.name, "", local=tree.is_local)
        if tree.name == "search_path":
            set_search_path(schema, ["public"])
    elif kind == "VAR_RESET_ALL":
        _reset_all(schema)


def _discard(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    if enumeration("DiscardMode")[tree.target] == "DISCARD_ALL":
        _reset_all(schema)


def _transaction(schema: Schema, tree: Node, moment: HistoryPosition) -> None:
    kind = enumeration("TransactionStmtKind")[tree.kind]
    now = schema.transaction
    if now.path is not None and kind in {"TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK"}:
        # SET LOCAL ends here.
        set_search_path(schema, list(now.path))
    if kind in {"TRANS_STMT_BEGIN", "TRANS_STMT_START"}:
        if not now.explicit:
            _begin(schema, now.number, moment)
    elif kind in {"TRANS_STMT_COMMIT", "TRANS_STMT_PREPARE"}:
        _end(schema, tree, moment, now.kept)
        for key in [key for key, each in schema.relations.items() if each.until_commit]:
            drop_key(schema, key, sure=True, cascade=True)
    elif kind == "TRANS_STMT_SAVEPOINT":
        now.savepoints[tree.savepoint_name] = now.changes
    elif kind in {"TRANS_STMT_ROLLBACK", "TRANS_STMT_ROLLBACK_TO"}:
        if now.changes > now.savepoints.get(tree.savepoint_name, 0):
            _undo(schema)
        if kind == "TRANS_STMT_ROLLBACK":
            _end(schema, tree, moment, now.before)


def _undo(schema: Schema) -> None:
    """What was undone is not kept: nothing that it touched is sure any more."""
    schema.doubt(EVERYTHING)
    for relation in schema.relations.values():
        for column in relation.columns.values():
            column.type = None


def _begin(schema: Schema, number: int, moment: HistoryPosition) -> None:
    before = dict(schema.settings)
    schema.transaction = Transaction(number, explicit=True, since=moment, before=before, kept=dict(before))


def _end(schema: Schema, tree: Node, moment: HistoryPosition, settings: dict[str, str]) -> None:
    now = schema.transaction
    if now.explicit:
        schema.settings = dict(settings)
    schema.transaction = Transaction(now.number)
    if tree.chain:
        _begin(schema, now.number + 1, moment)


def _explain(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    if any(name == "analyze" for name, _ in options(tree.options)):
        # It does what it explains.
        schema.doubt({"relations"})


def _anything(schema: Schema, _: Node, __: HistoryPosition) -> None:
    schema.doubt(EVERYTHING)


# What leaves the schema as it is.
_ROWS_ONLY = words(
    "insert_stmt update_stmt delete_stmt merge_stmt truncate_stmt copy_stmt lock_stmt explain_stmt fetch_stmt "
    "transaction_stmt variable_set_stmt variable_show_stmt vacuum_stmt notify_stmt comment_stmt refresh_mat_view_stmt"
)
_NAMED_RELATION: dict[str, Callable[[Node], Node]] = {
    "create_stmt": lambda tree: tree.relation,
    "create_table_as_stmt": lambda tree: tree.into.rel,
    "create_seq_stmt": lambda tree: tree.sequence,
    "view_stmt": lambda tree: tree.view,
}
_REST: dict[str, Any] = {
    "view_stmt": create_view,
    "create_table_as_stmt": create_table_as,
    "variable_set_stmt": _set,
    "discard_stmt": _discard,
    "transaction_stmt": _transaction,
    "call_stmt": _call,
    "alter_default_privileges_stmt": alter_default_privileges,
    "import_foreign_schema_stmt": _anything,
    "drop_owned_stmt": _anything,
    "explain_stmt": _explain,
}
