"""The fixtures of pytest on hand-written migrations, without definitions and without a generated file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from schema_dsl.errors import MigrationError, SettingsError
from schema_dsl.pipeline import Project, open_project
from schema_dsl.pipeline.replay_subject import build_replay_subject, choose_default_privileges

ROOT = Path(__file__).parents[1]
HISTORIES = ROOT / "tests" / "migrations" / "histories"
COMMAND = Path(sys.executable).with_name("schema-dsl")

SUPABASE = """
from uuid import uuid4

import psycopg
import pytest

from schema_dsl import may, member_of, where


def test_own(assert_access):
    assert_access("orders", own="user_id", authenticated=may("select", rows="own"))
    assert_access("notes", own="user_id", authenticated=may("all", rows="own"))


def test_where(assert_access):
    assert_access("plans", anon=may("select", rows=where("all plans", "true")), authenticated=may("select", rows="all"))


def test_member_of(assert_access):
    member = member_of("memberships", group="organization_id", column="organization_id", member="user_id")
    assert_access("subscriptions", authenticated=may("select", rows=member))


def test_hole(assert_access, database):
    with database.connect() as connection:
        connection.execute("CREATE POLICY hole ON public.orders FOR SELECT TO authenticated USING (true)")
    with pytest.raises(pytest.fail.Exception) as caught:
        assert_access("orders", own="user_id", authenticated=may("select", rows="own"))
    assert "authenticated can read another user's row in orders" in str(caught.value)


def test_as_user(row_factory, as_user):
    order = row_factory("orders", total=5)
    with as_user(order["user_id"]) as cursor:
        assert [(5,)] == cursor.execute("SELECT total FROM orders").fetchall()
    with as_user(uuid4()) as cursor:
        assert [] == cursor.execute("SELECT total FROM orders").fetchall()


def test_claims_beside_the_caller(as_role):
    me = uuid4()
    with as_role("authenticated", sub=me, claims={"email": "a@example.com"}) as cursor:
        assert (me, "a@example.com") == cursor.execute("SELECT auth.uid(), auth.email()").fetchone()


def test_row_as_user(row_factory):
    me = uuid4()
    assert me == row_factory("notes", as_user=me)["user_id"]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        row_factory("notes", as_user=uuid4(), user_id=me)


def test_row_as_role(row_factory):
    assert "x" == row_factory("notes", as_role="service_role", body="x")["body"]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        row_factory("notes", as_role="anon")


def test_storage(row_factory, as_user):
    me = uuid4()
    row_factory("storage.objects", as_user=me, bucket_id="avatars", name=f"{me}/a.png")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        row_factory("storage.objects", as_user=me, bucket_id="avatars", name=f"{uuid4()}/a.png")


def test_trigger_on_users(row_factory, database):
    user = row_factory("auth.users", raw_user_meta_data={"full_name": "Ada"})
    with database.connect() as connection:
        names = connection.execute("SELECT full_name FROM public.profiles WHERE id = %s", [user["id"]]).fetchall()
        assert [("Ada",)] == names


def test_database(database):
    with database.connect() as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_publication_tables WHERE pubname = 'supabase_realtime' ORDER BY 1"
        ).fetchall()
        assert [("comments",), ("projects",), ("tasks",)] == tables
        assert 2 == connection.execute("SELECT count(*) FROM cron.job").fetchone()[0]
        assert "whsec_local" == connection.execute("SELECT public.webhook_secret()").fetchone()[0]
        assert ("extensions",) == connection.execute(
            "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'vector'"
        ).fetchone()


def test_undeclared_table(assert_access):
    with pytest.raises(pytest.fail.Exception, match=r"State it here: assert_access\\("):
        assert_access("orders")
    with pytest.raises(pytest.fail.Exception, match="Did you mean orders"):
        assert_access("order", authenticated=may("select", rows="all"))
"""

GOOSE = """
from schema_dsl import may, where


def test_products(assert_access, row_factory):
    assert_access("products", shop_api=may("select", rows=where("listed", "listed")))


def test_caller_of_a_parameter(row_factory, as_role):
    order = row_factory("orders")
    with as_role("shop_api") as cursor:
        assert [] == cursor.execute("SELECT * FROM orders").fetchall()
        cursor.execute("SELECT set_config('shop.account_id', %s, true)", [str(order["account_id"])])
        assert [(order["id"],)] == cursor.execute("SELECT id FROM orders").fetchall()
"""

PRISMA = """
from schema_dsl import may, where


def test_posts(assert_access):
    assert_access("Post", reporting=may("select", rows=where("published", "published")))


def test_rows(row_factory):
    assert "USER" == row_factory("User")["role"]
    assert row_factory("_PostToTag")
"""

ENGAGEMENT = """
import pytest


def test_access(assert_access):
    assert_access("user_engagement_states")
"""


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the tests of a project, without the plugin of Hypothesis, which is a third of the start of pytest."""
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")
    return run(folder, sys.executable, "-m", "pytest", *options, *arguments)


def write_project(folder: Path, files: dict[str, str]) -> Project:
    """Write settings and migrations for Supabase."""
    (folder / "pyproject.toml").write_text(
        '[tool.schema-dsl]\nplatform = "supabase"\nmigrations = "migrations"\n'
    )
    for name, text in files.items():
        (folder / "migrations").mkdir(exist_ok=True)
        (folder / "migrations" / name).write_text(text)
    return open_project(folder)


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that copies a history into a new project, runs `init` and adds a test file."""

    def copy(name: str, test: str) -> Path:
        shutil.copytree(HISTORIES / name, tmp_path, dirs_exist_ok=True)
        done = run(tmp_path, str(COMMAND), "init", "--no-example")
        assert 0 == done.returncode, done.stderr
        (tmp_path / "tests").mkdir()
        (tmp_path / "tests" / "test_it.py").write_text(test)
        return tmp_path

    return copy


class TestHistories:
    """Whole histories, with the settings that `init` writes and no others."""

    def test_supabase(self, start: Callable[..., Path]) -> None:
        """60 files with 132 policies, extensions, Storage and triggers on auth.users are replayed and tested."""
        folder = start("supabase", SUPABASE)
        files = sorted((folder / "supabase" / "migrations").glob("*.sql"))
        policies = sum(file.read_text().count("create policy") for file in files)
        assert (60, 132) == (len(files), policies)
        assert 'default-privileges = "old"' in (folder / "pyproject.toml").read_text()
        done = run_pytest(folder)
        assert 0 == done.returncode, done.stdout
        named = set(re.findall(r"^(\S+) is a stand-in: \S", done.stdout, re.MULTILINE))
        # pg_net is dropped by a later file.
        assert named == {
            *("http", "pg_cron", "pg_graphql", "pgcrypto", "pgjwt", "pgmq", "supabase_vault", "uuid-ossp"),
            *("realtime", "storage", "supabase_realtime"),
        }
        linted = run(folder, str(COMMAND), "lint")
        assert "error[" not in linted.stdout
        assert linted.returncode in (0, 1)

    def test_goose(self, start: Callable[..., Path]) -> None:
        """Down sections do not run, a role is created, and an index is built concurrently."""
        folder = start("goose", GOOSE)
        done = run_pytest(folder)
        assert 0 == done.returncode, done.stdout
        assert "error[" not in run(folder, str(COMMAND), "lint").stdout

    def test_prisma(self, start: Callable[..., Path]) -> None:
        """The folders of Prisma are found; lint has one error, which Prisma itself warns of in the file."""
        folder = start("prisma", PRISMA)
        done = run_pytest(folder)
        assert 0 == done.returncode, done.stdout
        assert ["adding-required-field"] == re.findall(
            r"error\[(.*?)\]", run(folder, str(COMMAND), "lint").stdout
        )


class TestMessages:
    """The messages for a new user when a file or setting is missing."""

    @pytest.mark.parametrize(
        ("files", "expected"),
        [
            ({}, "migrations/ does not exist, so there is nothing to test"),
            ({"notes.txt": ""}, "migrations/ has no migrations, so there is nothing to test"),
        ],
    )
    def test_no_migrations(self, tmp_path: Path, files: dict[str, str], expected: str) -> None:
        """A folder without migrations is named, with the setting to change."""
        project = write_project(tmp_path, files)
        with pytest.raises(MigrationError, match="Set `migrations` in ") as caught:
            build_replay_subject(project)
        assert expected in str(caught.value)

    def test_unknown_default_privileges(self, tmp_path: Path) -> None:
        """The option and the setting name the sets of the platform."""
        project = write_project(tmp_path, {"001_a.sql": "SELECT 1;"})
        assert ["new", "old"] == [
            choose_default_privileges(project),
            choose_default_privileges(project, "old"),
        ]
        with pytest.raises(SettingsError, match="'older' is no set of default privileges") as caught:
            choose_default_privileges(project, "older")
        assert "--default-privileges" == caught.value.where
        assert "Valid values: new, old." == caught.value.instead

    def test_baseline(self, tmp_path: Path) -> None:
        """With a baseline, files below first-number are not replayed; without one, all files are."""
        project = write_project(tmp_path, {"001_a.sql": "", "002_b.sql": "", "R__c.sql": ""})
        assert 3 == len(build_replay_subject(project).earlier)
        (tmp_path / "base.sql").write_text("SELECT 1;")
        settings = attrs.evolve(project.settings, baseline=tmp_path / "base.sql", first_number=2)
        replayed = build_replay_subject(Project(settings)).earlier
        assert ["002_b.sql", "R__c.sql"] == [migration.label for migration in replayed]

    def test_error_of_a_migration(self, tmp_path: Path) -> None:
        """A migration that cannot run is one error with file and line, without a traceback."""
        write_project(tmp_path, {"001_a.sql": "SELECT 1;\n\n\\i other.sql"})
        (tmp_path / "test_it.py").write_text("def test_it(database):\n    pass\n")
        done = run_pytest(tmp_path)
        assert 1 == done.returncode
        assert "001_a.sql:3: \\i is a command of psql" in done.stdout
        assert "Traceback" not in done.stdout
        assert "raise " not in done.stdout

    def test_default_privileges(self, tmp_path: Path) -> None:
        """The option chooses the default privileges; without one, a missing privilege names the setting."""
        write_project(tmp_path, {"001_a.sql": "CREATE TABLE public.t (a int);"})
        (tmp_path / "test_it.py").write_text(
            "def test_it(as_anon):\n    with as_anon() as cursor:\n        cursor.execute('SELECT * FROM t')\n"
        )
        done = run_pytest(tmp_path)
        assert 'set default-privileges = "old" in [tool.schema-dsl]' in done.stdout
        done = run_pytest(tmp_path, "--default-privileges", "old", "-n", "1")
        assert 0 == done.returncode, done.stdout


class TestHoleAfterGenerated:
    """A hand-written file after the newest generated one."""

    def test_hotfix(self, tmp_path: Path) -> None:
        """035 with USING (true) after 034 turns `assert_access` red."""
        for name in ("definitions", "generated"):
            shutil.copytree(ROOT / name, tmp_path / name)
        text = (ROOT / "pyproject.toml").read_text("utf-8")
        settings = re.search(r"^\[tool\.schema-dsl\]\n(?:.+\n)+", text, re.MULTILINE)
        assert settings
        (tmp_path / "pyproject.toml").write_text(settings[0])
        (tmp_path / "test_it.py").write_text(ENGAGEMENT)
        (tmp_path / "generated" / "035_hotfix.sql").write_text(
            "CREATE POLICY hotfix ON public.user_engagement_states FOR SELECT TO authenticated USING (true);\n"
        )
        done = run_pytest(tmp_path)
        assert 1 == done.returncode
        assert "authenticated can read another user's row in user_engagement_states" in done.stdout


class TestPage:
    """The page "Testing migrations you wrote by hand"."""

    def test_walkthrough(self, tmp_path: Path) -> None:
        """The commands and files of the page lead to passing tests, and with the hole to the failure that it shows."""
        page = (ROOT / "docs" / "testing-by-hand.md").read_text("utf-8")
        table, hole = re.findall(r"^```sql\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
        first, second = re.findall(r"`(supabase/migrations/\w+\.sql)`", page)
        (test,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
        (report,) = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
        commands = re.findall(r"^\$ (.*)$", page, re.MULTILINE)
        assert ["pip install schema-dsl pytest", "schema-dsl init --no-example", "pytest"] == commands
        (tmp_path / "supabase" / "migrations").mkdir(parents=True)
        (tmp_path / "supabase" / "config.toml").touch()
        (tmp_path / first).write_text(table)
        done = run(tmp_path, str(COMMAND), *commands[1].split()[1:])
        assert 0 == done.returncode, done.stderr
        (tmp_path / "tests").mkdir()
        (tmp_path / "tests" / "test_orders.py").write_text(test)
        done = run_pytest(tmp_path)
        assert 0 == done.returncode, done.stdout
        assert "3 passed" in done.stdout
        (tmp_path / second).write_text(hole)
        done = run_pytest(tmp_path)
        assert 1 == done.returncode
        assert report in done.stdout
        assert "2 failed, 1 passed" in done.stdout
