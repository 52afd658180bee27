"""Read what decides on the access to each relation, and find out cheaply which relations a statement changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, Final, TypeAlias

import attrs
import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.postgres import Connection

_CONTENTS: Final = (files(__package__) / "access_state.sql").read_text("utf-8")
_SHARED: Final = 0
"""Stands for what belongs to no relation in place of an oid."""

# The catalogs, with the oid of the relation of a row and which rows count.
CATALOGS: Final = {
    "pg_class": ("oid", "oid >= 16384 AND relkind IN ('r', 'p', 'v', 'f', 'm', 'S')"),
    "pg_attribute": ("attrelid", "attrelid >= 16384 AND attnum > 0"),
    "pg_attrdef": ("adrelid", "true"),
    "pg_policy": ("polrelid", "true"),
    "pg_trigger": ("tgrelid", "NOT tgisinternal"),
    "pg_inherits": ("inhparent", "true"),
    "pg_proc": (str(_SHARED), "oid >= 16384"),
    "pg_namespace": (str(_SHARED), "true"),
    "pg_auth_members": (str(_SHARED), "true"),
    "pg_authid": (str(_SHARED), ""),
}
_WITHOUT_REFERENCES: Final = frozenset({"pg_class", "pg_attribute"})
"""The catalogs whose rows refer to no relation."""

# A row version has a ctid of its own, and xmin tells apart versions that used the same place one after another. This
# is much faster than to print policies and privileges, and statements that change nothing are frequent.
_VERSIONS: Final = """
    SELECT {relation}::bigint, count(*), bit_xor(hashtidextended(ctid, xmin::text::bigint))
    FROM pg_catalog.{catalog} WHERE {condition} GROUP BY 1
"""
# Only a superuser reads pg_authid, and a rehearsal runs as the owner of the migration.
_VERSIONS_OF_ROLES: Final = f"""
    SELECT {_SHARED}::bigint, count(*), bit_xor(hashtextextended(
        concat_ws(' ', r.oid, r.rolname, r.rolsuper, r.rolbypassrls, r.rolinherit), 0))
    FROM pg_catalog.pg_roles AS r WHERE r.rolsuper OR r.rolbypassrls OR NOT r.rolinherit
"""

_WRITES_COLUMN: Final = "schema_dsl_writes"
WRITES: Final = f"""
    SELECT CASE pg_catalog.current_setting('track_counts') WHEN 'on' THEN (
        SELECT pg_catalog.array_agg(pg_catalog.pg_stat_get_xact_tuples_inserted(catalog)
            + pg_catalog.pg_stat_get_xact_tuples_updated(catalog)
            + pg_catalog.pg_stat_get_xact_tuples_deleted(catalog) ORDER BY number)
        FROM pg_catalog.unnest('{{{",".join(CATALOGS)}}}'::pg_catalog.regclass[]) WITH ORDINALITY AS c (catalog, number)
    ) END AS {_WRITES_COLUMN}
"""
"""A query, without a semicolon, for how many rows a transaction has written to each catalog; NULL if that is unknown.

The numbers never decrease, even after a ROLLBACK TO SAVEPOINT.
"""


def list_written(before: Sequence[int] | None, after: Sequence[int] | None) -> list[str]:
    """Return the catalogs that a transaction has written between two results of `WRITES`; all if that is unknown."""
    if before is None or after is None:
        return list(CATALOGS)
    return [name for name, old, new in zip(CATALOGS, before, after, strict=True) if old != new]


# What policies, defaults, the queries of views, and triggers refer to: relations directly, or through functions.
_REFERENCES: Final = """
    SELECT n.nspname::text, c.relname::text, m.nspname::text, r.relname::text, f.proname::text, f.text
    FROM (
        SELECT o.relation, d.refclassid, d.refobjid
        FROM (
            SELECT p.polrelid AS relation, 'pg_catalog.pg_policy'::regclass AS class, p.oid
            FROM pg_catalog.pg_policy AS p WHERE p.polrelid = ANY ($1)
            UNION ALL
            SELECT w.ev_class, 'pg_catalog.pg_rewrite'::regclass, w.oid
            FROM pg_catalog.pg_rewrite AS w WHERE w.ev_class = ANY ($1)
            UNION ALL
            SELECT a.adrelid, 'pg_catalog.pg_attrdef'::regclass, a.oid
            FROM pg_catalog.pg_attrdef AS a WHERE a.adrelid = ANY ($1)
        ) AS o
        -- Without OFFSET, Postgres joins all dependencies, because it knows no statistics of a young catalog.
        CROSS JOIN LATERAL (
            SELECT d.refclassid, d.refobjid FROM pg_catalog.pg_depend AS d
            WHERE d.classid = o.class AND d.objid = o.oid OFFSET 0
        ) AS d
        UNION
        SELECT t.tgrelid, 'pg_catalog.pg_proc'::regclass, t.tgfoid
        FROM pg_catalog.pg_trigger AS t WHERE NOT t.tgisinternal AND t.tgrelid = ANY ($1)
        UNION
        SELECT i.inhparent, 'pg_catalog.pg_class'::regclass, i.inhrelid FROM pg_catalog.pg_inherits AS i
        WHERE i.inhparent = ANY ($1)
    ) AS used
    CROSS JOIN LATERAL (
        SELECT c.oid, c.relname, c.relnamespace FROM pg_catalog.pg_class AS c WHERE c.oid = used.relation OFFSET 0
    ) AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_class AS r ON used.refclassid = 'pg_catalog.pg_class'::regclass AND r.oid = used.refobjid
    LEFT JOIN pg_catalog.pg_namespace AS m ON m.oid = r.relnamespace
    LEFT JOIN LATERAL (
        SELECT p.proname, concat(p.prosrc, ' ', pg_catalog.pg_get_function_sqlbody(p.oid)) AS text
        FROM pg_catalog.pg_proc AS p
        WHERE used.refclassid = 'pg_catalog.pg_proc'::regclass AND p.oid = used.refobjid AND p.oid >= 16384
    ) AS f ON true
    WHERE c.oid >= 16384 AND r.oid IS DISTINCT FROM c.oid
        AND (r.oid IS NOT NULL OR f.proname IS NOT NULL)
"""
_FUNCTIONS: Final = """
    SELECT p.proname::text, concat(p.prosrc, ' ', pg_catalog.pg_get_function_sqlbody(p.oid))
    FROM pg_catalog.pg_proc AS p WHERE p.oid >= 16384
"""
_PREPARED: Final = {
    "schema_dsl_contents": _CONTENTS,
    "schema_dsl_references": _REFERENCES,
    "schema_dsl_functions": _FUNCTIONS,
    **{
        f"schema_dsl_versions_{catalog}": _VERSIONS.format(
            catalog=catalog, relation=relation, condition=condition
        )
        for catalog, (relation, condition) in CATALOGS.items()
    },
    "schema_dsl_versions_pg_authid": _VERSIONS_OF_ROLES,
}
# Plan the queries about chosen relations once, with the indexes that also serve when the catalogs have grown.
_PLAN: Final = """
    SET plan_cache_mode = force_generic_plan;
    SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
    EXECUTE schema_dsl_contents ('{}'); EXECUTE schema_dsl_references ('{}');
    RESET enable_seqscan; RESET enable_hashjoin; RESET enable_mergejoin
"""
_WORD: Final = re.compile(r"\w+")

_Versions: TypeAlias = Mapping[int, Sequence[int]]
"""The number of rows and a hash of their versions, by relation."""


@attrs.frozen
class TableProtection:
    """What protects the rows of a table.

    Attributes:
        digest: The digest of the owner, row level security, the policies and the privileges.
        conditions: The conditions of the policies.
        column_privileges: The privileges on columns; "" if there are none.
    """

    digest: str
    conditions: frozenset[str]
    column_privileges: str


@attrs.frozen
class AccessState:
    """What decides on access in one state of a database.

    Attributes:
        shared: The digest of what belongs to no relation: roles, schemas and functions.
        relations: The digest of each relation.
        protections: What protects the rows of each table.
        references: The relations to which the policies, the query or the triggers of a relation refer, directly or by
            functions; None if a function builds its statements, so that it may read every relation.
    """

    shared: str
    relations: Mapping[QualifiedKey, str]
    protections: Mapping[QualifiedKey, TableProtection]
    references: Mapping[QualifiedKey, Collection[QualifiedKey] | None]

    def closure(self, relations: Iterable[QualifiedKey]) -> frozenset[QualifiedKey]:
        """Return some relations with all relations to which they refer, directly or by others."""
        wanted = list(relations)
        found: set[QualifiedKey] = set()
        while wanted:
            name = wanted.pop()
            if name in found:
                continue
            found.add(name)
            references = self.references.get(name, ())
            if references is None:
                return frozenset({*found, *self.relations})
            wanted += references
        return frozenset(found)

    def digest(self, relations: Iterable[QualifiedKey]) -> str:
        """Return the digest of everything that decides on the access to some relations."""
        text = "\n".join(f"{name} {self.relations.get(name, '')}" for name in sorted(relations))
        return hashlib.sha256(f"{self.shared}\n{text}".encode()).hexdigest()

    def changed_since(self, earlier: AccessState) -> set[QualifiedKey] | None:
        """Return the relations whose digest changed; None if what belongs to no relation changed."""
        if self is earlier:
            return set()
        if self.shared != earlier.shared:
            return None
        return {
            name
            for name in self.relations.keys() | earlier.relations.keys()
            if self.relations.get(name) != earlier.relations.get(name)
        }


def list_changed(
    before: AccessState, after: AccessState, tables: Iterable[QualifiedKey]
) -> frozenset[QualifiedKey] | None:
    """Return the tables on whose access other catalog entries decide in another state; None for all tables."""
    changed = after.changed_since(before)
    if changed is None:
        return None
    return frozenset(
        name for name in tables if not changed.isdisjoint(before.closure([name]) | after.closure([name]))
    )


RunScript: TypeAlias = "tuple[AccessState, Sequence[int] | None]"
"""The state after a script, and what the transaction has written, as `WRITES` returns it."""


@attrs.define(eq=False)
class AccessReader:
    """Reads the states of one database one after another, and prints only the relations that changed.

    Attributes:
        connection: A session that sees the catalogs.
    """

    connection: Connection
    _versions: dict[str, _Versions] = attrs.field(init=False, factory=dict)
    _names: dict[int, QualifiedKey] = attrs.field(init=False, factory=dict)
    _functions: dict[str, str] = attrs.field(init=False, factory=dict)
    _state: AccessState = attrs.field(init=False, factory=lambda: AccessState("", {}, {}, {}))
    _is_prepared: bool = attrs.field(init=False, default=False)

    def __attrs_post_init__(self) -> None:
        """Keep psycopg from dropping prepared statements at each ROLLBACK, its own and ours."""
        self.connection.prepare_threshold = None

    def read(self, written: Iterable[str] = tuple(CATALOGS)) -> AccessState:
        """Return the present state; the same object as before if nothing changed.

        Args:
            written: The catalogs that may have changed, from `list_written`.
        """
        catalogs = list(written)
        results = self._execute_each([(_name_versions(catalog), ()) for catalog in catalogs])
        return self._compare_versions(dict(zip(catalogs, results, strict=True)))

    def read_after(self, script: str, expected: Collection[str], earlier: Sequence[int] | None) -> RunScript:
        """Run a script in the open transaction, and return the state and what the transaction has written then.

        Args:
            script: The script.
            expected: The catalogs that the script probably writes. One round trip is enough if it writes no others.
            earlier: What the transaction has written before, as `WRITES` returns it.

        Returns:
            The state, and what the transaction has written, as `WRITES` returns it.
        """
        catalogs = list(expected) if self._is_prepared else []
        queries = "".join(f";EXECUTE {_name_versions(catalog)}" for catalog in catalogs)
        cursor = self.connection.execute(f"{script}\n;{WRITES}{queries}".encode())
        writes = fetch_writes(cursor)
        versions = dict(zip(catalogs, _fetch_next(cursor), strict=True))
        written = list_written(earlier, writes)
        if versions.keys() >= set(written):
            return self._compare_versions({catalog: versions[catalog] for catalog in written}), writes
        return self.read(written), writes

    def _compare_versions(self, versions: Mapping[str, Iterable[tuple[Any, ...]]]) -> AccessState:
        changed: set[int] = set()
        referring: set[int] = set()
        for catalog, rows in versions.items():
            known = self._versions.get(catalog, {})
            found = {relation: version for relation, *version in rows}
            new = {each for each in found.keys() | known.keys() if found.get(each) != known.get(each)}
            changed |= new
            if catalog not in _WITHOUT_REFERENCES:
                referring |= new
            self._versions[catalog] = found
        if changed:
            self._read_again(changed, referring)
        return self._state

    @contextmanager
    def rolled_back(self) -> Iterator[None]:
        """Forget at the end of the block what was read in it, because the changes are rolled back."""
        known = dict(self._versions), dict(self._names), dict(self._functions), self._state
        try:
            yield
        finally:
            self._versions, self._names, self._functions, self._state = known

    def _execute_each(self, queries: Sequence[tuple[str, Collection[int]]]) -> list[list[tuple[Any, ...]]]:
        """Return the rows of each of several prepared queries, in one round trip.

        Args:
            queries: The names of the queries, each with the oids of the relations to read, if it has a parameter.
        """
        if not queries:
            return []
        # To plan these queries takes longer than to run them. psycopg drops what it prepares at each ROLLBACK.
        call = ";".join(
            f"EXECUTE {name} ('{{{','.join(map(str, chosen))}}}')"
            if "$1" in _PREPARED[name]
            else f"EXECUTE {name}"
            for name, chosen in queries
        )
        try:
            return _fetch_each(self.connection.execute(call.encode()))
        except errors.InvalidSqlStatementName:
            # At first, and after DEALLOCATE ALL. An open transaction has failed now.
            if self.connection.info.transaction_status is not TransactionStatus.IDLE:
                raise
            for statement, query in _PREPARED.items():
                parameter = " (oid[])" if "$1" in query else ""
                self.connection.execute(f"PREPARE {statement}{parameter} AS {query}".encode())
            self.connection.execute(_PLAN)
            self._is_prepared = True
            return _fetch_each(self.connection.execute(call.encode()))

    def _read_again(self, changed: Collection[int], referring: Collection[int]) -> None:
        shared = self._state.shared
        relations, references = dict(self._state.relations), dict(self._state.references)
        protections = dict(self._state.protections)
        if _SHARED in changed:
            # The functions decide on what policies and triggers refer to.
            changed = referring = {*changed, *self._names}
            [functions] = self._execute_each([("schema_dsl_functions", ())])
            self._functions = _join_functions(functions)
        # A renamed relation has another name, and a dropped one none.
        earlier = {relation: self._names.pop(relation, None) for relation in changed}
        for known in earlier.values():
            relations.pop(known or ("", ""), None)
            protections.pop(known or ("", ""), None)
        contents, found = self._execute_each(
            [("schema_dsl_contents", changed), ("schema_dsl_references", referring)]
        )
        for relation, schema, name, digest, protection, conditions, column_privileges in contents:
            if relation == _SHARED:
                shared = digest
            elif name is not None:
                self._names[relation] = (schema, name)
                relations[schema, name] = digest
                if protection is not None:
                    protections[schema, name] = TableProtection(
                        protection, frozenset(conditions), column_privileges
                    )
        renamed = {relation for relation, name in earlier.items() if name != self._names.get(relation)}
        if not renamed <= set(referring):
            referring = {*referring, *renamed}
            [found] = self._execute_each([("schema_dsl_references", referring)])
        for relation in referring:
            references.pop(earlier[relation] or ("", ""), None)
        references.update(self._resolve_references(found, relations))
        self._state = AccessState(shared, relations, protections, references)

    def _resolve_references(
        self, rows: Iterable[tuple[Any, ...]], relations: Iterable[QualifiedKey]
    ) -> dict[QualifiedKey, Collection[QualifiedKey] | None]:
        """Return the references of relations, as in `AccessState`."""
        references: dict[QualifiedKey, set[QualifiedKey]] = {}
        everything: set[QualifiedKey] = set()
        mentioned: dict[str, Collection[QualifiedKey] | None] = {}
        for schema, name, to_schema, to_name, function, text in rows:
            found = references.setdefault((schema, name), set())
            if function is None:
                found.add((to_schema, to_name))
                continue
            if text not in mentioned:
                mentioned[text] = self._find_mentioned(text, relations)
            named = mentioned[text]
            if named is None:
                everything.add((schema, name))
            else:
                found.update(named)
        return {each: None if each in everything else found for each, found in references.items()}

    def _find_mentioned(self, text: str, relations: Iterable[QualifiedKey]) -> list[QualifiedKey] | None:
        """Return the relations that the body of a function may read, also by calling others; None for all of them."""
        words: set[str] = set()
        pending = [text]
        while pending:
            new = list_words(pending.pop()) - words
            words |= new
            if "execute" in new:
                return None
            pending += [self._functions[word] for word in new if word in self._functions]
        return [name for name in relations if list_words(name[1]) <= words]


def _name_versions(catalog: str) -> str:
    return f"schema_dsl_versions_{catalog}"


def _join_functions(rows: Iterable[tuple[Any, ...]]) -> dict[str, str]:
    """Return the bodies of all functions of a name, in lower case."""
    found: dict[str, str] = {}
    for name, text in rows:
        found[name.lower()] = f"{found.get(name.lower(), '')} {text}"
    return found


def _fetch_each(cursor: psycopg.Cursor[tuple[Any, ...]]) -> list[list[tuple[Any, ...]]]:
    """Return the rows of each result of a script."""
    return [cursor.fetchall(), *_fetch_next(cursor)]


def _fetch_next(cursor: psycopg.Cursor[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of each further result of a script."""
    while cursor.nextset():
        yield cursor.fetchall()


def fetch_writes(cursor: psycopg.Cursor[tuple[Any, ...]]) -> Sequence[int] | None:
    """Advance to the next result of `WRITES`, past those of other statements, and return it."""
    while cursor.description is None or cursor.description[0].name != _WRITES_COLUMN:
        if not cursor.nextset():
            return None
    row = cursor.fetchone()
    return row and row[0]


def list_words(text: str) -> frozenset[str]:
    """Return the words of a text, in lower case."""
    return frozenset(_WORD.findall(text.lower()))
