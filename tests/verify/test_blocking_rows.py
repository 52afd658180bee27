"""Rows at which a script stops are removed, with the fewest others."""

from __future__ import annotations

import pytest

from schema_dsl.parsing import split
from schema_dsl.verify import Scratch
from schema_dsl.verify.fixtures.blocking_rows import remove_blocking_rows

TABLES = """
CREATE DOMAIN public.short AS text;
CREATE TABLE public.one (state public.short);
CREATE TABLE public.two (state public.short);
INSERT INTO public.one VALUES ('ab'), ('abc'), ('abcd');
INSERT INTO public.two VALUES ('abcdef'), ('a');
"""
BLOCK = """
DO $$ BEGIN
    ALTER TABLE public.one ALTER COLUMN state TYPE integer USING nullif(state, 'ab')::integer;
    ALTER TABLE public.two ALTER COLUMN state TYPE integer USING nullif(state, 'a')::integer;
END $$;
"""
CHECK = "ALTER DOMAIN public.short ADD CONSTRAINT short CHECK (length(value) < 3);"


@pytest.mark.parametrize("script", [BLOCK, CHECK], ids=["block", "domain"])
def test_one_statement_several_tables(scratch: Scratch, script: str) -> None:
    """A statement that stops at rows of two tables stops at neither of them alone."""
    with scratch.fresh("before") as database:
        with scratch.connect(database) as connection:
            connection.execute(TABLES)
        removed = remove_blocking_rows(scratch, database, split(script).statements, "x.sql")
        assert [(("public", "one"), 2, 1), (("public", "two"), 1, 1)] == [
            (rows.table, rows.removed, rows.kept) for rows in removed
        ]
