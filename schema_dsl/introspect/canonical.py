"""Rewrite the SQL of declared objects in the form in which Postgres returns it from its catalog."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Any

import attrs
import psycopg
from psycopg import sql

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect.batch import RefusedObjectError, ServerQuery, run_queries
from schema_dsl.introspect.creation_order import (
    list_after_relations,
    list_with_later_defaults,
    sort_by_dependencies,
)
from schema_dsl.introspect.kind import load_kinds
from schema_dsl.introspect.partition_bounds import canonicalize_partitions
from schema_dsl.introspect.reading import (
    RELATION,
    open_catalog_cursor,
    read_objects,
    read_relations,
    read_roots,
)
from schema_dsl.introspect.relation_columns import (
    PresentColumns,
    build_key_queries,
    build_relation_queries,
    change_relations,
    drop_columns,
    quote_relation,
    read_present_columns,
    read_star_columns,
)
from schema_dsl.introspect.shared_sql import depends_on_table, find_shared_sql
from schema_dsl.introspect.taken_names import free_overloads, free_taken_names
from schema_dsl.introspect.values import canonicalize_columns
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.model.identity import copy_with
from schema_dsl.plan.state import State
from schema_dsl.postgres import Connection
from schema_dsl.sql import identifier, qualified


def canonicalize(connection: Connection, wanted: Catalog, *, afresh: bool = False) -> Catalog:
    """Return the catalog with types and expressions in the form in which Postgres returns them.

    Every expression is stored in a temporary copy of its object on the relation of that name, so that it
    resolves exactly as in a migration: whole-row references, the table in a sub-select, functions of the row.
    Missing and different columns and tables are created before. Everything is rolled back at the end. This
    code does not use the planner or the templates, because their errors would then appear on both sides of a
    comparison.

    Args:
        connection: A connection to a scratch database as the role that owns the tables. It locks relations and
            builds indexes. The migrations may have run on the database or not.
        wanted: The declared state.
        afresh: Whether to print also the SQL of the objects that the database has as they are declared.

    Raises:
        DefinitionError: If Postgres refuses the SQL of a declaration; with the message of Postgres.
    """
    try:
        return _canonicalize(connection, wanted, afresh=afresh, alone=False)
    except RefusedObjectError as error:
        if not isinstance(error.__cause__, psycopg.errors.AmbiguousFunction):
            raise
        # A call may fit the declared function and the one whose place it takes.
        try:
            return _canonicalize(connection, wanted, afresh=afresh, alone=True)
        except (RefusedObjectError, psycopg.Error):
            raise error from None


def _canonicalize(connection: Connection, wanted: Catalog, *, afresh: bool, alone: bool) -> Catalog:
    """Return the catalog in the form of Postgres.

    Args:
        connection: The connection.
        wanted: The declared state.
        afresh: Whether to print also the SQL of the objects that the database has as they are declared.
        alone: Whether no undeclared routine may have the name of a declared one.
    """
    kinds = load_kinds()
    token = f"schema_dsl_{secrets.token_hex(8)}"
    objects = {
        identity: _normalize(identity, declared)
        for identity, declared in wanted.objects.items()
        if kinds[identity.kind].since <= connection.info.server_version
    }
    with connection.transaction(force_rollback=True):
        # The body of a function may name tables that do not exist yet.
        connection.execute("SET LOCAL check_function_bodies = off")
        free_taken_names(connection, objects)
        if alone:
            free_overloads(connection, objects)
        original = read_star_columns(connection, objects)
        stand_ins = [identity for identity in objects if kinds[identity.kind].stand_in is not None]
        order: list[Identity] = []
        later: set[Identity] = set()
        with_later_defaults: list[Identity] = []
        if stand_ins:
            state = State(objects)
            order, later = sort_by_dependencies(state, stand_ins), list_after_relations(state)
            with_later_defaults = list_with_later_defaults(state, later)
        earlier = [each for each in order if each not in later]
        objects |= _create_stand_ins(connection, objects, earlier, afresh=afresh)
        complete = {identity: objects[identity] for identity in with_later_defaults}
        objects |= {identity: copy_with(column, default=None) for identity, column in complete.items()}
        columns = {identity: item for identity, item in objects.items() if isinstance(item, Column)}
        first, of_row_types = _split_columns(objects, columns)
        drop_columns(connection, of_row_types)
        for identity in of_row_types:
            original.get(identity.relation, {}).pop(identity.name, None)
        for number, batch in enumerate([first, of_row_types] if of_row_types else [first]):
            objects |= canonicalize_columns(connection, batch, f"{token}_{number}")
            created = {each: item for each, item in objects.items() if each in batch or each not in columns}
            present = read_present_columns(connection, {identity.schema for identity in objects})
            change_relations(connection, list(build_relation_queries(wanted, created, present, original)))
        run_queries(connection, list(build_key_queries(connection, objects)))
        objects |= canonicalize_partitions(connection, objects, token)
        after_relations = [each for each in order if each in later]
        objects |= _create_stand_ins(connection, objects, after_relations, afresh=afresh)
        objects |= canonicalize_columns(connection, complete, f"{token}_later")
        # Some columns of a missing table may be known.
        known = {
            name: {column.name: column for column in table.existing or ()}
            for name, table in wanted.tables.items()
        }
        objects |= _canonicalize_expressions(connection, objects, {**known, **present}, token)
    return attrs.evolve(wanted, objects=objects)


def _split_columns(
    objects: Mapping[Identity, Any], columns: Mapping[Identity, Column]
) -> tuple[dict[Identity, Column], dict[Identity, Column]]:
    """Return the columns, and those whose type is the row type of a table, which need the tables of the others."""
    row_types = {
        str(spelling)
        for identity in objects
        if identity.kind == RELATION
        for spelling in (qualified(*identity.relation), identifier(identity.name))
    }
    of_row_types = {
        identity: column for identity, column in columns.items() if column.type.sql.rstrip("[]") in row_types
    }
    others = {identity: column for identity, column in columns.items() if identity not in of_row_types}
    return others, of_row_types


def _canonicalize_expressions(
    connection: Connection, objects: Mapping[Identity, Any], others: PresentColumns, token: str
) -> dict[Identity, Any]:
    """Return the objects with SQL as Postgres stores them; it is asked about one of several equal objects.

    Args:
        connection: The connection.
        objects: The objects of the declared state.
        others: The columns of the relations, which may include declared ones.
        token: The start of the names of temporary objects.
    """
    kinds = load_kinds()
    columns: PresentColumns = {name: dict(of_table) for name, of_table in others.items()}
    for identity, item in objects.items():
        if isinstance(item, Column):
            columns.setdefault(identity.relation, {})[item.name] = item
    alike: dict[Hashable, list[Identity]] = {}
    for identity, item in objects.items():
        query = kinds[identity.kind].canonical_query
        if query is not None and any(getattr(item, name) for name in query.attributes):
            shared = find_shared_sql(identity, item, columns.get(identity.relation, {}))
            alike.setdefault(shared, []).append(identity)
    stored = _read_stored(connection, {first: objects[first] for first, *_ in alike.values()}, token)
    different: dict[Identity, Any] = {}
    for first, *rest in alike.values():
        if rest and first in stored:
            if depends_on_table(first, stored[first]):
                different |= {identity: objects[identity] for identity in rest}
            else:
                stored |= dict.fromkeys(rest, stored[first])
    stored |= _read_stored(connection, different, f"{token}_other")
    canonical = {}
    for identity, item in stored.items():
        query = kinds[identity.kind].canonical_query
        assert query is not None  # noqa: S101 - Postgres was asked about such kinds only
        canonical[identity] = _copy_attributes(objects[identity], item, query.attributes)
    return canonical


def _read_stored(connection: Connection, objects: Mapping[Identity, Any], token: str) -> dict[Identity, Any]:
    """Return the objects as Postgres stores copies of them, without those whose SQL it does not change."""
    kinds = load_kinds()
    queries: dict[Identity, ServerQuery] = {}
    for number, (identity, item) in enumerate(objects.items()):
        canonical_query = kinds[identity.kind].canonical_query
        assert canonical_query is not None  # noqa: S101 - the caller asks about such kinds only
        name = f"{token}_{number}"
        statement = canonical_query.statement(item, quote_relation(identity), sql.Identifier(name))
        if statement is not None:
            queries[attrs.evolve(identity, name=name)] = ServerQuery(identity, item, statement)
    if not queries:
        return {}
    run_queries(connection, list(queries.values()))
    with open_catalog_cursor(connection) as cursor:
        roots = {identity.root for identity in queries}
        schemas = sorted({root.schema for root in roots})
        relations = read_relations(cursor, schemas, {root.kind for root in roots})
        affected = [relation for relation in relations if relation.identity in roots]
        return {
            queries[identity].identity: item
            for identity, item, _ in read_objects(cursor, affected, {identity.kind for identity in queries})
            if identity in queries
        }


def _normalize(identity: Identity, declared: Any) -> Any:
    normalized = load_kinds()[identity.kind].normalize(declared)
    # Postgres stores no empty comment: COMMENT ... IS '' removes the comment.
    if getattr(normalized, "comment", None) == "":
        return attrs.evolve(normalized, comment=None, origin=normalized.origin)
    return normalized


def _copy_attributes(declared: Any, stored: Any, names: Iterable[str]) -> Any:
    return copy_with(declared, **{name: getattr(stored, name) for name in names})


def _create_stand_ins(
    connection: Connection, objects: Mapping[Identity, Any], order: Iterable[Identity], *, afresh: bool
) -> dict[Identity, Any]:
    """Create declared objects to which columns and expressions may refer, and return them as Postgres stores them.

    CASCADE drops the columns of a type that differs; they are created again later.
    """
    kinds = load_kinds()
    declared = [identity for identity in order if kinds[identity.kind].stand_in is not None]
    if not declared:
        return {}
    present = _read_roots(connection, declared)
    drops, creations = [], []
    state = State(objects)
    recreated: set[Identity] = set()
    for identity in declared:
        build = kinds[identity.kind].stand_in
        item = objects[identity]
        is_dropped = not recreated.isdisjoint(each.referenced for each in state.dependencies(identity))
        is_present = present.get(identity) == item
        if build is None or (is_present and not is_dropped and not afresh):
            continue
        recreated.add(identity)
        stand_in = build(item)
        if stand_in.drop is not None:
            drops.append(ServerQuery(identity, item, stand_in.drop))
        creations.append(ServerQuery(identity, item, stand_in.create))
    run_queries(connection, [*drops, *creations])
    stored = _read_roots(connection, [query.identity for query in creations])
    rewritten = {}
    for query in creations:
        kind = kinds[query.identity.kind]
        item = _copy_attributes(query.declared, stored[query.identity], kind.rewritten)
        rewritten[query.identity] = item if kind.restore is None else kind.restore(query.declared, item)
    return rewritten


def _read_roots(connection: Connection, identities: Collection[Identity]) -> dict[Identity, Any]:
    """Read the objects of the kinds and schemas of some objects."""
    if not identities:
        return {}
    schemas = sorted({identity.schema for identity in identities})
    with open_catalog_cursor(connection) as cursor:
        found = read_roots(cursor, schemas, {identity.kind for identity in identities})
        return {identity: item for identity, item, _ in found}
