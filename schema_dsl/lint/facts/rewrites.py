"""Which changes make Postgres read or rewrite a whole table."""

from __future__ import annotations

from schema_dsl.lint import builtins
from schema_dsl.lint.facts.altered import Altered
from schema_dsl.lint.history.schema import Column, Relation, Schema
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
_FIRST_IS_LENGTH = frozenset({"varchar", "varbit"})
_PRECISION = frozenset({"timestamp", "timestamptz", "time", "timetz"})
_FULL_PRECISION = 6
_LIMITED = frozenset({"varchar", "bpchar", "bit", "varbit", "numeric", *_PRECISION, "interval"})


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


def changes_bytes(schema: Schema, column: Column | None, altered: Altered) -> bool | None:
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
    kinds = {_kind(schema, column.type), _kind(schema, target)}
    if "enum" not in kinds and kinds != {""}:
        # A domain without constraints has the bytes of what it is over.
        return None
    if {column.type, target} == {"timestamp", "timestamptz"} and _is_utc(schema):
        return _narrows("timestamp", column.modifiers, new)
    return (column.type, target) not in _SAME_BYTES or bool(new)


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
    if kind in _FIRST_IS_LENGTH:
        return bool(new) and (not old or new[0] < old[0])
    if kind == "numeric":
        scales = [(*each, 0)[1] if each else None for each in (old, new)]
        return bool(new) and (not old or scales[0] != scales[1] or new[0] < old[0])
    if kind in _PRECISION:
        return (new or (_FULL_PRECISION,))[0] < (old or (_FULL_PRECISION,))[0]
    return True if kind in {"bpchar", "bit"} else None


def may_keep_bytes(node: Node) -> bool:
    """Say whether there is an everyday type from which a change to this one (a TypeName) costs nothing."""
    name = qualified(node.names)[1]
    return name in {"text", "varchar", "numeric", "inet", "varbit", "timestamp", "timestamptz"} and not (
        name == "varbit" and node.typmods
    )


def proven_not_null(relation: Relation | None, column: str) -> bool:
    """Say whether a validated CHECK tells Postgres that a column holds no NULL, so that it need not look."""
    return relation is not None and any(
        constraint.kind == "check"
        and constraint.valid
        and constraint.tree is not None
        and _says_not_null(constraint.tree.raw_expr, column)
        for constraint in relation.constraints.values()
    )


def _says_not_null(expression: Node, column: str) -> bool:
    kind = expression.WhichOneof("node")
    if kind == "bool_expr" and enumeration("BoolExprType")[expression.bool_expr.boolop] == "AND_EXPR":
        return any(_says_not_null(each, column) for each in expression.bool_expr.args)
    if kind != "null_test":
        return False
    test = expression.null_test
    return (
        enumeration("NullTestType")[test.nulltesttype] == "IS_NOT_NULL"
        and test.arg.WhichOneof("node") == "column_ref"
        and names(test.arg.column_ref.fields)[-1:] == [column]
    )
