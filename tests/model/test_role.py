"""Tests of roles that migrations create."""

from __future__ import annotations

from typing import Any

import pytest

from schema_dsl import Role
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import build_catalog


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"login": True}, "role app has login=, but the migrations do not create it"),
        ({"member_of": ["a"]}, "role app has member_of=, but the migrations do not create it"),
        ({"managed": True, "member_of": "app"}, "role app is a member of itself"),
        ({"managed": True, "connection_limit": -2}, "role app has connection_limit=-2"),
        ({"managed": True, "login": "no"}, "login must be True or False"),
    ],
)
def test_refused(values: dict[str, Any], message: str) -> None:
    """Attributes that only a managed role has, and values that Postgres refuses, are errors at the line of the role."""
    with pytest.raises(DefinitionError, match=message):
        Role("app", **values)


def test_reserved_name() -> None:
    """Postgres refuses to create a role whose name begins with pg_."""
    with pytest.raises(DefinitionError, match="pg_"):
        Role("pg_app", managed=True)
    assert "pg_read_all_data" == Role("pg_read_all_data").name


def test_groups() -> None:
    """The roles that a role is a member of are given by name or as Role, and have to be known."""
    group = Role("group", managed=True)
    member = Role("member", managed=True, member_of=[group, "pg_monitor", "group"])
    assert ("group", "pg_monitor") == member.member_of
    assert {member.identity, group.identity} == set(build_catalog([member, group]).objects)
    with pytest.raises(DefinitionError, match="refers to role group, which is not declared"):
        build_catalog([member])


def test_reference() -> None:
    """A role that is not managed is no object of the catalog."""
    assert {} == build_catalog([Role("app")]).objects
