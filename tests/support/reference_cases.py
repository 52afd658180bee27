"""The objects of `tests/analysis/references` that use others, and their references."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.reference import ObjectReference
from schema_dsl.analysis.references import references
from schema_dsl.lint.history.replay import replay
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.source import Source

FOLDER = Path(__file__).parent.parent / "analysis" / "references"
SETUP = (FOLDER / "schema.sql").read_text("utf-8")
SEARCH_PATH = ("app", "public")
EXPRESSION_KINDS = (
    *("check", "default", "generated", "index", "predicate"),
    *("policy", "with check", "when", "domain"),
)
_CREATE = {
    "check": "ALTER TABLE {on} ADD CONSTRAINT {name} CHECK (\n{sql}\n)",
    "default": "CREATE TABLE app.{name} (value {on} DEFAULT (\n{sql}\n))",
    "generated": "CREATE TABLE app.{name} (LIKE {relation}, value {type} GENERATED ALWAYS AS (\n{sql}\n) STORED)",
    "index": "CREATE INDEX {name} ON {on} ((\n{sql}\n))",
    "predicate": "CREATE INDEX {name} ON {on} ((1)) WHERE\n{sql}",
    "policy": "CREATE POLICY {name} ON {on} USING (\n{sql}\n)",
    "with check": "CREATE POLICY {name} ON {on} FOR INSERT WITH CHECK (\n{sql}\n)",
    "when": "CREATE TRIGGER {name} BEFORE UPDATE ON {on} FOR EACH ROW WHEN (\n{sql}\n) EXECUTE FUNCTION app.touch()",
    "domain": "CREATE DOMAIN app.{name} AS {on} CHECK (\n{sql}\n)",
    "view": "CREATE VIEW app.{name} AS\n{sql}",
    "function": "{sql}",
}
_OBJECTS = {
    "check": "'pg_constraint'::regclass, oid FROM pg_constraint WHERE conname = '{name}' AND coninhcount = 0",
    "default": "'pg_attrdef'::regclass, oid FROM pg_attrdef WHERE adrelid = 'app.{name}'::regclass",
    "generated": "'pg_attrdef'::regclass, oid FROM pg_attrdef WHERE adrelid = 'app.{name}'::regclass",
    "index": "'pg_class'::regclass, oid FROM pg_class WHERE relname = '{name}'",
    "predicate": "'pg_class'::regclass, oid FROM pg_class WHERE relname = '{name}'",
    "policy": "'pg_policy'::regclass, oid FROM pg_policy WHERE polname = '{name}'",
    "with check": "'pg_policy'::regclass, oid FROM pg_policy WHERE polname = '{name}'",
    "when": "'pg_trigger'::regclass, oid FROM pg_trigger WHERE tgname = '{name}'",
    "domain": "'pg_constraint'::regclass, oid FROM pg_constraint WHERE contypid = 'app.{name}'::regtype",
    "view": "'pg_rewrite'::regclass, oid FROM pg_rewrite WHERE ev_class = 'app.{name}'::regclass",
    "function": "'pg_proc'::regclass, oid FROM pg_proc WHERE proname = '{function}'",
}


def build_schema(*statements: str) -> HistorySchema:
    """Return the schema after the setup and further statements, as lint knows it."""
    schema = HistorySchema()
    for _ in replay([Source.of(";\n".join((SETUP.rstrip().removesuffix(";"), *statements)))], schema):
        pass
    return schema


def split_name(name: str) -> tuple[str, str]:
    """Split a name, which may be qualified and quoted, into a schema or "" and a name."""
    parts = re.findall(r'"(?:[^"]|"")*"|\w+', name)
    unquoted = [part[1:-1].replace('""', '"') if part.startswith('"') else part for part in parts]
    return (unquoted[-2] if len(unquoted) > 1 else ""), "".join(unquoted[-1:])


@attrs.frozen
class Case:
    """An object that uses others.

    Attributes:
        kind: One of `EXPRESSION_KINDS`, view or function.
        on: The relation of an expression, or the type of a default or a domain; both, with an arrow between them,
            of a generated column.
        sql: The expression, the query or the statement.
        number: Makes the names of the created objects unique.
        also: The objects that the text names, but on which Postgres records no dependency.
        unresolved: The names that stay without an identity.
    """

    kind: str
    on: str
    sql: str
    number: int
    also: frozenset[str] = frozenset()
    unresolved: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.kind} {self.on}: {' '.join(self.sql.split())}"

    @property
    def name(self) -> str:
        """The name of the created object."""
        return f"{self.kind}_{self.number}".replace(" ", "_")

    @property
    def relation(self) -> tuple[str, str]:
        """The schema, or "", and the name in `on`."""
        return split_name(self.on.partition(" -> ")[0])

    @property
    def statement(self) -> str:
        """The statement that creates the object."""
        relation, _, kind = self.on.partition(" -> ")
        return _CREATE[self.kind].format(
            name=self.name, on=self.on, relation=relation, type=kind, sql=self.sql
        )

    @property
    def dependent(self) -> str:
        """The dependent object, as an SQL query of its class and its oid."""
        function = re.search(r"(?:FUNCTION|PROCEDURE)\s+app\.(\w+)", self.sql)
        named = "" if function is None else function[1]
        return f"SELECT {_OBJECTS[self.kind].format(name=self.name, on=self.on, function=named)}"

    def list_references(self, schema: HistorySchema) -> tuple[ObjectReference, ...]:
        """Return the references of the text."""
        if self.kind in {"view", "function"}:
            return references(self.sql, schema, search_path=SEARCH_PATH)
        if self.kind in {"default", "generated"}:
            within = build_schema(self.statement)
            table = ("app", self.name)
            return references(self.sql, within, relation=table, column="value", search_path=SEARCH_PATH)
        if self.kind == "domain":
            suffix = "[]" if self.on.endswith("[]") else ""
            kind = f"{schema.find_type_name(*self.relation)}{suffix}"
            return references(self.sql, schema, value_type=kind, search_path=SEARCH_PATH)
        return references(
            self.sql,
            schema,
            relation=self.relation,
            is_trigger_condition=self.kind == "when",
            search_path=SEARCH_PATH,
        )

    @property
    def own(self) -> set[Identity]:
        """The objects that contain the dependent object, or that its statement adds."""
        schema, relation = self.relation
        if self.kind in {"default", "generated"}:
            table = Identity("table", "app", self.name)
            return {table, Identity("column", "app", "value", parent=table)}
        if self.kind == "view":
            return {Identity("view", "app", self.name)}
        if self.kind == "domain":
            return {Identity("domain", "app", self.name)}
        if self.kind == "function":
            return {Identity("schema", "", "app")}
        owners = {Identity(kind, schema, relation) for kind in ("table", "materialized_view")}
        return owners | ({Identity("function", "app", "touch", ())} if self.kind == "when" else set())


def read_remarks(remarks: Iterable[str]) -> dict[str, list[str]]:
    """Read remarks such as `also: enum app.mood; type x`, each a word and a list."""
    pairs = (remark.partition(":") for remark in remarks)
    return {word: [part.strip() for part in rest.split("; ") if part.strip()] for word, _, rest in pairs}


def read_expressions() -> Iterator[Case]:
    """Read the expressions: one per line, after its user."""
    lines = (FOLDER / "expressions.txt").read_text("utf-8").splitlines()
    for number, line in enumerate(line for line in lines if line and not line.startswith("#")):
        head, _, rest = line.partition(": ")
        sql, *remarks = rest.split(" -- ")
        kind = next(kind for kind in EXPRESSION_KINDS if head.startswith(f"{kind} "))
        listed = read_remarks(remarks)
        also, unresolved = listed.get("also", ()), listed.get("unresolved", ())
        yield Case(kind, head.removeprefix(f"{kind} "), sql, number, frozenset(also), frozenset(unresolved))


def read_pieces(name: str) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Read the statements of a file, separated by blank lines, each with the remarks before it."""
    for piece in re.split(r"\n\s*\n", (FOLDER / name).read_text("utf-8")):
        lines = piece.strip().splitlines()
        count = next((number for number, line in enumerate(lines) if not line.startswith("--")), len(lines))
        sql = "\n".join(lines[count:])
        if sql:
            yield sql, read_remarks(line.removeprefix("-- ") for line in lines[:count])


def read_statements(kind: str, name: str) -> Iterator[Case]:
    """Read queries of views, or functions."""
    for number, (sql, remarks) in enumerate(read_pieces(name)):
        also, unresolved = remarks.get("also", ()), remarks.get("unresolved", ())
        yield Case(kind, "", sql, number, frozenset(also), frozenset(unresolved))


CASES = (
    *read_expressions(),
    *read_statements("view", "views.sql"),
    *read_statements("function", "functions.sql"),
)
