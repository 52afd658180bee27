"""A trigger that is made before its function."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint import builtins
from schema_dsl.lint.facts.cache import Memory
from schema_dsl.lint.facts.positions import head
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.body_statements import Guard
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import qualified
from schema_dsl.lint.rule import FinalState, Hit, LocatedHit, Rule

# Triggers whose function was not known when they were made, by its name; and what came of them.
_WAITING: Memory[dict[str, list[HistoryStep]]] = Memory(dict)
_EARLY: Memory[list[tuple[HistoryStep, int]]] = Memory(list)


def _note(step: HistoryStep) -> Iterable[Hit]:
    waiting = _WAITING.of(step.schema)
    where, name = qualified(step.tree.funcname)
    if step.kind == "create_trig_stmt":
        known = next(step.schema.named_routines(where, name), None) is not None
        known = known or (where in {"", "pg_catalog"} and bool(builtins.functions(name)))
        if not known and step.guard is Guard.NONE:
            waiting.setdefault(name, []).append(step)
        return ()
    for each in waiting.pop(name, ()):
        wanted, _ = qualified(each.tree.funcname)
        # CREATE OR REPLACE in a later file may replace one that was there before all of this.
        sure = not step.tree.replace or each.moment.file == step.moment.file
        if sure and (wanted == where or not wanted or not where):
            line, _ = step.source.position(step.statement.start)
            _EARLY.of(step.schema).append((each, line))
    return ()


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for step, line in _EARLY.of(final_state.schema):
        name = qualified(step.tree.funcname)[1]
        place = head(step.statement)
        message = (
            f"trigger {step.tree.trigname} needs function {name}, which is only made later, in line {line}"
        )
        yield LocatedHit(step, Hit(place.start, message, place.length))


RULE = Rule(
    name="trigger-before-function",
    group="script",
    level=Level.ERROR,
    summary="A trigger is created before the function that it calls.",
    why=(
        "CREATE TRIGGER looks its function up at once, and fails if it is not there. On a database that has it from "
        "before, nobody notices."
    ),
    remedy="Move CREATE FUNCTION before CREATE TRIGGER.",
    bad=(
        (
            "CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);\n"
            "CREATE OR REPLACE TRIGGER tags_kept BEFORE DELETE ON public.tags\n"
            "    FOR EACH ROW EXECUTE FUNCTION public.keep();\n"
            "CREATE OR REPLACE FUNCTION public.keep() RETURNS trigger\n"
            "    LANGUAGE plpgsql SET search_path = '' AS 'BEGIN RETURN NULL; END';"
        ),
    ),
    good=(
        (
            "CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);\n"
            "CREATE OR REPLACE FUNCTION public.keep() RETURNS trigger\n"
            "    LANGUAGE plpgsql SET search_path = '' AS 'BEGIN RETURN NULL; END';\n"
            "CREATE OR REPLACE TRIGGER tags_kept BEFORE DELETE ON public.tags\n"
            "    FOR EACH ROW EXECUTE FUNCTION public.keep();"
        ),
    ),
    kinds=frozenset({"create_trig_stmt", "create_function_stmt"}),
    statement=_note,
    final_state=_check,
)
