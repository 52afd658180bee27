"""What happens when a statement is run a second time."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

import attrs

from schema_dsl.lint.facts.alter_commands import shown
from schema_dsl.lint.facts.dropped import Name, dropped, names_dropped
from schema_dsl.lint.facts.positions import TextSpan, commands, head, named, within, without_comments, words
from schema_dsl.lint.facts.rerun_parts import Again, insert, inside
from schema_dsl.lint.facts.rerun_rare import RARE
from schema_dsl.lint.history.alter_table import definition
from schema_dsl.lint.history.body_statements import Guard
from schema_dsl.lint.history.objects import readable
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration, qualified
from schema_dsl.lint.rule import Edit
from schema_dsl.parsing import Node, Statement


def fails_again(step: HistoryStep) -> Iterator[Again]:
    """Yield what fails, or piles up, when the file is run again."""
    if step.guard is not Guard.NONE:
        return
    of = _KINDS.get(step.kind)
    if of is None:
        return
    gone = dropped(step.source)
    for each in of(step):
        if not any(gone.get(key, step.statement.start) < step.statement.start for key in each.keys):
            yield attrs.evolve(each, mend=tuple) if step.in_block else each


def _absent(step: HistoryStep, what: str, keys: tuple[Name, ...], *behind: str) -> Again:
    return Again(
        what, "Say IF NOT EXISTS.", mend=insert(step.statement, " IF NOT EXISTS", *behind), keys=keys
    )


def _table(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    node = tree.relation
    if not tree.if_not_exists and node.relpersistence != "t":
        yield _absent(step, f"CREATE TABLE {shown(node)}", _relation(node), "table")


def _relation(node: Node) -> tuple[Name, ...]:
    return inside(node.schemaname, ("relation", node.relname))


def _foreign_table(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree.base_stmt
    if not tree.if_not_exists:
        yield _absent(
            step, f"CREATE FOREIGN TABLE {tree.relation.relname}", _relation(tree.relation), "table"
        )


def _table_as(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    node = tree.into.rel
    if tree.if_not_exists or node.relpersistence == "t":
        return
    view = enumeration("ObjectType")[tree.objtype] == "OBJECT_MATVIEW"
    what = "MATERIALIZED VIEW" if view else "TABLE"
    yield _absent(step, f"CREATE {what} {shown(node)}", _relation(node), *what.lower().split())


def _index(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    if tree.if_not_exists or tree.relation.relpersistence == "t":
        return
    keys = (("index", tree.idxname), *_relation(tree.relation))
    if not tree.idxname:
        yield Again(
            f"this CREATE INDEX on {shown(tree.relation)} has no name and",
            "Give it a name, and say IF NOT EXISTS.",
            keys=keys,
            effect="makes one more each time",
        )
    else:
        behind = ("index", "concurrently") if tree.concurrent else ("index",)
        yield _absent(step, f"CREATE INDEX {tree.idxname}", keys, *behind)


def _sequence(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    if not tree.if_not_exists and tree.sequence.relpersistence != "t":
        yield _absent(step, f"CREATE SEQUENCE {shown(tree.sequence)}", _relation(tree.sequence), "sequence")


def _schema(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    if not tree.if_not_exists:
        name = tree.schemaname or tree.authrole.rolename
        yield _absent(step, f"CREATE SCHEMA {name}", (("schema", name),), "schema")


def _extension(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    if not tree.if_not_exists:
        yield _absent(step, f"CREATE EXTENSION {tree.extname}", (("extension", tree.extname),), "extension")


def _replaced(step: HistoryStep, what: str, keys: tuple[Name, ...]) -> Again:
    return Again(
        what, "Say CREATE OR REPLACE.", mend=insert(step.statement, " OR REPLACE", "create"), keys=keys
    )


def _view(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    if not tree.replace and tree.view.relpersistence != "t":
        yield _replaced(step, f"CREATE VIEW {shown(tree.view)}", _relation(tree.view))


def _function(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    if not tree.replace:
        where, name = qualified(tree.funcname)
        what = "PROCEDURE" if tree.is_procedure else "FUNCTION"
        yield _replaced(step, f"CREATE {what} {name}", inside(where, ("routine", name)))


def _trigger(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    if tree.replace:
        return
    keys = (("trigger", tree.relation.relname, tree.trigname), *_relation(tree.relation))
    what = f"CREATE TRIGGER {tree.trigname}"
    if tree.isconstraint:
        remedy = f"DROP TRIGGER IF EXISTS {tree.trigname} before it."
        yield Again(what, remedy, keys=keys)
    else:
        yield _replaced(step, what, keys)


def _policy(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    keys = (("policy", tree.table.relname, tree.policy_name), *_relation(tree.table))
    remedy = (
        "DROP POLICY IF EXISTS before it, or a DO block that asks pg_policy first: there is no IF NOT EXISTS."
    )
    yield Again(
        f"CREATE POLICY {readable(tree.policy_name)}",
        remedy,
        mend=functools.partial(_drop_policy_first, step.statement),
        keys=keys,
    )


def _drop_policy_first(statement: Statement) -> tuple[Edit, ...]:
    name, on = words(statement, "policy"), words(statement, "on")
    # Between the two statements the policy is missing. That shows less, unless it is there to restrict.
    if name is None or on is None or not statement.tree.permissive:
        return ()
    table = named(statement, statement.tree.table)
    written = without_comments(statement, name.end, on.start)
    target = without_comments(statement, table.start, table.end)
    return (Edit(statement.start, statement.start, f"DROP POLICY IF EXISTS {written} ON {target};\n"),)


def _type(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    if step.kind == "composite_type_stmt":
        where, name = tree.typevar.schemaname, tree.typevar.relname
    else:
        where, name = qualified(tree.domainname if step.kind == "create_domain_stmt" else tree.type_name)
    what = "CREATE DOMAIN" if step.kind == "create_domain_stmt" else "CREATE TYPE"
    remedy = "Put it into a DO block that asks pg_type first, or catches duplicate_object."
    yield Again(f"{what} {name}", remedy, keys=inside(where, ("type", name)))


def _role(step: HistoryStep) -> Iterator[Again]:
    remedy = "Put it into a DO block that asks pg_roles first."
    yield Again(f"CREATE ROLE {step.tree.role}", remedy, keys=(("role", step.tree.role),))


def _enum(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    name = qualified(tree.type_name)[1]
    if tree.old_val:
        yield Again(f"RENAME VALUE {tree.old_val!r}", "Put it into a DO block that asks pg_enum first.")
    elif not tree.skip_if_new_val_exists:
        mend = insert(step.statement, " IF NOT EXISTS", "add", "value")
        yield Again(f"ADD VALUE {tree.new_val!r}", "Say IF NOT EXISTS.", mend=mend, keys=(("type", name),))


def _drop(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    if tree.missing_ok:
        return
    word = enumeration("ObjectType")[tree.remove_type].removeprefix("OBJECT_").replace("_", " ").lower()
    word = {"matview": "materialized view"}.get(word, word)
    behind = (*word.split(), "concurrently") if tree.concurrent else tuple(word.split())
    mend = insert(step.statement, " IF EXISTS", *behind)
    named = ", ".join(readable(name[-1]) for name in names_dropped(tree))
    yield Again(f"DROP {word.upper()} {named}".rstrip(), "Say IF EXISTS.", mend=mend)


def _rename(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    kind = enumeration("ObjectType")[tree.rename_type]
    if not (tree.missing_ok and kind in {"OBJECT_TABLE", "OBJECT_INDEX", "OBJECT_VIEW", "OBJECT_SEQUENCE"}):
        old = tree.subname or tree.relation.relname
        what = f"RENAME {old} TO {tree.newname}" if old else f"RENAME TO {tree.newname}"
        yield Again(what, "Put it into a DO block that asks whether the old name is still there.")


def _alter_table(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    subtypes = enumeration("AlterTableType")
    of_type = enumeration("ObjectType")[tree.objtype] == "OBJECT_TYPE"
    found = [each.alter_table_cmd for each in tree.cmds]
    table = tree.relation.relname
    for number, command in enumerate(found if not of_type else ()):
        kind = subtypes[command.subtype]
        keys: tuple[Name, ...] = _relation(tree.relation)
        insert = ""
        if kind == "AT_AddColumn" and not command.missing_ok:
            name = definition(command).column_def.colname
            keys = (("column", table, name), *keys)
            what, remedy, insert = f"ADD COLUMN {name}", "Say IF NOT EXISTS.", " IF NOT EXISTS"
        elif kind == "AT_DropColumn" and not command.missing_ok:
            what, remedy, insert = f"DROP COLUMN {command.name}", "Say IF EXISTS.", " IF EXISTS"
        elif kind == "AT_DropConstraint" and not command.missing_ok:
            what, remedy, insert = f"DROP CONSTRAINT {command.name}", "Say IF EXISTS.", " IF EXISTS"
        elif kind == "AT_AddConstraint":
            constraint = definition(command).constraint
            keys = (("constraint", table, constraint.conname), *keys)
            what = f"ADD CONSTRAINT {constraint.conname}".rstrip()
            remedy = "Put it into a DO block that asks pg_constraint first, or DROP CONSTRAINT IF EXISTS before it."
        else:
            continue
        place = commands(step.statement, len(found))[number]
        mend = functools.partial(_behind_word, step.statement, place, insert) if insert else tuple
        yield Again(what, remedy, place, mend, keys)


def _behind_word(statement: Statement, place: TextSpan, text: str) -> tuple[Edit, ...]:
    """Insert behind ADD COLUMN, DROP COLUMN or DROP CONSTRAINT; COLUMN may be left out."""
    found = within(statement, place.start, place.end)[:2]
    if found[0].word not in {"add", "drop"}:
        return ()
    last = next((token for token in found if token.word in {"column", "constraint"}), found[0])
    end = statement.start + last.end
    return (Edit(end, end, text),)


_KINDS: dict[str, Callable[[HistoryStep], Iterator[Again]]] = {
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
    **RARE,
}
ONCE = frozenset(_KINDS)


def marked(step: HistoryStep, again: Again) -> TextSpan:
    """Give what to mark."""
    return again.place or head(step.statement)
