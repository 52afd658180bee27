"""Notes about instructions of the definitions: those without effect, and objects that look renamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from schema_dsl.analysis.identity import Identity, table_part
from schema_dsl.model.identity import format_origin
from schema_dsl.pipeline.project import Project
from schema_dsl.plan.declared import list_instructions
from schema_dsl.sql import identifier, qualified

if TYPE_CHECKING:
    from schema_dsl.plan import Difference, Plan
    from schema_dsl.plan.rename import Rename


def note_stale(
    project: Project,
    plan: Plan,
    changes: Iterable[Difference],
    renames: Iterable[Rename],
    present: Mapping[Identity, Any],
) -> Iterator[str]:
    """Yield a note for each `renamed_from=`, `using=` and `backfill=` that has no effect.

    A migration has followed the instruction before, or no change needs it.

    Args:
        project: The project.
        plan: The plan.
        changes: The changes that the plan makes.
        renames: The renames, which come before them.
        present: The declared objects, and those that exist.
    """
    renamed = {rename.after for rename in renames}
    retyped = {
        change.identity for change in changes if change.before is not None and "type" in change.attributes
    }
    filled = {
        (step.subject.root, column)
        for step in plan.steps
        for part in step.list_parts()
        for column, *_ in part.values.get("changes", ())
    }
    for identity, item in project.wanted.objects.items():
        former = getattr(item, "renamed_from", None)
        if former and identity not in renamed:
            old = attrs.evolve(identity, name=former)
            if old in present and old not in project.wanted.objects:
                where = f" at {format_origin(item)}" if item.origin else ""
                yield (
                    f'renamed_from="{former}" of {identity} has no effect{where}: both exist. Drop {identity.name} in'
                    " one migration, and rename in the next one"
                )
                continue
            yield _note(f'renamed_from="{former}"', identity, item)
        # The USING of a policy is a part of the policy, and no instruction.
        is_instruction = "using" in list_instructions(type(item))
        if is_instruction and item.using and identity not in retyped:
            yield _note("using=", identity, item)
        columns = _list_filled(identity, getattr(item, "backfill", None), project.wanted.objects)
        if columns and filled.isdisjoint((identity.root, identifier(column)) for column in columns):
            yield _note("backfill=", identity, item)


def _list_filled(identity: Identity, backfill: Any, objects: Mapping[Identity, Any]) -> list[str]:
    """Return the columns that a declared backfill sets: that of a column itself, or those of a condition."""
    if not isinstance(backfill, tuple):
        return [identity.name] if backfill else []
    columns = {
        column: objects.get(table_part("column", *identity.relation, column)) for column, _ in backfill
    }
    # The condition of a column has the backfill of the column.
    return [name for name, column in columns.items() if getattr(column, "backfill", None) is None]


def _note(instruction: str, identity: Identity, item: Any) -> str:
    where = f" at {format_origin(item)}" if item.origin else ""
    return f"{instruction} of {identity} has no effect any more: remove it{where}"


def note_similar(project: Project, rename: Rename) -> str:
    """Return a note about an undeclared object and a new one that may be one renamed object."""
    origin = format_origin(project.wanted.objects[rename.after])
    where = f" at {origin}" if origin else ""
    before, after = rename.before, rename.after
    write = f'write renamed_from="{before.name}"{where}'
    if before.schema == after.schema:
        remedy = f"If this is a rename, {write}"
    else:
        keyword = before.kind.replace("_", " ").upper()
        name, schema = qualified(before.schema, before.name), identifier(after.schema)
        remedy = (
            f"If it is to move, write ALTER {keyword} {name} SET SCHEMA {schema}; in a migration by hand before"
            f" this one{'' if before.name == after.name else f', and {write}'}"
        )
    return f"{before} is not in the definitions, and {after} is new and much the same. {remedy}"
