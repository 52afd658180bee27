"""Twice the statements take twice the work: counted in calls, which do not depend on the machine."""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from schema_dsl.lint import lint_text, selection
from schema_dsl.platforms.supabase import PLATFORM

ALL = selection("supabase", select=("all",))
TABLE = (
    "CREATE TABLE public.t{n} (id uuid PRIMARY KEY, user_id uuid NOT NULL);\n"
    "ALTER TABLE public.t{n} ENABLE ROW LEVEL SECURITY;\n"
)
READS_LAST = (
    "CREATE POLICY p ON public.t{n} USING (EXISTS (SELECT FROM public.t{last} x WHERE x.id = t{n}.id));\n"
)
KINDS = {
    "policies, then dropped with what they read": (
        TABLE + READS_LAST,
        "DROP TABLE public.t{n} CASCADE;\n",
    ),
    "policies of one table": (
        "CREATE TABLE IF NOT EXISTS public.t (user_id uuid); ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;\n",
        "CREATE POLICY p{n} ON public.t FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));\n",
    ),
    "a policy for each role": (
        "CREATE ROLE r{n};\n" + TABLE + READS_LAST,
        "CREATE POLICY q ON public.t{n} TO r{n} USING (true);\n",
    ),
    "default privileges": (
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM anon;\n",
        TABLE,
    ),
    "comments that ignore": (
        "-- schema-dsl: ignore[prefer-text-field] short\nCREATE TABLE public.s{n} (a varchar(10));\n",
        "DO $$ BEGIN\n-- schema-dsl: ignore[prefer-text-field] short\nCREATE TABLE t{n} (a varchar(1));\nEND $$;\n",
    ),
    "functions of triggers": (
        TABLE + "CREATE FUNCTION public.f{n}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        "BEGIN NEW.user_id = NULL; RETURN NEW; END $$;\n",
        "CREATE TRIGGER g BEFORE UPDATE ON public.t{n} FOR EACH ROW EXECUTE FUNCTION public.f{n}();\n",
    ),
    "views on views": (
        "CREATE VIEW public.v{n} AS SELECT 1 AS a;\n",
        "CREATE OR REPLACE VIEW public.v{n} AS SELECT a FROM public.v{last};\n",
    ),
}


def calls(text: str) -> int:
    """Count the calls of Python functions that linting a text takes."""
    count = 0

    def called(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        lint_text(text, "f.sql", PLATFORM, ALL)
    finally:
        sys.setprofile(before)
    return count


def written(kind: str, times: int) -> str:
    """Write statements of a kind."""
    return "".join(
        pattern.format(n=number, last=max(number - 1, 0))
        for pattern in KINDS[kind]
        for number in range(times)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_linear(kind: str) -> None:
    """Whatever the statements are, their number tells how long it takes."""
    calls(written(kind, 2))
    once, twice = calls(written(kind, 60)), calls(written(kind, 120))
    assert 2.5 > twice / once
