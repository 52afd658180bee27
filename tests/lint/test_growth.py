"""The work of lint grows linearly with the statements, counted in function calls."""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from schema_dsl.collection import collection_paused
from schema_dsl.lint import build_selection, lint_text
from schema_dsl.platforms.supabase import PLATFORM

ALL = build_selection("supabase", select=("all",))
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
    "dependents of one type, and of each": (
        "CREATE TYPE public.e{n} AS ENUM ('a'); CREATE TABLE public.t{n} (id public.e{n}, e public.e0);\n",
        "CREATE VIEW public.v{n} AS SELECT id FROM public.t{n};\n",
        "DROP TYPE public.e{last} CASCADE;\n",
    ),
    "indexes and checks of one table": (
        "CREATE TABLE IF NOT EXISTS public.t (a integer, b integer);\n",
        "CREATE INDEX i{n} ON public.t (a) WHERE b > {n};\n",
        "ALTER TABLE public.t ADD CONSTRAINT c{n} CHECK (a <> {n});\n",
    ),
    "policies on claims of one table": (
        "CREATE TABLE IF NOT EXISTS public.t (id bigint, a text);\n",
        "CREATE POLICY p{n} ON public.t USING (auth.jwt() -> 'user_metadata' ->> 'role' = 'x{n}');\n",
    ),
    "partitions of one table": (
        "CREATE TABLE IF NOT EXISTS public.t (a text) PARTITION BY LIST (a);\n",
        "CREATE TABLE public.t{n} PARTITION OF public.t FOR VALUES IN ('a{n}');\n",
    ),
    "partitions of one table by HASH, and rows of its default partition": (
        (
            "CREATE TABLE IF NOT EXISTS public.h (a integer) PARTITION BY HASH (a);\n"
            "CREATE TABLE IF NOT EXISTS public.t (a integer) PARTITION BY RANGE (a);\n"
            "CREATE TABLE IF NOT EXISTS public.d PARTITION OF public.t DEFAULT;\n"
        ),
        (
            "CREATE TABLE public.h{n} PARTITION OF public.h FOR VALUES WITH (MODULUS 1000, REMAINDER {n});\n"
            "CREATE TABLE public.t{n} PARTITION OF public.t FOR VALUES FROM (1{n:03}5) TO (1{n:03}8);\n"
        ),
        "INSERT INTO public.d (a) VALUES (1{n:03}2);\nINSERT INTO public.t (a) VALUES (1{n:03}3);\n",
    ),
    "schemas": ("CREATE SCHEMA s{n};\nDROP SCHEMA s{n};\n",),
    "columns of unknown tables": (
        "ALTER TABLE public.t{n} ADD COLUMN a integer;\n",
        "ALTER TABLE public.t{n} DROP COLUMN b;\n",
    ),
    "views on views": (
        "CREATE VIEW public.v{n} AS SELECT 1 AS a;\n",
        "CREATE OR REPLACE VIEW public.v{n} AS SELECT a FROM public.v{last};\n",
    ),
}


def count_calls(text: str) -> int:
    """Return the number of calls of functions while linting a text."""
    count = 0

    def count_call(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    previous = sys.getprofile()
    # A garbage collection runs callbacks for the objects of other tests.
    with collection_paused():
        sys.setprofile(count_call)
        try:
            lint_text(text, "f.sql", PLATFORM, ALL)
        finally:
            sys.setprofile(previous)
    return count


def repeat_statements(kind: str, times: int) -> str:
    """Return a script with repeated statements of a kind."""
    return "".join(
        pattern.format(n=number, last=max(number - 1, 0))
        for pattern in KINDS[kind]
        for number in range(times)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_linear(kind: str) -> None:
    """Twice the statements take about twice the calls, for every kind of statement."""
    count_calls(repeat_statements(kind, 2))
    once, twice = count_calls(repeat_statements(kind, 60)), count_calls(repeat_statements(kind, 120))
    assert 2.5 > twice / once


@pytest.mark.parametrize(
    ("first", "pattern", "last"),
    [
        ("DO $$ BEGIN\n", "IF (SELECT NOT b FROM t) THEN DROP INDEX IF EXISTS i{n}; END IF;\n", "END $$;\n"),
        ("ALTER TABLE public.t\n", "    ALTER COLUMN c{n} TYPE bigint,\n", "    ADD COLUMN d integer;\n"),
        (
            "CREATE TABLE public.p (id bigint NOT NULL) PARTITION BY RANGE (id);\n",
            (
                "CREATE TABLE public.p{n} PARTITION OF public.p FOR VALUES FROM ({n}0) TO ({n}5);\n"
                "INSERT INTO public.p VALUES ({n}1);\n"
            ),
            "",
        ),
    ],
)
def test_linear_after_one_statement(first: str, pattern: str, last: str) -> None:
    """Twice the parts of one statement, or the partitions of one table, take about twice the calls."""
    once, twice = (
        count_calls("".join([first, *(pattern.format(n=number) for number in range(times)), last]))
        for times in (60, 120)
    )
    assert 2.5 > twice / once


def test_linear_in_a_transaction_of_the_tool() -> None:
    """In a file that its tool runs in one transaction, a statement that may be refused there reads no earlier ones."""
    # The first run fills caches.
    _, once, twice = (
        count_calls("-- +goose Up\n" + "DO $$ BEGIN END $$;\n" * times) for times in (2, 240, 480)
    )
    assert 2.5 > twice / once


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        ("policies, then dropped with what they read", "DROP VIEW IF EXISTS public.unknown{n} CASCADE;\n"),
        ("policies, then dropped with what they read", "DROP EXTENSION IF EXISTS unknown{n} CASCADE;\n"),
        ("indexes and checks of one table", "ALTER TABLE public.t ADD CONSTRAINT x{n} CHECK (b <> {n});\n"),
        ("a policy for each role", "DROP OWNED BY r{n};\n"),
        ("a policy for each role", "REASSIGN OWNED BY unknown{n} TO r1;\n"),
        ("a policy for each role", "DROP ROLE IF EXISTS unknown{n};\n"),
    ],
)
def test_constant(kind: str, statement: str) -> None:
    """A statement about unrelated objects takes the same number of calls for any number of other objects."""

    def count_for_another(times: int) -> int:
        script = repeat_statements(kind, times).partition("DROP")[0] + statement.format(n=0)
        longer = script + statement.format(n=1)
        # The first run fills caches.
        lint_text(longer, "f.sql", PLATFORM, ALL)
        return count_calls(longer) - count_calls(script)

    few, many = count_for_another(5), count_for_another(40)
    # The number is negative if the statement takes work from the rules on the final state.
    assert 0.05 * abs(few) > many - few
