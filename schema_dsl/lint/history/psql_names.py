"""Doubt the objects whose names psql inserts for a variable, as in `CREATE TABLE :schema.t`."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

import attrs

from schema_dsl.analysis.bodies import PLACEHOLDER_NAME
from schema_dsl.analysis.effects import Effect, effects
from schema_dsl.analysis.effects.names import kind_group
from schema_dsl.analysis.identity import Identity
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.parsing import Statement

# The reader of psql writes another character for the colon.
_NAME = re.compile(r'(?= "([^"]+)"|(_\w+))')


def find_effects_on_variables(statement: Statement, placeholders: AbstractSet[int]) -> list[Effect]:
    """Return the effects on objects that variables name, with a placeholder for each variable.

    Args:
        statement: The statement. There are no effects if it creates a relation: see `doubt_created_name`.
        placeholders: The offsets of the variables in the file.
    """
    if _find_created(statement) is not None:
        return []
    found = (
        each for each in _NAME.finditer(statement.text) if statement.start + each.start() in placeholders
    )
    words = {match[1] or match[2] for match in found}
    parts = ((effect, _replace_names(effect.identity, words)) for effect in effects(statement))
    return [attrs.evolve(effect, identity=new) for effect, new in parts if new != effect.identity]


def doubt_created_name(schema: HistorySchema, statement: Statement, placeholders: AbstractSet[int]) -> None:
    """Mark as unknown the relation that a statement creates under the name of a variable."""
    created = _find_created(statement)
    # In :"name", the colon precedes the location of the name.
    at = -1 if created is None else statement.offset(created.relation.location)
    if created is None or not placeholders & {at, at - 1}:
        return
    if created.relation.schemaname:
        schema.psql_relation_names.add(created.relation.relname)
        schema.doubts.add(["existence"], created.relation.relname)
    else:
        schema.doubts.add(["relations"])
        schema.fully_known_schemas.clear()


def _find_created(statement: Statement) -> Effect | None:
    """Return the effect of a statement that creates a relation."""
    first = next(iter(effects(statement)), None)
    is_relation = first is not None and first.creates and kind_group(first.identity.kind) == "relation"
    return first if is_relation else None


def _replace_names(identity: Identity, words: set[str]) -> Identity:
    return attrs.evolve(
        identity,
        schema=PLACEHOLDER_NAME if identity.schema in words else identity.schema,
        name=PLACEHOLDER_NAME if identity.name in words else identity.name,
        parent=None if identity.parent is None else _replace_names(identity.parent, words),
    )
