"""Tables: columns, defaults, constraints, and what ALTER TABLE asks of them."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from schema_dsl.lint.builtins import shown
from schema_dsl.lint.history.altering import definition
from schema_dsl.lint.history.blocks import Guard
from schema_dsl.lint.history.replay import Step
from schema_dsl.lint.history.schema import Column, Relation
from schema_dsl.lint.history.tables import column, created, primary_key
from schema_dsl.lint.history.trees import enumeration, names
from schema_dsl.lint.semantics.analyst import Analyst, Place, Value
from schema_dsl.lint.semantics.complaints import nearest
from schema_dsl.lint.semantics.expressions import condition, location_of, value_of
from schema_dsl.lint.semantics.functions import operate
from schema_dsl.lint.semantics.scope import Item, Scope, item_of
from schema_dsl.lint.semantics.types import UNKNOWN, assignment
from schema_dsl.parsing import Node

CHECK = Place("check constraints", "check constraint")
DEFAULT = Place("DEFAULT expressions", "DEFAULT expression", columns=False)
GENERATED = Place("column generation expressions", "column generation expression", immutable=True)
INDEX = Place("index expressions", "index expression", immutable=True)
PREDICATE = Place("index predicates", "index predicate", immutable=True)


def create_table(a: Analyst, step: Step, tree: Node) -> None:
    """Check a CREATE TABLE by itself and against what is there."""
    relation = created(a.schema, tree, step.moment)
    known = a.schema.relations.get(relation.key)
    if (
        known is not None
        and known.made is not None
        and not (tree.if_not_exists or known.doubtful or a.schema.doubts & {"relations"})
        and step.guard is Guard.NONE
    ):
        message = f'relation "{relation.name}" already exists'
        a.complain(
            "duplicate-name", message, "Drop the other one first, or choose another name.", -1, relation.name
        )
    seen: set[str] = set()
    for element in tree.table_elts:
        if element.WhichOneof("node") != "column_def":
            continue
        name = element.column_def.colname
        if name in seen:
            message = f'column "{name}" specified more than once'
            a.complain("duplicate-name", message, "Rename one.", element.column_def.location, name)
        seen.add(name)
    if "columns" in a.schema.doubts and relation.parents:
        relation.complete = False
    for element in tree.table_elts:
        kind = element.WhichOneof("node")
        if kind == "column_def":
            add_column(a, relation, element.column_def)
        elif kind == "constraint":
            add_constraint(a, relation, element.constraint)


def add_column(a: Analyst, relation: Relation, node: Node) -> None:
    """Check a column's type, default and constraints; the relation has it already."""
    if node.HasField("type_name"):
        a.type_of(node.type_name)
    made = relation.columns.get(node.colname)
    for wrapped in node.constraints:
        constraint = wrapped.constraint
        kind = enumeration("ConstrType")[constraint.contype]
        if kind == "CONSTR_DEFAULT":
            default(a, constraint.raw_expr, made, relation)
        elif kind == "CONSTR_GENERATED":
            stored(a, constraint.raw_expr, made, item_of(relation))
        else:
            add_constraint(a, relation, constraint, node.colname)


def default(a: Analyst, expression: Node, made: Column | None, relation: Relation) -> None:
    """Check a default: no names of columns, and a value that the column can hold."""
    a.place = DEFAULT
    value = value_of(a, expression, Scope([item_of(relation)]))
    a.place = None
    if made is not None:
        _held(a, value, made, location_of(expression), "default expression")


def _held(a: Analyst, value: Value, made: Column, location: int, what: str) -> None:
    if value.type == UNKNOWN:
        a.settle(value, made.type, location)
    elif assignment(a.schema, value.type, made.type) is False:
        a.complain(
            "type-mismatch",
            f'column "{made.name}" is of type {shown(made.type)} but {what} is of type {shown(value.type)}',
            f"Give a value of type {shown(made.type)}.",
            location,
        )


def stored(a: Analyst, expression: Node, made: Column | None, item: Item) -> None:
    """Check the expression of a generated column."""
    a.place = GENERATED
    value = value_of(a, expression, Scope([item]))
    a.place = None
    if made is not None:
        _held(a, value, made, location_of(expression), "generation expression")


def check(a: Analyst, expression: Node, scope: Scope) -> None:
    """Check a CHECK."""
    a.place = CHECK
    condition(a, expression, scope, "CHECK")
    a.place = None


def add_constraint(a: Analyst, relation: Relation, node: Node, on: str = "") -> None:
    """Check a constraint of a table, `on` a column if it was written behind one."""
    kind = enumeration("ConstrType")[node.contype]
    if kind == "CONSTR_CHECK":
        check(a, node.raw_expr, Scope([item_of(relation)]))
    elif kind in {"CONSTR_PRIMARY", "CONSTR_UNIQUE"}:
        for name in (*names(node.keys), *names(node.including)):
            known_column(a, relation, name, node.location, "named in key")
    elif kind == "CONSTR_FOREIGN":
        _foreign_key(a, relation, node, names(node.fk_attrs) or ([on] if on else []))
    elif kind == "CONSTR_EXCLUSION":
        exclusion(a, relation, node)


def known_column(a: Analyst, relation: Relation, name: str, location: int, why: str = "") -> bool:
    """Hold that a relation has a column, so far as that can be known."""
    if name in relation.columns:
        return True
    gone = name in relation.gone
    if not gone and (not relation.complete or relation.doubtful or "columns" in a.schema.doubts):
        return True
    near = nearest(name, relation.columns)
    message = f'column "{name}" {why} does not exist in {relation}'.replace("  ", " ")
    remedy = f"Did you mean {near}?" if near else f"It has: {', '.join(relation.columns)}."
    if gone:
        message += " any more"
        remedy = f"It is called {relation.gone[name]} now." if relation.gone[name] else remedy
    a.complain("unknown-column", message, remedy, location, name)
    return False


def exclusion(a: Analyst, relation: Relation, node: Node) -> None:
    """Check an exclusion constraint's elements and predicate."""
    for each in node.exclusions:
        _index_key(a, relation, each.list.items[0].index_elem, node.location)
    _predicate(a, relation, node.where_clause)


def index(a: Analyst, relation: Relation, tree: Node) -> None:
    """Check an index's columns, expressions and predicate."""
    for each in (*tree.index_params, *tree.index_including_params):
        _index_key(a, relation, each.index_elem, -1)
    _predicate(a, relation, tree.where_clause)


def _index_key(a: Analyst, relation: Relation, element: Node, location: int) -> None:
    if element.name:
        known_column(a, relation, element.name, location)
    elif element.HasField("expr"):
        a.place = INDEX
        value_of(a, element.expr, Scope([item_of(relation)]))
        a.place = None


def _predicate(a: Analyst, relation: Relation, expression: Node) -> None:
    a.place = PREDICATE
    condition(a, expression, Scope([item_of(relation)]), "WHERE")
    a.place = None


def _foreign_key(a: Analyst, relation: Relation, node: Node, columns: list[str]) -> None:
    known = [known_column(a, relation, name, node.location, "referenced in foreign key") for name in columns]
    wanted = names(node.pk_attrs)
    own = node.pktable.relname == relation.name and node.pktable.schemaname in {"", relation.schema}
    target = relation if own else a.relation(node.pktable)
    if target is None or target.doubtful:
        return
    key = wanted or list(primary_key(target))
    if not key:
        if target.settled and target.complete and not a.schema.doubts:
            message = f'there is no primary key for referenced table "{target}"'
            a.complain("foreign-key-target", message, "Name the columns.", node.location, target.name)
        return
    if len(key) != len(columns):
        message = "number of referencing and referenced columns for foreign key disagree"
        a.complain("wrong-column-count", f"{message}: {len(columns)} and {len(key)}", "", node.location)
        return
    there = [known_column(a, target, name, node.location, "referenced in foreign key") for name in key]
    if not all(there):
        return
    if all(known):
        same_types(a, relation, target, zip(columns, key, strict=True), node.location)
    _unique_there(a, target, key, node)


def same_types(
    a: Analyst, relation: Relation, target: Relation, pairs: Iterable[tuple[str, str]], location: int
) -> None:
    """Hold that a foreign key's columns can be compared with those that they reference."""
    for name, other in pairs:
        left, right = relation.columns.get(name), target.columns.get(other)
        if left is None or right is None:
            continue
        trial = Analyst(a.schema)
        operate(trial, "=", [Value(right.type), Value(left.type)], -1)
        if trial.found:
            message = (
                f'foreign key cannot be implemented: column "{name}" is {shown(left.type)}, '
                f'column "{other}" of {target} is {shown(right.type)}'
            )
            remedy = f'Make "{name}" {shown(right.type)} too.'
            a.complain("type-mismatch", message, remedy, location, name)


def _unique_there(a: Analyst, target: Relation, key: list[str], node: Node) -> None:
    if not (target.settled and target.complete and target.kind in {"table", "partitioned"}):
        return
    if a.schema.doubts & {"constraints", "indexes"}:
        return
    wanted = set(key)
    held = [set(c.columns) for c in target.constraints.values() if c.kind in {"primary", "unique"}]
    held += [set(i.columns) for i in target.indexes.values() if i.unique and not i.partial]
    if wanted not in held:
        message = f'there is no unique constraint matching given keys for referenced table "{target}"'
        a.complain(
            "foreign-key-target",
            message,
            "Reference the primary key, or make the columns unique.",
            node.location,
        )


def alter_table(a: Analyst, step: Step, tree: Node) -> None:
    """Check each command of an ALTER TABLE."""
    if enumeration("ObjectType")[tree.objtype] == "OBJECT_INDEX":
        return
    known = a.relation(tree.relation)
    if known is None:
        known = Relation(tree.relation.schemaname, tree.relation.relname)
    relation = _with_added(a, step, known, tree)
    for wrapped in tree.cmds:
        command = wrapped.alter_table_cmd
        kind = enumeration("AlterTableType")[command.subtype]
        if kind == "AT_AddColumn":
            _added(a, step, known, relation, command)
        elif kind == "AT_AddConstraint":
            node = definition(command).constraint
            _new_constraint_name(a, step, known, node)
            add_constraint(a, relation, node)
        elif kind in _OF_COLUMN and step.guard is not Guard.OTHER:
            if not (command.missing_ok and command.name not in relation.columns) and known_column(
                a, relation, command.name, -1
            ):
                _altered(a, relation, kind, command)
        elif kind in {"AT_DropConstraint", "AT_ValidateConstraint"} and step.guard is Guard.NONE:
            _known_constraint(a, known, command, tree)


def _with_added(a: Analyst, step: Step, known: Relation, tree: Node) -> Relation:
    """Give the relation with the columns that the same statement adds, and without those it drops."""
    changed: dict[str, Column] | None = None
    for wrapped in tree.cmds:
        command = wrapped.alter_table_cmd
        kind = enumeration("AlterTableType")[command.subtype]
        if kind == "AT_AddColumn":
            node = definition(command).column_def
            changed = dict(known.columns) if changed is None else changed
            if not (command.missing_ok and node.colname in changed):
                changed[node.colname] = column(a.schema, node, step.moment)
        elif kind == "AT_AlterColumnType" and command.name in known.columns:
            changed = dict(known.columns) if changed is None else changed
            altered = definition(command).column_def
            made = column(a.schema, altered, step.moment)
            changed[command.name] = attrs.evolve(changed[command.name], type=made.type)
    return known if changed is None else attrs.evolve(known, columns=changed)


def _added(a: Analyst, step: Step, known: Relation, relation: Relation, command: Node) -> None:
    node = definition(command).column_def
    there = known.columns.get(node.colname)
    if (
        there is not None
        and not (command.missing_ok or there.doubtful or known.doubtful or known.declared)
        and there.made is not None
        and step.guard is Guard.NONE
    ):
        message = f'column "{node.colname}" of relation "{known}" already exists'
        a.complain("duplicate-name", message, "Say ADD COLUMN IF NOT EXISTS.", node.location, node.colname)
    add_column(a, relation, node)


def _new_constraint_name(a: Analyst, step: Step, known: Relation, node: Node) -> None:
    there = known.constraints.get(node.conname)
    if (
        there is not None
        and there.made is not None
        and step.guard is Guard.NONE
        and "constraints" not in a.schema.doubts
        and not (known.declared or known.doubtful)
    ):
        message = f'constraint "{node.conname}" for relation "{known}" already exists'
        a.complain("duplicate-name", message, "Drop the old one first.", node.location, node.conname)


def _known_constraint(a: Analyst, known: Relation, command: Node, tree: Node) -> None:
    if (
        known.settled
        and not known.doubtful
        and not known.parents
        and command.name not in known.constraints
        and not command.missing_ok
        and not a.schema.doubts & {"constraints", "relations"}
        and not command.name.endswith("_not_null")
    ):
        near = nearest(command.name, known.constraints)
        message = f'constraint "{command.name}" of relation "{known}" does not exist'
        remedy = f"Did you mean {near}?" if near else ""
        a.complain("unknown-constraint", message, remedy, tree.relation.location, command.name)


def _altered(a: Analyst, relation: Relation, kind: str, command: Node) -> None:
    node = definition(command)
    made = relation.columns.get(command.name)
    if kind == "AT_ColumnDefault" and node.WhichOneof("node"):
        default(a, node, made, relation)
    elif kind == "AT_AlterColumnType":
        a.type_of(node.column_def.type_name)
        if node.column_def.HasField("raw_default"):
            value_of(a, node.column_def.raw_default, Scope([item_of(relation)]))


_OF_COLUMN = frozenset(
    {
        "AT_ColumnDefault",
        "AT_DropNotNull",
        "AT_SetNotNull",
        "AT_DropColumn",
        "AT_AlterColumnType",
        "AT_SetStatistics",
        "AT_SetStorage",
        "AT_AddIdentity",
        "AT_SetIdentity",
        "AT_DropIdentity",
        "AT_DropExpression",
        "AT_SetExpression",
    }
)
