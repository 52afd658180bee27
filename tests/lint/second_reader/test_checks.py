"""The two checks of the second reader in lint and generate."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import generated_files
import pytest
from generated_files import generate_first

from schema_dsl import Check, Column, Index, Table, View, integer, pipeline, text
from schema_dsl.errors import SettingsError
from schema_dsl.lint import Finding, Level, Selection, build_selection, lint_generated, lint_paths, lint_text
from schema_dsl.lint.explain import explain_check
from schema_dsl.lint.second_reader.alter_table import read_alter_table
from schema_dsl.lint.second_reader.check import find_unparsed_statements
from schema_dsl.lint.second_reader.sqlglot_parser import Unparsed, parse_statement
from schema_dsl.lint.source import Source
from schema_dsl.model.catalog import build_catalog
from schema_dsl.pipeline import generation, rendering
from schema_dsl.pipeline.rendering import RenderedFile
from schema_dsl.platforms import platform
from schema_dsl.render import seal_text

DIFFERS, CANNOT_PARSE = "generated-differs", "sqlglot-cannot-parse"
SUPABASE = platform("supabase")
ONLY = build_selection("supabase", select=["generated"])
OPINION = build_selection("supabase", select=["generated", CANNOT_PARSE])
WANTED = build_catalog(
    [
        Table(
            "notes",
            columns=[Column("n", integer), Column("body", text)],
            constraints=[Check("n > 0", comment="sqlglot cannot parse a comment on a constraint.")],
            indexes=[Index("n", unique=True, nulls_not_distinct=True)],
        )
    ]
)
# sqlglot does not know NULLS NOT DISTINCT in CREATE INDEX.
NOT_PARSED = "CREATE UNIQUE INDEX i ON public.notes (n) NULLS NOT DISTINCT;\n"


def find(found: list[Finding], rule: str) -> list[tuple[str, int]]:
    """Return the file and the line of the findings of a rule."""
    return [(Path(each.file).name, each.line) for each in found if each.rule == rule]


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    """A folder with one generated migration."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "001_notes.sql").write_text(generate_first(WANTED).text, "utf-8")
    return folder


class TestUnparsed:
    """A statement that Postgres accepts and sqlglot does not is an information."""

    def test_in_a_generated_file(self, migrations: Path) -> None:
        """Each such statement is, if selected, an info at the word that sqlglot does not understand."""
        found = lint_paths([migrations], SUPABASE, WANTED, OPINION)
        assert [
            "sqlglot cannot parse this CREATE INDEX: sqlglot does not model this form of the statement",
            "sqlglot cannot parse this COMMENT: Required keyword: 'expression' missing for Comment at ON",
        ] == [each.message for each in found]
        assert {(CANNOT_PARSE, Level.INFO)} == {(each.rule, each.level) for each in found}
        assert found[1].source_line[found[1].column - 1 :].startswith("ON public.notes")

    def test_what_is_read_otherwise(self, migrations: Path) -> None:
        """Unless it is selected, the check is silent about a statement that lint reads from its tokens."""
        assert [] == lint_paths([migrations], SUPABASE, WANTED, ONLY)
        generated = (migrations / "001_notes.sql").read_text("utf-8")
        unread = f"{generated}\nALTER TABLE public.notes OF public.note;\n"
        (migrations / "001_notes.sql").write_text(unread, "utf-8")
        found = lint_paths([migrations], SUPABASE, WANTED, ONLY)
        assert ["ALTER TABLE public.notes OF public.note;"] == [
            each.source_line for each in found if each.rule == CANNOT_PARSE
        ]

    def test_in_a_rollback(self, migrations: Path) -> None:
        """A generated rollback is read, but not compared, because it leads to another state."""
        other = generate_first(WANTED).text.replace("public.notes", "public.other")
        (migrations / "001_notes_rollback.sql").write_text(other, "utf-8")
        found = lint_paths([migrations], SUPABASE, WANTED, OPINION)
        assert {"001_notes.sql", "001_notes_rollback.sql"} == {name for name, _ in find(found, CANNOT_PARSE)}
        assert [] == find(found, DIFFERS)

    def test_in_a_hand_written_file(self) -> None:
        """In a file written by hand the check is off."""
        assert [] == find(lint_text(NOT_PARSED, "a.sql", SUPABASE), CANNOT_PARSE)
        assert [] == find(lint_text(NOT_PARSED, "a.sql", SUPABASE, ONLY), CANNOT_PARSE)

    @pytest.mark.parametrize("name", [CANNOT_PARSE, "opinion", "all"])
    def test_as_an_opinion(self, name: str) -> None:
        """In a file written by hand the check can be selected."""
        selection = build_selection("supabase", select=["default", name])
        assert [("a.sql", 1)] == find(lint_text(NOT_PARSED, "a.sql", SUPABASE, selection), CANNOT_PARSE)

    def test_an_ignored_opinion(self, migrations: Path) -> None:
        """Ignoring the opinions turns the check off in hand-written files, and for other files."""
        selection = build_selection("supabase", select=["default", "opinion"], ignore=["opinion"])
        (migrations / "002_by_hand.sql").write_text(NOT_PARSED, "utf-8")
        assert [] == find(lint_paths([migrations], SUPABASE, None, selection), CANNOT_PARSE)

    @pytest.mark.parametrize(
        "statement",
        [
            "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE public.notes VALIDATE CONSTRAINT c",
            "CREATE POLICY p ON public.notes USING (lock = 'a' AND call > 1)",
            "COMMENT ON POLICY p ON public.notes IS 'a'",
            "DO $$ BEGIN PERFORM 1; END $$",
            "CREATE VIEW v AS SELECT 1",
        ],
    )
    def test_what_sqlglot_does_not_model(self, statement: str) -> None:
        """A kind of statement that sqlglot does not model at all is out of scope."""
        selection = build_selection("supabase", select=[CANNOT_PARSE])
        assert [] == lint_text(f"{statement};", "a.sql", SUPABASE, selection)

    @pytest.mark.parametrize(
        "statement",
        [
            "ALTER INDEX public.notes_idx SET TABLESPACE fast",
            "ALTER INDEX public.notes_idx SET (fillfactor = 70), ALTER COLUMN 1 SET STATISTICS 100",
            "ALTER INDEX ALL IN TABLESPACE slow SET TABLESPACE fast",
            "ALTER TABLE public.notes SET (autovacuum_enabled)",
            "ALTER TABLE public.notes SET TABLESPACE fast, SET (user_catalog_table)",
            "ALTER TABLE public.notes ALTER COLUMN a SET (n_distinct)",
            "CREATE INDEX i ON public.notes (a) WITH (fastupdate)",
        ],
    )
    def test_unusual_parameters(self, migrations: Path, statement: str) -> None:
        """Storage parameters without a value, and other things that are SET, are read in an edited migration."""
        edited = migrations / "001_notes.sql"
        edited.write_text(f"{edited.read_text('utf-8')}{statement};\n", "utf-8")
        found = lint_paths([migrations], SUPABASE, WANTED, OPINION)
        assert not [each.message for each in found if "unexpected" in each.message]

    def test_a_name_that_no_definition_has(self) -> None:
        """A parameter that Postgres does not know is no traceback."""
        text = "CREATE TABLE public.t (a int) WITH (current_user = 70);"
        selection = build_selection("supabase", select=[CANNOT_PARSE])
        assert [("a.sql", 1)] == find(lint_text(text, "a.sql", SUPABASE, selection), CANNOT_PARSE)

    @pytest.mark.parametrize(
        "statement",
        [
            "CREATE TABLE public.t (a int, CONSTRAINT e EXCLUDE USING gist (a WITH =) DEFERRABLE)",
            "ALTER TABLE public.t ALTER COLUMN a ADD GENERATED ALWAYS AS IDENTITY",
            "CREATE POLICY p ON public.t USING (a ~<~ b)",
            "CREATE INDEX i ON public.t (a) NULLS NOT DISTINCT",
            "GRANT SELECT ON TABLE public.t TO role",
        ],
    )
    def test_inside_a_block(self, statement: str) -> None:
        """A statement in a DO block is read as well, and the finding is in its line."""
        selection = build_selection("supabase", select=[CANNOT_PARSE])
        found = lint_text(f"DO $$\nBEGIN\n    {statement};\nEND\n$$;", "a.sql", SUPABASE, selection)
        assert [("a.sql", 3)] == find(found, CANNOT_PARSE)

    def test_only_sqlglot_accepts(self) -> None:
        """A statement that only sqlglot accepts is a syntax error, and nothing else."""
        statement = "CREATE TABLE t (a int AUTO_INCREMENT)"
        assert not isinstance(parse_statement(statement), Unparsed)
        selection = build_selection("supabase", select=["syntax", CANNOT_PARSE])
        found = lint_text(f"{statement};", "a.sql", SUPABASE, selection)
        assert ["syntax-error"] == [each.rule for each in found]

    def test_suppressed(self) -> None:
        """A comment with a reason suppresses the finding."""
        selection = build_selection("supabase", select=[CANNOT_PARSE, "suppression"])
        ignored = f"-- schema-dsl: ignore[{CANNOT_PARSE}] our tools do not read it\n{NOT_PARSED}"
        assert [] == lint_text(ignored, "a.sql", SUPABASE, selection)

    def test_silent(self, caplog: pytest.LogCaptureFixture) -> None:
        """The warnings of sqlglot do not reach the user, and its logger stays as it was."""
        lint_text(NOT_PARSED, "a.sql", SUPABASE, build_selection("supabase", select=["all"]))
        assert [] == [each for each in caplog.records if each.name == "sqlglot"]
        assert not logging.getLogger("sqlglot").disabled

    def test_light(self) -> None:
        """Importing lint does not import sqlglot."""
        code = "import sys, schema_dsl.lint; sys.exit('sqlglot' in sys.modules)"
        assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode


class TestCompared:
    """`lint` compares the newest generated migration with the definitions."""

    def edit(self, path: Path, *, seal: bool) -> None:
        """Change a type in a generated file, and write the new checksum or keep the old one."""
        changed = path.read_text("utf-8").replace("n    integer", "n    bigint")
        path.write_text(seal_text(changed) if seal else changed, "utf-8")

    @pytest.mark.parametrize("seal", [True, False])
    def test_fault(self, migrations: Path, *, seal: bool) -> None:
        """A fault of a template and a manual edit are errors with file and line."""
        self.edit(migrations / "001_notes.sql", seal=seal)
        found = [each for each in lint_paths([migrations], SUPABASE, WANTED, ONLY) if each.rule == DIFFERS]
        assert [
            (
                Level.ERROR,
                "column n of public.notes: the file says type BIGINT, the definitions say type INT",
                "n    bigint,",
            )
        ] == [(each.level, each.message, each.source_line.strip()) for each in found]
        assert "--amend --force" in found[0].remedy

    def test_first_file(self, migrations: Path) -> None:
        """The first file of a history from an empty database creates everything; before another file it may not."""
        wanted = build_catalog([View("v", "SELECT 1 AS one", column_comments={"one": "First."})])
        text = generate_first(wanted).text.replace("COMMENT ON COLUMN public.v.one IS 'First.';\n", "")
        (migrations / "001_notes.sql").write_text(text, "utf-8")
        found = [each for each in lint_paths([migrations], SUPABASE, wanted, ONLY) if each.rule == DIFFERS]
        assert ["the file does not comment on column one of public.v as the definitions declare"] == [
            each.message for each in found
        ]
        before = "CREATE VIEW public.v AS SELECT 1 AS one; COMMENT ON COLUMN public.v.one IS 'First.';\n"
        (migrations / "000_by_hand.sql").write_text(before, "utf-8")
        assert [] == find(lint_paths([migrations], SUPABASE, wanted, ONLY), DIFFERS)

    def test_older_definitions(self, migrations: Path) -> None:
        """A file that was generated from other definitions is not compared."""
        self.edit(migrations / "001_notes.sql", seal=True)
        other = build_catalog([Table("notes", columns=[Column("n", text)])])
        assert [] == find(lint_paths([migrations], SUPABASE, other, ONLY), DIFFERS)

    def test_older_file(self, migrations: Path) -> None:
        """Only the newest generated file is compared; files by hand after it do not matter."""
        self.edit(migrations / "001_notes.sql", seal=True)
        (migrations / "002_by_hand.sql").write_text("SELECT 1;\n", "utf-8")
        assert ["001_notes.sql"] == [
            name for name, _ in find(lint_paths([migrations], SUPABASE, WANTED, ONLY), DIFFERS)
        ]
        (migrations / "003_notes.sql").write_text(generate_first(WANTED).text, "utf-8")
        assert [] == find(lint_paths([migrations], SUPABASE, WANTED, ONLY), DIFFERS)

    def test_without_definitions(self, migrations: Path) -> None:
        """Without the definitions there is nothing to compare with."""
        self.edit(migrations / "001_notes.sql", seal=True)
        assert [] == find(lint_paths([migrations], SUPABASE, None, ONLY), DIFFERS)

    def test_syntax_error(self, migrations: Path) -> None:
        """A file with a syntax error is not compared, because its effects are not known."""
        path = migrations / "001_notes.sql"
        path.write_text(path.read_text("utf-8").replace("CREATE TABLE", "CREATE TABEL"), "utf-8")
        found = lint_paths([migrations], SUPABASE, WANTED, build_selection("supabase", select=["default"]))
        assert find(found, "syntax-error")
        assert [] == find(found, DIFFERS)

    @pytest.mark.parametrize(
        "selection", [build_selection("supabase", ignore=[DIFFERS]), Selection(frozenset())]
    )
    def test_off(self, migrations: Path, selection: Selection) -> None:
        """The check can be turned off."""
        self.edit(migrations / "001_notes.sql", seal=True)
        assert [] == find(lint_paths([migrations], SUPABASE, WANTED, selection), DIFFERS)

    def test_generated_text(self) -> None:
        """A text is compared before it is written, if the changes are given."""
        file = generated_files.read_engagement()
        damaged = file.text.replace("BETWEEN 0 AND 3", "BETWEEN 0 AND 4")
        assert [] == find(lint_generated([("a.sql", damaged)], file.wanted, SUPABASE), DIFFERS)
        found = lint_generated([("a.sql", damaged)], file.wanted, SUPABASE, changes=file.changes)
        assert 1 == len(find(found, DIFFERS))


class TestRefused:
    """`generate` writes nothing that differs from the definitions."""

    def test_broken_template(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A template that forgets a clause stops `generate` before it writes the file."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "definitions").mkdir()
        (tmp_path / "definitions" / "notes.py").write_text(
            "from schema_dsl import *\n\n"
            'notes = Table("notes", columns=[Column("id", bigint, primary_key=True), '
            'Column("body", text, not_null=True)])\n'
        )
        (tmp_path / "pyproject.toml").write_text('[tool.schema-dsl]\nplatform = "vanilla"\n')
        render = rendering.render_files

        def render_damaged(*arguments: Any, **more: Any) -> list[RenderedFile]:
            return [
                attrs.evolve(file, text=file.text.replace("text   NOT NULL", "text"))
                for file in render(*arguments, **more)
            ]

        with monkeypatch.context() as broken:
            broken.setattr(generation, "render_files", render_damaged)
            result = pipeline.generate(pipeline.open_project(tmp_path))
        assert [DIFFERS] == [each.rule for each in result.findings if each.level is Level.ERROR]
        assert not result.written
        assert not (tmp_path / "generated").exists()
        assert pipeline.generate(pipeline.open_project(tmp_path)).written


class TestDescribed:
    """The checks are named checks: selected, explained, and listed."""

    def test_explained(self) -> None:
        """--explain describes both."""
        assert explain_check(DIFFERS).startswith(f"{DIFFERS} (error, group generated)\n")
        assert "off by default in hand-written files" in explain_check(CANNOT_PARSE)

    def test_levels(self) -> None:
        """The level can be changed in the settings, and a wrong group name is an error."""
        selection = build_selection("supabase", levels={DIFFERS: "warning"})
        assert Level.WARNING is selection.levels[DIFFERS]
        with pytest.raises(SettingsError, match="there is no rule or group"):
            build_selection("supabase", select=["generate"])


def test_owners_are_out_of_scope() -> None:
    """A statement that sets an owner is no statement that sqlglot should parse: a user cannot change that."""
    text = 'ALTER TABLE app.notes OWNER TO app_owner;\nALTER TABLE app."no""tes" OWNER TO "app owner";\n'
    assert [] == find_unparsed_statements(Source.of(text, "001.sql"))
    wrong = "ALTER TABLE app.notes OF app_owner;"
    assert [] != find_unparsed_statements(Source.of(wrong, "001.sql"))


def test_identity_with_options() -> None:
    """Lint reports nothing about ADD GENERATED with options, and compares the options with the definitions."""
    added = "ALTER TABLE public.t ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (START WITH 5 CACHE 3);"
    assert [] == find_unparsed_statements(Source.of(added, "001.sql"), only_unread=True)
    (fact,) = read_alter_table(added.removesuffix(";")).facts
    assert {"identity": "always", "sequence": {"start": 5}, "cache": 3} == fact.values
    named = added.replace("START", "SEQUENCE NAME s START")
    assert [] == find_unparsed_statements(Source.of(named, "001.sql"), only_unread=True)
