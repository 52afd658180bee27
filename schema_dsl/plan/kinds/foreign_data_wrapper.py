"""The rule of foreign-data wrappers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.dependency import Dependency
from schema_dsl.plan.foreign_options import alter_options, format_foreign_options
from schema_dsl.plan.routine import find_named_routines
from schema_dsl.plan.rule import PRIVILEGES, Alter, Commented, Creation, Ignored, KindRule, Object
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifier, literal


def _target(identity: Identity) -> Sql:
    return Sql(f"FOREIGN DATA WRAPPER {identifier(identity.name)}")


def format_functions(wrapper: Any, names: Iterable[str] = ("handler", "validator")) -> Iterator[Sql]:
    """Format the functions as CREATE and ALTER expect them."""
    for name in names:
        function = getattr(wrapper, name)
        yield Sql(f"NO {name.upper()}" if function is None else f"{name.upper()} {function}")


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, wrapper in objects:
        values = {
            "wrapper": identifier(identity.name),
            "name": literal(identity.name),
            "functions": list(format_functions(wrapper)),
            "options": format_foreign_options(wrapper.options),
        }
        yield Step(identity, "foreign_data_wrapper/create", values)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    yield Step(identity, "foreign_data_wrapper/drop", {"wrapper": identifier(identity.name)})


def _alter_functions(wanted: Object, before: Any) -> Iterable[Step]:
    identity, wrapper = wanted
    changed = [name for name in ("handler", "validator") if getattr(wrapper, name) != getattr(before, name)]
    values = {"wrapper": identifier(identity.name), "functions": list(format_functions(wrapper, changed))}
    yield Step(identity, "foreign_data_wrapper/alter", values)


def _references(identity: Identity, wrapper: Any, state: State) -> Iterator[Dependency]:
    functions = [function for function in (wrapper.handler, wrapper.validator) if function is not None]
    for routine in find_named_routines(state, functions):
        yield Dependency(dependent=identity, referenced=routine)


RULE = KindRule(
    kind="foreign_data_wrapper",
    rank=13,
    create=_create,
    drop=_drop,
    references=_references,
    expressions=("handler", "validator"),
    definition_query=lambda identity: Sql(
        "(SELECT (pg_catalog.to_jsonb(w) - 'oid')::text FROM pg_catalog.pg_foreign_data_wrapper AS w"  # noqa: S608 - literal
        f" WHERE fdwname = {literal(identity.name)})"
    ),
    comment_target=_target,
    attributes={
        "name": Ignored("the name is part of the identity"),
        "handler": Alter(_alter_functions),
        "validator": Alter(_alter_functions),
        "options": alter_options(lambda identity, _: _target(identity)),
        "usage": PRIVILEGES,
        "grants": PRIVILEGES,
        "owner": PRIVILEGES,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
