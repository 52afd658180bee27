"""The rule of user mappings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.plan.foreign_options import (
    alter_options,
    depend_on_server,
    find_server,
    format_foreign_options,
)
from schema_dsl.plan.names import quote_role
from schema_dsl.plan.rule import Creation, Ignored, KindRule, Object
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifier


def format_mapping(mapping: Any) -> Sql:
    """Format the role and the server as CREATE and DROP USER MAPPING expect them."""
    return Sql(f"FOR {quote_role(mapping.role)} SERVER {identifier(mapping.server)}")


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, mapping in objects:
        values = {"mapping": format_mapping(mapping), "options": format_foreign_options(mapping.options)}
        yield Step(identity, "user_mapping/create", values)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, mapping = dropped_object
    yield Step(identity, "user_mapping/drop", {"mapping": format_mapping(mapping)})


RULE = KindRule(
    kind="user_mapping",
    rank=15,
    create=_create,
    drop=_drop,
    references=depend_on_server,
    targets=lambda mapping: (find_server(mapping),),
    attributes={
        "role": Ignored("the role is part of the identity"),
        "server": Ignored("the server is part of the identity"),
        "options": alter_options(lambda _, mapping: Sql(f"USER MAPPING {format_mapping(mapping)}")),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
