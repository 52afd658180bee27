"""A history is replayed under the further settings of default privileges only where they count."""

from __future__ import annotations

import pytest
from subjects import subject_of

from schema_dsl.model.column import Column
from schema_dsl.model.table import Table
from schema_dsl.model.type import bigint
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch
from schema_dsl.verify.comparison.replay import compare_state_before

BASELINE = """
    CREATE TABLE public.made (id bigint PRIMARY KEY, size bigint NOT NULL);
    CREATE VIEW public.others AS SELECT 1 AS one;
"""
SIZE = "CREATE VIEW public.sizes AS SELECT size FROM public.made;"
TABLE = Table("made", columns=[Column("id", bigint, primary_key=True), Column("size", bigint)], grants=[])


@pytest.mark.parametrize(("views", "count"), [("", 1), (SIZE, 2)], ids=["no view", "view of the table"])
def test_settings(server: Server, views: str, count: int) -> None:
    """A view that reads a changed table may be created again, so its privileges are read under each setting."""
    subject = subject_of(TABLE, platform=platform("supabase"), baseline=f"{BASELINE}{views}")
    with Scratch(server, subject) as scratch:
        assert any(difference.before is not None for difference in compare_state_before(scratch).differences)
        replayed = [setting for state, setting in scratch._templates if state == "before"]  # noqa: SLF001
    assert count == len(replayed)
