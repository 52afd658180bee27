"""A trigger is created before the function that it calls."""

from __future__ import annotations

from schema_dsl.analysis import builtins
from schema_dsl.analysis.bodies import Guard
from schema_dsl.analysis.trees import qualified_name
from schema_dsl.lint.facts.cache import HistoryCache
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.rule import FinalState, HistoryStep, Hits, Level, LocatedHit, LocatedHits, Rule

# CREATE TRIGGER statements by the name of their unknown function, and those with the line that creates it later.
_WAITING: HistoryCache[dict[str, list[HistoryStep]]] = HistoryCache(dict)
_EARLY: HistoryCache[list[tuple[HistoryStep, int]]] = HistoryCache(list)


def _record(step: HistoryStep) -> Hits:
    waiting = _WAITING.get(step.schema)
    schema, name = qualified_name(step.tree.funcname)
    if step.kind == "create_trig_stmt":
        exists = next(step.schema.find_routines(schema, name), None) is not None
        exists = exists or (schema in {"", "pg_catalog"} and bool(builtins.find_functions(name)))
        if not exists and step.guard is Guard.NONE:
            waiting.setdefault(name, []).append(step)
        return ()
    for trigger in waiting.pop(name, ()):
        function_schema, _ = qualified_name(trigger.tree.funcname)
        # CREATE OR REPLACE in a later file may replace a function from before the history.
        is_certain = not step.tree.replace or trigger.position.file == step.position.file
        if is_certain and (function_schema == schema or not function_schema or not schema):
            line, _ = step.source.position(step.statement.start)
            _EARLY.get(step.schema).append((trigger, line))
    return ()


def _check(final_state: FinalState) -> LocatedHits:
    for step, line in _EARLY.get(final_state.schema):
        name = qualified_name(step.tree.funcname)[1]
        message = (
            f"trigger {step.tree.trigname} needs function {name}, which is created later, in line {line}"
        )
        yield LocatedHit(step, find_first_line(step.statement).hit(message))


RULE = Rule(
    group="script",
    level=Level.ERROR,
    why=(
        "CREATE TRIGGER looks up its function at once, and fails if the function does not exist. On a database "
        "where the function already exists, the statement succeeds."
    ),
    remedy="Move CREATE FUNCTION before CREATE TRIGGER.",
    bad="""
        CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);
        CREATE OR REPLACE TRIGGER tags_kept BEFORE DELETE ON public.tags
            FOR EACH ROW EXECUTE FUNCTION public.keep();
        CREATE OR REPLACE FUNCTION public.keep() RETURNS trigger
            LANGUAGE plpgsql SET search_path = '' AS 'BEGIN RETURN NULL; END';
    """,
    good="""
        CREATE TABLE IF NOT EXISTS public.tags (id bigint PRIMARY KEY);
        CREATE OR REPLACE FUNCTION public.keep() RETURNS trigger
            LANGUAGE plpgsql SET search_path = '' AS 'BEGIN RETURN NULL; END';
        CREATE OR REPLACE TRIGGER tags_kept BEFORE DELETE ON public.tags
            FOR EACH ROW EXECUTE FUNCTION public.keep();
    """,
    kinds=frozenset({"create_trig_stmt", "create_function_stmt"}),
    statement=_record,
    final_state=_check,
)
