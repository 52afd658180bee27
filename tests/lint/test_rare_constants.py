"""Constants and calls that Postgres refuses, and that Python cannot convert or index."""

from __future__ import annotations

import pytest

from schema_dsl.lint import build_selection, lint_text
from schema_dsl.platforms.supabase import PLATFORM

ALL = build_selection("supabase", select=("all",))
POLICY = "CREATE TABLE public.t (id bigint PRIMARY KEY);\nCREATE POLICY p ON public.t TO authenticated USING"
# The rules of errors in each text.
CASES = {
    "no argument of current_setting": (
        f"{POLICY} (current_setting() = 'service_role');",
        {"wrong-argument-count"},
    ),
    "infinite storage parameter": (
        "CREATE TABLE public.t (id bigint PRIMARY KEY) WITH (fillfactor = '1e400');",
        {"storage-parameter"},
    ),
    "modulus 0 beside another": (
        (
            "CREATE TABLE public.t (id bigint PRIMARY KEY) PARTITION BY HASH (id);\n"
            "CREATE TABLE public.t1 PARTITION OF public.t FOR VALUES WITH (MODULUS 0, REMAINDER 0);\n"
            "CREATE TABLE public.t2 PARTITION OF public.t FOR VALUES WITH (MODULUS 4, REMAINDER 0);"
        ),
        {"partition-bound"},
    ),
    "number with more digits than any numeric": (
        (
            "CREATE TABLE public.t (id bigint PRIMARY KEY, a numeric(1000, 1000));\n"
            "INSERT INTO public.t (id, a) VALUES (1, 1e1000);"
        ),
        {"refused-value"},
    ),
    "number with more digits than any integer": (
        "CREATE TABLE public.t (id bigint PRIMARY KEY);\nINSERT INTO public.t (id) VALUES (1e3000);",
        {"refused-value"},
    ),
    "sequence with options and a wrong one": (
        "CREATE SEQUENCE public.s START 5 INCREMENT 2; CREATE SEQUENCE public.r OWNED BY NONE INCREMENT 0;",
        {"sequence-options"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_refused(name: str) -> None:
    """Lint reports the error, and no exception ends it."""
    text, rules = CASES[name]
    found = lint_text(text, "001_a.sql", PLATFORM, ALL)
    assert rules <= {each.rule for each in found}
