"""Which changes make Postgres read or rewrite a whole table."""

from __future__ import annotations

from collections.abc import Callable

from schema_dsl.lint import builtins
from schema_dsl.lint.facts.alter_commands import AlterCommand
from schema_dsl.lint.history.create_table import collation, named_columns
from schema_dsl.lint.history.schema import HistoryColumn, HistoryConstraint, HistoryRelation, Schema, UserType
from schema_dsl.lint.history.trees import enumeration, modifiers, names, qualified, type_named
from schema_dsl.parsing import Node, walk

# Of extensions that many have; an extension's functions are not known otherwise.
_VOLATILE = frozenset(
    {"uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4", "gen_random_bytes", "gen_salt"}
)
# pg_cast where castmethod is b: the bytes stay as they are.
_SAME_BYTES = frozenset(
    {
        ("varchar", "text"),
        ("text", "varchar"),
        ("cidr", "inet"),
        ("xml", "text"),
        ("xml", "varchar"),
        ("bit", "varbit"),
        ("varbit", "bit"),
        ("int4", "oid"),
        ("oid", "int4"),
    }
)
_FULL_PRECISION = 6
# All fields, as a mask, to the microsecond.
_FULL_INTERVAL = (0x7FFF, _FULL_PRECISION)


def is_volatile(schema: Schema, expression: Node) -> bool:
    """Say whether an expression surely calls something that gives every row a value of its own."""
    return any(_is_volatile(schema, node) for node in walk(expression) if node.DESCRIPTOR.name == "FuncCall")


def _is_volatile(schema: Schema, call: Node) -> bool:
    where, name = qualified(call.funcname)
    made = list(schema.named_routines(where, name))
    if made:
        # What is written in SQL may be inlined, and is then judged by its body.
        return all(each.signature.volatility == "v" and not each.signature.inlined for each in made)
    if where in {"", "pg_catalog"} and builtins.functions(name):
        return all(each.volatility == "v" for each in builtins.functions(name))
    return name in _VOLATILE


def rewriting_column(schema: Schema, column: Node) -> str:
    """Say why adding a column (a ColumnDef) rewrites the table; "" if it does not, for all that is known."""
    domain = _domain(schema, type_named(schema, column.type_name))
    if domain is not None and domain.constrained:
        return "the constraints of its domain are checked against every row"
    if len(column.type_name.names) == 1 and column.type_name.names[0].string.sval in builtins.SERIALS:
        return "a serial column takes every row's value from a sequence"
    for wrapped in column.constraints:
        constraint = wrapped.constraint
        kind = enumeration("ConstrType")[constraint.contype]
        if kind == "CONSTR_IDENTITY":
            return "an identity column takes every row's value from a sequence"
        if kind == "CONSTR_GENERATED" and constraint.generated_kind == "s":
            return "a stored generated column is computed for every row"
        if kind == "CONSTR_DEFAULT" and is_volatile(schema, constraint.raw_expr):
            return "its default is volatile, so every row gets a value of its own"
    return ""


def changes_bytes(schema: Schema, column: HistoryColumn | None, altered: AlterCommand) -> bool | None:
    """Say whether ALTER COLUMN TYPE rewrites the table; None where the types are not known."""
    node = altered.definition.column_def
    target = type_named(schema, node.type_name)
    if node.HasField("raw_default") and not _only_casts(node, altered.command.name):
        return True
    if column is None or column.type is None or target is None or column.doubtful:
        return None
    new = modifiers(node.type_name)
    if column.type == target:
        return _narrows(target, column.modifiers, new)
    return _recasts(schema, column.type, column.modifiers, target, new)


def _recasts(
    schema: Schema, source: str, old: tuple[int, ...], target: str, new: tuple[int, ...]
) -> bool | None:
    """Say whether casting one type to another changes bytes; domains are seen through."""
    # That what comes out of a domain is short enough, Postgres does not remember.
    while (domain := _domain(schema, source)) is not None and domain.base is not None:
        source, old = domain.base, ()
    while (domain := _domain(schema, target)) is not None and domain.base is not None:
        if domain.constrained:
            return True
        target, new = domain.base, domain.modifiers or new
    if source == target:
        return _narrows(target, old, new)
    kinds = {_kind(schema, source), _kind(schema, target)}
    if "enum" not in kinds and kinds != {""}:
        return None
    if {source, target} == {"timestamp", "timestamptz"} and _is_utc(schema):
        return _narrows("timestamp", old, new)
    return (source, target) not in _SAME_BYTES or bool(new)


def read_again(altered: AlterCommand) -> str:
    """Say what makes Postgres read a table whose bytes stay as they are, for ALTER COLUMN TYPE; "" for nothing."""
    relation, name = altered.relation, altered.command.name
    for constraint in relation.constraints.values() if relation is not None else ():
        tree = constraint.tree if constraint.kind == "check" and constraint.valid else None
        if tree is not None and name in named_columns(tree.raw_expr):
            return f"{constraint.name} is checked again"
    column = relation.columns.get(name) if relation is not None else None
    sorts = column is not None and column.collation != collation(altered.definition.column_def)
    for index in relation.indexes.values() if relation is not None else ():
        if sorts and name in index.columns:
            return f"{index.name} is sorted anew"
        if index.tree is not None:
            parts = [each.index_elem.expr for each in index.tree.index_params]
            if any(name in named_columns(each) for each in (*parts, index.tree.where_clause)):
                return f"{index.name} is built again"
    return ""


def _domain(schema: Schema, name: str | None) -> UserType | None:
    found = schema.user_type(name) if name else None
    return found if found is not None and found.kind == "domain" else None


def _kind(schema: Schema, name: str) -> str:
    found = schema.user_type(name)
    return "" if found is None else found.kind


def _is_utc(schema: Schema) -> bool:
    return schema.settings.get("timezone", "").upper() == "UTC"


def _only_casts(node: Node, name: str) -> bool:
    """Say whether USING is the column itself, or the cast that would be made anyway."""
    using = node.raw_default
    if using.WhichOneof("node") == "type_cast":
        if using.type_cast.type_name.names != node.type_name.names:
            return False
        using = using.type_cast.arg
    return using.WhichOneof("node") == "column_ref" and names(using.column_ref.fields)[-1:] == [name]


def _narrows(kind: str, old: tuple[int, ...], new: tuple[int, ...]) -> bool | None:
    if old == new:
        return False
    if kind.endswith("[]"):
        # Elements are converted one by one, whatever becomes of them.
        return True
    judge = _NARROWS.get(kind)
    return None if judge is None else judge(old, new)


def _shortens(old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    return bool(new) and (not old or new[0] < old[0])


def _rescales(old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    scales = [(*each, 0)[1] if each else None for each in (old, new)]
    return bool(new) and (not old or scales[0] != scales[1] or new[0] < old[0])


def _rounds(old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    return (new or (_FULL_PRECISION,))[0] < (old or (_FULL_PRECISION,))[0]


def _cuts(old: tuple[int, ...], new: tuple[int, ...]) -> bool | None:
    """Judge intervals, which may say which fields they have: those are not weighed against each other."""
    if new in {(), _FULL_INTERVAL}:
        return False
    return None if old else True


_NARROWS: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool | None]] = {
    **dict.fromkeys(("varchar", "varbit"), _shortens),
    **dict.fromkeys(("timestamp", "timestamptz", "time", "timetz"), _rounds),
    **dict.fromkeys(("bpchar", "bit"), lambda _, __: True),
    "numeric": _rescales,
    "interval": _cuts,
}


def may_keep_bytes(node: Node) -> bool:
    """Say whether there is an everyday type from which a change to this one (a TypeName) costs nothing."""
    name = qualified(node.names)[1]
    return name in {"text", "varchar", "numeric", "inet", "varbit", "timestamp", "timestamptz"} and not (
        name == "varbit" and node.typmods
    )


def proven_not_null(relation: HistoryRelation | None, column: str) -> bool:
    """Say whether a validated constraint tells Postgres that a column holds no NULL, so that it need not look.

    One that was added elsewhere, and of which only the name is known, may be what says so.
    """
    return relation is not None and any(
        constraint.valid and _proves(constraint, column) for constraint in relation.constraints.values()
    )


def _proves(constraint: HistoryConstraint, column: str) -> bool:
    if constraint.kind == "check" and constraint.tree is not None:
        return _says_not_null(constraint.tree.raw_expr, column)
    return not constraint.kind or (constraint.kind == "not null" and column in constraint.columns)


def _says_not_null(expression: Node, column: str, wanted: str = "IS_NOT_NULL") -> bool:
    kind = expression.WhichOneof("node")
    if kind == "bool_expr":
        operator, arguments = (
            enumeration("BoolExprType")[expression.bool_expr.boolop],
            expression.bool_expr.args,
        )
        if operator == "NOT_EXPR" and wanted == "IS_NOT_NULL":
            return _says_not_null(arguments[0], column, "IS_NULL")
        return (operator, wanted) in {("AND_EXPR", "IS_NOT_NULL"), ("OR_EXPR", "IS_NULL")} and any(
            _says_not_null(each, column, wanted) for each in arguments
        )
    if kind != "null_test":
        return False
    test = expression.null_test
    return (
        enumeration("NullTestType")[test.nulltesttype] == wanted
        and test.arg.WhichOneof("node") == "column_ref"
        and names(test.arg.column_ref.fields)[-1:] == [column]
    )
