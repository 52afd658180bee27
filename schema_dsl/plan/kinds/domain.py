"""The rule of domains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.names import choose_default_name
from schema_dsl.plan.dependency import Dependency, OnReplace
from schema_dsl.plan.names import end_line_comment, parenthesize
from schema_dsl.plan.retype import build_type_difference
from schema_dsl.plan.rule import PRIVILEGES, Alter, Commented, Creation, Ignored, KindRule, Object, Replace
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifier, literal, qualified

RANK = 6


def _name(identity: Identity) -> Sql:
    return qualified(identity.schema, identity.name)


def _format_check(check: Any) -> Sql:
    return Sql(f"CONSTRAINT {identifier(check.name)} CHECK {parenthesize(check.expression)}")


def _values(identity: Identity, domain: Any) -> dict[str, Any]:
    clauses = []
    if domain.default is not None:
        clauses.append(Sql(f"DEFAULT {end_line_comment(domain.default)}"))
    if domain.not_null:
        clauses.append(Sql("NOT NULL"))
    clauses += [_format_check(check) for check in domain.check]
    return {
        "domain": _name(identity),
        "domain_literal": literal(str(_name(identity))),
        "base": domain.base.sql,
        "clauses": clauses,
    }


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, domain in objects:
        yield Step(identity, "domain/create", _values(identity, domain), RANK)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    # Postgres refuses to drop a type that a column has, so no values are lost.
    yield Step(identity, "domain/drop", {"domain": _name(identity)}, RANK)


def _alter(wanted: Object, before: Any) -> Iterable[Step]:
    identity, domain = wanted
    kept = [check for check in domain.check if check in before.check]
    for check in before.check:
        if check not in kept:
            yield _alter_step(identity, f"DROP CONSTRAINT IF EXISTS {identifier(check.name)}")
    if before.default != domain.default:
        default = domain.default
        action = "DROP DEFAULT" if default is None else f"SET DEFAULT {end_line_comment(default)}"
        yield _alter_step(identity, action)
    if before.not_null != domain.not_null:
        yield _alter_step(identity, "SET NOT NULL" if domain.not_null else "DROP NOT NULL")
    for check in domain.check:
        if check not in kept:
            values = {
                "domain": _name(identity),
                "name": identifier(check.name),
                "clause": _format_check(check),
            }
            yield Step(identity, "domain/add_check", values, RANK)


def _alter_step(identity: Identity, action: str) -> Step:
    return Step(identity, "domain/alter", {"domain": _name(identity), "action": Sql(action)}, RANK)


def _replace(wanted: Object, before: Any) -> Iterable[Step]:
    """Build the step that replaces the type under another name; its parts convert the columns of the type."""
    identity, domain = wanted
    differs = build_type_difference("typbasetype", "typtypmod", domain.base.sql, before.base.sql)
    old_name = choose_default_name(identity.name, [], "old", lambda _name: False)
    values = {
        **_values(identity, domain),
        "differs": Sql(differs or "true"),
        "old_name": identifier(old_name),
        "old_domain": qualified(identity.schema, old_name),
    }
    yield Step(identity, "domain/replace", values, RANK)


def _references(identity: Identity, domain: Any, state: State) -> Iterable[Dependency]:
    yield from state.resolve_type(identity, domain.base.sql, on_replace=OnReplace.ADAPT)
    texts = (domain.default, *(check.expression for check in domain.check))
    yield from state.resolve(identity, *texts, on_replace=OnReplace.ADAPT)


def _build_query(identity: Identity) -> Sql:
    name = literal(str(_name(identity)))
    return Sql(
        "(SELECT ROW(pg_catalog.format_type(typbasetype, typtypmod), typnotnull, typdefault)::text\n"  # noqa: S608 - literals
        f" FROM pg_catalog.pg_type WHERE oid = pg_catalog.to_regtype({name}))"
    )


_CHANGED = Alter(_alter, scans_dependents=True)

RULE = KindRule(
    kind="domain",
    rank=RANK,
    create=_create,
    drop=_drop,
    replace=_replace,
    replace_invalidates_dependents=True,
    adapt=_replace,
    references=_references,
    expressions=("base", "default", "check"),
    definition_query=_build_query,
    comment_target=lambda identity: Sql(f"DOMAIN {_name(identity)}"),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "schema": Ignored("the schema is part of the identity"),
        "base": Replace(),
        "not_null": _CHANGED,
        "default": Alter(_alter),
        "check": _CHANGED,
        "usage": PRIVILEGES,
        "grants": PRIVILEGES,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
