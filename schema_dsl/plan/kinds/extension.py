"""The rule of extensions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.dependency import Dependency, OnReplace
from schema_dsl.plan.rule import Alter, Commented, Creation, Ignored, KindRule, Object
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifier, literal

# Attributes that the definitions may leave to the extension or the server.
_OPTIONAL = frozenset({"version", "requires", "comment"})


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, extension in objects:
        values = {
            "extension": identifier(identity.name),
            "schema": identifier(extension.schema),
            "version": None if extension.version is None else literal(extension.version),
        }
        yield Step(identity, "extension/create", values)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    # Postgres refuses to drop an extension whose objects other objects use.
    yield Step(identity, "extension/drop", {"extension": identifier(identity.name)})


def _alter(wanted: Object, before: Any) -> Iterable[Step]:
    identity, extension = wanted
    if extension.schema != before.schema:
        yield _alter_step(identity, f"SET SCHEMA {identifier(extension.schema)}")
    if extension.version not in (None, before.version):
        yield _alter_step(identity, f"UPDATE TO {literal(extension.version)}")


def _alter_step(identity: Identity, action: str) -> Step:
    values = {"extension": identifier(identity.name), "action": Sql(action)}
    return Step(identity, "extension/alter", values)


def _list_needed(extension: Any) -> Iterable[Identity]:
    return (
        Identity("schema", "", extension.schema),
        *(Identity("extension", "", name) for name in extension.requires),
    )


def _references(identity: Identity, extension: Any, state: State) -> Iterable[Dependency]:
    for referenced in _list_needed(extension):
        if referenced in state.objects:
            yield Dependency(dependent=identity, referenced=referenced, on_replace=OnReplace.UNTOUCHED)


_CHANGED = Alter(_alter)

RULE = KindRule(
    kind="extension",
    rank=2,
    create=_create,
    drop=_drop,
    references=_references,
    targets=_list_needed,
    comes_first=True,
    manages=lambda extension, attribute: attribute not in _OPTIONAL or bool(getattr(extension, attribute)),
    comment_target=lambda identity: Sql(f"EXTENSION {identifier(identity.name)}"),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "schema": _CHANGED,
        "version": _CHANGED,
        "requires": Ignored("the control file of the extension says it"),
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
