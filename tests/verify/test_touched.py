"""The tables of a large schema that a later migration touches are tried, and a sample of the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import attrs
import pytest

import schema_dsl as dsl
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.plan import plan
from schema_dsl.platforms.supabase import PLATFORM, auth_users, owner_may
from schema_dsl.postgres import Server
from schema_dsl.render import Header, render
from schema_dsl.verify import Scratch, Status, Subject
from schema_dsl.verify.fixtures import touched
from schema_dsl.verify.fixtures.fixture_tables import choose_fixture_tables
from schema_dsl.verify.fixtures.seed import seeded_database
from schema_dsl.verify.fixtures.touched import choose_tables, find_touched_tables
from schema_dsl.verify.proofs import access, constraints, never_weaker
from schema_dsl.verify.rollback.data_loss import add_new_rows
from schema_dsl.verify.snapshots.rows import snapshot_rows

COUNT = 14
TABLES = [("public", f"t{number:02}") for number in range(COUNT)]
OTHERS = TABLES[:-2]


def declare() -> list[dsl.Table]:
    """Declare tables, of which the last but one refers to the last."""
    last = dsl.Table(
        f"t{COUNT - 1:02}",
        columns=[
            dsl.Column("id", dsl.integer, primary_key=True),
            dsl.Column("user_id", dsl.uuid, not_null=True, references=auth_users),
            dsl.Column("size", dsl.integer, not_null=True, check=dsl.between(0, 3)),
        ],
        policies=[owner_may("select", own="user_id")],
        access=dsl.Access(own="user_id", authenticated=dsl.may("select", rows="own")),
    )
    tables = [attrs.evolve(last, name=f"t{number:02}") for number in range(COUNT - 2)]
    reference = dsl.Column("last_id", dsl.integer, references=last)
    return [*tables, attrs.evolve(last, name=f"t{COUNT - 2:02}", columns=[*last.columns, reference]), last]


def build(tables: list[dsl.Table]) -> Catalog:
    """Build a Catalog from the declarations."""
    return build_catalog(
        tables, platform_tables=PLATFORM.tables, functions=PLATFORM.functions, roles=PLATFORM.roles
    )


def write(number: int, present: Catalog, wanted: Catalog) -> str:
    """Return the text of a migration."""
    header = Header(
        file=f"{number:03}_made.sql",
        title="Made for a test",
        purpose="",
        date="2026-01-01",
        definitions=wanted.fingerprint(),
    )
    return render(plan(present, wanted), wanted, header)


BEFORE = build(declare())
FUNCTIONS = """
    CREATE FUNCTION public.alone() RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION public.helper() RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION public.calls() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM public.Helper(); RETURN NEW; END';
    CREATE TRIGGER called BEFORE INSERT ON public.t05 FOR EACH ROW EXECUTE FUNCTION public.calls();
    CREATE FUNCTION public.positive(n int) RETURNS boolean LANGUAGE sql AS 'SELECT n > 0';
    CREATE DOMAIN public.natural_number AS int CHECK (public.positive(VALUE));
"""
CHANGED_FUNCTION = "CREATE OR REPLACE FUNCTION public.alone() RETURNS int LANGUAGE sql AS 'SELECT 2';"
BASELINE = f"{write(1, BEFORE.existing(), BEFORE)}\n{FUNCTIONS}"


def build_subject() -> Subject:
    """Return a later migration that changes the check of the last table."""
    *kept, last = declare()
    size = dsl.Column("size", dsl.integer, not_null=True, check=dsl.between(0, 5))
    wanted = build([*kept, attrs.evolve(last, columns=[*last.columns[:-1], size])])
    return Subject(
        platform=PLATFORM,
        baseline=BASELINE,
        earlier=(),
        file="002_made.sql",
        script=write(2, BEFORE, wanted),
        wanted=wanted,
    )


SUBJECT = build_subject()


@pytest.fixture(scope="module")
def scratch(server: Server) -> Iterator[Scratch]:
    """Yield the databases of the later migration."""
    with Scratch(server, SUBJECT) as scratch:
        yield scratch


def with_script(scratch: Scratch, script: str) -> Scratch:
    """Return the databases of the later migration with further statements."""
    return scratch.variant(script=f"{SUBJECT.script}\n{script}")


class TestFixtureRows:
    """The fixture rows of the states before and after a later migration."""

    PARENTS = """
        CREATE TABLE public.parted (id int PRIMARY KEY, size int) PARTITION BY LIST (id);
        CREATE TABLE public.part PARTITION OF public.parted DEFAULT;
        CREATE TABLE public.refers (id int PRIMARY KEY, named_id int NOT NULL REFERENCES public.t04);
    """

    def test_same(self, server: Server) -> None:
        """Tables that are as before have the same rows or none; referrers of a touched table have rows of their own."""
        subject = attrs.evolve(
            SUBJECT,
            baseline=f"{BASELINE}\n{self.PARENTS}",
            script=f"{SUBJECT.script}\nCOMMENT ON TABLE public.t04 IS NULL;",
        )
        with Scratch(server, subject) as scratch:
            left_out = {
                f"{schema}.{name}" for schema, name in choose_tables(scratch, subject.wanted.tables).left_out
            }
            found = []
            for state in ("before", "after"):
                with seeded_database(scratch, state) as database, database.connect() as connection:
                    found.append(snapshot_rows(connection))
                    (broken,) = connection.execute(
                        "SELECT count(*) FROM public.refers"
                        " LEFT JOIN public.t04 ON t04.id = named_id WHERE t04.id IS NULL"
                    ).fetchall()
                    assert broken == (0,)
        before, after = found
        assert all(after[f"public.{name}"].count for name in ("part", "refers", "t04", "t12", "t13"))
        assert left_out
        untouched = {f"public.{name}" for _, name in OTHERS} - {"public.t04"}
        assert left_out < untouched
        empty = {name for name in untouched if not before[name].count}
        assert empty
        assert empty <= left_out
        assert all(before[name].rows == after[name].rows for name in untouched)
        assert before["auth.users"].count <= after["auth.users"].count


CODE = """
    CREATE FUNCTION public.clean() RETURNS void LANGUAGE plpgsql AS 'BEGIN PERFORM public.inner_part(); END';
    CREATE FUNCTION public.inner_part() RETURNS void LANGUAGE plpgsql AS 'BEGIN DELETE FROM public.r01; END';
    CREATE FUNCTION public.log() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO public.r02 VALUES (1); RETURN NEW; END';
    CREATE TRIGGER logged AFTER UPDATE ON public.t13 FOR EACH ROW EXECUTE FUNCTION public.log();
    CREATE VIEW public.seen AS SELECT id FROM public.r03;
    CREATE TABLE public.heir () INHERITS (public.r04);
    ALTER TABLE public.r05 ADD FOREIGN KEY (id) REFERENCES public.t13;
    CREATE FUNCTION public.everything(name text) RETURNS void LANGUAGE plpgsql AS
        'BEGIN EXECUTE concat(''DELETE FROM public.'', name); END';
    CREATE TRIGGER kept BEFORE DELETE ON public.r07 FOR EACH ROW EXECUTE FUNCTION public.log();
"""


@pytest.fixture(scope="module")
def coded(server: Server) -> Iterator[Scratch]:
    """Yield the databases of the later migration, with undeclared tables and code in the baseline."""
    names = [f"r{number:02}" for number in range(40)]
    tables = "".join(f"CREATE TABLE public.{name} (id int PRIMARY KEY);" for name in names)
    with Scratch(server, attrs.evolve(SUBJECT, baseline=f"{BASELINE}{tables}{CODE}")) as scratch:
        yield scratch


class TestFixtureTables:
    """The tables that get fixture rows before a later migration."""

    SCRIPTS: ClassVar = {
        "SELECT public.clean();": {"r01", "r02", "r05"},
        "DELETE FROM public.seen;": {"r02", "r03", "r05"},
        "DELETE FROM public.heir;": {"heir", "r02", "r04", "r05"},
        "GRANT EXECUTE ON FUNCTION public.log() TO PUBLIC;": {"r02", "r05"},
        "SELECT public.everything('r' || '06');": None,
        "DO $$ BEGIN EXECUTE 'DELETE FROM public.r' || '06'; END $$;": None,
    }

    @pytest.mark.parametrize("script", SCRIPTS)
    def test_used(self, coded: Scratch, script: str) -> None:
        """Tables get rows that a script can reach by name, by a key or by inheritance; all if it builds statements."""
        later = with_script(coded, script)
        with seeded_database(later, "before") as database, database.connect() as connection:
            tables = {table.relation: table.count for table in snapshot_rows(connection).values()}
            tables = {name: count for name, count in tables.items() if name[1][0] in "rh"}
            chosen = choose_fixture_tables(later, connection, tables)
        expected = self.SCRIPTS[script]
        others = {name for name in tables if name not in chosen.varied}
        if expected is None:
            assert others == chosen.plain
            assert all(tables.values())
        else:
            assert {("public", name) for name in expected} <= chosen.varied | chosen.plain
            assert len(chosen.plain) <= len(expected)
            assert 20 < len(others - chosen.plain)


class TestFind:
    """The tables that a migration touches."""

    def test_changed_and_referring(self, scratch: Scratch) -> None:
        """A changed table is touched, and one that refers to it."""
        assert {("public", "t12"), ("public", "t13")} == set(find_touched_tables(scratch) or ())

    def test_named(self, scratch: Scratch) -> None:
        """A table that the script or its rollback names is touched, although it is as before."""
        script, rollback = ("UPDATE public.t04 SET size = 1;", "UPDATE public.t05 SET size = 1;")
        found = find_touched_tables(scratch.variant(script=f"{SUBJECT.script}\n{script}", rollback=rollback))
        assert found is not None
        assert {("public", "t04"), ("public", "t05")} <= found

    @pytest.mark.parametrize(
        ("function", "expected"),
        [
            ("helper()", {"t05", "t12", "t13"}),
            ("alone()", {"t12", "t13"}),
            ("another()", {"t12", "t13"}),
            ("positive(n int)", None),
        ],
    )
    def test_functions(self, scratch: Scratch, function: str, expected: set[str] | None) -> None:
        """A function affects the tables that call it, also through others; one that a domain calls affects all."""
        kind, body = ("boolean", "true") if expected is None else ("int", "2")
        script = (
            f"CREATE OR REPLACE FUNCTION public.{function} RETURNS {kind} LANGUAGE sql AS 'SELECT {body}';"
        )
        tables = None if expected is None else {("public", name) for name in expected}
        assert find_touched_tables(with_script(scratch, script)) == tables

    def test_unknown_calls(self, scratch: Scratch) -> None:
        """A function that builds its statements may call every function."""
        script = """
            CREATE OR REPLACE FUNCTION public.calls() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN EXECUTE concat(''SELECT public.al'', ''one()''); RETURN NEW; END';
            CREATE OR REPLACE FUNCTION public.alone() RETURNS int LANGUAGE sql AS 'SELECT 2';
        """
        found = find_touched_tables(with_script(scratch, script))
        assert found is not None
        assert ("public", "t05") in found

    def test_types(self, scratch: Scratch) -> None:
        """A type that existed before may affect every table."""
        script = "ALTER DOMAIN public.natural_number ADD CONSTRAINT small CHECK (VALUE < 10);"
        assert find_touched_tables(with_script(scratch, script)) is None


class TestChoice:
    """The tables that a proof tries."""

    def test_sample(self, scratch: Scratch) -> None:
        """Of the tables that the migration leaves as they were, a seed selects ten, and a note says so."""
        choice = choose_tables(scratch, TABLES)
        assert len(OTHERS) - 10 == len(choice.left_out)
        assert choice.left_out <= set(OTHERS)
        [note] = choice.describe("triggers")
        assert "of 12 tables that the migration leaves as they were, the triggers of 10 were tried" in note
        assert "--all" in note

    def test_found_once(self, scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
        """All proofs of a migration share one search for its tables."""
        found: list[Scratch] = []

        def find(each: Scratch) -> frozenset[tuple[str, str]]:
            found.append(each)
            return frozenset(OTHERS)

        monkeypatch.setattr(touched, "find_touched_tables", find)
        later = with_script(scratch, f"{SUBJECT.script}\n")
        choices = [choose_tables(later, tables) for tables in (TABLES, TABLES, TABLES[1:])]
        assert [later] == found
        assert all(choice.sample.possible == len(TABLES) - len(OTHERS) for choice in choices)

    def test_all(self, scratch: Scratch) -> None:
        """With --all, no table is left out; nor if the migration was generated from other definitions."""
        everything = Scratch(scratch.server, attrs.evolve(SUBJECT, tries_all=True), scratch)
        assert not choose_tables(everything, TABLES).left_out
        outdated = Scratch(scratch.server, attrs.evolve(SUBJECT, wanted=BEFORE), scratch)
        assert not choose_tables(outdated, TABLES).left_out

    def test_few_tables(self, scratch: Scratch) -> None:
        """Where there are few tables, each is tried."""
        assert not choose_tables(scratch, OTHERS[:10]).left_out


class TestProofs:
    """The proofs about the whole schema."""

    def test_constraints(self, scratch: Scratch) -> None:
        """A fault in the touched table is found, and a note says how many of the other tables were tried."""
        faulty = scratch.variant(script=SUBJECT.script.replace("BETWEEN 0 AND 5", "BETWEEN 0 AND 6"))
        found = constraints.PROOF.run(faulty)
        assert Status.FAILED is found.status
        assert all("t13" in failure for failure in found.failures)
        assert "the columns and constraints of 10 were tried" in found.notes[0]

    def test_access(self, scratch: Scratch) -> None:
        """A policy that the migration opens is found; of the other tables as many are tried as the note says."""
        found = access.PROOF.run(
            with_script(
                scratch, f"CREATE POLICY more ON public.t13 FOR SELECT USING (true); {CHANGED_FUNCTION}"
            )
        )
        assert Status.FAILED is found.status
        assert all("t13" in failure for failure in found.failures)
        assert "the access of 10 were tried" in found.notes[-1]
        assert 12 == len({row[0] for row in found.table[1:]})

    def test_never_weaker(self, scratch: Scratch) -> None:
        """Only the tables to which access can change are probed; no table calls the changed function."""
        found = never_weaker.PROOF.run(with_script(scratch, CHANGED_FUNCTION))
        assert Status.PROVEN is found.status
        assert found.data["states"] <= 4

    def test_new_rows(self, scratch: Scratch) -> None:
        """Rows that only the state after the migration accepts are tried in touched tables and in ten of the others."""
        left_out = choose_tables(scratch, SUBJECT.wanted.tables).left_out
        with scratch.fresh("after") as database:
            add_new_rows(scratch, database)
            with database.connect() as connection:
                filled = {
                    table
                    for table in TABLES
                    if connection.execute(f"SELECT 1 FROM {'.'.join(table)}").fetchone()
                }
        assert left_out
        assert set(TABLES) - left_out == filled

    def test_opened_in_between(self, scratch: Scratch) -> None:
        """A table that is open in between only, and as before at the end, is probed too."""
        opened = "ALTER TABLE public.t03 {} ROW LEVEL SECURITY;"
        found = never_weaker.PROOF.run(
            with_script(scratch, "\n".join(map(opened.format, ("DISABLE", "ENABLE"))))
        )
        assert Status.FAILED is found.status
        assert any("t03" in failure for failure in found.failures)
