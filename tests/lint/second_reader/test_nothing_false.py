"""The comparison reports nothing in files that are right."""

from __future__ import annotations

from typing import Any

import attrs
import generated_files
import pytest
from generated_files import GeneratedFile, generate_file, generate_first
from specimen_parts import READER, WRITER, catalog

from schema_dsl import (
    Access,
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Function,
    Grant,
    Index,
    IndexElement,
    Partition,
    Policy,
    PrimaryKey,
    Reference,
    Role,
    Table,
    Trigger,
    Type,
    Unique,
    bigint,
    by_range,
    descending,
    integer,
    may,
    sql,
    text,
    values_from,
)
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.parsing import parse_expression
from schema_dsl.sql import identifier

# Words that Postgres or sqlglot reserve or read as something else.
WORDS = """
    alter call check column comment connect_by_root date default drop exclude glob if index insert interval key lock
    name partitioned_by period primary qualify role rollback select set table text time timestamp truncate type unique
    user uuid value values xor year zone
"""
# Quotes, blanks, capitals and other letters.
NAMES = [
    'Quoted "name"',
    "it's",
    "größe",
    "a b",
    "SELECT",
    "a.b",
    "a,b",
    "a--b",
    "a/*b",
    "a\\b",
    "a\nb",
    "$$",
    "$tag$",
    "1a",
    "(x)",
    "x",
    "\U0001f418",
    *WORDS.split(),
]
TYPES = [
    "bit varying(4)",
    '"char"',
    "character varying(20)",
    "citext",
    "double precision",
    "geometry(Point, 4326)",
    "int4range",
    "interval hour to minute",
    "numeric(10, 2)[]",
    'public."Mood"',
    "regclass",
    "text[][]",
    "timestamp(3) with time zone",
    "tsvector",
    "vector(3)",
]
EXPRESSIONS = [
    "a IS NOT DISTINCT FROM b",
    "a = ANY (ARRAY['x', 'y'])",
    "a LIKE 'a\\_%' ESCAPE '\\'",
    "CASE WHEN a > 'b' THEN 'x' ELSE b END = 'y'",
    "(a, b) = ('1', '2')",
    "substring(a FROM 1 FOR 2) = 'x'",
    'a COLLATE "C" < b',
    "a OPERATOR(pg_catalog.=) b",
    "a = E'\\n'",
    "a = $q$it's$q$",
    "(SELECT auth.uid()) = a::uuid",
    "EXISTS (SELECT FROM public.x AS y WHERE y.a = t.a)",
    "a::jsonb ->> 'x' = 'y' -- why",
    "a /* why */ IS NOT NULL",
    "(((a))) = b",
    "a ~ '^[^@]+@[^@]+$'",
    "a IS JSON",
    "current_setting('a.b', true) = a",
]


def declare_table(name: str) -> Catalog:
    """Declare a table in which every object has the name, and most expressions and lists of columns contain it."""
    quoted = identifier(name)
    other = Table("other", columns=[Column(name, bigint, primary_key=True)])
    table = Table(
        name,
        comment=name,
        columns=[
            Column(name, text, not_null=True, default="a"),
            Column("n", integer, check=sql(f"n > 0 AND {quoted} <> 'x'")),
            Column("reference", bigint, references=Reference("other", name)),
            Column("generated", text, generated=sql(f"{quoted} || 'x'")),
            Column("unique_one", text, unique=True, default=name),
        ],
        constraints=[
            PrimaryKey([name, "n"], name=f"{name}_pk"),
            Unique([name, "reference"], deferrable=True),
            Check(sql(f"{quoted} IN ('a', 'b')"), name=name),
            ForeignKey("reference", Reference("other", name), name=f"{name}_fk", on_delete="cascade"),
            Exclusion([(name, "="), (sql(f"lower({quoted})"), "=")], method="btree", where=f"{quoted} > ''"),
        ],
        indexes=[
            Index(name, name=f"{name}_1"),
            Index([descending(name), "n"], name=f"{name}_2", where=sql(f"{quoted} > 'a'")),
            Index(sql(f"lower({quoted})"), name=f"{name}_3"),
            Index(IndexElement(name, operator_class="text_pattern_ops"), include=["n"], name=f"{name}_4"),
        ],
        triggers=[
            Trigger(
                name,
                Function("touch"),
                timing="before",
                events="update",
                update_of=name,
                when=f"NEW.{quoted} IS DISTINCT FROM OLD.{quoted}",
                arguments=[name],
            )
        ],
        policies=[Policy(name, "update", to=name, using=f"{quoted} = 'a'", check=f"{quoted} <> 'b'")],
        access=Access(**{name: may("select", rows="all", columns=[name])}),  # type: ignore[arg-type] # no own=
    )
    return build_catalog([other, table], roles=[Role(name)])


class TestGenerated:
    """Generated files do not differ from their definitions."""

    def test_engagement_migration(self) -> None:
        """The engagement migration of the repository has no finding, with and without the known changes."""
        file = generated_files.read_engagement()
        assert [] == file.compare()
        assert [] == file.compare(with_changes=False)

    def test_engagement_follow_ups(self) -> None:
        """Migrations from other definitions to the engagement definitions and back have no finding."""
        wanted = generated_files.load_engagement()
        # No constraint, index or policy needs these columns.
        columns = {"metadata", "message_params", "error_message", "magic_moment_at"}
        parts = [
            identity
            for identity in wanted.objects
            if identity.parent is not None and (identity.kind != "column" or identity.name in columns)
        ]
        for start in range(5):
            left_out = set(parts[start::5])
            kept = {identity: each for identity, each in wanted.objects.items() if identity not in left_out}
            other = attrs.evolve(wanted, objects=kept)
            assert [] == generate_file(other, wanted).compare()
            assert [] == generate_file(wanted, other).compare()

    @pytest.mark.parametrize("name", generated_files.list_specimens())
    def test_specimens(self, name: str) -> None:
        """The migration of each specimen has no finding, with and without the known changes."""
        file = generated_files.generate_specimen(name)
        assert [] == file.compare()
        assert [] == file.compare(with_changes=False)

    def test_exchanged_keys_and_indexes(self) -> None:
        """A key or index that is exchanged for one that was built before has no finding."""
        columns = [Column("id", bigint, not_null=True), Column("n", bigint, not_null=True)]
        before, after = (
            catalog(
                Table(
                    "T's",
                    columns=columns,
                    constraints=[
                        PrimaryKey(["id"], include=include),
                        Unique(["n"], name="u", include=include),
                    ],
                    indexes=[Index("n", name="i", unique=True, include=include)],
                ),
                Table("r", columns=[Column("n", bigint, references=Reference("T's", ["n"]))]),
            )
            for include in ([], ["id", "n"])
        )
        file = generate_file(before, after, "psql")
        assert 3 == file.text.count("CONCURRENTLY")
        assert [] == file.compare()

    def test_exchanged_on_partitions(self) -> None:
        """A key and an index of a partitioned table that are exchanged have no finding."""
        before, after = (
            catalog(
                Table(
                    "t",
                    columns=[Column("n", bigint, not_null=True), Column("m", bigint)],
                    constraints=[Unique(["n"], name="u", include=include)],
                    indexes=[Index("m", name="i", include=include)],
                    partition_by=by_range("n"),
                    partitions=[Partition("p", values_from(1, to=9)), Partition("rest")],
                )
            )
            for include in ([], ["m"])
        )
        file = generate_file(before, after, "psql")
        assert 4 == file.text.count("CREATE INDEX CONCURRENTLY") + file.text.count("CREATE UNIQUE INDEX CONC")
        assert [] == file.compare()

    @pytest.mark.parametrize(("before", "after"), [("serial", "bigserial"), ("bigserial", "smallserial")])
    def test_other_serial_type(self, before: str, after: str) -> None:
        """ALTER COLUMN TYPE names the integer type of a serial one, which is no type."""
        old, new = (catalog(Table("t", columns=[Column("id", Type(kind))])) for kind in (before, after))
        assert [] == generate_file(old, new).compare()

    def test_owner_with_privileges(self) -> None:
        """The owner takes all privileges of the role that created the table."""
        columns = [Column("id", bigint, primary_key=True)]
        parts: dict[str, Any] = {"columns": columns, "grants": [Grant("select", to=READER)]}
        owned = catalog(Table("t", owner=WRITER, **parts))
        for before in (catalog(), catalog(Table("t", **parts))):
            file = generate_file(before, owned)
            assert "OWNER TO" in file.text
            assert [] == file.compare()
        file = generate_file(catalog(), owned)
        granted = f"GRANT ALL ON TABLE public.t TO {identifier(WRITER)};"
        assert granted in file.text
        (finding,) = file.compare(file.text.replace(granted, ""))
        assert (
            f"the file does not grant all privileges of {WRITER} on public.t, which owns it"
            == finding.message
        )

    def test_every_feature(self) -> None:
        """A table that uses every feature of the model has no finding."""
        assert [] == generated_files.generate_everything().compare()

    @pytest.mark.parametrize("name", NAMES)
    def test_hostile_names(self, name: str) -> None:
        """Names that need quotes, and names that sqlglot reads as something else, produce nothing false."""
        assert [] == generate_first(declare_table(name)).compare()

    @pytest.mark.parametrize("spelling", TYPES)
    def test_types(self, spelling: str) -> None:
        """A type is equal to itself, also if sqlglot cannot read it."""
        columns = [Column("a", Type(spelling), not_null=True), Column("b", text)]
        assert [] == generate_first(build_catalog([Table("t", columns=columns)])).compare()

    @pytest.mark.parametrize("expression", EXPRESSIONS)
    def test_expressions(self, expression: str) -> None:
        """An expression is equal to itself in each clause, also if sqlglot cannot read it."""
        parse_expression(expression)
        condition = sql(expression)
        table = Table(
            "t",
            columns=[
                Column("a", text),
                Column("b", text),
                Column("c", text, default=sql(f"({expression}\n)")),
            ],
            constraints=[Check(condition), Exclusion([(condition, "=")], where=condition, deferrable=True)],
            indexes=[Index(condition), Index("a", where=condition)],
            policies=[Policy("p", "update", to="r", using=condition, check=condition)],
        )
        assert [] == generate_first(build_catalog([table], roles=[Role("r")])).compare()


class TestUndeclared:
    """Statements about undeclared objects are reported only if they are certainly wrong."""

    @pytest.fixture
    def file(self) -> GeneratedFile:
        """A file that replaces a generated column."""
        return generated_files.generate_specimen("another expression, with dependents")

    def test_recreated(self, file: GeneratedFile) -> None:
        """An unmanaged object that the file drops and creates again is not reported."""
        theirs = (
            "DROP TRIGGER IF EXISTS theirs ON public.watched;\n"
            "CREATE OR REPLACE TRIGGER theirs BEFORE UPDATE ON public.watched EXECUTE FUNCTION public.touch();\n"
            "CREATE INDEX theirs ON public.watched (twice);\n"
        )
        assert [] == file.compare(file.text + theirs)

    def test_created(self, file: GeneratedFile) -> None:
        """An object that the definitions do not declare and that did not exist is reported."""
        found = file.compare(f"{file.text}CREATE INDEX more ON public.other (a);\n")
        assert ["the file creates index public.more, which the definitions do not declare"] == [
            each.message for each in found
        ]

    def test_dropped(self, file: GeneratedFile) -> None:
        """A declared object that the file drops is reported."""
        found = file.compare(f"{file.text}DROP INDEX public.watched_n_state_idx;\n")
        message = (
            "the file drops index public.watched_n_state_idx and does not create it again, but the definitions "
            "declare it"
        )
        assert [message] == [each.message for each in found]
