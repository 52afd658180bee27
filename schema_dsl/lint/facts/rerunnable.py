"""Files that are written to be re-run."""

from __future__ import annotations

from schema_dsl.analysis.bodies import Guard, read_body
from schema_dsl.analysis.builtins import split_words
from schema_dsl.analysis.effects import DEFINING_KINDS, effects, first_effect
from schema_dsl.analysis.effects.names import local_name
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.file_names import find_drop_offsets
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Statement

_COUNTED_KINDS = split_words("table view materialized_view sequence index function procedure")
_DROPPED_FIRST = frozenset({"policy", "trigger"})


@cached
def is_meant_to_rerun(source: Source) -> bool:
    """Return whether most statements of a file that can be written to be re-run are.

    Statements without such a form, like CREATE POLICY, do not count against the file. IF NOT EXISTS of schemas and
    extensions is common everywhere and does not count.
    """
    dropped_names = find_drop_offsets(source)
    certainly = rerunnable = not_rerunnable = 0
    for statement in source.applied:
        if statement.kind == "do_stmt":
            certainly += _is_guarded(statement)
        elif statement.kind == "alter_table_stmt":
            certainly += any(effect.guarded and effect.creates for effect in effects(statement))
        elif statement.kind in DEFINING_KINDS:
            created = first_effect(statement)
            if created is None or not created.creates:
                continue
            if created.identity.kind in _DROPPED_FIRST:
                certainly += local_name(created.identity) in dropped_names
            elif created.clause and created.identity.kind in _COUNTED_KINDS:
                rerunnable += created.guarded
                not_rerunnable += not created.guarded
                # CREATE OR REPLACE also has other reasons.
                certainly += created.guarded and created.verb == "create"
    return bool(certainly) and certainly + rerunnable > not_rerunnable


def _is_guarded(block: Statement) -> bool:
    """Return whether a DO block creates objects only if they are absent."""
    body = read_body(block)
    return body is not None and (
        any(part.guard is Guard.IF_ABSENT for part in body.parts)
        or any(
            effect.guarded and effect.creates
            for statement in body.list_executed()
            if statement.kind in DEFINING_KINDS
            for effect in effects(statement)
        )
    )
