"""The rule of foreign servers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.dependency import Dependency
from schema_dsl.plan.foreign_options import alter_options, format_foreign_options
from schema_dsl.plan.rule import (
    PRIVILEGES,
    Alter,
    Commented,
    Creation,
    Ignored,
    KindRule,
    Object,
    Replace,
)
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifier, literal


def _target(identity: Identity) -> Sql:
    return Sql(f"SERVER {identifier(identity.name)}")


def _find_wrapper(server: Any) -> Identity:
    return Identity("foreign_data_wrapper", "", server.wrapper)


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, server in objects:
        values = {
            "server": identifier(identity.name),
            "type": None if server.type is None else literal(server.type),
            "version": None if server.version is None else literal(server.version),
            "wrapper": identifier(server.wrapper),
            "options": format_foreign_options(server.options),
        }
        yield Step(identity, "foreign_server/create", values)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    yield Step(identity, "foreign_server/drop", {"server": identifier(identity.name)})


def _alter_version(wanted: Object, _: Any) -> Iterable[Step]:
    identity, server = wanted
    version = Sql("NULL") if server.version is None else literal(server.version)
    yield Step(
        identity, "foreign_server/alter_version", {"server": identifier(identity.name), "version": version}
    )


def _references(identity: Identity, server: Any, state: State) -> Iterable[Dependency]:
    wrapper = _find_wrapper(server)
    # The wrapper of an extension is the extension's.
    if wrapper in state.objects:
        yield Dependency(dependent=identity, referenced=wrapper)


RULE = KindRule(
    kind="foreign_server",
    rank=14,
    create=_create,
    drop=_drop,
    references=_references,
    targets=lambda server: (_find_wrapper(server),),
    definition_query=lambda identity: Sql(
        "(SELECT (pg_catalog.to_jsonb(s) - 'oid')::text FROM pg_catalog.pg_foreign_server AS s"  # noqa: S608 - literal
        f" WHERE srvname = {literal(identity.name)})"
    ),
    comment_target=_target,
    grant_target=lambda identity: Sql(f"FOREIGN {_target(identity)}"),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "wrapper": Replace(),
        "type": Replace(),
        "version": Alter(_alter_version),
        "options": alter_options(lambda identity, _: _target(identity)),
        "usage": PRIVILEGES,
        "grants": PRIVILEGES,
        "owner": PRIVILEGES,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
