"""The rule of operators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from schema_dsl.analysis.identity import QUERIED_KINDS, Identity
from schema_dsl.model.operator import NO_OPERAND
from schema_dsl.plan.dependency import Dependency
from schema_dsl.plan.routine import find_named_routines, format_full_type
from schema_dsl.plan.rule import PRIVILEGES, Alter, Commented, Creation, Ignored, KindRule, Object, Replace
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifier, literal

_OPTIONS: Final = {
    "left": "LEFTARG",
    "right": "RIGHTARG",
    "function": "FUNCTION",
    "commutator": "COMMUTATOR",
    "negator": "NEGATOR",
    "restrict": "RESTRICT",
    "join": "JOIN",
}


def format_operator(identity: Identity) -> Sql:
    """Format the name of an operator."""
    return Sql(f"{identifier(identity.schema)}.{identity.name}")


def list_options(operator: Any) -> Iterator[Sql]:
    """Yield the options of CREATE OPERATOR."""
    for name, option in _OPTIONS.items():
        value = getattr(operator, name)
        if value is not None:
            yield Sql(f"{option} = {value}")
    yield from (Sql(name.upper()) for name in ("hashes", "merges") if getattr(operator, name))


def format_signature(identity: Identity) -> Sql:
    """Format an operator as DROP and COMMENT ON expect it: `public.=== (integer, integer)`."""
    operands = ("NONE" if each == NO_OPERAND else format_full_type(each) for each in identity.arguments or ())
    return Sql(f"{format_operator(identity)} ({', '.join(operands)})")


def _build_condition(identity: Identity) -> Sql:
    """Build the FROM and WHERE of a query for the row of an operator; one that another names only has no function."""
    left, right = identity.arguments or ("", "")
    conditions = (
        f"AND {column} = "
        + ("0" if operand == NO_OPERAND else f"pg_catalog.to_regtype({literal(format_full_type(operand))})")
        for column, operand in (("oprleft", left), ("oprright", right))
    )
    return Sql(
        f"FROM pg_catalog.pg_operator\nWHERE oprname = {literal(identity.name)} AND oprcode <> 0\n"
        f"    AND oprnamespace = pg_catalog.to_regnamespace({literal(str(identifier(identity.schema)))})\n"
        f"    {' '.join(conditions)}"
    )


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, operator in objects:
        values = {
            "operator": format_operator(identity),
            "row": _build_condition(identity),
            "options": list(list_options(operator)),
        }
        yield Step(identity, "operator/create", values)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    yield Step(identity, "operator/drop", {"signature": format_signature(identity)})


def _alter_estimators(wanted: Object, _: Any) -> Iterable[Step]:
    identity, operator = wanted
    values = {
        "signature": format_signature(identity),
        "restrict": operator.restrict or Sql("NONE"),
        "join": operator.join or Sql("NONE"),
    }
    yield Step(identity, "operator/alter", values)


def _references(identity: Identity, operator: Any, state: State) -> Iterator[Dependency]:
    for spelling in filter(None, (operator.left, operator.right)):
        yield from state.resolve_type(identity, spelling)
    functions = filter(None, (operator.function, operator.restrict, operator.join))
    for routine in find_named_routines(state, functions):
        yield Dependency(dependent=identity, referenced=routine)


_ESTIMATOR = Alter(_alter_estimators)

RULE = KindRule(
    kind="operator",
    rank=13,
    create=_create,
    drop=_drop,
    references=_references,
    comes_before=QUERIED_KINDS,
    is_named=True,
    expressions=("left", "right", "function", "commutator", "negator", "restrict", "join"),
    definition_query=lambda identity: Sql(
        "(SELECT ROW(oprcode, oprcom, oprnegate, oprrest, oprjoin, oprcanhash, oprcanmerge)::text"
        f" {_build_condition(identity)})"
    ),
    comment_target=lambda identity: Sql(f"OPERATOR {format_signature(identity)}"),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "schema": Ignored("the schema is part of the identity"),
        "left": Ignored("the type is part of the identity"),
        "right": Ignored("the type is part of the identity"),
        "function": Replace(),
        "commutator": Replace(),
        "negator": Replace(),
        "restrict": _ESTIMATOR,
        "join": _ESTIMATOR,
        "hashes": Replace(),
        "merges": Replace(),
        "owner": PRIVILEGES,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
