"""What CREATE TABLE makes: columns, constraints, and the names that Postgres gives to those without."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from schema_dsl.lint.history.schema import (
    TEMPORARY,
    HistoryColumn,
    HistoryConstraint,
    HistoryIndex,
    HistoryPosition,
    HistoryRelation,
    RelationKey,
    Schema,
)
from schema_dsl.lint.history.trees import (
    enumeration,
    is_serial,
    modifiers,
    names,
    option_text,
    options,
    qualified,
    type_named,
)
from schema_dsl.model.names import default_name
from schema_dsl.parsing import Node, columns_in, output_name

_KINDS = {
    "CONSTR_PRIMARY": "primary",
    "CONSTR_UNIQUE": "unique",
    "CONSTR_CHECK": "check",
    "CONSTR_FOREIGN": "foreign",
    "CONSTR_EXCLUSION": "exclusion",
}
_LABELS = {"primary": "pkey", "unique": "key", "check": "check", "foreign": "fkey", "exclusion": "excl"}
_GENERATED = {"s": "stored", "v": "virtual"}
_IDENTITY = {"a": "always", "d": "by default"}
_UNIQUE = frozenset({"primary", "unique"})
# With LIKE, what comes along only where it is asked for.
_LIKE_DEFAULTS, _LIKE_GENERATED, _LIKE_IDENTITY = 1 << 3, 1 << 4, 1 << 5


def key_of(schema: Schema, node: Node) -> RelationKey:
    """Give the key of the relation that a RangeVar makes or names, whether it is known or not."""
    if not node.schemaname:
        if node.relpersistence == "t":
            return TEMPORARY, node.relname
        known = schema.relation("", node.relname)
        if known is not None:
            return known.key
    return schema.creation_schema(node.schemaname), node.relname


def created(schema: Schema, tree: Node, moment: HistoryPosition | None) -> HistoryRelation:
    """Build the relation that a CreateStmt makes; the schema is not touched.

    Asked again about the same statement, it gives the same relation.
    """
    node = tree.relation
    told = (moment, node.schemaname, node.relname)
    if moment is not None and schema.built is not None and schema.built[0] == told:
        return schema.built[1]
    relation = _created(schema, tree, moment)
    schema.built = (told, relation)
    return relation


def _created(schema: Schema, tree: Node, moment: HistoryPosition | None) -> HistoryRelation:
    node = tree.relation
    temporary = node.relpersistence == "t"
    where = TEMPORARY if temporary else schema.creation_schema(node.schemaname)
    relation = HistoryRelation(
        where,
        node.relname,
        kind="partitioned" if tree.HasField("partspec") else "table",
        complete=not tree.HasField("of_typename"),
        # One that was there already may have more to it.
        settled=not tree.if_not_exists or schema.surely_no_relation(where, node.relname),
        made=moment,
        row_security=False,
        force_row_security=False,
        temporary=temporary,
        until_commit=enumeration("OnCommitAction")[tree.oncommit] == "ONCOMMIT_DROP",
        typed=tree.HasField("of_typename"),
    )
    partition = tree.HasField("partbound")
    for wrapped in tree.inh_relations:
        inherit(schema, relation, wrapped.range_var, partition=partition)
    _elements(schema, relation, tree, moment)
    for name, value in options(tree.options):
        relation.options[name] = option_text(value)
    return relation


def _elements(schema: Schema, relation: HistoryRelation, tree: Node, moment: HistoryPosition | None) -> None:
    elements = [(element.WhichOneof("node"), element) for element in tree.table_elts]
    for kind, element in elements:
        if kind == "column_def":
            added = column(schema, element.column_def, moment)
            if relation.partition_of is None or added.name not in relation.columns:
                relation.columns[added.name] = added
        elif kind == "table_like_clause":
            _like(schema, relation, element.table_like_clause, moment)
    for kind, element in elements:
        if kind == "column_def":
            definition = element.column_def
            for wrapped in definition.constraints:
                add_constraint(schema, relation, wrapped.constraint, moment, definition.colname)
        elif kind == "constraint":
            add_constraint(schema, relation, element.constraint, moment)


def collation(node: Node) -> str:
    """Give the collation that a ColumnDef names, or ""."""
    return qualified(node.coll_clause.collname)[1] if node.HasField("coll_clause") else ""


def column(schema: Schema, node: Node, moment: HistoryPosition | None) -> HistoryColumn:
    """Build a column from a ColumnDef, with what its own constraints say of it."""
    made = HistoryColumn(
        node.colname,
        type_named(schema, node.type_name),
        modifiers(node.type_name) if node.type_name.typmods else (),
        made=moment,
        serial=is_serial(node.type_name),
        collation=collation(node),
    )
    for wrapped in node.constraints:
        constraint = wrapped.constraint
        kind = enumeration("ConstrType")[constraint.contype]
        if kind in {"CONSTR_NOTNULL", "CONSTR_PRIMARY"}:
            made.not_null = True
        elif kind == "CONSTR_DEFAULT":
            made.default = constraint.raw_expr
        elif kind == "CONSTR_GENERATED":
            made.generated = _GENERATED.get(constraint.generated_kind, "stored")
            made.default = constraint.raw_expr
        elif kind == "CONSTR_IDENTITY":
            made.identity = _IDENTITY.get(constraint.generated_when, "always")
            made.not_null = True
    made.not_null = made.not_null or made.serial
    return made


def inherit(schema: Schema, relation: HistoryRelation, parent: Node, *, partition: bool) -> None:
    """Take over the columns of a parent."""
    key = key_of(schema, parent)
    relation.parents.append(key)
    if partition:
        relation.partition_of = key
    known = schema.relations.get(key)
    if known is None:
        relation.complete = False
        return
    known.children.append(relation.key)
    relation.complete = relation.complete and known.complete
    for each in known.columns.values():
        if each.name not in relation.columns:
            relation.columns[each.name] = attrs.evolve(each, inherited=True)


def _like(schema: Schema, relation: HistoryRelation, clause: Node, moment: HistoryPosition | None) -> None:
    known = schema.relation(clause.relation.schemaname, clause.relation.relname)
    if known is None:
        relation.complete = relation.settled = False
        return
    relation.complete = relation.complete and known.complete
    # Constraints and indexes may come along.
    relation.settled = False
    for each in known.columns.values():
        copied = HistoryColumn(
            each.name, each.type, each.modifiers, not_null=each.not_null, made=moment, doubtful=each.doubtful
        )
        if clause.options & _LIKE_DEFAULTS:
            copied.default = each.default
        if clause.options & _LIKE_GENERATED:
            copied.generated = each.generated
        if clause.options & _LIKE_IDENTITY:
            copied.identity = each.identity
        relation.columns[each.name] = copied


def add_constraint(
    schema: Schema, relation: HistoryRelation, node: Node, moment: HistoryPosition | None, on: str = ""
) -> HistoryConstraint | None:
    """Add a constraint to a relation; `on` is the column that it was written behind."""
    kind = _KINDS.get(enumeration("ConstrType")[node.contype])
    if kind is None:
        if enumeration("ConstrType")[node.contype] == "CONSTR_NOTNULL":
            columns = (on,) if on else tuple(names(node.keys))
            valid = not node.skip_validation
            if valid:
                set_not_null(relation, columns)
            if node.conname:
                relation.constraints[node.conname] = HistoryConstraint(
                    node.conname, "not null", columns, valid=valid, made=moment
                )
        return None
    made = constraint(schema, relation, node, kind, on)
    made.made = moment
    relation.constraints[made.name] = made
    if kind == "primary":
        set_not_null(relation, made.columns)
    if kind in _UNIQUE or kind == "exclusion":
        index = HistoryIndex(made.name, relation.key, made.columns, unique=kind in _UNIQUE, made=moment)
        index.method = node.access_method or "btree"
        index.partial = node.HasField("where_clause")
        relation.indexes[made.name] = index
    return made


def constraint(
    schema: Schema, relation: HistoryRelation, node: Node, kind: str, on: str
) -> HistoryConstraint:
    """Build a constraint, named as Postgres would name it."""
    columns: tuple[str, ...] = (on,) if on else ()
    target: RelationKey | None = None
    target_columns: tuple[str, ...] = ()
    if kind in _UNIQUE and node.keys:
        columns = tuple(names(node.keys))
    elif kind in _UNIQUE and node.indexname and node.indexname in relation.indexes:
        columns = relation.indexes[node.indexname].columns
    elif kind == "foreign":
        columns = tuple(names(node.fk_attrs)) or columns
        target = key_of(schema, node.pktable)
        schema.referred.add(target)
        target_columns = tuple(names(node.pk_attrs))
    elif kind == "exclusion":
        columns = tuple(each.list.items[0].index_elem.name for each in node.exclusions)
    if kind == "check":
        columns = ()
    name = node.conname or node.indexname
    if not name:
        named: Iterable[str] = () if kind == "primary" else columns
        if kind == "check":
            # Postgres names a check after a column only where it is about exactly one.
            used = set(named_columns(node.raw_expr))
            named = used if len(used) == 1 else ()
        elif kind == "exclusion":
            keys = [each.list.items[0].index_elem for each in node.exclusions]
            named = [each.name or output_name(each.expr, "expr") for each in keys]
        name = default_name(relation.name, named, _LABELS[kind], relation.constraints.__contains__)
    return HistoryConstraint(
        name,
        kind,
        columns,
        target,
        target_columns,
        valid=not node.skip_validation,
        deferrable=node.deferrable,
        tree=node,
    )


def named_columns(node: Node) -> Iterator[str]:
    """Yield the names of columns in an expression; the usual kinds without the cost of a generic walk."""
    kind = node.WhichOneof("node")
    inner = getattr(node, kind) if kind else None
    if kind is None or inner is None:
        return
    if kind == "column_ref":
        yield inner.fields[-1].string.sval
    elif kind == "a_expr":
        yield from named_columns(inner.lexpr)
        yield from named_columns(inner.rexpr)
    elif kind in {"bool_expr", "func_call"}:
        for each in inner.args:
            yield from named_columns(each)
    elif kind == "list":
        for each in inner.items:
            yield from named_columns(each)
    elif kind in {"null_test", "type_cast"}:
        yield from named_columns(inner.arg)
    elif kind != "a_const":
        yield from (parts[-1] for parts in columns_in(node))


def set_not_null(relation: HistoryRelation, columns: Iterable[str]) -> None:
    """Note that columns are NOT NULL."""
    for name in columns:
        if name in relation.columns:
            relation.columns[name].not_null = True


def primary_key(relation: HistoryRelation) -> tuple[str, ...]:
    """Give the columns of the primary key, so far as it is known."""
    return next((each.columns for each in relation.constraints.values() if each.kind == "primary"), ())
