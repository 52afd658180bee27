"""The rule of domains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from schema_dsl.analysis.builtins import find_functions
from schema_dsl.analysis.identity import ROUTINE_KINDS, Identity
from schema_dsl.model.identity import copy_with
from schema_dsl.model.names import choose_default_name
from schema_dsl.parsing import list_functions
from schema_dsl.plan.dependency import Dependency, OnReplace
from schema_dsl.plan.existence import type_exists
from schema_dsl.plan.retype import build_type_difference
from schema_dsl.plan.rule import (
    PRIVILEGES,
    Alter,
    Commented,
    Creation,
    Detached,
    Ignored,
    KindRule,
    Object,
    Replace,
)
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.sql import Sql, end_line_comment, identifier, literal, parenthesize, qualified


def _name(identity: Identity) -> Sql:
    return qualified(identity.schema, identity.name)


def _format_check(check: Any) -> Sql:
    return Sql(f"CONSTRAINT {identifier(check.name)} CHECK {parenthesize(check.expression)}")


def _values(identity: Identity, domain: Any) -> dict[str, Any]:
    clauses = []
    if domain.collation is not None:
        clauses.append(Sql(f"COLLATE {domain.collation}"))
    if domain.default is not None:
        clauses.append(Sql(f"DEFAULT {end_line_comment(domain.default)}"))
    if domain.not_null:
        clauses.append(Sql("NOT NULL"))
    # CREATE DOMAIN accepts no NOT VALID.
    clauses += [_format_check(check) for check in domain.check if check.validated]
    return {
        "domain": _name(identity),
        "domain_literal": literal(str(_name(identity))),
        "base": domain.base.sql,
        "clauses": clauses,
    }


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, domain in objects:
        yield Step(identity, "domain/create", _values(identity, domain))
        yield from _complete(identity, domain)


def _complete(identity: Identity, domain: Any) -> Iterable[Step]:
    """Yield the steps behind CREATE DOMAIN: the checks that are NOT VALID, and the comments on checks."""
    for check in domain.check:
        if not check.validated:
            yield _add_check(identity, check)
    yield from _comment([(identity, check) for check in domain.check if check.comment is not None])


def _add_check(identity: Identity, check: Any) -> Step:
    clause = Sql(f"{_format_check(check)}{'' if check.validated else ' NOT VALID'}")
    values = {"domain": _name(identity), "name": identifier(check.name), "clause": clause}
    return Step(identity, "domain/add_check", values)


def _comment(checks: Sequence[tuple[Identity, Any]]) -> Iterable[Step]:
    comments = [
        (Sql(f"CONSTRAINT {identifier(check.name)} ON DOMAIN {_name(identity)}"), literal(check.comment))
        for identity, check in checks
    ]
    if comments:
        yield Step(checks[0][0], "comment", {"comments": comments})


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    # Postgres refuses to drop a type that a column has, so no values are lost.
    yield Step(identity, "domain/drop", {"domain": _name(identity)})


def _alter(wanted: Object, before: Any) -> Iterable[Step]:
    identity, domain = wanted
    old = {check.name: check for check in before.check}
    kept = {check.name for check in domain.check if _is_kept(old.get(check.name), check)}
    added = {check.name for check in domain.check} - kept
    drops = [
        _alter_step(identity, f"DROP CONSTRAINT IF EXISTS {identifier(check.name)}")
        for check in before.check
        # The step that adds a check drops an old one of its name.
        if check.name not in kept | added
    ]
    yield from drops
    if before.default != domain.default:
        yield _set_default(identity, domain)
    elif drops and not added:
        # A second run of SET NOT NULL or DROP NOT NULL changes nothing.
        yield attrs.evolve(_set_default(identity, domain), template="domain/flush")
    if before.not_null != domain.not_null:
        yield _alter_step(identity, "SET NOT NULL" if domain.not_null else "DROP NOT NULL")
    commented = []
    for check in domain.check:
        if check.name in added:
            yield _add_check(identity, check)
        elif check.validated and not old[check.name].validated:
            yield _alter_step(identity, f"VALIDATE CONSTRAINT {identifier(check.name)}")
        present = old[check.name].comment if check.name in kept else None
        if check.comment != present:
            commented.append((identity, check))
    yield from _comment(commented)


def _set_default(identity: Identity, domain: Any) -> Step:
    default = domain.default
    return _alter_step(
        identity, "DROP DEFAULT" if default is None else f"SET DEFAULT {end_line_comment(default)}"
    )


def _is_kept(before: Any, check: Any) -> bool:
    """Return whether a check stays: Postgres can validate it, and change its comment."""
    return (
        before is not None and before.expression == check.expression and before.validated <= check.validated
    )


def _alter_step(identity: Identity, action: str) -> Step:
    return Step(identity, "domain/alter", {"domain": _name(identity), "action": Sql(action)})


def _replace(wanted: Object, before: Any) -> Iterable[Step]:
    """Build the step that replaces the type under another name; its parts convert the columns of the type."""
    identity, domain = wanted
    differs = _build_difference(domain, before)
    old_name = choose_default_name(identity.name, [], "old", lambda _name: False)
    values = {
        **_values(identity, domain),
        "differs": differs,
        "old_name": identifier(old_name),
        "old_domain": qualified(identity.schema, old_name),
        "frees_name": before.not_null and domain.not_null,
    }
    yield Step(identity, "domain/replace", values)
    yield from _complete(identity, domain)


def _build_difference(domain: Any, before: Any) -> Sql:
    """Build the condition that a row of pg_type is not the new domain."""
    differences = []
    if domain.base != before.base or domain.collation == before.collation:
        difference = build_type_difference("typbasetype", "typtypmod", domain.base.sql, before.base.sql)
        differences.append(difference or "true")
    if domain.collation != before.collation:
        wanted = (
            "(SELECT b.typcollation FROM pg_catalog.pg_type AS b WHERE b.oid = pg_type.typbasetype)"
            if domain.collation is None
            else f"pg_catalog.to_regcollation({literal(str(domain.collation))})"
        )
        differences.append(f"typcollation <> {wanted}")
    return Sql(differences[0] if len(differences) == 1 else f"({' OR '.join(differences)})")


def _references(identity: Identity, domain: Any, state: State) -> Iterable[Dependency]:
    yield from state.resolve_type(identity, domain.base.sql, on_replace=OnReplace.ADAPT)
    texts = (domain.default, *(check.expression for check in domain.check))
    for dependency in state.resolve(identity, *texts, on_replace=OnReplace.ADAPT):
        is_routine = dependency.referenced.kind in ROUTINE_KINDS
        yield attrs.evolve(dependency, on_replace=OnReplace.RESTORE) if is_routine else dependency


@attrs.frozen
class DomainConditions:
    """The default and the checks of a domain, which a plan removes and restores around the change of a function.

    Attributes:
        default: The default.
        check: The checks.
        hazards: The effects of adding the checks.
    """

    default: Sql | None
    check: tuple[Any, ...]
    hazards: tuple[Hazard, ...] = ()


def _detach(identity: Identity, domain: Any) -> Detached | None:
    """Separate a domain from the default and the checks that call functions which are not built in."""
    default = domain.default if domain.default is not None and _calls(domain.default) else None
    checks = tuple(check for check in domain.check if _calls(check.expression))
    if default is None and not checks:
        return None
    kept = tuple(check for check in domain.check if check not in checks)
    rest = copy_with(domain, default=domain.default if default is None else None, check=kept)
    part = Identity("domain_conditions", identity.schema, identity.name, parent=identity)
    scans = any(check.validated for check in checks)
    return Detached(rest, part, DomainConditions(default, checks), scans)


def _calls(text: Sql) -> bool:
    return not all(find_functions(name) for _, name in list_functions(text))


def _create_conditions(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for part, conditions in objects:
        if conditions.default is not None:
            yield _set_default(part.root, conditions)
        for check in conditions.check:
            yield attrs.evolve(_add_check(part.root, check), hazards=conditions.hazards)
        yield from _comment([(part.root, check) for check in conditions.check if check.comment is not None])


def _drop_conditions(dropped_object: Object) -> Iterable[Step]:
    part, conditions = dropped_object
    for check in conditions.check:
        yield _alter_step(part.root, f"DROP CONSTRAINT IF EXISTS {identifier(check.name)}")
    if conditions.default is not None:
        yield _alter_step(part.root, "DROP DEFAULT")


def _list_routines(identity: Identity, conditions: DomainConditions, state: State) -> Iterable[Dependency]:
    texts = (conditions.default, *(check.expression for check in conditions.check))
    return (each for each in state.resolve(identity, *texts) if each.referenced.kind in ROUTINE_KINDS)


def _build_query(identity: Identity) -> Sql:
    name = literal(str(_name(identity)))
    return Sql(
        "(SELECT ROW(pg_catalog.format_type(typbasetype, typtypmod), typcollation, typnotnull, typdefault)::text\n"  # noqa: S608 - literals
        f" FROM pg_catalog.pg_type WHERE oid = pg_catalog.to_regtype({name}))"
    )


def _checks_values(before: Any, domain: Any) -> bool:
    """Return whether Postgres checks the existing values of the domain."""
    valid = {check.name: check for check in before.check if check.validated}
    return (domain.not_null and not before.not_null) or any(
        check.validated and not _is_kept(valid.get(check.name), check) for check in domain.check
    )


_CHANGED = Alter(_alter, scans_dependents=_checks_values)

RULE = KindRule(
    kind="domain",
    rank=6,
    create=_create,
    drop=_drop,
    exists=type_exists("d"),
    replace=_replace,
    replace_invalidates_dependents=True,
    adapt=_replace,
    detach=_detach,
    detached=KindRule(
        kind="domain_conditions",
        rank=7,
        create=_create_conditions,
        drop=_drop_conditions,
        definition_query=_build_query,
        expressions=("default", "check"),
        references=_list_routines,
        attributes={"default": Replace(), "check": Replace(), "hazards": Ignored("they are about the plan")},
    ),
    references=_references,
    expressions=("base", "collation", "default", "check"),
    definition_query=_build_query,
    comment_target=lambda identity: Sql(f"DOMAIN {_name(identity)}"),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "schema": Ignored("the schema is part of the identity"),
        "base": Replace(),
        "collation": Replace(),
        "not_null": _CHANGED,
        "default": Alter(_alter),
        "check": _CHANGED,
        "usage": PRIVILEGES,
        "grants": PRIVILEGES,
        "owner": PRIVILEGES,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
