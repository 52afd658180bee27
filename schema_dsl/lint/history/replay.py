"""A history, read statement by statement: what each one finds, and what it leaves behind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from schema_dsl.lint.history.altering import alter_table
from schema_dsl.lint.history.blocks import Guard, inner_of
from schema_dsl.lint.history.changing import CHANGES, UNSURE_CHANGES
from schema_dsl.lint.history.creating import CREATIONS
from schema_dsl.lint.history.schema import TEMPORARY, Moment, Schema, Transaction
from schema_dsl.lint.history.trees import enumeration, option_text, options, qualified
from schema_dsl.lint.history.views import create_table_as, create_view, select_into
from schema_dsl.lint.option_names import words
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Node, Statement

EVERYTHING = words(
    "relations columns functions types policies triggers indexes constraints grants row_security"
)
# What dynamic SQL changes, by the words in it; without any of them it may do anything.
_DYNAMIC: tuple[tuple[re.Pattern[str], set[str]], ...] = (
    (re.compile(r"\b(?:create|drop|alter)\s+policy\b", re.IGNORECASE), {"policies"}),
    (
        re.compile(
            r"\b(?:create|drop|alter)\s+(?:or\s+replace\s+)?(?:constraint\s+)?trigger\b", re.IGNORECASE
        ),
        {"triggers"},
    ),
    (re.compile(r"\b(?:enable|disable)\s+trigger\b", re.IGNORECASE), {"triggers"}),
    (re.compile(r"\b(?:enable|disable|force)\s+row\s+level\b", re.IGNORECASE), {"row_security"}),
    (re.compile(r"\b(?:create\s+(?:unique\s+)?|drop\s+)index\b", re.IGNORECASE), {"indexes"}),
    (re.compile(r"\b(?:add|drop|validate)\s+constraint\b", re.IGNORECASE), {"constraints", "indexes"}),
    (re.compile(r"\b(?:grant|revoke)\b", re.IGNORECASE), {"grants"}),
    (
        re.compile(
            r"\b(?:comment\s+on|owner\s+to|analyze|vacuum|reindex|notify|set\s+local)\b", re.IGNORECASE
        ),
        set(),
    ),
    (
        re.compile(r"\b(?:insert\s+into|update\s|delete\s+from|truncate|select|refresh)\b", re.IGNORECASE),
        set(),
    ),
)
_WORD = re.compile(r"\w+")
# psql reads another file here.
_INCLUDES = re.compile(r"^[^\S\n]*\\(?:i|ir|include|include_relative)\b", re.MULTILINE)
# How set_config's is_local is written: as a keyword, or as text.
_TRUE = frozenset({"True", "true", "t"})
_DEFINES = re.compile(r"\b(?:create|drop|alter|rename)\b", re.IGNORECASE)


@attrs.define(eq=False)
class Step:
    """One statement of a history, before it has happened.

    `statement` is the statement itself, which may stand in a DO block (`outer` is then the block, else the
    same); its offsets are those of the file either way. `schema` is live: it shows the state before the
    statement until the next step is asked for, and the state after the last one in the end. `guard` says
    whether the statement is known to run. `variables` are names that PL/pgSQL puts in the place of columns.
    """

    source: Source
    statement: Statement
    outer: Statement
    moment: Moment
    schema: Schema
    guard: Guard = Guard.NONE
    variables: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        """The statement's kind, as `create_stmt`."""
        return self.statement.kind

    @property
    def tree(self) -> Node:
        """The statement's tree, of that kind."""
        return self.statement.tree

    @property
    def in_block(self) -> bool:
        """Whether it stands in a DO block."""
        return self.statement is not self.outer

    def new_in_file(self, made: Moment | None) -> bool:
        """Whether something was made earlier in the same file."""
        return made is not None and made.file == self.moment.file

    def new_in_transaction(self, made: Moment | None) -> bool:
        """Whether something was made earlier in the same transaction."""
        return made is not None and made.transaction == self.moment.transaction


def replay(sources: Iterable[Source], schema: Schema) -> Iterator[Step]:
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
        includes = [found.start() for found in _INCLUDES.finditer(source.text)]
        for statement in source.statements:
            number += 1
            if includes and includes[0] < statement.start:
                schema.doubt(EVERYTHING)
                includes = [each for each in includes if each > statement.start]
            if not statement.kind:
                doubt_unread(schema, statement.text)
                continue
            if not schema.transaction.explicit:
                schema.transaction.number += 1
            moment = Moment(file, number, schema.transaction.number)
            step = Step(source, statement, statement, moment, schema)
            yield step
            if statement.kind == "do_stmt":
                yield from _block(step)
            else:
                apply(schema, step)


def _block(step: Step) -> Iterator[Step]:
    block = inner_of(step.statement)
    if block is None:
        step.schema.doubt(EVERYTHING)
        return
    for inner in block:
        if inner.statement is None:
            doubt_dynamic(step.schema, inner.dynamic)
            continue
        within = attrs.evolve(step, statement=inner.statement, guard=inner.guard, variables=inner.variables)
        yield within
        apply(step.schema, within)


def doubt_unread(schema: Schema, text: str) -> None:
    """Note what a statement that does not parse may have been meant to do: to whatever it names."""
    if _DEFINES.search(text):
        schema.doubt({"relations", "functions", "types"})
    words = set(_WORD.findall(text.lower()))
    for relation in schema.relations.values():
        if relation.name.lower() in words:
            relation.complete = relation.settled = False


def doubt_dynamic(schema: Schema, text: str) -> None:
    """Note what SQL that is only put together at run time may have changed."""
    found = [kinds for pattern, kinds in _DYNAMIC if pattern.search(text)]
    rest = text
    for pattern, _ in _DYNAMIC:
        rest = pattern.sub(" ", rest)
    # What is altered is said by the words behind it.
    rest = re.sub(r"\balter\s+table\b", " ", rest, flags=re.IGNORECASE) if found else rest
    if not found or _DEFINES.search(rest):
        schema.doubt(EVERYTHING)
    for kinds in found:
        schema.doubt(kinds)


def apply(schema: Schema, step: Step) -> None:
    """Bring the schema to the state after a statement."""
    try:
        _apply(schema, step.kind, step.tree, step.moment, step.guard)
    except RecursionError:
        # Nested more deeply than Python can follow.
        schema.doubt(EVERYTHING)


def _apply(schema: Schema, kind: str, tree: Node, moment: Moment, guard: Guard) -> None:
    sure = guard is Guard.NONE
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


def _schema_elements(schema: Schema, tree: Node, moment: Moment, guard: Guard) -> None:
    """Apply what a CREATE SCHEMA makes within the new schema."""
    path = schema.search_path
    schema.search_path = (tree.schemaname or tree.authrole.rolename, *path)
    for each in tree.schema_elts:
        kind = each.WhichOneof("node")
        _apply(schema, kind, getattr(each, kind), moment, guard)
    schema.search_path = path


def _select(schema: Schema, tree: Node, moment: Moment) -> None:
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
        if routine.body and _DEFINES.search(routine.body):
            schema.doubt(EVERYTHING)


def _call(schema: Schema, tree: Node, _: Moment) -> None:
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


def _set(schema: Schema, tree: Node, _: Moment) -> None:
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


def _discard(schema: Schema, tree: Node, _: Moment) -> None:
    if enumeration("DiscardMode")[tree.target] == "DISCARD_ALL":
        _reset_all(schema)


def _transaction(schema: Schema, tree: Node, moment: Moment) -> None:
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
            del schema.relations[key]
    elif kind in {"TRANS_STMT_ROLLBACK", "TRANS_STMT_ROLLBACK_TO"}:
        # What was undone is not kept: nothing that it touched is sure any more.
        schema.doubt(EVERYTHING)
        for relation in schema.relations.values():
            for column in relation.columns.values():
                column.type = None
        if kind == "TRANS_STMT_ROLLBACK":
            _end(schema, tree, moment, now.before)


def _begin(schema: Schema, number: int, moment: Moment) -> None:
    before = dict(schema.settings)
    schema.transaction = Transaction(number, explicit=True, since=moment, before=before, kept=dict(before))


def _end(schema: Schema, tree: Node, moment: Moment, settings: dict[str, str]) -> None:
    now = schema.transaction
    if now.explicit:
        schema.settings = dict(settings)
    schema.transaction = Transaction(now.number)
    if tree.chain:
        _begin(schema, now.number + 1, moment)


def _explain(schema: Schema, tree: Node, _: Moment) -> None:
    if any(name == "analyze" for name, _ in options(tree.options)):
        # It does what it explains.
        schema.doubt({"relations"})


def _default_privileges(schema: Schema, tree: Node, _: Moment) -> None:
    schema.default_privileges.append(tree)


def _anything(schema: Schema, _: Node, __: Moment) -> None:
    schema.doubt(EVERYTHING)


_REST: dict[str, Any] = {
    "view_stmt": create_view,
    "create_table_as_stmt": create_table_as,
    "variable_set_stmt": _set,
    "discard_stmt": _discard,
    "transaction_stmt": _transaction,
    "call_stmt": _call,
    "alter_default_privileges_stmt": _default_privileges,
    "import_foreign_schema_stmt": _anything,
    "drop_owned_stmt": _anything,
    "explain_stmt": _explain,
}
