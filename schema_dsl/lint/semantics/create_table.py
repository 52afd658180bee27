"""Tables: columns, defaults, constraints, and what ALTER TABLE asks of them."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.builtins import shown
from schema_dsl.lint.history.body_statements import Guard
from schema_dsl.lint.history.create_table import created, primary_key
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryColumn, HistoryRelation
from schema_dsl.lint.history.trees import enumeration, names
from schema_dsl.lint.semantics.analyzer import Analyzer, ExpressionContext, TypedValue
from schema_dsl.lint.semantics.errors import nearest
from schema_dsl.lint.semantics.expressions import condition, location_of, value_of
from schema_dsl.lint.semantics.functions import operate
from schema_dsl.lint.semantics.scope import SYSTEM_COLUMNS, FromItem, Scope, item_of
from schema_dsl.lint.semantics.types import UNKNOWN, assignment
from schema_dsl.parsing import Node

CHECK = ExpressionContext("check constraints", "check constraint")
DEFAULT = ExpressionContext("DEFAULT expressions", "DEFAULT expression", columns=False)
GENERATED = ExpressionContext("column generation expressions", "column generation expression", immutable=True)
INDEX = ExpressionContext("index expressions", "index expression", immutable=True)
PREDICATE = ExpressionContext("index predicates", "index predicate", immutable=True)


def create_table(a: Analyzer, step: HistoryStep, tree: Node) -> None:
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
    for parent in tree.inh_relations:
        a.relation(parent.range_var)
    _column_names(a, tree)
    for element in tree.table_elts:
        kind = element.WhichOneof("node")
        if kind == "column_def":
            add_column(a, relation, element.column_def)
        elif kind == "constraint":
            add_constraint(a, relation, element.constraint)
        elif kind == "table_like_clause":
            a.relation(element.table_like_clause.relation)
    for each in tree.partspec.part_params:
        if each.partition_elem.name:
            known_column(
                a, relation, each.partition_elem.name, each.partition_elem.location, "named in partition key"
            )


def _column_names(a: Analyzer, tree: Node) -> None:
    seen: set[str] = set()
    for element in tree.table_elts:
        if element.WhichOneof("node") != "column_def":
            continue
        name = element.column_def.colname
        if name in seen:
            message = f'column "{name}" specified more than once'
            a.complain("duplicate-name", message, "Rename one.", element.column_def.location, name)
        seen.add(name)


def add_column(a: Analyzer, relation: HistoryRelation, node: Node) -> None:
    """Check a column's type, default and constraints; the relation has it already."""
    if node.HasField("type_name"):
        a.type_of(node.type_name)
    if node.colname in SYSTEM_COLUMNS:
        message = f'column name "{node.colname}" conflicts with a system column name'
        a.complain("duplicate-name", message, "Choose another name.", node.location, node.colname)
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


def default(a: Analyzer, expression: Node, made: HistoryColumn | None, relation: HistoryRelation) -> None:
    """Check a default: no names of columns, and a value that the column can hold."""
    a.place = DEFAULT
    value = value_of(a, expression, Scope([item_of(relation)]))
    a.place = None
    if made is not None:
        _held(a, value, made, location_of(expression), "default expression")


def _held(a: Analyzer, value: TypedValue, made: HistoryColumn, location: int, what: str) -> None:
    if value.type == UNKNOWN:
        a.settle(value, made.type, location)
    elif assignment(a.schema, value.type, made.type) is False:
        a.complain(
            "type-mismatch",
            f'column "{made.name}" is of type {shown(made.type)} but {what} is of type {shown(value.type)}',
            f"Give a value of type {shown(made.type)}.",
            location,
        )


def stored(a: Analyzer, expression: Node, made: HistoryColumn | None, item: FromItem) -> None:
    """Check the expression of a generated column."""
    a.place = GENERATED
    value = value_of(a, expression, Scope([item]))
    a.place = None
    if made is not None:
        _held(a, value, made, location_of(expression), "generation expression")


def check(a: Analyzer, expression: Node, scope: Scope) -> None:
    """Check a CHECK."""
    a.place = CHECK
    condition(a, expression, scope, "CHECK")
    a.place = None


def add_constraint(a: Analyzer, relation: HistoryRelation, node: Node, on: str = "") -> None:
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


def known_column(a: Analyzer, relation: HistoryRelation, name: str, location: int, why: str = "") -> bool:
    """Hold that a relation has a column, so far as that can be known."""
    if name in relation.columns:
        return True
    gone = name in relation.gone
    if not gone and (not relation.complete or relation.doubtful):
        return True
    near = nearest(name, relation.columns)
    message = f'column "{name}" {why} does not exist in {relation}'.replace("  ", " ")
    remedy = f"Did you mean {near}?" if near else f"It has: {', '.join(relation.columns)}."
    if gone:
        message += " any more"
        remedy = f"It is called {relation.gone[name]} now." if relation.gone[name] else remedy
    a.complain("unknown-column", message, remedy, location, name)
    return False


def exclusion(a: Analyzer, relation: HistoryRelation, node: Node) -> None:
    """Check an exclusion constraint's elements and predicate."""
    for each in node.exclusions:
        _index_key(a, relation, each.list.items[0].index_elem, node.location)
    _predicate(a, relation, node.where_clause)


def index(a: Analyzer, relation: HistoryRelation, tree: Node) -> None:
    """Check an index's columns, expressions and predicate."""
    for each in (*tree.index_params, *tree.index_including_params):
        _index_key(a, relation, each.index_elem, -1)
    _predicate(a, relation, tree.where_clause)


def _index_key(a: Analyzer, relation: HistoryRelation, element: Node, location: int) -> None:
    if element.name:
        known_column(a, relation, element.name, location)
    elif element.HasField("expr"):
        a.place = INDEX
        value_of(a, element.expr, Scope([item_of(relation)]))
        a.place = None


def _predicate(a: Analyzer, relation: HistoryRelation, expression: Node) -> None:
    a.place = PREDICATE
    condition(a, expression, Scope([item_of(relation)]), "WHERE")
    a.place = None


def _foreign_key(a: Analyzer, relation: HistoryRelation, node: Node, columns: list[str]) -> None:
    for each in names(node.fk_del_set_cols):
        known_column(a, relation, each, node.location, "referenced in foreign key")
    known = [known_column(a, relation, name, node.location, "referenced in foreign key") for name in columns]
    wanted = names(node.pk_attrs)
    own = node.pktable.relname == relation.name and node.pktable.schemaname in {"", relation.schema}
    target = relation if own else a.relation(node.pktable)
    if target is None or target.doubtful:
        return
    key = wanted or list(primary_key(target))
    if not key:
        if target.settled and not target.parents and target.complete and "constraints" not in target.doubts:
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
    a: Analyzer,
    relation: HistoryRelation,
    target: HistoryRelation,
    pairs: Iterable[tuple[str, str]],
    location: int,
) -> None:
    """Hold that a foreign key's columns can be compared with those that they reference."""
    for name, other in pairs:
        left, right = relation.columns.get(name), target.columns.get(other)
        if left is None or right is None:
            continue
        trial = Analyzer(a.schema)
        operate(trial, "=", [TypedValue(right.type), TypedValue(left.type)], -1)
        if trial.found:
            message = (
                f'foreign key cannot be implemented: column "{name}" is {shown(left.type)}, '
                f'column "{other}" of {target} is {shown(right.type)}'
            )
            remedy = f'Make "{name}" {shown(right.type)} too.'
            a.complain("type-mismatch", message, remedy, location, name)


def _unique_there(a: Analyzer, target: HistoryRelation, key: list[str], node: Node) -> None:
    if not a.schema.keys_are_known(target):
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
