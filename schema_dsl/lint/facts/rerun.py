"""Statements that fail, or have an effect again, on a re-run."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator

import attrs

from schema_dsl.analysis.bodies import Guard
from schema_dsl.analysis.effects import Effect, effects, first_effect
from schema_dsl.analysis.effects.names import containing_names, kind_group, local_name, sql_words
from schema_dsl.lint.facts.breaking import format_object
from schema_dsl.lint.facts.file_names import find_creation_offsets, find_drop_offsets
from schema_dsl.lint.facts.positions import (
    TextSpan,
    find_command_spans,
    find_first_line,
    find_relation_name,
    find_words,
    text_without_comments,
    tokens_between,
)
from schema_dsl.lint.history.objects import display_name
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Edit, Hit
from schema_dsl.parsing import Statement

_DO_BLOCK = "Put the statement into a DO block that checks {} first"
# The catalogs of the objects that no clause guards.
_CATALOGS = {
    "role": "pg_roles",
    "publication": "pg_publication",
    "subscription": "pg_subscription",
    "cast": "pg_cast",
    "conversion": "pg_conversion",
    "operator": "pg_operator",
    "operator_class": "pg_opclass",
    "operator_family": "pg_opfamily",
    "text_search_configuration": "pg_ts_config",
    "text_search_dictionary": "pg_ts_dict",
    "text_search_parser": "pg_ts_parser",
    "text_search_template": "pg_ts_template",
    "foreign_data_wrapper": "pg_foreign_data_wrapper",
    "access_method": "pg_am",
    "tablespace": "pg_tablespace",
    "database": "pg_database",
}
# The kinds of objects that types or roles identify.
_WITHOUT_NAMES = frozenset({"cast", "transform", "user_mapping"})
_NO_EDITS: Callable[[], tuple[Edit, ...]] = tuple


@attrs.frozen
class _Failure:
    """A statement, or a command of a statement, that fails or has an effect again on a re-run.

    Attributes:
        action: The statement or command, for messages.
        remedy: How to make the statement re-runnable.
        build_edits: Builds the edits for that; a function, because few failures are reported.
        keys: The local names of the created object and of the objects that contain it. The statement succeeds on a
            re-run if the file drops one of them first.
        span: The span to mark; None for the first line of the statement.
        effect: The effect of a re-run, for messages.
    """

    action: str
    remedy: str
    build_edits: Callable[[], tuple[Edit, ...]] = _NO_EDITS
    keys: tuple[tuple[str, ...], ...] = ()
    span: TextSpan | None = None
    effect: str = "fails on a re-run"


def find_rerun_hits(step: HistoryStep) -> Iterator[Hit]:
    """Yield the parts of a statement that fail, or create another object, when the file is re-run."""
    if step.guard is not Guard.NONE:
        return
    for failure in _find_failures(step):
        if not _is_dropped_before(step, failure.keys):
            span = failure.span or find_first_line(step.statement)
            edits = () if step.in_block else failure.build_edits()
            yield span.hit(f"{failure.action} {failure.effect}", failure.remedy, edits)


def _is_dropped_before(step: HistoryStep, keys: Iterable[tuple[str, ...]]) -> bool:
    """Return whether the file drops an object, or an object that contains it, before a statement."""
    # ALTER TABLE drops before it adds, for any order of its commands.
    start = step.statement.start + (step.kind == "alter_table_stmt")
    drop_offsets = find_drop_offsets(step.source)
    return any(drop_offsets.get(key, start) < start for key in keys)


def _is_created_before(step: HistoryStep, effect: Effect) -> bool:
    """Return whether the file creates an object before a statement, so that every run drops an object that exists."""
    start = step.statement.start
    return find_creation_offsets(step.source).get(local_name(effect.identity), start) < start


def _find_failures(step: HistoryStep) -> Iterable[_Failure]:
    if step.kind == "alter_table_stmt":
        return _alter_table(step, effects(step.statement))
    if step.kind == "alter_publication_stmt":
        # The first effect is on the publication itself.
        return _publish(effects(step.statement)[1:])
    first = first_effect(step.statement)
    if first is None or first.guarded or first.temporary:
        return ()
    found = effects(step.statement)
    if first.verb == "drop" and all(_is_created_before(step, effect) for effect in found):
        return ()
    # Most statements that create an object follow the DROP of it, and need no message.
    is_repeated = first.verb != "create" or not _is_dropped_before(step, _list_keys(first))
    return _repeat(step.statement, first) if is_repeated else ()


def _repeat(statement: Statement, first: Effect) -> Iterator[_Failure]:
    """Yield the failure of a statement without a clause that guards its first effect."""
    new = first.new_identity
    if first.verb == "create":
        yield from _create(statement, first)
    elif first.verb == "drop" and first.clause:
        yield _drop(statement, effects(statement))
    elif first.identity.kind == "enum_value" and new is not None:
        yield _Failure(f"RENAME VALUE {first.identity.name!r}", _DO_BLOCK.format("pg_enum") + ".")
    elif first.verb == "rename" and new is not None:
        remedy = "Put the statement into a DO block that checks whether the old name still exists."
        yield _Failure(f"RENAME {first.identity.name} TO {new.name}", remedy)
    elif new is not None:
        remedy = (
            "Put the statement into a DO block that checks whether the object is still in the old schema."
        )
        yield _Failure(f"SET SCHEMA {new.schema}", remedy)


def _list_keys(effect: Effect) -> tuple[tuple[str, ...], ...]:
    relation = [("relation", effect.relation.relname)] if effect.relation is not None else []
    return (*containing_names(effect.identity), *relation)


def _create(statement: Statement, effect: Effect) -> Iterator[_Failure]:
    kind, name, keys = effect.identity.kind, effect.identity.name, _list_keys(effect)
    if kind == "index" and not name:
        action = f"CREATE INDEX on {format_object(effect.identity.root)} without a name"
        remedy = "Name the index, and add IF NOT EXISTS."
        yield _Failure(action, remedy, keys=keys, effect="creates another index on every run")
        return
    words, action = _describe_creation(effect)
    # The grammar has CREATE OR REPLACE CONSTRAINT TRIGGER, which Postgres refuses.
    clause = "" if kind == "trigger" and effect.node.isconstraint else effect.clause
    if clause == "IF NOT EXISTS":
        concurrently = ("concurrently",) if kind == "index" and effect.node.concurrent else ()
        edits = functools.partial(_insert_after, statement, " IF NOT EXISTS", *words.split(), *concurrently)
        yield _Failure(action, "Add IF NOT EXISTS.", edits, keys)
    elif clause:
        edits = functools.partial(_insert_after, statement, " OR REPLACE", "create")
        yield _Failure(action, "Use CREATE OR REPLACE.", edits, keys)
    elif kind == "policy":
        remedy = (
            "Add DROP POLICY IF EXISTS before the statement, or put the statement into a DO block that checks "
            "pg_policy first: CREATE POLICY has no IF NOT EXISTS."
        )
        yield _Failure(action, remedy, functools.partial(_drop_policy_first, statement), keys)
    elif remedy := _choose_remedy(effect, words):
        yield _Failure(action, remedy, keys=keys)


def _describe_creation(effect: Effect) -> tuple[str, str]:
    """Return the words before the name of a new object, in lower case, and the statement for messages."""
    identity, name = effect.identity, effect.identity.name
    words = sql_words(identity.kind)
    if identity.kind == "enum_value":
        return "add value", f"ADD VALUE {name!r}"
    if identity.parent is not None and identity.parent.kind == "domain":
        return "add constraint", f"ADD CONSTRAINT {name}"
    if kind_group(identity.kind) == "relation":
        name = format_object(identity)
    elif identity.kind == "policy":
        name = display_name(name)
    return words, f"CREATE {words.upper()} {'' if identity.kind in _WITHOUT_NAMES else name}".rstrip()


def _choose_remedy(effect: Effect, words: str) -> str:
    """Return the remedy for an object that no clause guards; "" if creating the object again does not fail."""
    kind, name = effect.identity.kind, effect.identity.name
    if kind in {"trigger", "event_trigger"}:
        return f"Add DROP {words.upper()} IF EXISTS {name} before the statement."
    if kind == "check" and name:
        block = _DO_BLOCK.format("pg_constraint").replace("Put", "put")
        return f"Add ALTER DOMAIN ... DROP CONSTRAINT IF EXISTS before the statement, or {block}."
    if kind_group(kind) == "type":
        return f"{_DO_BLOCK.format('pg_type')}, or that catches duplicate_object."
    return f"{_DO_BLOCK.format(_CATALOGS[kind])}." if kind in _CATALOGS else ""


def _drop(statement: Statement, found: tuple[Effect, ...]) -> _Failure:
    words = sql_words(found[0].identity.kind)
    concurrently = ("concurrently",) if statement.kind == "drop_stmt" and statement.tree.concurrent else ()
    edits = functools.partial(_insert_after, statement, " IF EXISTS", *words.split(), *concurrently)
    dropped_names = ", ".join(display_name(effect.identity.name) for effect in found)
    return _Failure(f"DROP {words.upper()} {dropped_names}", "Add IF EXISTS.", edits)


def _publish(found: tuple[Effect, ...]) -> Iterator[_Failure]:
    """Yield the failure of ADD TABLE or ADD TABLES IN SCHEMA."""
    if not found or found[0].verb != "create":
        return
    tables = [effect.identity for effect in found if effect.identity.kind == "published_table"]
    action = f"ADD TABLE {', '.join(map(format_object, tables))}"
    if len(tables) < len(found):
        action = f"ALTER PUBLICATION {found[0].identity.root.name} ADD"
    keys = tuple(key for effect in found for key in _list_keys(effect))
    yield _Failure(action, _DO_BLOCK.format("pg_publication_tables") + ".", keys=keys)


def _alter_table(step: HistoryStep, found: tuple[Effect, ...]) -> Iterator[_Failure]:
    """Yield the failures of commands that add or drop a column, or add or drop a constraint."""
    for effect in found:
        kind, name, command = effect.identity.kind, effect.identity.name, effect.command
        if command is None or effect.guarded:
            continue
        clause = ""
        if kind == "column" and effect.creates:
            action, clause = f"ADD COLUMN {name}", " IF NOT EXISTS"
        elif kind in {"column", "constraint"} and effect.verb == "drop":
            if _is_created_before(step, effect):
                continue
            action, clause = f"DROP {kind.upper()} {name}", " IF EXISTS"
        elif effect.creates and command.kind == "AT_AddConstraint" and kind != "index":
            action = f"ADD CONSTRAINT {name}".rstrip()
        else:
            continue
        span = find_command_spans(step.statement, len(step.tree.cmds))[command.number]
        remedy = f"{_DO_BLOCK.format('pg_constraint')}, or add DROP CONSTRAINT IF EXISTS before it."
        edits = functools.partial(_insert_into_command, step.statement, span, clause) if clause else _NO_EDITS
        # After a drop, only the keys of the objects that contain the dropped object count.
        keys = _list_keys(effect)[not effect.creates :]
        yield _Failure(action, f"Add{clause}." if clause else remedy, edits, keys, span)


def _insert_into_command(statement: Statement, span: TextSpan, text: str) -> tuple[Edit, ...]:
    """Insert text after ADD COLUMN, DROP COLUMN or DROP CONSTRAINT; the word COLUMN is optional."""
    first_tokens = tokens_between(statement, span.start, span.end)[:2]
    if first_tokens[0].word not in {"add", "drop"}:
        return ()
    last = next((token for token in first_tokens if token.word in {"column", "constraint"}), first_tokens[0])
    end = statement.start + last.end
    return (Edit(end, end, text),)


def _insert_after(statement: Statement, text: str, *words: str) -> tuple[Edit, ...]:
    span = find_words(statement, *words)
    return () if span is None else (Edit(span.end, span.end, text),)


def _drop_policy_first(statement: Statement) -> tuple[Edit, ...]:
    name, on = find_words(statement, "policy"), find_words(statement, "on")
    # The policy is absent between the two statements. Without a restrictive policy, callers would see more rows.
    if name is None or on is None or not statement.tree.permissive:
        return ()
    table = find_relation_name(statement, statement.tree.table)
    policy_name = text_without_comments(statement, name.end, on.start)
    table_name = text_without_comments(statement, table.start, table.end)
    text = f"DROP POLICY IF EXISTS {policy_name} ON {table_name};\n"
    return (Edit(statement.start, statement.start, text),)
