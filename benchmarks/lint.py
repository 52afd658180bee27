"""Measure lint and other tools on the same file.

    python benchmarks/lint.py [STATEMENTS]

The file resembles a Supabase project: of every 12 statements, one creates a table, others create its policies,
grants, indexes, comment and function, and one is a DO block. `parse` is postgast's bare parse of the text;
"rules and context" is lint without the passes over syntax and names. sqlglot only parses, and parses many
statements as opaque commands. sqlfluff lints a smaller file, and its time is scaled. All figures are the best of
several runs in seconds of CPU time. Every run uses a new Source and pauses Python's garbage collector.
"""

from __future__ import annotations

import gc
import logging
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from typing import TypeVar

import sqlglot

from schema_dsl.collection import collection_paused
from schema_dsl.lint import Source, build_selection, rules_by_name
from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.entry import lint_text
from schema_dsl.lint.history.replay import replay
from schema_dsl.lint.initial_schema import schema_of_platform
from schema_dsl.lint.rule import Rule
from schema_dsl.lint.semantics.check import Semantics
from schema_dsl.lint.syntax import check_syntax
from schema_dsl.parsing.grammar import parse
from schema_dsl.platforms import platform

T = TypeVar("T")
GROWTH = (1000, 5000, 10000, 20000)
SAMPLE = 240
SUPABASE = platform("supabase")
ON = build_selection("supabase")
BLOCK = """\
CREATE TABLE IF NOT EXISTS public.t{n} (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    parent_id uuid REFERENCES public.t{before} (id),
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'gone')),
    tier integer NOT NULL DEFAULT 0 CHECK (tier BETWEEN 0 AND 3),
    details jsonb DEFAULT '{{}}'::jsonb,
    due_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE public.t{n} IS 'Table number {n}.';
CREATE INDEX IF NOT EXISTS t{n}_user_id_idx ON public.t{n} (user_id);
CREATE INDEX IF NOT EXISTS t{n}_due_idx ON public.t{n} (parent_id, due_at DESC) WHERE due_at IS NOT NULL;
ALTER TABLE public.t{n} ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS t{n}_read ON public.t{n};
CREATE POLICY t{n}_read ON public.t{n} FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id AND state <> 'gone');
REVOKE ALL ON TABLE public.t{n} FROM PUBLIC, anon, authenticated;
GRANT SELECT ON TABLE public.t{n} TO authenticated;
CREATE OR REPLACE FUNCTION public.f{n}(p_id uuid) RETURNS text LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
    found text;
BEGIN
    SELECT state INTO found FROM public.t{n} WHERE id = p_id;
    RETURN coalesce(found, 'none');
END
$$;
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conname = 't{n}_tier_due') THEN
        ALTER TABLE public.t{n} ADD CONSTRAINT t{n}_tier_due CHECK (tier = 0 OR due_at IS NOT NULL);
    END IF;
END
$$;
UPDATE public.t{n} SET tier = tier + 1 WHERE state = 'active' AND created_at < now() - interval '1 day';
"""
PER_BLOCK = 12


def script(statements: int) -> str:
    """Return a script with a number of statements."""
    blocks = (BLOCK.format(n=n, before=max(0, n - 1)) for n in range(statements // PER_BLOCK + 1))
    return "\n".join(islice(blocks, statements // PER_BLOCK))


def seconds(work: Callable[[T], object], given: Callable[[], T], runs: int = 3) -> float:
    """Return the time of `work` in the fastest run, with a new argument from `given` for every run."""
    best = float("inf")
    for _ in range(runs):
        gc.collect()
        with collection_paused():
            argument = given()
            started = time.process_time()
            work(argument)
            best = min(best, time.process_time() - started)
    return best


def whole(text: str) -> Source:
    """Split a text into statements."""
    source = Source.of(text)
    assert all(statement.kind for statement in source.statements)
    return source


def lint(text: str) -> None:
    """Lint a text as `schema-dsl lint` does."""
    lint_text(text, "large.sql", SUPABASE, ON)


def by_sqlfluff() -> float | None:
    """Return the seconds per statement of sqlfluff, or None if sqlfluff is not installed."""
    with suppress(ImportError):
        import sqlfluff  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

        part = script(SAMPLE)
        return seconds(lambda text: sqlfluff.lint(text, dialect="postgres"), lambda: part, 1) / SAMPLE
    return None


def slowest(text: str, count: int = 8) -> None:
    """Print the slowest rules."""

    def cost_of(*rules: Rule) -> float:
        return seconds(
            lambda source: apply_rules([source], schema_of_platform(SUPABASE), rules), lambda: whole(text), 1
        )

    base = cost_of()
    cost = {rule.name: cost_of(rule) - base for rule in rules_by_name().values()}
    for name in sorted(cost, key=lambda name: cost[name], reverse=True)[:count]:
        print(f"    {name:42} {cost[name]:8.2f} s")


def main() -> None:
    """Measure and print a table."""
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10000
    text = script(count)

    def semantics(source: Source) -> None:
        schema = schema_of_platform(SUPABASE)
        passed = Semantics(schema)
        for step in replay([source], schema):
            passed(step)

    def of_text(work: Callable[[str], object], runs: int = 3) -> float:
        return seconds(work, lambda: text, runs)

    def of_cut(work: Callable[[Source], object]) -> float:
        return seconds(work, lambda: whole(text))

    bare = of_text(parse)
    rules = of_cut(lambda source: apply_rules([source], schema_of_platform(SUPABASE), ON.rules))
    parts = {
        "postgast: bare parse": bare,
        "cut into statements": of_text(whole),
        "syntax of bodies": of_cut(check_syntax),
        "context": of_cut(lambda source: apply_rules([source], schema_of_platform(SUPABASE), [])),
        "context and rules": rules,
        "context and names": of_cut(semantics),
        "the whole lint": of_text(lint),
        "sqlglot.parse": of_text(lambda given: sqlglot.parse(given, read="postgres"), 1),
    }
    each = by_sqlfluff()
    if each is not None:
        parts[f"sqlfluff ({SAMPLE} statements, scaled)"] = each * count
    print(f"{count} statements, {len(text) / 1e6:.1f} MB")
    for name, took in parts.items():
        print(f"  {name:44} {took:8.2f} s {took / bare:8.1f} x parse")
    ratio = parts["the whole lint"] / parts["sqlglot.parse"]
    print(f"  rules and context: {rules / bare:.1f} x parse; the whole lint: {ratio:.2f} x sqlglot.parse")
    print("  the slowest rules")
    slowest(text)
    print("growth: milliseconds per statement")
    for size in GROWTH:
        part = script(size)
        print(f"  {size:6} {seconds(lint, lambda part=part: part, 1) / size * 1000:8.3f}")  # type: ignore[misc]


if __name__ == "__main__":
    main()
