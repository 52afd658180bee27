"""Changes that make Postgres scan or rewrite a table."""

from __future__ import annotations

from schema_dsl.analysis import builtins
from schema_dsl.analysis.effects import Effect
from schema_dsl.analysis.effects.names import constraint_kind
from schema_dsl.analysis.stored_bytes import cast_changes_bytes, modifiers_change_bytes
from schema_dsl.analysis.trees import enumeration, names, qualified_name, resolve_type_name, type_modifiers
from schema_dsl.lint.history.constraints import iter_column_names
from schema_dsl.lint.history.create_table import collation_name
from schema_dsl.lint.history.schema import (
    HistoryColumn,
    HistoryConstraint,
    HistoryRelation,
    HistorySchema,
    UserType,
)
from schema_dsl.parsing import Node, walk

# Volatile functions of common extensions; the functions of other extensions are unknown.
_VOLATILE = frozenset(
    {"uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4", "gen_random_bytes", "gen_salt"}
)


def is_volatile(schema: HistorySchema, tree: Node) -> bool:
    """Return whether an expression certainly calls a volatile function."""
    return any(_is_volatile(schema, node) for node in walk(tree) if node.DESCRIPTOR.name == "FuncCall")


def _is_volatile(schema: HistorySchema, call: Node) -> bool:
    schema_name, name = qualified_name(call.funcname)
    routines = list(schema.find_routines(schema_name, name))
    if routines:
        # Postgres may inline a function in SQL, and then its body decides.
        return all(
            routine.signature.volatility == "v" and not routine.signature.inlined for routine in routines
        )
    if schema_name in {"", "pg_catalog"} and builtins.find_functions(name):
        return all(function.volatility == "v" for function in builtins.find_functions(name))
    return name in _VOLATILE


def find_rewrite_reason(schema: HistorySchema, column: Node) -> str:
    """Return why adding a column (a ColumnDef) rewrites the table; "" if it is not known to."""
    domain = _domain(schema, resolve_type_name(schema, column.type_name))
    if domain is not None and domain.constrained:
        return "Postgres checks the constraints of its domain for every row"
    if len(column.type_name.names) == 1 and column.type_name.names[0].string.sval in builtins.SERIALS:
        return "the value of a serial column comes from a sequence for every row"
    for wrapped in column.constraints:
        constraint = wrapped.constraint
        kind = constraint_kind(constraint.contype)
        if kind == "identity":
            return "the value of an identity column comes from a sequence for every row"
        if kind == "expression" and constraint.generated_kind == "s":
            return "Postgres computes a stored generated column for every row"
        if kind == "default" and is_volatile(schema, constraint.raw_expr):
            return "Postgres evaluates its volatile default for every row"
    return ""


def changes_stored_bytes(schema: HistorySchema, effect: Effect) -> bool | None:
    """Return whether ALTER COLUMN TYPE rewrites the table; None if the types are unknown."""
    node, column = effect.node, _find_column(schema, effect)
    target = resolve_type_name(schema, node.type_name)
    if node.HasField("raw_default") and not _only_casts(node, effect.identity.name):
        return True
    if column is None or column.type is None or target is None or column.uncertain:
        return None
    new = type_modifiers(node.type_name)
    if column.type == target:
        return modifiers_change_bytes(target, column.modifiers, new)
    return _cast_changes_bytes(schema, column.type, column.modifiers, target, new)


def _cast_changes_bytes(
    schema: HistorySchema, source: str, old: tuple[int, ...], target: str, new: tuple[int, ...]
) -> bool | None:
    """Return whether a cast changes the stored bytes; a domain counts as its base type."""
    # Postgres does not apply the type modifiers of a domain to values cast from it.
    while (domain := _domain(schema, source)) is not None and domain.base is not None:
        source, old = domain.base, ()
    while (domain := _domain(schema, target)) is not None and domain.base is not None:
        if domain.constrained:
            return True
        target, new = domain.base, domain.modifiers or new
    if source == target:
        return modifiers_change_bytes(target, old, new)
    kinds = {_kind(schema, source), _kind(schema, target)}
    if "enum" not in kinds and kinds != {""}:
        return None
    if {source, target} == {"timestamp", "timestamptz"} and _is_utc(schema):
        return modifiers_change_bytes("timestamp", old, new)
    return cast_changes_bytes(source, old, target, new)


def find_scan_reason(schema: HistorySchema, effect: Effect) -> str:
    """Return why ALTER COLUMN TYPE scans a table without changing the stored bytes; "" if it does not scan."""
    relation, name = schema.find_relation(*effect.locked), effect.identity.name
    for constraint in relation.constraints.values() if relation is not None else ():
        tree = constraint.tree if constraint.kind == "check" and constraint.valid else None
        if tree is not None and name in iter_column_names(tree.raw_expr):
            return f"Postgres checks {constraint.name} again"
    column = relation.columns.get(name) if relation is not None else None
    changes_collation = column is not None and column.collation != collation_name(effect.node)
    for index in relation.indexes.values() if relation is not None else ():
        if changes_collation and name in index.columns:
            return f"Postgres rebuilds {index.name} in the new collation"
        if index.tree is not None:
            expressions = [element.index_elem.expr for element in index.tree.index_params]
            if any(
                name in iter_column_names(expression)
                for expression in (*expressions, index.tree.where_clause)
            ):
                return f"Postgres rebuilds {index.name}"
    return ""


def _domain(schema: HistorySchema, name: str | None) -> UserType | None:
    user_type = schema.find_user_type(name) if name else None
    return user_type if user_type is not None and user_type.kind == "domain" else None


def _kind(schema: HistorySchema, name: str) -> str:
    user_type = schema.find_user_type(name)
    return "" if user_type is None else user_type.kind


def _is_utc(schema: HistorySchema) -> bool:
    return schema.settings.get("timezone", "").upper() == "UTC"


def _only_casts(node: Node, name: str) -> bool:
    """Return whether USING is the column itself, or its cast to the new type."""
    using = node.raw_default
    if using.WhichOneof("node") == "type_cast":
        if using.type_cast.type_name.names != node.type_name.names:
            return False
        using = using.type_cast.arg
    return using.WhichOneof("node") == "column_ref" and names(using.column_ref.fields)[-1:] == [name]


def _find_column(schema: HistorySchema, effect: Effect) -> HistoryColumn | None:
    relation = schema.find_relation(*effect.locked)
    return relation.columns.get(effect.identity.name) if relation is not None else None


def rewrites_table(schema: HistorySchema, effect: Effect) -> bool | None:
    """Return whether ALTER COLUMN TYPE rewrites the table; None if that depends on the old type, which is unknown.

    If both types are known, and a cast between them is not, the table counts as not rewritten.
    """
    changes = changes_stored_bytes(schema, effect)
    if changes is not None:
        return changes
    column = _find_column(schema, effect)
    is_type_known = column is not None and column.type is not None
    return False if is_type_known or may_keep_stored_bytes(effect.node.type_name) else None


def may_keep_stored_bytes(node: Node) -> bool:
    """Return whether a change from some common type to this type (a TypeName) does not rewrite the table."""
    name = qualified_name(node.names)[1]
    return name in {"text", "varchar", "numeric", "inet", "varbit", "timestamp", "timestamptz"} and not (
        name == "varbit" and node.typmods
    )


def is_known_not_null(schema: HistorySchema, table: tuple[str, str], name: str) -> bool:
    """Return whether Postgres knows that a column holds no NULL, and skips the scan."""
    relation = schema.find_relation(*table)
    column = relation.columns.get(name) if relation is not None else None
    return (column is not None and column.not_null) or is_proven_not_null(relation, name)


def is_proven_not_null(relation: HistoryRelation | None, column: str) -> bool:
    """Return whether a validated constraint proves that a column holds no NULL, so that Postgres skips the scan.

    A constraint that is older than the history, and of which only the name is known, may be the proof.
    """
    return relation is not None and any(
        constraint.valid and _proves(constraint, column) for constraint in relation.constraints.values()
    )


def _proves(constraint: HistoryConstraint, column: str) -> bool:
    if constraint.kind == "check" and constraint.tree is not None:
        return _implies_not_null(constraint.tree.raw_expr, column)
    return not constraint.kind or (constraint.kind == "not_null" and column in constraint.columns)


def _implies_not_null(expression: Node, column: str, test_type: str = "IS_NOT_NULL") -> bool:
    kind = expression.WhichOneof("node")
    if kind == "bool_expr":
        operator, arguments = (
            enumeration("BoolExprType")[expression.bool_expr.boolop],
            expression.bool_expr.args,
        )
        if operator == "NOT_EXPR" and test_type == "IS_NOT_NULL":
            return _implies_not_null(arguments[0], column, "IS_NULL")
        return (operator, test_type) in {("AND_EXPR", "IS_NOT_NULL"), ("OR_EXPR", "IS_NULL")} and any(
            _implies_not_null(argument, column, test_type) for argument in arguments
        )
    if kind != "null_test":
        return False
    test = expression.null_test
    return (
        enumeration("NullTestType")[test.nulltesttype] == test_type
        and test.arg.WhichOneof("node") == "column_ref"
        and names(test.arg.column_ref.fields)[-1:] == [column]
    )
