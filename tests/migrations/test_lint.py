"""Lint reads the same files, in the same order, as a replay."""

from __future__ import annotations

from pathlib import Path

import pytest
from layout_cases import NAMES, LayoutCase

from schema_dsl.lint.entry import lint_paths
from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.linted_files import find_newest, list_linted_files, list_notes, list_reported_files
from schema_dsl.lint.selection import build_selection
from schema_dsl.lint.source import Source
from schema_dsl.platforms import platform

VANILLA = platform("vanilla")


@pytest.fixture(params=NAMES)
def case(request: pytest.FixtureRequest) -> LayoutCase:
    """Each layout."""
    return LayoutCase.load(request.param)


def lint(folder: Path, *select: str) -> list[Finding]:
    """Return the findings in a folder."""
    return lint_paths([folder], VANILLA, selection=build_selection("vanilla", select=select))


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


class TestSameFiles:
    """Every layout."""

    def test_order(self, case: LayoutCase) -> None:
        """The history of lint is that of the replay, after the files that are no migration."""
        files = [file for file in list_linted_files(case.folder) if file.history == "history"]
        linted = [file.path for file in files if not file.unread]
        labels = [path.relative_to(case.folder).as_posix() for path in linted]
        assert case.expected.get("others", []) + case.expected["order"] == labels

    def test_nothing_is_left_out(self, case: LayoutCase) -> None:
        """Every SQL file is linted, also those that a replay never runs."""
        present = {path.resolve() for path in case.folder.rglob("*") if path.name.lower().endswith(".sql")}
        linted = [file.path.resolve() for file in list_linted_files(case.folder) if not file.unread]
        assert len(linted) == len(present)
        assert present == set(linted)

    def test_statements(self, case: LayoutCase) -> None:
        """Lint takes the statements that a replay runs for those of the file."""
        for migration in case.history.migrations:
            source = Source.read(migration.path)
            expected = [" ".join(each.statement.text.split()) for each in migration.statements]
            assert expected == [" ".join(statement.text.split()) for statement in source.applied]

    def test_transactions(self, case: LayoutCase) -> None:
        """Lint knows which files run in one transaction. It reads no journal of Drizzle."""
        for migration in case.history.migrations:
            if migration.layout != "drizzle":
                assert migration.in_transaction is Source.read(migration.path).in_transaction

    def test_no_errors(self, case: LayoutCase) -> None:
        """A history that a server accepts has no syntax error and no unknown name."""
        others = {path.name for path in case.history.others}
        found = [each for each in lint(case.folder) if each.level is Level.ERROR]
        assert [] == [each for each in found if Path(each.file).name not in others]


class TestDownFiles:
    """Files that undo a migration."""

    @pytest.mark.parametrize(
        ("up", "down"),
        [
            ("0001_boxes.up.sql", "0001_boxes.down.sql"),
            ("V1__boxes.sql", "U1__boxes.sql"),
            ("0001_boxes/up.sql", "0001_boxes/down.sql"),
            ("0001_boxes/migration.sql", "0001_boxes/down.sql"),
            ("0001.boxes.sql", "0001.boxes.rollback.sql"),
            ("0001-boxes.sql", "0001-boxes-rollback.sql"),
            ("0001_boxes.sql", "down/0001_boxes.sql"),
        ],
    )
    def test_data_rules(self, tmp_path: Path, up: str, down: str) -> None:
        """Rollback files drop the objects of their migration, which is no loss of data; the other rules check them."""
        files = {
            up: "CREATE TABLE boxes (id bigint, hue text);",
            down: "ALTER TABLE boxes DROP hue; DROP TABLE boxes;",
        }
        assert [] == lint(write(tmp_path, files), "data")
        assert {"require-lock-timeout"} == {each.rule for each in lint(tmp_path, "require-lock-timeout")}
        assert [] == lint_paths(
            [tmp_path / down], VANILLA, selection=build_selection("vanilla", select=["data"])
        )

    def test_description_that_ends_with_down(self, tmp_path: Path) -> None:
        """A migration whose description ends with "down" is part of the history."""
        files = {"001_a.sql": "CREATE TABLE t (a int);", "002_scale_down.sql": "DROP TABLE t;"}
        assert ["ban-drop-table"] == [each.rule for each in lint(write(tmp_path, files), "ban-drop-table")]
        write(tmp_path, {"002_scale.sql": "SELECT 1;"})
        assert [] == lint(tmp_path, "ban-drop-table")


class TestPrisma:
    """A folder for each migration."""

    def test_duplicate_numbers(self, tmp_path: Path) -> None:
        """The rules about numbers read the name of the folder."""
        files = {f"20260101000000_{name}/migration.sql": "SELECT 1;" for name in "ab"}
        (finding,) = lint(write(tmp_path, files), "duplicate-migration-number")
        assert finding.message.startswith(
            "20260101000000_b/migration.sql has the same number as 20260101000000_a/migration.sql"
        )

    def test_named_with_its_folder(self, tmp_path: Path) -> None:
        """A file that is named beside its migrations folder is linted once, in the history."""
        write(
            tmp_path, {"1_a/migration.sql": "CREATE TABLE t (a int);", "2_b/migration.sql": "DROP TABLE t;"}
        )
        paths = [tmp_path / "2_b" / "migration.sql", tmp_path]
        found = lint_paths(paths, VANILLA, selection=build_selection("vanilla", select=["ban-drop-table"]))
        assert 1 == len(found)

    def test_since(self, tmp_path: Path) -> None:
        """The number of the folder decides whether findings are reported."""
        write(
            tmp_path, {"1_a/migration.sql": "SELECT 1;", "20_b/up.sql": "SELECT 1;", "R__c.sql": "SELECT 1;"}
        )
        assert [(tmp_path / "20_b" / "up.sql").as_posix()] == list_reported_files([tmp_path], 2)

    def test_since_a_version(self, tmp_path: Path) -> None:
        """A version has several parts, and the newest one is the last, not all with its first part."""
        write(tmp_path, {"V1.2__a.sql": "SELECT 1;", "V1.9__b.sql": "SELECT 1;", "V1.10__c.sql": "SELECT 1;"})
        newest = find_newest([tmp_path])
        assert newest is not None
        for since, files in (
            (newest.version, ["V1.10__c.sql"]),
            ((1, 9), ["V1.9__b.sql", "V1.10__c.sql"]),
            (1, ["V1.2__a.sql", "V1.9__b.sql", "V1.10__c.sql"]),
            (2, []),
        ):
            assert files == [Path(each).name for each in list_reported_files([tmp_path], since)]


class TestBaselineOfFlyway:
    """Two ways to one state."""

    def test_superseded_files(self, tmp_path: Path) -> None:
        """The versions that a baseline replaces are a history of their own."""
        files = {
            "V1__a.sql": "CREATE TABLE t (a int);",
            "V2__b.sql": "ALTER TABLE t ADD b int;",
            "B2__c.sql": "CREATE TABLE t (a int, b int);",
            "V3__d.sql": "ALTER TABLE t ADD c int; ALTER TABLE t DROP nothing;",
        }
        errors = [each for each in lint(write(tmp_path, files)) if each.level is Level.ERROR]
        assert [("V3__d.sql", "unknown-column")] == [(Path(each.file).name, each.rule) for each in errors]


class TestNotes:
    """Files that lint does not read."""

    def test_unread_folders(self, tmp_path: Path) -> None:
        """Folders with SQL that is not read are named, to lint them; hidden ones and packages are not."""
        files = ["1_a.sql", "seed.sql", "old/3_c.sql", "a/b/4_d.sql", ".git/x.sql", "node_modules/p/x.sql"]
        files += [
            "prisma/migrations/1_a/migration.sql",
            "prisma/migrations/2_b/migration.sql",
            "flyway/V1__a.sql",
        ]
        write(tmp_path, dict.fromkeys(files, ""))
        (note,) = list_notes([tmp_path])
        named = [f"{tmp_path}/{folder}/" for folder in ("a/b", "old", "prisma/migrations")]
        assert f"lint does not read the SQL in {named[0]}, {named[1]} and {named[2]}: name" in note


MIGRATIONS = {
    "1_a.sql": "CREATE TABLE boxes (id bigint PRIMARY KEY);",
    "2_b.sql": "ALTER TABLE boxes ADD hue text;",
}


class TestFilesWithoutANumber:
    """Dumps, seeds and callbacks beside migrations."""

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("structure.sql", "CREATE TABLE public.boxes (id bigint NOT NULL, hue text);"),
            ("seed.sql", "INSERT INTO boxes (id, hue) VALUES (1, 'red');"),
            ("afterMigrate.sql", "ANALYZE boxes; UPDATE boxes SET hue = 'blue' WHERE id = 1;"),
            ("beforeMigrate.sql", "SET search_path = public;"),
            (
                "init.sql",
                "CREATE SCHEMA app; CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
            ),
        ],
    )
    def test_no_error(self, tmp_path: Path, name: str, text: str) -> None:
        """A dump is another way to the same state, and a seed runs behind the migrations."""
        write(tmp_path, {**MIGRATIONS, name: text, "3_c.sql": "SELECT hue FROM boxes;"})
        assert [] == [each for each in lint(tmp_path) if each.level is Level.ERROR]

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            (
                "structure.sql",
                "CREATE TABLE public.boxes (id bigint); ALTER TABLE public.boxes ALTER nosuch SET NOT NULL;",
            ),
            ("seed.sql", "INSERT INTO boxes (id, nosuch) VALUES (1, 'red');"),
            ("afterMigrate.sql", "TRUNCATE boxes; ANALYZE boxes; SELECT nosuch, hue FROM boxes;"),
        ],
    )
    def test_errors_in_them(self, tmp_path: Path, name: str, text: str) -> None:
        """Their own errors are reported."""
        found = lint(write(tmp_path, {**MIGRATIONS, name: text}))
        assert [(name, "unknown-column")] == [
            (Path(each.file).name, each.rule) for each in found if each.level is Level.ERROR
        ]

    def test_created_before(self, tmp_path: Path) -> None:
        """The migrations may change what a file without a number creates."""
        files = {
            "schema.sql": "CREATE TABLE boxes (id bigint PRIMARY KEY);",
            "1_b.sql": "ALTER TABLE boxes ADD id int;",
        }
        assert ["duplicate-name"] == [
            each.rule for each in lint(write(tmp_path, files)) if each.level is Level.ERROR
        ]


class TestUnreadFiles:
    """Migrations that are no SQL."""

    TABLE = "CREATE TABLE boxes (id bigint PRIMARY KEY, hue text);"
    USES = "UPDATE boxes SET nosuch = 1 WHERE id = 1; UPDATE made SET a = 1 WHERE id = 1;"

    @pytest.mark.parametrize("name", ["2_b.go", "0002_b.py", "2_b.sql.tmpl", "2_b.sql.j2", "2_b.ts"])
    def test_told_once(self, tmp_path: Path, name: str) -> None:
        """A warning names the file; what the file may have created is no error, and other errors are reported."""
        write(tmp_path, {"1_a.sql": self.TABLE, name: "CREATE TABLE made (id int)", "3_c.sql": self.USES})
        found = [
            each
            for each in lint(tmp_path)
            if each.rule in {"unread-file", "unknown-column", "unknown-relation"}
        ]
        assert [(name, "unread-file", Level.WARNING), ("3_c.sql", "unknown-column", Level.ERROR)] == [
            (Path(each.file).name, each.rule, each.level) for each in found
        ]

    def test_named_tables_are_doubted(self, tmp_path: Path) -> None:
        """A program that names a table may have changed its columns."""
        write(
            tmp_path,
            {"1_a.sql": self.TABLE, "2_b.rb": "add_column :boxes, :nosuch, :text", "3_c.sql": self.USES},
        )
        assert {"unread-file"} == {
            each.rule
            for each in lint(tmp_path)
            if each.rule.startswith("un") and each.level is not Level.INFO
        }

    def test_named_files(self, tmp_path: Path) -> None:
        """A program among named files is one warning, as for a pattern of the shell."""
        write(tmp_path, {"1_a.sql": self.TABLE, "2_b.go": "package b", "README.md": "# Boxes"})
        found = lint_paths(
            sorted(tmp_path.iterdir()), VANILLA, selection=build_selection("vanilla", select=["unread-file"])
        )
        assert {("2_b.go", "unread-file"), ("README.md", "unread-file")} == {
            (Path(each.file).name, each.rule) for each in found
        }

    def test_template_without_a_number(self, tmp_path: Path) -> None:
        """A template is named wherever it stands in the order; other files without a number are no migrations."""
        write(tmp_path, {"1_a.sql": self.TABLE, "functions.sql.j2": "", "helper.py": "", "README.md": ""})
        assert ["functions.sql.j2"] == [Path(each.file).name for each in lint(tmp_path, "unread-file")]

    def test_broken_link(self, tmp_path: Path) -> None:
        """A link to a missing file is named by its own name."""
        write(tmp_path, {"1_a.sql": self.TABLE, "3_c.sql": self.USES})
        (tmp_path / "2_b.sql").symlink_to(tmp_path / "nowhere.sql")
        assert ["2_b.sql"] == [Path(each.file).name for each in lint(tmp_path, "unread-file")]

    def test_utf_16(self, tmp_path: Path) -> None:
        """A file in UTF-16 has one error for that, and its statements are checked."""
        (tmp_path / "1_a.sql").write_text(f"{self.TABLE}\nSELEC 1;\n", "utf-16")
        errors = [each for each in lint(tmp_path) if each.level is Level.ERROR]
        assert [
            (1, "the file is UTF-16: Postgres reads files in UTF-8"),
            (2, 'syntax error at or near "SELEC"'),
        ] == [(each.line, each.message) for each in errors]


class TestSource:
    """Positions in a file with marks."""

    def test_marks_stay_in_the_line(self) -> None:
        """A finding shows the line of the file, with the mark that ends a statement for lint."""
        source = Source.of("SELECT 1;--> statement-breakpoint\nSELECT 2", "1.sql")
        assert 2 == len(source.applied)
        finding = source.finding(0, "some-rule", Level.INFO, "What.")
        assert "SELECT 1;--> statement-breakpoint" == finding.source_line


class TestPartsThatAreNotSql:
    """Templates, and commands and variables of psql."""

    @pytest.mark.parametrize(
        ("text", "position", "what"),
        [
            ("CREATE TABLE a (id int);\nCREATE TABLE {{ name }} (id int);\n", (2, 14), "is a placeholder"),
            ("CREATE TABLE a (id int);\n\\i more.sql\n", (2, 1), "\\i is a command of psql"),
            ("\\set n 1\nCREATE TABLE a (id int DEFAULT :n);\n", (2, 32), ":n is a variable of psql"),
            (
                "CREATE TABLE a (id int);\n-- +goose ENVSUB ON\nSELECT '${HOME}';\n",
                (3, 9),
                "is a placeholder",
            ),
        ],
    )
    def test_told(self, tmp_path: Path, text: str, position: tuple[int, int], what: str) -> None:
        """A part that is not SQL is one warning at its place, as for a replay, and no error."""
        (finding,) = lint(write(tmp_path, {"001_a.sql": text}), "unread-file", "semantics", "syntax")
        assert (finding.rule, finding.level) == ("unread-file", Level.WARNING)
        assert (finding.line, finding.column) == position
        assert what in finding.message
        assert finding.remedy

    @pytest.mark.parametrize(
        "name", ["$(owner)", "@owner@", "%OWNER%", "#{owner}", "[[owner]]", "$OWNER", "#{Octopus.Owner}"]
    )
    def test_rare_placeholders(self, tmp_path: Path, name: str) -> None:
        """A placeholder of a seldom used template is one warning, and the other statements are checked."""
        text = f"SELECT 1;\nALTER TABLE a OWNER TO {name};\nSELECT x FROM b WHERE id = {name} AND y;\nSELEC;"
        found = lint(write(tmp_path, {"001_a.sql": text}), "unread-file", "syntax")
        assert [("unread-file", 2), ("syntax-error", 4)] == [(each.rule, each.line) for each in found]

    @pytest.mark.parametrize(
        "text",
        [
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $BODY SELECT 1 $BODY$;",
            "DO $BODY BEGIN END $BODY$;",
            "SELECT a %b% c FRM d;",
            "SELECT '@a@' FRM d;",
        ],
    )
    def test_syntax_error_beside_such_text(self, tmp_path: Path, text: str) -> None:
        """A syntax error at another place, and a dollar quote without its end, are syntax errors."""
        found = lint(write(tmp_path, {"001_a.sql": text}), "unread-file", "syntax")
        assert ["syntax-error"] == [each.rule for each in found]

    def test_variables_of_psql(self, tmp_path: Path) -> None:
        """A variable of psql may stand for any name or value, and the rest of its statement is checked."""
        text = (
            "\\set n 1\n\\set who app\nCREATE TABLE public.a (id int);\n"
            "INSERT INTO public.a VALUES (:n);\nSELECT id FROM public.a WHERE id = :n;\n"
            'GRANT SELECT ON public.a TO :"who";\nSELECT missing FROM public.a WHERE id > :n;\n'
        )
        found = lint(write(tmp_path, {"001_a.sql": text}), "semantics", "syntax")
        assert [("unknown-column", 7)] == [(each.rule, each.line) for each in found]

    def test_other_statements(self, tmp_path: Path) -> None:
        """Beside a template, a statement of SQL is checked for syntax errors."""
        text = "SELECT {{ one }};\nSELEC 1;\nSELECT ${two};\n"
        found = lint(write(tmp_path, {"001_a.sql": text}), "unread-file", "syntax")
        assert [("unread-file", 1), ("syntax-error", 2)] == [(each.rule, each.line) for each in found]

    @pytest.mark.parametrize(
        "text",
        ["SELECT '{{ a }} ${b} :c \\d';\n", "SELECT 1::int, a[1:2] FROM b; -- {{ a }}\n", "\\echo done\n"],
    )
    def test_sql(self, tmp_path: Path, text: str) -> None:
        """Strings, comments, casts, slices and output of psql are no obstacle."""
        assert [] == lint(write(tmp_path, {"001_a.sql": text}), "unread-file")
