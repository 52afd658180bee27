"""Read the state that decides on access from the catalogs, and only the relations that a statement changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, TypeAlias

import attrs
import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.postgres import Connection
from schema_dsl.verify.access.reads.function_code import FUNCTIONS, FunctionCode, read_functions
from schema_dsl.verify.access.state.access_state import AccessState, TableProtection
from schema_dsl.verify.access.state.catalog_writes import (
    EVERYTHING,
    OWN_TRANSACTION,
    SHARED,
    VERSION_QUERIES,
    WRITES,
    CatalogWrites,
    VersionScope,
    WrittenCatalogs,
    fetch_writes,
    list_written,
    write_call,
)
from schema_dsl.verify.reruns.statements import list_words

_CONTENTS: Final = (files(__package__) / "access_state.sql").read_text("utf-8")
_REFERENCES: Final = (files(__package__) / "access_references.sql").read_text("utf-8")
_WITHOUT_REFERENCES: Final = frozenset({"pg_class", "pg_attribute"})
"""The catalogs whose rows refer to no relation."""
_PREPARED: Final = {
    "schema_dsl_contents": _CONTENTS,
    "schema_dsl_references": _REFERENCES,
    "schema_dsl_functions": FUNCTIONS,
    **VERSION_QUERIES,
}
# Plan the queries about chosen relations once, with the indexes that also serve when the catalogs have grown.
_PLAN: Final = f"""
    SET plan_cache_mode = force_generic_plan;
    SET enable_hashjoin = off; SET enable_mergejoin = off;
    {"".join(f"EXECUTE {name} (NULL);" for name, query in VERSION_QUERIES.items() if "$1" in query)}
    SET enable_seqscan = off;
    EXECUTE schema_dsl_contents ('{{}}'); EXECUTE schema_dsl_references ('{{}}');
    RESET enable_seqscan; RESET enable_hashjoin; RESET enable_mergejoin
"""

_Versions: TypeAlias = Mapping[int, tuple[Any, ...]]
"""The number of rows and a hash of their versions, by relation."""

RunScript: TypeAlias = "tuple[AccessState, CatalogWrites | None]"
"""The state after a script, and the writes of the transaction, as `WRITES` returns them."""


@attrs.define(eq=False)
class AccessReader:
    """Reads the states of one database one after another, and prints only the relations that changed.

    Attributes:
        connection: A session that sees the catalogs.
        like: A reader of another copy of the same database, which has read most relations in the same state.
    """

    connection: Connection
    like: AccessReader | None = attrs.field(default=None, repr=False)
    _versions: dict[str, _Versions] = attrs.field(init=False, factory=dict)
    _names: dict[int, QualifiedKey] = attrs.field(init=False, factory=dict)
    _functions: FunctionCode = attrs.field(init=False, factory=lambda: FunctionCode({}))
    _state: AccessState = attrs.field(init=False, factory=lambda: AccessState("", {}, {}, {}, {}, {}))
    _is_prepared: bool = attrs.field(init=False, default=False)

    def __attrs_post_init__(self) -> None:
        """Begin with what the other reader knows."""
        # psycopg would drop all prepared statements at each ROLLBACK, its own and ours.
        self.connection.prepare_threshold = None
        known, self.like = self.like, None
        if known is not None:
            # The version of a row is the same in each copy of a database, and in no other row.
            versions, names, self._functions, self._state = known._knowledge  # noqa: SLF001 - of another reader
            self._versions, self._names = versions, names

    def read(self, written: WrittenCatalogs = EVERYTHING) -> AccessState:
        """Return the present state; the same object as before if nothing changed.

        Args:
            written: The catalog rows that may have changed.
        """
        results = self._execute_each([write_call(catalog, scope) for catalog, scope in written.items()])
        return self._compare_versions(written, dict(zip(written, results, strict=True)))

    def read_after(self, script: str, expected: WrittenCatalogs, earlier: CatalogWrites | None) -> RunScript:
        """Run a script in the open transaction, and return the state and the writes of the transaction then.

        Args:
            script: The script.
            expected: The probable writes of the script. One round trip is enough if it writes no more.
            earlier: The earlier writes of the transaction, as `WRITES` returns them.

        Returns:
            The state, and the writes of the transaction, as `WRITES` returns them.
        """
        asked = expected if self._is_prepared else {}
        queries = "".join(
            f";{write_call(catalog, scope, OWN_TRANSACTION)}" for catalog, scope in asked.items()
        )
        cursor = self.connection.execute(f"{script}\n;{WRITES}{queries}".encode())
        writes = fetch_writes(cursor)
        versions = dict(zip(asked, _fetch_next(cursor), strict=True))
        written = list_written(earlier, writes)
        if all(name in asked and asked[name].covers(scope) for name, scope in written.items()):
            return self._compare_versions(asked, {name: versions[name] for name in written}), writes
        return self.read(written), writes

    def _compare_versions(
        self, written: WrittenCatalogs, versions: Mapping[str, Iterable[tuple[Any, ...]]]
    ) -> AccessState:
        """Return the state with these versions: of all relations, or of those that a transaction has written."""
        changed: set[int] = set()
        referring: set[int] = set()
        for catalog, rows in versions.items():
            known = self._versions.get(catalog, {})
            scope, found = written[catalog], {row[0]: row[1:] for row in rows}
            if scope.counts:
                (total, _) = found.pop(None)
                if total != sum(version[0] for version in {**known, **found}.values()):
                    # Relations of which the transaction has written no rows have lost some.
                    scope = VersionScope()
                    [everything] = self._execute_each([write_call(catalog, scope)])
                    found = {row[0]: row[1:] for row in everything}
            if scope.transaction is None:
                new = {relation for relation, _ in found.items() ^ known.items()}
            else:
                new = {relation for relation, version in found.items() if known.get(relation) != version}
                found = {**known, **found}
            changed |= new
            if catalog not in _WITHOUT_REFERENCES:
                referring |= new
            self._versions[catalog] = found
        if changed:
            self._read_again(changed, referring)
        return self._state

    def list_relations(self) -> AbstractSet[int]:
        """Return the oids of the relations that were read."""
        return self._versions.get("pg_class", {}).keys()

    @contextmanager
    def rolled_back(self) -> Iterator[None]:
        """Forget the reads of the block at its end, because the changes are rolled back."""
        known = self._knowledge
        try:
            yield
        finally:
            self._versions, self._names, self._functions, self._state = known

    @property
    def _knowledge(
        self,
    ) -> tuple[dict[str, _Versions], dict[int, QualifiedKey], FunctionCode, AccessState]:
        return dict(self._versions), dict(self._names), self._functions, self._state

    def _execute_each(self, calls: Sequence[str]) -> list[list[tuple[Any, ...]]]:
        """Return the rows of each of several calls of prepared queries, in one round trip."""
        if not calls:
            return []
        # Postgres plans these queries longer than it runs them. psycopg drops its prepared statements at each ROLLBACK.
        call = ";".join(calls)
        try:
            return _fetch_each(self.connection.execute(call.encode()))
        except errors.InvalidSqlStatementName:
            # At first, and after DEALLOCATE ALL. An open transaction has failed now.
            if self.connection.info.transaction_status is not TransactionStatus.IDLE:
                raise
            for statement, query in _PREPARED.items():
                kind = "xid" if statement in VERSION_QUERIES else "oid[]"
                parameter = f" ({kind})" if "$1" in query else ""
                self.connection.execute(f"PREPARE {statement}{parameter} AS {query}".encode())
            self.connection.execute(_PLAN)
            self._is_prepared = True
            return _fetch_each(self.connection.execute(call.encode()))

    def _read_again(self, changed: Collection[int], referring: Collection[int]) -> None:
        shared, functions = self._state.shared, self._state.functions
        relations, references = dict(self._state.relations), dict(self._state.references)
        protections, called = dict(self._state.protections), dict(self._state.called)
        if SHARED in changed:
            # The functions decide to which objects policies and triggers refer.
            changed = referring = {*changed, *self._names}
            [rows] = self._execute_each(["EXECUTE schema_dsl_functions"])
            self._functions, decisive, functions = read_functions(rows)
        # A renamed relation has another name, and a dropped one none.
        earlier = {relation: self._names.pop(relation, None) for relation in changed}
        for known in earlier.values():
            relations.pop(known or ("", ""), None)
            protections.pop(known or ("", ""), None)
        contents, found = self._execute_each(
            [_call_about("schema_dsl_contents", changed), _call_about("schema_dsl_references", referring)]
        )
        for relation, schema, name, digest, protection, conditions, column_privileges in contents:
            if relation == SHARED:
                shared = f"{digest} {decisive}"
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
            [found] = self._execute_each([_call_about("schema_dsl_references", referring)])
        for relation in referring:
            references.pop(earlier[relation] or ("", ""), None)
            called.pop(earlier[relation] or ("", ""), None)
        new_references, new_called = self._resolve_references(found, relations)
        references.update(new_references)
        called.update(new_called)
        names = {earlier.get(relation) for relation in changed} | {
            self._names.get(relation) for relation in changed
        }
        touched = None if SHARED in changed else frozenset(name for name in names if name is not None)
        self._state = AccessState(
            shared, relations, functions, protections, references, called, touched, self._state.number
        )

    def _resolve_references(
        self, rows: Iterable[tuple[Any, ...]], relations: Iterable[QualifiedKey]
    ) -> tuple[dict[QualifiedKey, Collection[QualifiedKey] | None], dict[QualifiedKey, Collection[str]]]:
        """Return the references of relations and the functions that they call, as in `AccessState`."""
        references: dict[QualifiedKey, set[QualifiedKey]] = {}
        called: dict[QualifiedKey, Collection[str]] = {}
        everything: set[QualifiedKey] = set()
        mentioned: dict[str, tuple[Collection[QualifiedKey], Collection[str]] | None] = {}
        for schema, name, to_schema, to_name, function, text in rows:
            found = references.setdefault((schema, name), set())
            if function is None:
                found.add((to_schema, to_name))
                continue
            if text not in mentioned:
                words = self._functions.follow(text)
                if words is None:
                    mentioned[text] = None
                else:
                    read = [each for each in relations if _list_words_of_name(each[1]) <= words]
                    mentioned[text] = read, words & self._functions.bodies.keys()
            named = mentioned[text]
            tables, functions = named or ((), ())
            found.update(tables)
            called[schema, name] = {*called.get((schema, name), ()), function.lower(), *functions}
            if named is None:
                everything.add((schema, name))
        return {each: None if each in everything else found for each, found in references.items()}, called


@lru_cache(maxsize=10_000)
def _list_words_of_name(name: str) -> frozenset[str]:
    return list_words(name)


def _call_about(query: str, relations: Iterable[int]) -> str:
    """Return the call of a prepared query about relations."""
    return f"EXECUTE {query} ('{{{','.join(map(str, relations))}}}')"


def _fetch_each(cursor: psycopg.Cursor[tuple[Any, ...]]) -> list[list[tuple[Any, ...]]]:
    """Return the rows of each result of a script."""
    return [cursor.fetchall(), *_fetch_next(cursor)]


def _fetch_next(cursor: psycopg.Cursor[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of each further result of a script."""
    while cursor.nextset():
        yield cursor.fetchall()
