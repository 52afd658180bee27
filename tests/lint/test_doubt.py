"""Where the knowledge of a history ends, lint doubts the objects concerned, and reports all other errors."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from schema_dsl.cli import main
from schema_dsl.lint import build_selection, lint_text
from schema_dsl.lint.entry import report_paths
from schema_dsl.platforms import platform

SUPABASE = platform("supabase")
ON = build_selection("supabase")
# Ten faults about objects that no doubtful statement names.
FAULTS = """
CREATE TABLE public.owners (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE public.items (id uuid PRIMARY KEY, owner_id uuid NOT NULL REFERENCES public.owners (id), label text);
CREATE TABLE public.keyless (a bigint);
CREATE INDEX items_label_a ON public.items (label);
CREATE INDEX items_label_b ON public.items (label);
CREATE FUNCTION public.elevated() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
ALTER TABLE public.owners ENABLE ROW LEVEL SECURITY;
CREATE POLICY never ON public.owners FOR DELETE TO authenticated USING (name = NULL);
CREATE POLICY wrong ON public.owners FOR UPDATE TO authenticated USING (name = session_user);
GRANT SELECT ON public.keyless TO anon;
CREATE POLICY slow ON public.owners FOR SELECT TO authenticated USING (id = auth.uid());
CREATE POLICY unprotected ON public.items FOR SELECT TO authenticated USING (id = (SELECT auth.uid()));
SELECT missing FROM public.items;
"""
TOLD = {
    "auth-rls-initplan",
    "duplicate-index",
    "no-primary-key",
    "policy-always-false",
    "policy-exists-rls-disabled",
    "policy-compares-session-user",
    "rls-disabled-in-api",
    "security-definer-search-path",
    "unindexed-foreign-keys",
    "unknown-column",
}
DOUBTS = {
    "a type that nobody created": "DROP TYPE IF EXISTS public.old CASCADE;",
    "a domain": "DROP DOMAIN IF EXISTS public.old CASCADE;",
    "a table from before": "DROP TABLE IF EXISTS public.old CASCADE;",
    "a view from before": "DROP VIEW IF EXISTS public.old CASCADE;",
    "a function from before": "DROP FUNCTION IF EXISTS public.old() CASCADE;",
    "a schema from before": "DROP SCHEMA IF EXISTS other CASCADE;",
    "an extension": "DROP EXTENSION IF EXISTS moddatetime CASCADE;",
    "a new extension": "CREATE EXTENSION IF NOT EXISTS postgis;",
    "what a role owns": "DROP OWNED BY somebody;",
    "imported tables": "IMPORT FOREIGN SCHEMA remote FROM SERVER s INTO public;",
    "SQL that is read from a table": "DO $$ DECLARE s text; BEGIN SELECT q INTO s FROM x; EXECUTE s; END $$;",
    "columns of some table": "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN z int', current_user); END $$;",
    "partitions of some table": (
        "DO $$ DECLARE r record; BEGIN FOR r IN SELECT 'a' AS parent, 'b' AS name, 'c' AS bound LOOP "
        "EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', r.parent, r.name); "
        "EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s %s', r.parent, r.name, r.bound); END LOOP; END $$;"
    ),
    "storage of some table": (
        "DO $$ BEGIN EXECUTE format('ALTER TABLE %I RESET (fillfactor), SET UNLOGGED, SET TABLESPACE fast', x()); "
        "END $$;"
    ),
    "identity of a table": (
        "DO $$ BEGIN EXECUTE format('ALTER TABLE other.t ALTER COLUMN %I DROP IDENTITY', x()); END $$;"
    ),
    "functions of some name": "DO $$ BEGIN EXECUTE format('DROP FUNCTION other.%I()', current_user); END $$;",
    "columns of two tables": (
        "DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['other', 'more']::text[] LOOP "
        "EXECUTE format('ALTER TABLE %I ADD COLUMN z int', t); EXECUTE 'DROP TABLE ' || t || ' CASCADE'; "
        "END LOOP; END $$;"
    ),
    "some role": "DO $$ BEGIN EXECUTE format('DROP ROLE %I', current_user); END $$;",
    "a function that is not known": "SELECT public.not_known();",
    "a transaction that is rolled back": "BEGIN; CREATE TABLE public.scratch (a bigint PRIMARY KEY); ROLLBACK;",
    "an error that is swallowed": (
        "DO $$ BEGIN CREATE TABLE public.q (a bigint PRIMARY KEY); EXCEPTION WHEN OTHERS THEN NULL; END $$;"
    ),
    "a file that is missing": "\\i other.sql\n",
    "a statement that does not parse": "CREAT TABLE oops (a int);",
    "a name that psql inserts": "DROP TABLE IF EXISTS :schema.old;",
    "a schema named by psql": 'ALTER TABLE :schema.other DROP COLUMN gone; SET search_path TO :"schema";',
    "a type named by psql": "ALTER TYPE :kind ADD VALUE 'x'; DROP FUNCTION :schema.old(int);",
    "a file of psql beside this one": "\\ir ../absent.sql\n",
    "a branch of psql": "\\if :{?flag}\nDROP TABLE legacy.a;\n\\endif\n",
    "a template of Jinja": "{% for t in tables %}\nDROP TABLE {{ t }};\n{% endfor %};",
    "a template of Go": "ALTER TABLE {{ .Schema }}.a ADD COLUMN b int;",
    "JavaScript": "DO LANGUAGE plv8 $$ plv8.execute('CREATE TABLE zz (id int)') $$;",
    "the contents of a schema with a computed name": (
        "DO $$ DECLARE s text; BEGIN FOR s IN SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tenant_%' LOOP "
        "EXECUTE format('DROP SCHEMA %I CASCADE', s); END LOOP; END $$;"
    ),
    "dependents of a computed table": "DO $$ BEGIN EXECUTE format('DROP TABLE legacy.%I CASCADE', x()); END $$;",
    "functions with a computed name and their dependents": (
        "DO $$ BEGIN EXECUTE format('DROP FUNCTION legacy.%I(int) CASCADE', x()); END $$;"
    ),
    "a renamed table and a renamed column": (
        "DO $$ BEGIN EXECUTE format('ALTER TABLE legacy.%I RENAME TO %I', x(), y()); "
        "EXECUTE format('ALTER TABLE legacy.%I RENAME COLUMN %I TO %I', x(), y(), z()); "
        "EXECUTE format('ALTER TABLE legacy.%I SET SCHEMA other', x()); END $$;"
    ),
    "labels and constraints of computed types": (
        "DO $$ BEGIN EXECUTE format('ALTER TYPE legacy.%I ADD VALUE %L', x(), y()); "
        "EXECUTE format('ALTER DOMAIN legacy.%I DROP CONSTRAINT q', x()); "
        "EXECUTE format('ALTER TYPE legacy.%I ADD ATTRIBUTE q int', x()); END $$;"
    ),
    "objects outside schemas": (
        "DO $$ BEGIN EXECUTE format('CREATE ROLE %I', x()); EXECUTE format('CREATE EXTENSION %I', x()); "
        "EXECUTE format('ALTER DATABASE %I SET a.b = %L', x(), y()); "
        "EXECUTE format('ALTER PUBLICATION p ADD TABLE %I', x()); "
        "EXECUTE format('CREATE SERVER s1 FOREIGN DATA WRAPPER f OPTIONS (host %L)', x()); "
        "EXECUTE format('CREATE USER MAPPING FOR %I SERVER s1', x()); END $$;"
    ),
    "privileges on computed tables and functions": (
        "DO $$ BEGIN EXECUTE format('GRANT SELECT ON legacy.%I TO x', x()); "
        "EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I GRANT SELECT ON TABLES TO x', x()); "
        "EXECUTE format('REVOKE EXECUTE ON FUNCTION legacy.%I FROM PUBLIC', x()); END $$;"
    ),
    "a schema and a role that are rolled back": (
        "BEGIN; CREATE SCHEMA probe; CREATE TABLE probe.a (a int); CREATE ROLE probe; CREATE EXTENSION pgmq; ROLLBACK;"
    ),
    "a statement that EXPLAIN runs": "EXPLAIN ANALYZE SELECT 1;",
    "the end of a session": "DISCARD ALL;",
    "a changed catalog": "UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = 'legacy.i'::regclass;",
    "a language that is not SQL": "DO LANGUAGE plpython3u $$ pass $$;",
}


def find_rules(text: str) -> set[str]:
    """Return the rules of the findings in a text."""
    return {finding.rule for finding in lint_text(text, "001_a.sql", SUPABASE, ON)}


class TestDoubt:
    """A history with ten faults, before or after a statement that ends the knowledge of something else."""

    @pytest.mark.parametrize("doubt", DOUBTS.values(), ids=DOUBTS)
    def test_faults_elsewhere(self, doubt: str) -> None:
        """All faults about other objects are reported."""
        assert set() == TOLD - find_rules(doubt + FAULTS)
        assert set() == TOLD - find_rules(FAULTS + doubt)

    @pytest.mark.parametrize(
        ("doubt", "rules"),
        [
            (
                (
                    "DO $$ DECLARE t text; s text; BEGIN FOR t IN SELECT tablename FROM pg_tables LOOP "
                    "s := format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t); EXECUTE s; END LOOP; END $$;"
                ),
                {"rls-disabled-in-api", "policy-exists-rls-disabled"},
            ),
            (
                (
                    "DO $$ DECLARE r record; BEGIN FOR r IN SELECT 'CREATE INDEX ON ' || t || ' (owner_id)' AS ddl "
                    "FROM x LOOP EXECUTE r.ddl; END LOOP; END $$;"
                ),
                {"unindexed-foreign-keys", "duplicate-index"},
            ),
            (
                "DO $$ DECLARE s text := 'DROP INDEX '; BEGIN s := s || 'public.' || x(); EXECUTE s; END $$;",
                {"duplicate-index", "unindexed-foreign-keys"},
            ),
        ],
    )
    def test_text_in_a_variable(self, doubt: str, rules: set[str]) -> None:
        """Only the objects that the assignments of a variable name are doubted."""
        assert rules == TOLD - find_rules(FAULTS + doubt)

    def test_dependents(self) -> None:
        """The users of a dropped object that the history does not know are doubted."""
        known = "CREATE TABLE public.t (id bigint PRIMARY KEY, a legacy.kind, b text);"
        assert "unknown-column" not in find_rules(
            f"{known} DROP TYPE legacy.kind CASCADE; SELECT a FROM public.t;"
        )
        assert "unknown-column" in find_rules(
            f"{known} DROP TYPE legacy.kind CASCADE; SELECT c FROM public.t;"
        )

    def test_owned(self) -> None:
        """DROP OWNED drops the objects of the role, with their dependents, and removes the role from policies."""
        known = (
            "CREATE ROLE app; CREATE TABLE public.t (id bigint PRIMARY KEY); ALTER TABLE public.t OWNER TO app;"
            "CREATE VIEW public.v AS SELECT id FROM public.t; DROP OWNED BY app;"
        )
        assert "unknown-relation" in find_rules(f"{known} SELECT id FROM public.v;")

    def test_names_after_drop_owned(self, tmp_path: Path) -> None:
        """DROP OWNED creates nothing: a relation that no statement creates does not exist afterwards."""
        (tmp_path / "001_a.sql").write_text(
            "CREATE TABLE public.books (a bigint); DROP OWNED BY app;", "utf-8"
        )
        (tmp_path / "002_a.sql").write_text("SELECT 1 FROM public.bookz;", "utf-8")
        assert "unknown-relation" in {each.finding.rule for each in report_paths([tmp_path], SUPABASE)}


# Ten other faults, which depend on what the history knows of its own objects.
KNOWN = """
CREATE TYPE public.mood AS ENUM ('calm', 'cross');
CREATE TABLE public.shelves (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, label text NOT NULL, width integer);
CREATE TABLE public.books (
    id bigint PRIMARY KEY, shelf_id bigint NOT NULL REFERENCES public.shelves (id),
    title text NOT NULL, feel public.mood
);
CREATE INDEX books_shelf ON public.books (shelf_id);
CREATE VIEW public.titles WITH (security_invoker = true) AS SELECT id, title FROM public.books;
CREATE MATERIALIZED VIEW public.totals AS SELECT shelf_id, count(*) AS n FROM public.books GROUP BY 1;
CREATE TABLE public.loans (at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.loans_24 PARTITION OF public.loans FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
"""
KNOWN_FAULTS = {
    "dependent-objects": "ALTER TABLE public.books DROP COLUMN title;",
    "type-mismatch": "UPDATE public.books SET feel = 'angry' WHERE id = 1;",
    "not-null-violation": "INSERT INTO public.books (id, shelf_id) VALUES (1, 1);",
    "column-attribute": "INSERT INTO public.shelves (id, label) VALUES (1, 'x');",
    "duplicate-name": "CREATE TABLE public.books (id bigint PRIMARY KEY);",
    "conflict-target": (
        "INSERT INTO public.books (id, shelf_id, title) VALUES (1, 1, 'a') ON CONFLICT (title) DO NOTHING;"
    ),
    "partition-bound": (
        "CREATE TABLE public.loans_x PARTITION OF public.loans FOR VALUES FROM ('2024-06-01') TO ('2025-06-01');"
    ),
    "unusable-index": "REFRESH MATERIALIZED VIEW CONCURRENTLY public.totals;",
    "unknown-constraint": "ALTER TABLE public.books DROP CONSTRAINT books_nothing_fkey;",
    "unknown-relation": "SELECT 1 FROM public.shelvs;",
}


class TestObjectsOfTheHistory:
    """Faults that depend on what the history knows of its own objects."""

    @pytest.mark.parametrize("doubt", DOUBTS.values(), ids=DOUBTS)
    def test_created_after(self, doubt: str) -> None:
        """All faults about objects that are newer than a doubtful statement are reported."""
        lost = [
            rule for rule, fault in KNOWN_FAULTS.items() if rule not in find_rules(f"{doubt}{KNOWN}{fault}")
        ]
        assert [] == lost


class TestNotes:
    """A note names unknown objects of a history, and the statement after which they are unknown."""

    TABLES = (
        "CREATE TABLE public.t (id bigint PRIMARY KEY, k legacy.kind);\nCREATE TABLE public.u (id bigint);\n"
    )

    def list_notes(self, folder: Path, *files: str) -> list[str]:
        """Return the notes about a history of the tables and these files."""
        for number, text in enumerate((self.TABLES, *files), 1):
            (folder / f"{number:03}_a.sql").write_text(text, "utf-8")
        notes: list[str] = []
        report_paths([folder], SUPABASE, notes=notes)
        return [note.removeprefix(f"{folder}/") for note in notes]

    @pytest.mark.parametrize(
        ("doubt", "unknown"),
        [
            ("SELECT 1; DO LANGUAGE plpython3u $$ pass $$;", "which objects exist"),
            ("SELECT 1;\n\\i other.sql\n", "which objects exist"),
            ("CREATE EXTENSION postgis;", "which relations there are in public"),
            ("DROP TYPE legacy.kind CASCADE;", "the columns of t"),
            ("DROP EXTENSION citext CASCADE;", "the columns of t"),
            ("BEGIN; DROP TABLE public.u; CREATE TABLE public.u (a int); ROLLBACK;", "the existence of u"),
            (
                "DO $$ BEGIN IF x() THEN ALTER TABLE public.u DROP COLUMN id; END IF; END $$;",
                "the columns of u",
            ),
            (
                "DO $$ BEGIN EXECUTE format('ALTER TABLE %I DISABLE TRIGGER ALL', x()); END $$;",
                "the triggers of t, u",
            ),
            ("DO $$ BEGIN EXECUTE format('CREATE INDEX ON public.t (%I)', x()); END $$;", "the indexes of t"),
            ("ALTER TABLE :t ADD x int;", "the columns of t, u"),
            ("CREATE TABLE oops (a int,);", "which of the objects in such statements exist"),
            ("CREATE TABLE {{ name }} (a int);", "which functions, relations and types exist"),
        ],
    )
    def test_what(self, tmp_path: Path, doubt: str, unknown: str) -> None:
        """The note names the kind of objects, and those that are named or found."""
        notes = self.list_notes(tmp_path, doubt)
        assert any(note.startswith("002_a.sql:") and f"not know {unknown};" in note for note in notes), notes

    def test_first_statement(self, tmp_path: Path) -> None:
        """One note for a kind names the first statement with its line, and counts the later ones."""
        loop = "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', x()); END $$;\n"
        assert [
            (
                "002_a.sql:2: after this statement and 2 later ones, lint does not know whether row level security is "
                "on for t, u; it reports nothing that depends on it"
            )
        ] == self.list_notes(tmp_path, f"SELECT 1;\n{loop}", loop + loop)

    def test_certain(self, tmp_path: Path) -> None:
        """A history whose every statement is understood has no note, although it drops and renames."""
        change = (
            "DROP TABLE public.u CASCADE; ALTER TABLE public.t RENAME TO v; DROP TYPE IF EXISTS old CASCADE;"
        )
        assert [] == self.list_notes(tmp_path, change, "DO $$ BEGIN CREATE TABLE public.w (a int); END $$;")

    def test_command(self, tmp_path: Path) -> None:
        """The command prints the note beside the findings, and not with --quiet."""
        self.list_notes(tmp_path, "DO LANGUAGE plpython3u $$ pass $$;")
        arguments = ["lint", "--platform", "supabase", str(tmp_path)]
        assert "lint does not know which objects exist" in CliRunner().invoke(main, arguments).stderr
        assert "lint does not know" not in CliRunner().invoke(main, [*arguments, "--quiet"]).stderr
