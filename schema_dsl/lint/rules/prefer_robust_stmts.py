"""A statement that cannot be run twice, in a file that otherwise can."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.rerun import ONCE, fails_again, marked
from schema_dsl.lint.facts.rerunnable import meant_to_run_again
from schema_dsl.lint.facts.transactions import is_run_as_one
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    if not meant_to_run_again(step.source) or step.schema.transaction.explicit:
        return
    if is_run_as_one(step.source):
        # A failure half way leaves nothing behind.
        return
    for each in fails_again(step):
        place = marked(step, each)
        yield Hit(
            place.start, f"{each.what} {each.effect}", place.length, remedy=each.remedy, edits=each.edits
        )


RULE = Rule(
    name="prefer-robust-stmts",
    group="script",
    level=Level.WARNING,
    summary="A statement that cannot be run twice, in a file that otherwise can.",
    why=(
        "The file says IF NOT EXISTS elsewhere, so it is meant to be run again, after a failure half way for instance. "
        'Then it stops here with "already exists", and what comes behind is never reached. CREATE POLICY, CREATE '
        "TRIGGER and ADD CONSTRAINT are easily forgotten, as they have no IF NOT EXISTS. Files with names as the "
        "Supabase CLI gives them are run in one transaction, of which nothing stays after a failure."
    ),
    remedy="Guard it as the others: IF NOT EXISTS, CREATE OR REPLACE, DROP ... IF EXISTS before it, or a DO block.",
    bad=(
        (
            "CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY, name text);\n"
            "ALTER TABLE public.tags ENABLE ROW LEVEL SECURITY;\n"
            "CREATE POLICY tags_read ON public.tags FOR SELECT TO authenticated USING (id > 0);"
        ),
        (
            "CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY, name text);\n"
            "ALTER TABLE public.tags ADD CONSTRAINT tags_name_check CHECK (name <> '');"
        ),
        (
            "CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY, name text);\n"
            "CREATE TRIGGER tags_same BEFORE UPDATE ON public.tags\n"
            "    FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();"
        ),
    ),
    good=(
        (
            "CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY, name text);\n"
            "CREATE OR REPLACE TRIGGER tags_same BEFORE UPDATE ON public.tags\n"
            "    FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();\n"
            "ALTER TABLE public.tags DROP CONSTRAINT IF EXISTS tags_name_check;\n"
            "ALTER TABLE public.tags ADD CONSTRAINT tags_name_check CHECK (name <> '');"
        ),
        (
            "CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY, name text);\n"
            "DO $$\n"
            "BEGIN\n"
            "    IF NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conname = 'tags_name_check') THEN\n"
            "        ALTER TABLE public.tags ADD CONSTRAINT tags_name_check CHECK (name <> '');\n"
            "    END IF;\n"
            "END\n"
            "$$;"
        ),
    ),
    # A rename or move is done once by its nature, and nothing can be said to make it otherwise.
    kinds=ONCE - {"rename_stmt", "alter_object_schema_stmt"},
    statement=_check,
    known_as=("squawk: prefer-robust-stmts",),
)
