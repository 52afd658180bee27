"""Tables that the definitions do not create."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from importlib import import_module

import attrs

from schema_dsl.analysis.identity import Identity, table_part
from schema_dsl.importing.assembly import AssembledRoot, list_references
from schema_dsl.model.column import Column
from schema_dsl.model.identity import copy_with
from schema_dsl.model.reference import Reference
from schema_dsl.model.table import Table
from schema_dsl.model.type import Type
from schema_dsl.platforms import Platform


def choose_columns(root: AssembledRoot, used: Collection[Identity], platform: Platform) -> AssembledRoot:
    """Return an existing table with the columns that the platform knows, or otherwise those that other objects use."""
    existing = root.item.existing if isinstance(root.item, Table) else None
    if existing is None:
        return root
    place = (root.identity.schema, root.identity.name)
    chosen = next((table.all_columns for table in platform.tables if table.identity == root.identity), None)
    if chosen is None:
        chosen = tuple(each for each in existing if table_part("column", *place, each.name) in used)
    return attrs.evolve(root, item=copy_with(root.item, existing=chosen or existing))


def declare_foreign(roots: Sequence[AssembledRoot], platform: Platform) -> list[AssembledRoot]:
    """Return existing tables for the targets of foreign keys that neither the objects nor the platform have."""
    known = {root.identity for root in roots} | {table.identity for table in platform.tables}
    missing: dict[Identity, dict[str, None]] = {}
    for root in roots:
        for reference in list_references(root):
            identity = Identity("table", reference.schema or "public", reference.table)
            if identity not in known:
                missing.setdefault(identity, {}).update(dict.fromkeys(reference.columns))
    return [
        AssembledRoot(
            identity,
            Table(
                identity.name,
                schema=identity.schema,
                existing=[
                    Column(name, Type(_find_type(roots, identity, name)), origin=None) for name in columns
                ],
                origin=None,
            ),
        )
        for identity, columns in missing.items()
    ]


def _find_type(roots: Sequence[AssembledRoot], target: Identity, column: str) -> str:
    """Return the type of the first column that refers to a column of a table."""
    for root in roots:
        columns = {each.name: each for each in root.parts.get("columns", ())}
        for each in columns.values():
            reference = each.references
            if isinstance(reference, Reference) and (reference.schema, reference.table) == target.relation:
                return str(each.type.sql)
        for each in root.parts.get("constraints", ()):
            reference = getattr(each, "references", None)
            if reference is not None and (reference.schema, reference.table) == target.relation:
                place = reference.columns.index(column)
                # A column may be inherited.
                if each.columns[place] in columns:
                    return str(columns[each.columns[place]].type.sql)
    return "text"


def list_platform_tables(platform: Platform) -> dict[tuple[str, str], str]:
    """Return the names by which definitions import the tables of a platform."""
    module = import_module(f"schema_dsl.platforms.{platform.name}")
    return {
        (value.schema, value.name): name for name, value in vars(module).items() if isinstance(value, Table)
    }
