"""Suppression comments: `-- schema-dsl: ignore[rule] reason`."""

from __future__ import annotations

import pytest

from schema_dsl.lint import Selection, build_selection, lint_text
from schema_dsl.platforms import platform

SUPABASE = platform("supabase")
RULE = "require-concurrent-index-creation"
IGNORE = f"-- schema-dsl: ignore[{RULE}] small table"
INDEX = "CREATE INDEX i ON public.notes (a);"
ON = build_selection("supabase", select=[RULE, "require-concurrent-index-deletion", "suppression"])


def find_lines_and_rules(sql: str, selection: Selection = ON) -> list[tuple[int, str]]:
    """Return line and rule of the findings."""
    return [(each.line, each.rule) for each in lint_text(sql, "a.sql", SUPABASE, selection)]


class TestIgnored:
    """Findings that a comment suppresses."""

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
        """A comment works before the statement and at the end of one of its lines, also in a DO block."""
        assert [] == find_lines_and_rules(sql)

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
        """Other statements are still reported."""
        assert [(line, RULE)] == find_lines_and_rules(sql)

    def test_only_its_rule(self) -> None:
        """Other findings in the statement are still reported."""
        assert (2, "require-lock-timeout") in find_lines_and_rules(
            f"{IGNORE}\n{INDEX}", build_selection("supabase")
        )


class TestComplaints:
    """Findings about comments."""

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
    def test_reported(self, sql: str, expected: list[tuple[int, str]]) -> None:
        """A comment without a reason, without a known rule, or without effect is reported."""
        assert expected == find_lines_and_rules(sql)

    def test_what_is_off_is_not_unused(self) -> None:
        """A comment about an inactive rule is not reported as unused."""
        assert [] == find_lines_and_rules(f"{IGNORE}\nSELECT 1;", build_selection("supabase", ignore=[RULE]))
        assert [] == find_lines_and_rules(
            "-- schema-dsl: ignore[prefer-text-field] why\nSELECT 1;",
            build_selection("supabase", select=["locks"]),
        )

    def test_a_syntax_error_is_always_reported(self) -> None:
        """A comment cannot suppress a syntax error."""
        assert (2, "syntax-error") in find_lines_and_rules(
            "-- schema-dsl: ignore[syntax-error] why\nSELEC 1;"
        )

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
        """A comment in a string or in COPY data has no effect."""
        assert [] == find_lines_and_rules(sql)
