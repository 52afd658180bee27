"""Statements that fail, or have an effect again, on a re-run."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

import attrs

from schema_dsl.analysis.trees import enumeration, qualified_name
from schema_dsl.lint.facts.alter_commands import format_relation
from schema_dsl.lint.facts.dropped import DroppedName, find_drop_offsets, list_dropped_names
from schema_dsl.lint.facts.positions import (
    TextSpan,
    find_command_spans,
    find_first_line,
    find_relation_name,
    find_words,
    text_without_comments,
    tokens_between,
)
from schema_dsl.lint.facts.rerun_parts import RerunFailure, add_schema_name, build_insertion
from schema_dsl.lint.facts.rerun_rare import RARE_KINDS
from schema_dsl.lint.history.alter_table import command_definition
from schema_dsl.lint.history.body_statements import Guard
from schema_dsl.lint.history.objects import display_name
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Edit
from schema_dsl.parsing import Node, Statement


def find_rerun_failures(step: HistoryStep) -> Iterator[RerunFailure]:
    """Yield the parts of a statement that fail, or create another object, when the file is re-run."""
    if step.guard is not Guard.NONE:
        return
    handler = _KINDS.get(step.kind)
    if handler is None:
        return
    drop_offsets = find_drop_offsets(step.source)
    for failure in handler(step):
        if not any(
            drop_offsets.get(key, step.statement.start) < step.statement.start for key in failure.keys
        ):
            yield attrs.evolve(failure, build_edits=tuple) if step.in_block else failure


def _needs_if_not_exists(
    step: HistoryStep, action: str, keys: tuple[DroppedName, ...], *words: str
) -> RerunFailure:
    return RerunFailure(
        action,
        "Add IF NOT EXISTS.",
        build_edits=build_insertion(step.statement, " IF NOT EXISTS", *words),
        keys=keys,
    )


def _table(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    node = tree.relation
    if not tree.if_not_exists and node.relpersistence != "t":
        yield _needs_if_not_exists(
            step, f"CREATE TABLE {format_relation(node)}", _relation_names(node), "table"
        )


def _relation_names(node: Node) -> tuple[DroppedName, ...]:
    return add_schema_name(node.schemaname, ("relation", node.relname))


def _foreign_table(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree.base_stmt
    if not tree.if_not_exists:
        yield _needs_if_not_exists(
            step, f"CREATE FOREIGN TABLE {tree.relation.relname}", _relation_names(tree.relation), "table"
        )


def _table_as(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    node = tree.into.rel
    if tree.if_not_exists or node.relpersistence == "t":
        return
    is_materialized_view = enumeration("ObjectType")[tree.objtype] == "OBJECT_MATVIEW"
    kind = "MATERIALIZED VIEW" if is_materialized_view else "TABLE"
    yield _needs_if_not_exists(
        step, f"CREATE {kind} {format_relation(node)}", _relation_names(node), *kind.lower().split()
    )


def _index(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    if tree.if_not_exists or tree.relation.relpersistence == "t":
        return
    keys = (("index", tree.idxname), *_relation_names(tree.relation))
    if not tree.idxname:
        yield RerunFailure(
            f"CREATE INDEX on {format_relation(tree.relation)} without a name",
            "Name the index, and add IF NOT EXISTS.",
            keys=keys,
            effect="creates another index on every run",
        )
    else:
        words = ("index", "concurrently") if tree.concurrent else ("index",)
        yield _needs_if_not_exists(step, f"CREATE INDEX {tree.idxname}", keys, *words)


def _sequence(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    if not tree.if_not_exists and tree.sequence.relpersistence != "t":
        yield _needs_if_not_exists(
            step,
            f"CREATE SEQUENCE {format_relation(tree.sequence)}",
            _relation_names(tree.sequence),
            "sequence",
        )


def _schema(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    if not tree.if_not_exists:
        name = tree.schemaname or tree.authrole.rolename
        yield _needs_if_not_exists(step, f"CREATE SCHEMA {name}", (("schema", name),), "schema")


def _extension(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    if not tree.if_not_exists:
        yield _needs_if_not_exists(
            step, f"CREATE EXTENSION {tree.extname}", (("extension", tree.extname),), "extension"
        )


def _needs_or_replace(step: HistoryStep, action: str, keys: tuple[DroppedName, ...]) -> RerunFailure:
    return RerunFailure(
        action,
        "Use CREATE OR REPLACE.",
        build_edits=build_insertion(step.statement, " OR REPLACE", "create"),
        keys=keys,
    )


def _view(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    if not tree.replace and tree.view.relpersistence != "t":
        yield _needs_or_replace(step, f"CREATE VIEW {format_relation(tree.view)}", _relation_names(tree.view))


def _function(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    if not tree.replace:
        schema_name, name = qualified_name(tree.funcname)
        kind = "PROCEDURE" if tree.is_procedure else "FUNCTION"
        yield _needs_or_replace(
            step, f"CREATE {kind} {name}", add_schema_name(schema_name, ("routine", name))
        )


def _trigger(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    if tree.replace:
        return
    keys = (("trigger", tree.relation.relname, tree.trigname), *_relation_names(tree.relation))
    action = f"CREATE TRIGGER {tree.trigname}"
    if tree.isconstraint:
        remedy = f"Add DROP TRIGGER IF EXISTS {tree.trigname} before the statement."
        yield RerunFailure(action, remedy, keys=keys)
    else:
        yield _needs_or_replace(step, action, keys)


def _policy(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    keys = (("policy", tree.table.relname, tree.policy_name), *_relation_names(tree.table))
    remedy = (
        "Add DROP POLICY IF EXISTS before the statement, or put the statement into a DO block that checks pg_policy "
        "first: CREATE POLICY has no IF NOT EXISTS."
    )
    yield RerunFailure(
        f"CREATE POLICY {display_name(tree.policy_name)}",
        remedy,
        build_edits=functools.partial(_drop_policy_first, step.statement),
        keys=keys,
    )


def _drop_policy_first(statement: Statement) -> tuple[Edit, ...]:
    name, on = find_words(statement, "policy"), find_words(statement, "on")
    # The policy is absent between the two statements. Without a restrictive policy, callers would see more rows.
    if name is None or on is None or not statement.tree.permissive:
        return ()
    table = find_relation_name(statement, statement.tree.table)
    policy_name = text_without_comments(statement, name.end, on.start)
    table_name = text_without_comments(statement, table.start, table.end)
    return (
        Edit(statement.start, statement.start, f"DROP POLICY IF EXISTS {policy_name} ON {table_name};\n"),
    )


def _type(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    if step.kind == "composite_type_stmt":
        schema_name, name = tree.typevar.schemaname, tree.typevar.relname
    else:
        schema_name, name = qualified_name(
            tree.domainname if step.kind == "create_domain_stmt" else tree.type_name
        )
    statement = "CREATE DOMAIN" if step.kind == "create_domain_stmt" else "CREATE TYPE"
    remedy = "Put the statement into a DO block that checks pg_type first, or that catches duplicate_object."
    yield RerunFailure(f"{statement} {name}", remedy, keys=add_schema_name(schema_name, ("type", name)))


def _role(step: HistoryStep) -> Iterator[RerunFailure]:
    remedy = "Put the statement into a DO block that checks pg_roles first."
    yield RerunFailure(f"CREATE ROLE {step.tree.role}", remedy, keys=(("role", step.tree.role),))


def _enum(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    name = qualified_name(tree.type_name)[1]
    if tree.old_val:
        yield RerunFailure(
            f"RENAME VALUE {tree.old_val!r}", "Put the statement into a DO block that checks pg_enum first."
        )
    elif not tree.skip_if_new_val_exists:
        insertion = build_insertion(step.statement, " IF NOT EXISTS", "add", "value")
        yield RerunFailure(
            f"ADD VALUE {tree.new_val!r}", "Add IF NOT EXISTS.", build_edits=insertion, keys=(("type", name),)
        )


def _drop(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    if tree.missing_ok:
        return
    word = enumeration("ObjectType")[tree.remove_type].removeprefix("OBJECT_").replace("_", " ").lower()
    word = {"matview": "materialized view"}.get(word, word)
    words = (*word.split(), "concurrently") if tree.concurrent else tuple(word.split())
    insertion = build_insertion(step.statement, " IF EXISTS", *words)
    dropped_names = ", ".join(display_name(name[-1]) for name in list_dropped_names(tree))
    yield RerunFailure(
        f"DROP {word.upper()} {dropped_names}".rstrip(), "Add IF EXISTS.", build_edits=insertion
    )


def _rename(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    kind = enumeration("ObjectType")[tree.rename_type]
    if not (tree.missing_ok and kind in {"OBJECT_TABLE", "OBJECT_INDEX", "OBJECT_VIEW", "OBJECT_SEQUENCE"}):
        old = tree.subname or tree.relation.relname
        action = f"RENAME {old} TO {tree.newname}" if old else f"RENAME TO {tree.newname}"
        yield RerunFailure(
            action, "Put the statement into a DO block that checks whether the old name still exists."
        )


def _alter_table(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    subtypes = enumeration("AlterTableType")
    of_type = enumeration("ObjectType")[tree.objtype] == "OBJECT_TYPE"
    alter_commands = [command.alter_table_cmd for command in tree.cmds]
    table = tree.relation.relname
    for number, command in enumerate(alter_commands if not of_type else ()):
        kind = subtypes[command.subtype]
        keys: tuple[DroppedName, ...] = _relation_names(tree.relation)
        inserted_text = ""
        if kind == "AT_AddColumn" and not command.missing_ok:
            name = command_definition(command).column_def.colname
            keys = (("column", table, name), *keys)
            action, remedy, inserted_text = f"ADD COLUMN {name}", "Add IF NOT EXISTS.", " IF NOT EXISTS"
        elif kind == "AT_DropColumn" and not command.missing_ok:
            action, remedy, inserted_text = f"DROP COLUMN {command.name}", "Add IF EXISTS.", " IF EXISTS"
        elif kind == "AT_DropConstraint" and not command.missing_ok:
            action, remedy, inserted_text = f"DROP CONSTRAINT {command.name}", "Add IF EXISTS.", " IF EXISTS"
        elif kind == "AT_AddConstraint":
            constraint = command_definition(command).constraint
            keys = (("constraint", table, constraint.conname), *keys)
            action = f"ADD CONSTRAINT {constraint.conname}".rstrip()
            remedy = (
                "Put the statement into a DO block that checks pg_constraint first, or add DROP CONSTRAINT IF EXISTS "
                "before it."
            )
        else:
            continue
        span = find_command_spans(step.statement, len(alter_commands))[number]
        build_edits = (
            functools.partial(_insert_after_word, step.statement, span, inserted_text)
            if inserted_text
            else tuple
        )
        yield RerunFailure(action, remedy, span, build_edits, keys)


def _insert_after_word(statement: Statement, span: TextSpan, text: str) -> tuple[Edit, ...]:
    """Insert text after ADD COLUMN, DROP COLUMN or DROP CONSTRAINT; the word COLUMN is optional."""
    first_tokens = tokens_between(statement, span.start, span.end)[:2]
    if first_tokens[0].word not in {"add", "drop"}:
        return ()
    last = next((token for token in first_tokens if token.word in {"column", "constraint"}), first_tokens[0])
    end = statement.start + last.end
    return (Edit(end, end, text),)


_KINDS: dict[str, Callable[[HistoryStep], Iterator[RerunFailure]]] = {
    "create_stmt": _table,
    "create_foreign_table_stmt": _foreign_table,
    "create_table_as_stmt": _table_as,
    "index_stmt": _index,
    "create_seq_stmt": _sequence,
    "create_schema_stmt": _schema,
    "create_extension_stmt": _extension,
    "view_stmt": _view,
    "create_function_stmt": _function,
    "create_trig_stmt": _trigger,
    "create_policy_stmt": _policy,
    "create_enum_stmt": _type,
    "create_domain_stmt": _type,
    "create_range_stmt": _type,
    "composite_type_stmt": _type,
    "create_role_stmt": _role,
    "alter_enum_stmt": _enum,
    "drop_stmt": _drop,
    "rename_stmt": _rename,
    "alter_table_stmt": _alter_table,
    **RARE_KINDS,
}
NOT_RERUNNABLE_KINDS = frozenset(_KINDS)


def find_marked_span(step: HistoryStep, failure: RerunFailure) -> TextSpan:
    """Return the span to mark for a failure."""
    return failure.span or find_first_line(step.statement)
