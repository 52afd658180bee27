"""A history that creates roles is replayed in several databases of one server, where roles exist from then on."""

from __future__ import annotations

import uuid
from pathlib import Path

import attrs
import pytest
from subjects import subject_of

from schema_dsl import Column, Role, Table, integer
from schema_dsl.migrations import Migration
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch


@pytest.mark.parametrize("is_declared", [True, False])
def test_history_creates_role(server: Server, *, is_declared: bool) -> None:
    """A migration creates and alters a role in each database, whether or not the definitions refer to the role."""
    if not server.owns_cluster:
        pytest.skip("an existing server keeps its roles")
    name = f"dsl_{uuid.uuid4().hex}"
    text = f"""
        CREATE ROLE {name} NOLOGIN;
        CREATE TABLE public.read (id integer);
        GRANT SELECT ON public.read TO {name};
        ALTER ROLE {name} SET statement_timeout = '5min';
        COMMENT ON ROLE {name} IS 'Reads.';
    """
    table = Table("made", columns=[Column("id", integer)])
    roles = [Role(name)] if is_declared else []
    subject = attrs.evolve(
        subject_of(table, platform=platform("supabase"), roles=roles),
        earlier=(Migration.from_text(Path("001_a.sql"), text),),
    )
    with Scratch(server, subject) as scratch:
        for setting in scratch.settings:
            with scratch.fresh("before", setting) as database, scratch.connect(database) as connection:
                query = f"SELECT has_table_privilege('{name}', 'public.read', 'SELECT')"
                assert (True,) == connection.execute(query.encode()).fetchone()
