"""Compare the references of expressions, views and functions with the dependencies that Postgres records."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import psycopg
import pytest
from found_references import SCHEMA, list_identities
from random_expressions import ExpressionGenerator
from random_queries import QueryGenerator
from recorded_dependencies import prepare, read_column_collations, read_dependencies
from reference_cases import (
    CASES,
    EXPRESSION_KINDS,
    SEARCH_PATH,
    SETUP,
    Case,
    build_schema,
    read_pieces,
    split_name,
)

from schema_dsl.analysis.builtin_schema import BuiltinSchema
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.reference import ObjectReference
from schema_dsl.analysis.references import references
from schema_dsl.lint.history.replay import replay
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.source import Source
from schema_dsl.parsing import SqlSyntaxError
from schema_dsl.postgres import Connection, Server, provider

BUILTIN_SCHEMAS = frozenset({"pg_catalog", "information_schema"})
PEOPLE = (Path(__file__).parent.parent / "lint" / "semantics" / "setup.sql").read_text("utf-8")


@pytest.fixture(scope="module")
def newest() -> Iterator[Server]:
    """Start Postgres 18, whatever version the other tests use: older ones record less."""
    with provider("embedded").start() as server:
        yield server


@pytest.fixture(scope="module")
def connection(newest: Server) -> Iterator[Connection]:
    """A database with the setup and every object of the cases."""
    with newest.database() as database, contextlib.closing(database.connect()) as connection:
        connection.execute(SETUP.encode())
        for case in CASES:
            connection.execute(case.statement.encode())
        prepare(connection)
        yield connection


def normalize(found: set[Identity], own: Iterable[Identity] = ()) -> set[Identity]:
    """Remove built-in objects, the object that contains the dependent, and relations with a referenced column.

    Postgres records no dependency on a whole relation if it records one on a column of the relation.
    """
    kept = {identity for identity in found if identity.schema not in BUILTIN_SCHEMAS}.difference(own)
    return kept - {identity.parent for identity in kept if identity.kind in {"column", "attribute"}}


def compare(
    connection: Connection,
    dependent: str,
    found: Sequence[ObjectReference],
    own: Iterable[Identity],
    also: frozenset[str] = frozenset(),
) -> list[str]:
    """Return the differences between the dependencies of an object and the references of its text.

    Postgres derives the collation of an expression from a column, and records it where it relabels a type. Such a
    collation counts as part of the column.
    """
    identities = list_identities(found)
    collations = read_column_collations(connection)
    derived = {collations[identity] for identity in identities if identity in collations} - identities
    recorded = normalize(read_dependencies(connection, dependent) - derived, own)
    listed = normalize({identity for identity in identities if str(identity) not in also}, own)
    return [
        *(f"missing {identity}" for identity in recorded - listed),
        *(f"invented {identity}" for identity in listed - recorded),
        *(f"not named: {name}" for name in also - set(map(str, identities))),
    ]


class TestRecordedDependencies:
    """Handwritten objects, compared with pg_depend."""

    def test_size(self) -> None:
        """There are several hundred objects of every kind."""
        assert {*EXPRESSION_KINDS, "view", "function"} == {case.kind for case in CASES}
        assert len(CASES) > 600

    @pytest.mark.parametrize("kind", [*EXPRESSION_KINDS, "view", "function"])
    def test_cases(self, connection: Connection, kind: str) -> None:
        """The references are the recorded dependencies: nothing is missing, nothing is invented."""
        wrong = []
        for case in (case for case in CASES if case.kind == kind):
            found = case.list_references(SCHEMA)
            wrong += [
                (str(case), difference)
                for difference in compare(connection, case.dependent, found, case.own, case.also)
            ]
            unresolved = {reference.written for reference in found if reference.identity is None}
            wrong += [(str(case), name) for name in unresolved ^ case.unresolved]
        assert [] == wrong


class TestGenerated:
    """Generated queries, compared with pg_depend as bodies of functions."""

    def compare_all(self, connection: Connection, queries: Iterable[str], schema: HistorySchema) -> int:
        """Compare the queries that the server accepts; return their number.

        The text may name a type which Postgres does not record, because a cast to the same type has no effect.
        """
        home = schema.search_path[0]
        accepted = 0
        wrong = []
        for number, query in enumerate(queries):
            name = f"generated_{number}"
            statement = f"CREATE FUNCTION {home}.{name}() RETURNS void BEGIN ATOMIC {query}; END"
            try:
                connection.execute(statement.encode())
            except psycopg.Error:
                continue
            accepted += 1
            found = references(query, schema)
            cast_types = {
                str(reference.identity)
                for reference in found
                if reference.kind == "type" and reference.written
            }
            dependent = f"SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE proname = '{name}'"
            differences = compare(connection, dependent, found, [Identity("schema", "", home)])
            differences = [d for d in differences if d.removeprefix("invented ") not in cast_types]
            unresolved = {reference.written for reference in found if reference.identity is None}
            if differences or unresolved - {"lower"}:
                wrong.append((query, differences, unresolved))
        assert [] == wrong
        return accepted

    def test_queries(self, newest: Server) -> None:
        """The references of random queries with joins, sub-selects and aliases are the recorded dependencies."""
        with newest.database() as database, database.connect() as connection:
            connection.execute(SETUP.encode())
            connection.execute(b"SET search_path = app, public")
            prepare(connection)
            queries = [QueryGenerator(seed).query() for seed in range(4000)]
            assert self.compare_all(connection, queries, SCHEMA) > 300

    def test_expressions(self, newest: Server) -> None:
        """The references of random expressions over the common types are the recorded dependencies."""
        schema = HistorySchema()
        for _ in replay([Source.of(PEOPLE)], schema):
            pass
        columns = {
            column.name: column.type for column in schema.relations["public", "people"].columns.values()
        }
        expressions = ExpressionGenerator(5, columns).well_typed(500)
        with newest.database() as database, database.connect() as connection:
            connection.execute(PEOPLE.encode())
            prepare(connection)
            queries = [f"SELECT {expression} FROM people" for expression in expressions]
            assert self.compare_all(connection, queries, schema) > 400


class TestTextBodies:
    """Bodies of LANGUAGE sql in a string, on which Postgres records no dependencies."""

    @pytest.mark.parametrize("case", [case for case in CASES if case.kind == "function"], ids=str)
    def test_same_as_atomic(self, case: Case) -> None:
        """A body in a string has the references of the same body in BEGIN ATOMIC."""
        text, replaced = re.subn(r"(?s)BEGIN ATOMIC(.*)END\Z", r"LANGUAGE sql AS $body$\1$body$", case.sql)
        if not replaced:
            text = re.sub(r"(?s)\bRETURN\b(?!S)(.*)\Z", r"LANGUAGE sql AS $body$SELECT\1$body$", case.sql)
        path = ("public",) if "SET search_path" in case.sql else SEARCH_PATH
        # Only a body in a string uses the search path that the function sets.
        expected = references(case.sql, SCHEMA, search_path=path)
        found = references(text, SCHEMA, search_path=SEARCH_PATH)
        assert normalize(list_identities(expected)) == normalize(list_identities(found))


ROUTINES = list(read_pieces("plpgsql.sql"))


class TestPlpgsql:
    """Bodies of PL/pgSQL, whose references are written by hand."""

    @pytest.mark.parametrize(
        ("sql", "remarks"), ROUTINES, ids=[" ".join(sql.split())[:60] for sql, _ in ROUTINES]
    )
    def test_references(self, sql: str, remarks: dict[str, list[str]]) -> None:
        """The references are those that the remark lists."""
        rows = [split_name(name) for name in remarks.get("rows", ())]
        found = references(sql, SCHEMA, row_relations=rows, search_path=SEARCH_PATH)
        assert set(remarks["expect"]) == set(map(str, normalize(list_identities(found))))
        unresolved = {r.written or r.kind for r in found if r.identity is None}
        assert set(remarks.get("unresolved", ())) == unresolved

    def test_bodies_run(self, newest: Server) -> None:
        """Each body runs, so its names are right."""
        with newest.database() as database, database.connect() as connection:
            connection.execute(SETUP.encode())
            connection.execute(b"SET search_path = app, public")
            for number, (sql, remarks) in enumerate(ROUTINES):
                connection.execute(sql.encode())
                tables = remarks.get("rows", ["app.orders"]) if "RETURNS trigger" in sql else []
                function = sql.split("(")[0].split()[-1]
                for table in tables:
                    trigger = f"CREATE TRIGGER run_{number} BEFORE UPDATE ON {table}"
                    connection.execute(f"{trigger} FOR EACH ROW EXECUTE FUNCTION {function}()".encode())
                with contextlib.suppress(psycopg.errors.RaiseException):
                    connection.execute("; ".join(remarks["run"]).encode())
                for table in tables:
                    connection.execute(f"DROP TRIGGER run_{number} ON {table}".encode())

    def test_required(self) -> None:
        """CREATE FUNCTION needs the types of the signature and of declarations, but not the objects of a body."""
        sql = """
            CREATE FUNCTION f(a app.email) RETURNS void LANGUAGE plpgsql AS $$
            DECLARE o orders%ROWTYPE; n integer := app.double(1);
            BEGIN PERFORM note FROM app.items; END $$"""
        found = references(sql, SCHEMA, search_path=SEARCH_PATH)
        assert {
            "domain app.email": True,
            "table app.orders": True,
            "function app.double(int4)": False,
            "table app.items": False,
            "column note of app.items": False,
        } == {str(reference.identity): reference.required for reference in found}

    def test_declarations_on_a_server(self, newest: Server) -> None:
        """A server refuses a declaration with an unknown type, and accepts a body with an unknown table."""
        create = "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x {}; BEGIN {}; END $$"
        with newest.database() as database, database.connect() as connection:
            connection.execute(create.format("integer", "PERFORM 1 FROM missing").encode())
            for kind in ("missing", "missing%ROWTYPE", "missing.a%TYPE"):
                with pytest.raises(psycopg.Error, match="missing"):
                    connection.execute(create.format(kind, "NULL").replace("f()", "g()").encode())


class TestUnresolved:
    """Names that the schema does not have are marked as unresolved."""

    @pytest.mark.parametrize(
        ("sql", "kind", "written", "candidates"),
        [
            ("SELECT 1 FROM missing", "relation", "missing", ()),
            ("SELECT missing FROM app.orders", "column", "missing", ()),
            ("SELECT o.missing FROM app.orders o", "column", "o.missing", ()),
            ("SELECT note FROM app.orders, app.items", "column", "note", ()),
            ("SELECT missing(1)", "routine", "missing", ()),
            ("SELECT app.double('x'::app.mood)", "routine", "app.double", ("double",) * 4),
            ("SELECT 'x'::missing", "type", "missing", ()),
            ("SELECT 'x' COLLATE app.missing", "collation", "app.missing", ()),
            ("SELECT 1 @#@ 2", "operator", "@#@", ()),
            ("SELECT 'missing'::regclass", "relation", "'missing'", ()),
            ("SELECT 'app.double'::regproc", "routine", "'app.double'", ("double",) * 4),
            ("SELECT lower('x')", "routine", "lower", ("lower",)),
        ],
    )
    def test_names(self, sql: str, kind: str, written: str, candidates: tuple[str, ...]) -> None:
        """A name that does not resolve to one object has no identity, and lists the candidates."""
        (found,) = (r for r in references(sql, SCHEMA, search_path=SEARCH_PATH) if r.identity is None)
        assert (kind, written) == (found.kind, found.written)
        assert candidates == tuple(identity.name for identity in found.candidates)

    @pytest.mark.parametrize(
        "body",
        [
            "LANGUAGE sql AS 'SELEC 1'",
            "LANGUAGE sql AS 'CREATE TABLE x ()'",
            "LANGUAGE plpgsql AS 'nonsense'",
            "LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DROP TABLE ' || current_user; END $$",
            "LANGUAGE plpython3u AS 'return 1'",
        ],
    )
    def test_statements(self, body: str) -> None:
        """A body or a statement that cannot be analyzed is marked."""
        found = references(f"CREATE FUNCTION f() RETURNS void {body}", SCHEMA)
        assert ["statement"] == [reference.kind for reference in found if reference.identity is None]

    def test_compiled_languages(self) -> None:
        """A body in C has no references."""
        assert () == references("CREATE FUNCTION f() RETURNS void LANGUAGE internal AS 'now'", SCHEMA)

    def test_deep_nesting(self) -> None:
        """An expression nested too deeply for Python is marked."""
        found = references(" || ".join(["'x'"] * 3000), SCHEMA)
        assert ["statement"] == [reference.kind for reference in found]

    def test_unknown_relation(self) -> None:
        """The columns of a relation that is not known are marked."""
        (found,) = references("amount > 3", BuiltinSchema(), relation=("app", "orders"))
        assert ("column", None, "amount") == (found.kind, found.identity, found.written)

    def test_syntax_error(self) -> None:
        """A text that is neither an expression nor a statement of the listed kinds is refused."""
        with pytest.raises(SqlSyntaxError):
            references("DROP TABLE x", SCHEMA)


class TestSearchPath:
    """The search path decides which object a name means."""

    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            (("app", "public"), "app.orders"),
            (("public", "app"), "public.orders"),
            (("Odd.Schema",), None),
            ((), None),
        ],
    )
    def test_relations(self, path: tuple[str, ...], expected: str | None) -> None:
        """The first schema with a relation of the name counts."""
        (found,) = references("SELECT 1 FROM orders", SCHEMA, search_path=path)
        assert expected == (
            None if found.identity is None else f"{found.identity.schema}.{found.identity.name}"
        )

    @pytest.mark.parametrize(
        ("path", "expected"),
        [(("app",), None), (("app", "pg_catalog"), "app"), (("pg_catalog", "app"), None)],
    )
    def test_built_in_functions(self, path: tuple[str, ...], expected: str | None) -> None:
        """pg_catalog comes first, unless the search path names it."""
        (found,) = references("SELECT lower('x'::text)", SCHEMA, search_path=path)
        assert expected == (None if found.identity is None else found.identity.schema)

    def test_of_a_function(self) -> None:
        """A body in a string uses the search path that the function sets."""
        sql = "CREATE FUNCTION f() RETURNS text {} LANGUAGE sql AS 'SELECT note FROM orders'"
        for clause, schema in (("", "app"), ("SET search_path = public", "public")):
            found = references(sql.format(clause), SCHEMA, search_path=SEARCH_PATH)
            assert {schema} == {identity.schema for identity in list_identities(found)}


class TestHistory:
    """Operators, casts and collations that a history drops or moves."""

    @pytest.mark.parametrize(
        ("drop", "sql"),
        [
            ("DROP OPERATOR app.=== (text, text)", "SELECT 'x' === 'y'"),
            ("DROP CAST (public.color AS app.mood)", "SELECT 'red'::color::mood"),
            ("DROP COLLATION app.bytes", "SELECT 'x' COLLATE app.bytes"),
            ("DROP TEXT SEARCH CONFIGURATION app.words", "SELECT 'app.words'::regconfig"),
        ],
    )
    def test_dropped(self, drop: str, sql: str) -> None:
        """A dropped object is no longer referenced."""
        before = list_identities(references(sql, SCHEMA, search_path=SEARCH_PATH))
        after = list_identities(references(sql, build_schema(drop), search_path=SEARCH_PATH))
        assert 1 == len(before - after)

    def test_renamed_type(self) -> None:
        """Operators and casts follow a renamed type."""
        schema = build_schema("ALTER TYPE app.mood RENAME TO feeling")
        found = references("SELECT 'x'::feeling + 1, 1::feeling", schema, search_path=SEARCH_PATH)
        assert {
            "enum app.feeling",
            "operator app.+(app.feeling, int4)",
            "function app.number_mood(int4)",
        } == set(map(str, list_identities(found)))
