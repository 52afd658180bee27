"""The semantic check of definitions and of generated migrations."""

# ruff: noqa: ISC004, PLR0917 - SQL in a table of cases reads best as it is

from __future__ import annotations

from pathlib import Path

import pytest

from schema_dsl.definitions import load_definitions
from schema_dsl.lint import Finding, Level, lint_definitions, lint_generated
from schema_dsl.model.catalog import Catalog
from schema_dsl.pipeline import open_project
from schema_dsl.platforms import platform

ROOT = Path(__file__).parent.parent.parent
SUPABASE = platform("supabase")
START = '''"""Notes: what people write down."""

from schema_dsl import *
from schema_dsl.platforms.supabase import auth_users

notes = Table(
    "notes",
    columns=[
        Column("id", uuid, primary_key=True, default=gen_random_uuid()),
        Column("user_id", uuid, not_null=True, references=auth_users),
        Column("state", text, default="open"),
        Column("size", integer),
        Column("made_at", timestamptz, default=now()),
'''


def load(folder: Path, end: str) -> Catalog:
    """Load the definitions `START` followed by `end`."""
    (folder / "notes.py").write_text(START + end, "utf-8")
    return load_definitions(folder, SUPABASE)


@pytest.fixture
def catalog() -> Catalog:
    """The engagement schema."""
    return open_project(ROOT).wanted


class TestDefinitions:
    """Every expression resolves against the definitions."""

    @pytest.mark.parametrize(
        ("end", "rule", "line", "marked", "remedy"),
        [
            (
                "    ],\n    constraints=[Check(\"stat <> ''\")],\n)",
                "unknown-column",
                15,
                "stat",
                "Did you mean state?",
            ),
            (
                '    ],\n    indexes=[\n        Index("size", where="sttae = \'open\'"),\n    ],\n)',
                "unknown-column",
                16,
                "sttae",
                "Did you mean state?",
            ),
            (
                '    ],\n    policies=[\n        Policy("own", "select", to="authenticated",\n'
                '            using="(SELECT auth.uid()) = usr_id"),\n    ],\n)',
                "unknown-column",
                17,
                "usr_id",
                "Did you mean user_id?",
            ),
            (
                '    ],\n    indexes=[Index(sql("lower(sate)"))],\n)',
                "unknown-column",
                15,
                "sate",
                "Did you mean state?",
            ),
            (
                '        Column("twice", integer, generated="sise * 2"),\n    ],\n)',
                "unknown-column",
                14,
                "sise",
                "size",
            ),
            (
                '        Column("kind", text, default=sql("plain")),\n    ],\n)',
                "misplaced-expression",
                14,
                "plain",
                "quote it: 'plain'",
            ),
            (
                '        Column("n", integer, default="many"),\n    ],\n)',
                "type-mismatch",
                14,
                "many",
                "integer",
            ),
            (
                '        Column("n", integer, not_null=True, backfill="size"),\n    ],\n)',
                "type-mismatch",
                14,
                "size",
                "integer",
            ),
            (
                '        Column("u", uuid, not_null=True, backfill=sql("size + 1")),\n    ],\n)',
                "type-mismatch",
                14,
                "u",
                "Cast",
            ),
            (
                '    ],\n    constraints=[Check("size > 1", backfill={"size": sql("lenght(state)")})],\n)',
                "unknown-function",
                15,
                "lenght",
                "length",
            ),
            ('        Column("n", integer, check=one_of("a")),\n    ],\n)', "type-mismatch", 14, "a", ""),
            (
                '        Column("n", Type("intger")),\n    ],\n)',
                "unknown-type",
                14,
                "intger",
                "Did you mean integer?",
            ),
            (
                '    ],\n    indexes=[Index("size", where="made_at > now()")],\n)',
                "not-immutable",
                15,
                "now",
                "",
            ),
            ('    ],\n    constraints=[Check("size = state")],\n)', "type-mismatch", 15, "=", "Cast"),
            ('    ],\n    constraints=[Check("size")],\n)', "type-mismatch", 15, "", "comparison"),
            (
                '    ],\n    constraints=[Check("lenght(state) > 3")],\n)',
                "unknown-function",
                15,
                "lenght",
                "length",
            ),
            (
                '    ],\n)\nmood = Enum("mood", ["sad"])\n'
                'moods = Table("moods", columns=[Column("m", mood, default="glad")])\n',
                "type-mismatch",
                17,
                "",
                "",
            ),
            (
                '    ],\n)\nsmall = Domain("small", integer)\n'
                'sizes = Table("sizes", columns=[Column("s", small, default="x")])\n',
                "type-mismatch",
                17,
                "",
                "",
            ),
            (
                '    ],\n    constraints=[Check("is_long(size) AND is_long(state)")],\n)\n'
                'is_long = Function("is_long", arguments="a text", returns="boolean", body="BEGIN END", '
                'volatility="immutable")\n',
                "type-mismatch",
                15,
                "",
                "",
            ),
            (
                '    ],\n    triggers=[Trigger("t", Function("touch"), timing="before", events="insert", '
                'when="OLD.size > 1")],\n)',
                "misplaced-expression",
                15,
                "",
                "",
            ),
        ],
    )
    def test_mistakes(self, tmp_path: Path, end: str, rule: str, line: int, marked: str, remedy: str) -> None:
        """An error is reported at its line of the definitions, with a suggestion."""
        (finding,) = lint_definitions(load(tmp_path, end))
        assert (rule, line) == (finding.rule, finding.line)
        assert str(tmp_path / "notes.py") == finding.file
        if marked:
            assert marked == finding.source_line[finding.column - 1 : finding.end_column - 1]
        assert remedy in finding.remedy

    def test_repeated_default(self, tmp_path: Path) -> None:
        """A default is an error of each column whose type does not take it, wherever another column has it."""
        columns = ("a text", "b integer", "c text", "d integer", "e varchar(2)", "f varchar(9)")
        pairs = [column.split() for column in columns]
        end = "".join(f'        Column("{name}", {kind}, default="many"),\n' for name, kind in pairs)
        findings = lint_definitions(load(tmp_path, f"{end}    ],\n)"))
        assert ["column b", "column d", "column e"] == [each.message.partition(":")[0] for each in findings]

    def test_repeated_condition(self, tmp_path: Path) -> None:
        """A condition is an error in each table whose columns do not fit it, wherever it fits another table."""
        tables = {
            "right": 'Column("a", text), Column("b", text)',
            "also_right": 'Column("b", text), Column("a", text)',
            "other_type": 'Column("a", integer), Column("b", text)',
            "no_column": 'Column("b", text)',
            "row": 'Column("b", text), Column("c", text)',
        }
        conditions = "lower(a) = b", "(SELECT lower(a)) = b"
        end = "    ],\n)\n" + "".join(
            f'{name} = Table("{name}", columns=[{columns}], constraints=[Check("{conditions[0]}", name="{name}_c")],\n'
            f'    policies=[Policy("{name}_p", to="authenticated", using="{conditions[1]}")])\n'
            for name, columns in tables.items()
        )
        findings = lint_definitions(load(tmp_path, end))
        expected = {
            f"{kind} {name}_{kind[0]}"
            for name in ("other_type", "no_column", "row")
            for kind in ("check", "policy")
        }
        assert expected == {each.message.partition(":")[0] for each in findings}

    def test_row_of_table(self, tmp_path: Path) -> None:
        """The name of a table in a condition means its row, and is unknown in the condition of another table."""
        end = "    ],\n)\n" + "".join(
            f'{name} = Table("{name}", columns=[Column("a", text)],\n'
            f'    constraints=[Check("pairs IS NOT NULL", name="{name}_c")])\n'
            for name in ("pairs", "others")
        )
        findings = lint_definitions(load(tmp_path, end))
        assert ["check others_c"] == [each.message.partition(":")[0] for each in findings]

    def test_undeclared_functions(self, tmp_path: Path) -> None:
        """An undeclared function is a warning, because it may exist; a misspelt function is an error."""
        end = '    ],\n    constraints=[Check("is_fine(state)"), Check("char_lenght(state) > 1")],\n)'
        findings = lint_definitions(load(tmp_path, end))
        assert {(Level.WARNING, "is_fine"), (Level.ERROR, "char_lenght")} == {
            (finding.level, finding.source_line[finding.column - 1 : finding.end_column - 1])
            for finding in findings
        }

    @pytest.mark.parametrize(
        "end",
        [
            '    ],\n    policies=[Policy("p", to="authenticated", using="EXISTS (SELECT 1 FROM notes n '
            'WHERE n.id = notes.id AND n.user_id = (SELECT auth.uid()))")],\n)',
            '        Column("mood", named_type("mood"), default=sql("\'sad\'")),\n    ],\n)',
            '        Column("n", integer, not_null=True, backfill=sql("formerly + size")),\n    ],\n)',
            '        Column("n", integer, not_null=True, backfill=sql("(SELECT count(*) FROM notes)")),\n    ],\n)',
            '    ],\n    constraints=[Check("size > 1", backfill={"size": "2", "state": sql("NULL")})],\n)',
            '        Column("v", Type("vector(3)")), Column("c", Type("citext"), check=sql("c <> \'\'")),\n    ],\n)',
            "    ],\n    constraints=[Check(\"extensions.similarity(state, 'x') > 0.5\")],\n)",
            '    ],\n    policies=[Policy("p", to="authenticated", using="(SELECT email_change FROM auth.users u '
            'WHERE u.id = user_id) IS NULL")],\n)',
        ],
    )
    def test_not_reported(self, tmp_path: Path, end: str) -> None:
        """Names that the platform or an extension may define are not reported."""
        assert [] == lint_definitions(load(tmp_path, end))

    def test_engagement(self, catalog: Catalog) -> None:
        """The engagement definitions have no findings."""
        assert [] == lint_definitions(catalog)


class TestConstant:
    """A condition that does not depend on the row is reported."""

    @pytest.mark.parametrize(
        ("end", "message"),
        [
            (
                '    ],\n    constraints=[Check("size > 0 OR 1 = 1")],\n)',
                "is always true: it accepts every row",
            ),
            (
                '    ],\n    constraints=[Check("size > 0 AND false")],\n)',
                "is always false: it rejects every row",
            ),
            (
                '    ],\n    indexes=[Index("size", where="2 > 1")],\n)',
                "is always true: the index contains every row",
            ),
        ],
    )
    def test_reported(self, tmp_path: Path, end: str, message: str) -> None:
        """A constant condition is a warning that explains its effect."""
        (finding,) = lint_definitions(load(tmp_path, end))
        assert ("constant-condition", Level.WARNING) == (finding.rule, finding.level)
        assert message in finding.message

    def test_invalid_condition(self, tmp_path: Path) -> None:
        """A condition that does not resolve is not also reported as constant."""
        findings = lint_definitions(
            load(tmp_path, '    ],\n    constraints=[Check("sise > 0 OR 1 = 1")],\n)')
        )
        assert ["unknown-column"] == [finding.rule for finding in findings]


class TestGenerated:
    """Generated migrations."""

    TEXT = (ROOT / "generated" / "034_engagement_system.sql").read_text("utf-8")

    def test_engagement(self, catalog: Catalog) -> None:
        """The engagement migration has no findings."""
        assert [] == lint_generated([("034.sql", self.TEXT)], catalog)

    @pytest.mark.parametrize(
        ("right", "wrong", "near"),
        [
            ("CHECK (state IN ('active'", "CHECK (stat IN ('active'", "state"),
            ("WHERE remind_at IS NOT NULL", "WHERE remnd_at IS NOT NULL", "remind_at"),
            ("USING ((SELECT auth.uid()) = user_id)", "USING ((SELECT auth.uid()) = usr_id)", "user_id"),
            ("(SELECT auth.uid())", "(SELECT auth.uuid())", "uid"),
            ("DEFAULT gen_random_uuid()", "DEFAULT gen_random_uid()", "gen_random_uuid"),
            ("retry_count >= 0", "retry_conut >= 0", "retry_count"),
            (
                "ON public.engagement_message_queue (user_id)",
                "ON public.engagement_message_queue (usr_id)",
                "user_id",
            ),
            (
                "COLUMN public.user_profiles.magic_moment_at",
                "COLUMN public.user_profiles.magic_at",
                "magic_moment_at",
            ),
        ],
    )
    def test_mistakes(self, catalog: Catalog, right: str, wrong: str, near: str) -> None:
        """A misspelt name is an error at its line, also in DO blocks."""
        assert right in self.TEXT
        text = self.TEXT.replace(right, wrong, 1)
        findings: list[Finding] = lint_generated([("034.sql", text)], catalog)
        assert [Level.ERROR] == [finding.level for finding in findings]
        line = text[: text.index(wrong)].count("\n") + 1
        assert (line, f"Did you mean {near}?") == (findings[0].line, findings[0].remedy)
