"""A statement fails on a second run, in a file that is otherwise re-runnable."""

from __future__ import annotations

from schema_dsl.analysis.effects import DEFINING_KINDS
from schema_dsl.lint.facts.rerun import find_rerun_hits
from schema_dsl.lint.facts.rerunnable import is_meant_to_rerun
from schema_dsl.lint.facts.transactions import is_run_in_one_transaction
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule
from schema_dsl.lint.source import Source


def _applies_to(source: Source) -> bool:
    # In a file that runs in one transaction, a failure half way rolls back the whole file.
    return not is_run_in_one_transaction(source) and is_meant_to_rerun(source)


def _check(step: HistoryStep) -> Hits:
    return () if step.schema.transaction.explicit else find_rerun_hits(step)


RULE = Rule(
    group="script",
    level=Level.WARNING,
    why=(
        "The file uses IF NOT EXISTS elsewhere, so it is meant to be re-run, for example after a failure half way. "
        'The second run then stops at this statement with "already exists", and does not reach the statements after '
        "it. CREATE POLICY, CREATE TRIGGER and ADD CONSTRAINT are easy to forget, because they have no IF NOT "
        "EXISTS. The rule ignores files with names of the Supabase CLI: they run in one transaction, which a "
        "failure rolls back."
    ),
    remedy=(
        "Guard the statement like the others: IF NOT EXISTS, CREATE OR REPLACE, a DROP ... IF EXISTS before it, or "
        "a DO block."
    ),
    bad=(
        """
            CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY, name text);
            ALTER TABLE public.tags ENABLE ROW LEVEL SECURITY;
            CREATE POLICY tags_read ON public.tags FOR SELECT TO authenticated USING (id > 0);
        """,
        """
            CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY, name text);
            ALTER TABLE public.tags ADD CONSTRAINT tags_name_check CHECK (name <> '');
        """,
        """
            CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY, name text);
            CREATE TRIGGER tags_same BEFORE UPDATE ON public.tags
                FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
        """,
    ),
    good=(
        """
            CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY, name text);
            CREATE OR REPLACE TRIGGER tags_same BEFORE UPDATE ON public.tags
                FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
            ALTER TABLE public.tags DROP CONSTRAINT IF EXISTS tags_name_check;
            ALTER TABLE public.tags ADD CONSTRAINT tags_name_check CHECK (name <> '');
        """,
        """
            CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY, name text);
            DO $$
            BEGIN
                IF NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conname = 'tags_name_check') THEN
                    ALTER TABLE public.tags ADD CONSTRAINT tags_name_check CHECK (name <> '');
                END IF;
            END
            $$;
        """,
    ),
    # RENAME and SET SCHEMA have no clause that makes them re-runnable.
    kinds=DEFINING_KINDS - {"rename_stmt", "alter_object_schema_stmt"},
    applies_to=_applies_to,
    statement=_check,
    known_as=("squawk: prefer-robust-stmts",),
)
