"""What belongs to a relation: indexes, policies, triggers, comments, privileges."""

from __future__ import annotations

from schema_dsl.lint.builtins import shown
from schema_dsl.lint.history.body_statements import Guard
from schema_dsl.lint.history.drop_rename import RELATION_KINDS
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.history.trees import enumeration, names, qualified
from schema_dsl.lint.semantics import create_table
from schema_dsl.lint.semantics.analyzer import Analyzer, ExpressionContext
from schema_dsl.lint.semantics.errors import nearest
from schema_dsl.lint.semantics.expressions import condition
from schema_dsl.lint.semantics.functions import candidates, unknown_function
from schema_dsl.lint.semantics.scope import SYSTEM_COLUMNS, FromItem, Scope, item_of
from schema_dsl.parsing import Node, walk

POLICY = ExpressionContext("policy expressions", "policy expression", subqueries=True)
WHEN = ExpressionContext("trigger WHEN conditions", "trigger WHEN condition")
_INSERT, _DELETE = 4, 8


def create_index(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    """Check an index, and that its name is free."""
    relation = a.relation(tree.relation)
    if relation is None:
        return
    taken = a.schema.indexes.get((relation.schema, tree.idxname))
    if (
        taken is not None
        and taken.made is not None
        and not tree.if_not_exists
        and step.guard is Guard.NONE
        and not a.schema.doubts & {"indexes", "relations"}
    ):
        message = f'relation "{tree.idxname}" already exists'
        a.complain("duplicate-name", message, "Say IF NOT EXISTS, or choose another name.", -1, tree.idxname)
    create_table.index(a, relation, tree)


def policy(a: Analyzer, tree: Node, relation: HistoryRelation | None) -> None:
    """Check a policy's conditions."""
    made_elsewhere = FromItem(tree.table.relname, {}, complete=False, schema=tree.table.schemaname)
    item = item_of(relation) if relation is not None else made_elsewhere
    for expression in (tree.qual, tree.with_check):
        a.place = POLICY
        condition(a, expression, Scope([item]), "POLICY")
        a.place = None


def create_policy(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    """Check a new policy, and that its name is free."""
    relation = a.relation(tree.table)
    if relation is not None:
        known = relation.policies.get(tree.policy_name)
        if (
            known is not None
            and known.made is not None
            and step.guard is Guard.NONE
            and "policies" not in relation.doubts
        ):
            message = f'policy "{tree.policy_name}" for table "{relation}" already exists'
            a.complain("duplicate-name", message, "Say DROP POLICY IF EXISTS first.", -1, tree.policy_name)
    policy(a, tree, relation)


def alter_policy(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    """Check that a policy is there, and its new conditions."""
    del step
    relation = a.relation(tree.table)
    if relation is not None:
        part(a, relation, "policy", tree.policy_name)
    policy(a, tree, relation)


def part(a: Analyzer, relation: HistoryRelation, kind: str, name: str) -> None:
    """Hold that a policy or trigger is there."""
    held = relation.policies if kind == "policy" else relation.triggers
    doubts = {"policies"} if kind == "policy" else {"triggers", "more triggers"}
    if relation.settled and not relation.doubtful and name not in held and not doubts & relation.doubts:
        near = nearest(name, held)
        message = f'{kind} "{name}" for table "{relation}" does not exist'
        a.complain(f"unknown-{kind}", message, f"Did you mean {near}?" if near else "", -1, name)


def create_trigger(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    """Check a trigger: its function, columns and condition."""
    relation = a.relation(tree.relation)
    where, name = qualified(tree.funcname)
    known = candidates(a, where, name)
    if not known:
        unknown_function(a, where, name, (), -1)
    elif all(each.returns not in {"trigger", None} for each in known):
        message = f"function {name} must return type trigger, and returns {shown(known[0].returns)}"
        a.complain("type-mismatch", message, "", -1, name)
    if relation is None:
        return
    there = relation.triggers.get(tree.trigname)
    if (
        there is not None
        and there.made is not None
        and not tree.replace
        and step.guard is Guard.NONE
        and "triggers" not in relation.doubts
    ):
        message = f'trigger "{tree.trigname}" for relation "{relation}" already exists'
        a.complain("duplicate-name", message, "Say CREATE OR REPLACE TRIGGER.", -1, tree.trigname)
    for column in names(tree.columns):
        create_table.known_column(a, relation, column, -1)
    trigger_when(a, item_of(relation), tree.when_clause, row=tree.row, events=tree.events)


def trigger_when(a: Analyzer, item: FromItem, expression: Node, *, row: bool, events: int) -> None:
    """Check a trigger's WHEN: OLD and NEW only where there is such a row."""
    if not expression.WhichOneof("node"):
        return
    rows = [
        FromItem(
            name,
            item.columns,
            item.complete,
            relation=item.relation,
            row_type=item.row_type,
            qualified_only=True,
        )
        for name in ("old", "new")
    ]
    a.place = WHEN
    before = len(a.found)
    condition(a, expression, Scope(rows), "WHEN")
    a.place = None
    if len(a.found) > before:
        return
    for name, event, word in (("old", _INSERT, "INSERT"), ("new", _DELETE, "DELETE")):
        place = _mentions(expression, name)
        if place is not None and (events & event or not row):
            what = f"{word} trigger's WHEN condition" if row else "statement trigger's WHEN condition"
            message = f"{what} cannot reference {name.upper() if row else 'column'} values"
            a.complain("misplaced-expression", message, "Make a trigger for each event.", place, name)


def _mentions(expression: Node, name: str) -> int | None:
    for node in walk(expression):
        if (
            node.DESCRIPTOR.name == "ColumnRef"
            and len(node.fields) > 1
            and node.fields[0].string.sval == name
        ):
            return int(node.location)
    return None


def comment(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    """Check that what a comment is on is there."""
    del step
    kind = enumeration("ObjectType")[tree.objtype]
    if kind not in {"OBJECT_COLUMN", "OBJECT_POLICY", "OBJECT_TRIGGER", "OBJECT_TABLE", "OBJECT_VIEW"}:
        return
    parts = names(tree.object.list.items)
    of_relation = parts if kind in RELATION_KINDS else parts[:-1]
    relation = _named(a, of_relation)
    if relation is None:
        return
    if kind == "OBJECT_COLUMN":
        create_table.known_column(a, relation, parts[-1], -1)
    elif kind in {"OBJECT_POLICY", "OBJECT_TRIGGER"}:
        part(a, relation, kind.removeprefix("OBJECT_").lower(), parts[-1])


def _named(a: Analyzer, parts: list[str]) -> HistoryRelation | None:
    """Find the relation of a name that is given as a list."""
    if not parts:
        return None
    return a.named(parts[-2] if len(parts) > 1 else "", parts[-1], -1)


def grant(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    """Check the columns that privileges are given on."""
    del step
    if enumeration("ObjectType")[tree.objtype] != "OBJECT_TABLE":
        return
    if enumeration("GrantTargetType")[tree.targtype] != "ACL_TARGET_OBJECT":
        return
    for node in tree.objects:
        relation = a.relation(node.range_var)
        if relation is None:
            continue
        for each in tree.privileges:
            for column in names(each.access_priv.cols):
                if column not in SYSTEM_COLUMNS:
                    create_table.known_column(a, relation, column, -1)


def drop(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    """Check that what is dropped is there, unless it need not be."""
    del step
    if tree.missing_ok:
        return
    kind = enumeration("ObjectType")[tree.remove_type]
    for node in tree.objects:
        if kind in RELATION_KINDS:
            _named(a, names(node.list.items))
        elif kind in {"OBJECT_POLICY", "OBJECT_TRIGGER"}:
            parts = names(node.list.items)
            relation = _named(a, parts[:-1])
            if relation is not None:
                part(a, relation, kind.removeprefix("OBJECT_").lower(), parts[-1])


def rename(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    """Check that what is renamed is there, and that the new name is free."""
    del step
    kind = enumeration("ObjectType")[tree.rename_type]
    if tree.missing_ok or kind not in {"OBJECT_COLUMN", "OBJECT_POLICY", "OBJECT_TRIGGER", *RELATION_KINDS}:
        return
    relation = a.relation(tree.relation)
    if relation is None:
        return
    if kind == "OBJECT_COLUMN":
        if create_table.known_column(a, relation, tree.subname, -1) and tree.newname in relation.columns:
            there = relation.columns[tree.newname]
            if there.made is not None and not (there.doubtful or relation.doubtful):
                message = f'column "{tree.newname}" of relation "{relation}" already exists'
                a.complain("duplicate-name", message, "", -1, tree.newname)
    elif kind in {"OBJECT_POLICY", "OBJECT_TRIGGER"}:
        part(a, relation, kind.removeprefix("OBJECT_").lower(), tree.subname)
