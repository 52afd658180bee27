"""`-- schema-dsl: ignore[rule] reason`."""

from __future__ import annotations

import pytest

from schema_dsl.lint import Selection, lint_text, selection
from schema_dsl.platforms import platform

SUPABASE = platform("supabase")
RULE = "require-concurrent-index-creation"
IGNORE = f"-- schema-dsl: ignore[{RULE}] small table"
INDEX = "CREATE INDEX i ON public.notes (a);"
ON = selection("supabase", select=[RULE, "require-concurrent-index-deletion", "suppression"])


def found(sql: str, on: Selection = ON) -> list[tuple[int, str]]:
    """Give line and rule of what is reported."""
    return [(each.line, each.rule) for each in lint_text(sql, "a.sql", SUPABASE, on)]


class TestIgnored:
    """What a comment takes out of the report."""

    @pytest.mark.parametrize(
        "sql",
        [
            f"{IGNORE}\n{INDEX}",
            f"SELECT 1;\n{IGNORE}\n-- and more\n\n/* still */ {INDEX}",
            f"{INDEX} {IGNORE}",
            f"{INDEX} {IGNORE}\nSELECT 1;",
            f"CREATE INDEX i {IGNORE}\n  ON public.notes (a);",
            f"CREATE INDEX i\n  ON public.notes (a) {IGNORE}\n;",
            f"SELECT 'é';\r\n{IGNORE}\r\n{INDEX}\r\n",
            f"\\set a 1\n{IGNORE}\n{INDEX}",
            f"{IGNORE}\nDO $$ BEGIN {INDEX} END $$;",
            f"DO $$\nBEGIN\n  {IGNORE}\n  {INDEX}\nEND $$;",
            f"DO $$\nBEGIN\n  {INDEX} {IGNORE}\nEND $$;",
            f"DO $$\nBEGIN\n  IF true THEN {IGNORE}\n  {INDEX} END IF;\nEND $$;",
            (
                f"-- schema-dsl:ignore[require-concurrent-index-deletion, {RULE}] small\n"
                f"DO $$ BEGIN {INDEX}\nDROP INDEX j; END $$;"
            ),
        ],
    )
    def test_in_every_place(self, sql: str) -> None:
        """Directly before the statement, at the end of one of its lines, in a DO block too."""
        assert [] == found(sql)

    @pytest.mark.parametrize(
        ("sql", "line"),
        [
            (f"{IGNORE}\n{INDEX}\n{INDEX}", 3),
            (f"{INDEX}\n{INDEX} {IGNORE}", 1),
            (f"DO $$\nBEGIN\n  {INDEX}\n  {INDEX} {IGNORE}\nEND $$;", 3),
            (f"DO $$\nBEGIN\n  {IGNORE}\n  {INDEX}\n  {INDEX}\nEND $$;", 5),
        ],
    )
    def test_only_its_statement(self, sql: str, line: int) -> None:
        """The statements beside it are reported."""
        assert [(line, RULE)] == found(sql)

    def test_only_its_rule(self) -> None:
        """What else is wrong with the statement is reported."""
        assert (2, "require-lock-timeout") in found(f"{IGNORE}\n{INDEX}", selection("supabase"))


class TestComplaints:
    """What is wrong with a comment."""

    @pytest.mark.parametrize(
        ("sql", "expected"),
        [
            (f"{IGNORE}\nSELECT 1;", [(1, "unused-ignore")]),
            (IGNORE, [(1, "unused-ignore")]),
            (f"-- schema-dsl: ignore[{RULE}]\n{INDEX}", [(1, "ignore-without-reason"), (2, RULE)]),
            ("-- schema-dsl: ignore[nonsense] why\nSELECT 1;", [(1, "ignore-unknown-rule")]),
            ("-- schema-dsl: ignore why\nSELECT 1;", [(1, "ignore-unknown-rule")]),
            ("-- schema-dsl: ignore[syntax-error] why\nSELECT 1;", [(1, "ignore-unknown-rule")]),
        ],
    )
    def test_told(self, sql: str, expected: list[tuple[int, str]]) -> None:
        """Without a reason, without a rule, or without effect."""
        assert expected == found(sql)

    def test_what_is_off_is_not_unused(self) -> None:
        """A comment about a rule that is not looked for stays."""
        assert [] == found(f"{IGNORE}\nSELECT 1;", selection("supabase", ignore=[RULE]))
        assert [] == found(
            "-- schema-dsl: ignore[prefer-text-field] why\nSELECT 1;", selection("supabase", select=["locks"])
        )

    def test_a_syntax_error_is_always_told(self) -> None:
        """It cannot be ignored."""
        assert (2, "syntax-error") in found("-- schema-dsl: ignore[syntax-error] why\nSELEC 1;")

    @pytest.mark.parametrize(
        "sql",
        [
            f"SELECT '{IGNORE}';",
            f"SELECT '\n{IGNORE}\n';",
            f"DO $$ BEGIN PERFORM '\n{IGNORE}\n'; END $$;",
            f"COPY t FROM stdin;\n{IGNORE}\n\\.\n",
            "-- schema-dsl: definitions 0a, content 0b\nSELECT 1;",
        ],
    )
    def test_what_is_no_comment(self, sql: str) -> None:
        """In a string or in data it means nothing."""
        assert [] == found(sql)
