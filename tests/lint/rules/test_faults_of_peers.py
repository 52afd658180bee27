"""Cases that Supabase's splinter misses or reports falsely, because it matches text of the catalog."""

from __future__ import annotations

import pytest

from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.initial_schema import schema_of_platform
from schema_dsl.lint.rules import rules_by_name
from schema_dsl.lint.source import Source
from schema_dsl.platforms.supabase import PLATFORM

NOTES = (
    "CREATE TABLE notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text);"
    "ALTER TABLE notes ENABLE ROW LEVEL SECURITY;"
)
READ = "CREATE POLICY p ON notes FOR SELECT TO authenticated USING"
OTHER = "CREATE POLICY q ON notes"
PARENT = "CREATE TABLE parts (at date, user_id uuid) PARTITION BY RANGE (at);"
PARENT_ON = f"{PARENT}ALTER TABLE parts ENABLE ROW LEVEL SECURITY;"
SQL = "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql"
KEY = (
    "CREATE TABLE u (a int, b int, PRIMARY KEY (a, b));"
    "CREATE TABLE t (id int PRIMARY KEY, a int, b int, n text, FOREIGN KEY (a, b) REFERENCES u);"
)
VIEW = f"{NOTES}CREATE VIEW v AS SELECT id FROM notes;"
B = "CREATE POLICY b ON parts FOR SELECT USING (user_id IS NULL);"
MEMBERS = "CREATE TABLE m (user_id uuid PRIMARY KEY);"

CASES = [
    # 0001 accepts only an index that starts with the columns of the key in the same order.
    ("unindexed-foreign-keys", f"{KEY}CREATE INDEX ON t (a, b) WHERE n IS NULL;", 1),
    ("unindexed-foreign-keys", f"{KEY}CREATE INDEX ON t USING brin (a, b);", 1),
    ("unindexed-foreign-keys", f"{KEY}CREATE INDEX ON t (n) INCLUDE (a, b);", 1),
    ("unindexed-foreign-keys", f"{KEY}CREATE INDEX ON t (b, a);", 0),
    ("unindexed-foreign-keys", f"{KEY}CREATE INDEX ON t (a, b) WHERE a IS NOT NULL;", 0),
    # 0003 matches the text of an expression with LIKE, for five function names.
    ("auth-rls-initplan", f"{NOTES}{READ} ((SELECT auth.uid()) = user_id OR auth.uid() = id);", 1),
    ("auth-rls-initplan", f"{NOTES}{READ} ((SELECT auth.uid()::text) = body);", 0),
    ("auth-rls-initplan", f"{NOTES}{READ} ((SELECT auth.jwt() ->> 'sub') = body);", 0),
    ("auth-rls-initplan", f"{NOTES}{READ} ((SELECT coalesce(auth.uid(), id)) = user_id);", 1),
    ("auth-rls-initplan", f"{NOTES}{READ} ((SELECT coalesce(auth.jwt() ->> 'sub', '')) = body);", 0),
    (
        "auth-rls-initplan",
        f"{MEMBERS}{NOTES}{READ} (id IN (SELECT m.user_id FROM m WHERE m.user_id = auth.uid()));",
        0,
    ),
    (
        "auth-rls-initplan",
        f"CREATE FUNCTION me() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT auth.uid()';{NOTES}{READ} (me() = user_id);",
        1,
    ),
    ("auth-rls-initplan", f"CREATE TABLE notes (user_id uuid);{READ} (auth.uid() = user_id);", 1),
    # 0006 reports tables without row level security, counts PUBLIC as every role, and ignores partitioned tables.
    (
        "multiple-permissive-policies",
        f"{PARENT_ON}CREATE POLICY a ON parts USING (at > '2026-01-01');{B}",
        1,
    ),
    (
        "multiple-permissive-policies",
        f"{NOTES}{READ} (body = 'x');{OTHER} AS RESTRICTIVE USING (body = 'y');",
        0,
    ),
    (
        "multiple-permissive-policies",
        f"{NOTES}{READ} (body = 'x');{OTHER} TO service_role USING (body = 'y');",
        0,
    ),
    ("multiple-permissive-policies", f"{NOTES}{READ} (body = 'x');{OTHER} FOR SELECT USING (true);", 0),
    # 0007, 0008, 0013 and 0024 ignore partitioned tables.
    (
        "policy-exists-rls-disabled",
        f"{PARENT}CREATE POLICY a ON parts USING (user_id = (SELECT auth.uid()));",
        1,
    ),
    ("rls-enabled-no-policy", f"{PARENT_ON}GRANT SELECT ON parts TO authenticated;", 1),
    ("rls-disabled-in-api", f"{PARENT}GRANT SELECT ON parts TO anon;", 1),
    ("rls-policy-always-true", f"{PARENT_ON}CREATE POLICY a ON parts TO authenticated USING (true);", 1),
    # 0010 checks only SELECT on the whole view.
    ("security-definer-view", f"{VIEW}GRANT SELECT (id) ON v TO authenticated;", 1),
    ("security-definer-view", f"{VIEW}GRANT INSERT ON v TO authenticated;", 1),
    ("security-definer-view", f"{VIEW}GRANT SELECT ON v TO service_role;", 0),
    (
        "security-definer-view",
        f"{NOTES}CREATE VIEW v AS SELECT id FROM notes WHERE user_id = (SELECT auth.uid()); GRANT SELECT ON v TO anon;",
        0,
    ),
    (
        "security-definer-view",
        f"{VIEW}CREATE POLICY p ON notes FOR SELECT TO anon, authenticated USING (true); GRANT SELECT ON v TO anon;",
        0,
    ),
    (
        "security-definer-view",
        f"{VIEW}CREATE POLICY p ON notes FOR SELECT TO authenticated USING (true); GRANT SELECT ON v TO anon;",
        1,
    ),
    (
        "security-definer-view",
        f"{VIEW}CREATE POLICY p ON notes FOR SELECT USING (true); GRANT SELECT, DELETE ON v TO anon;",
        1,
    ),
    # 0011 accepts any search_path, and reports functions with SQL-standard bodies.
    (
        "security-definer-search-path",
        f"{SQL} SECURITY DEFINER SET search_path = public AS 'SELECT 1 FROM t';",
        1,
    ),
    (
        "security-definer-search-path",
        f"{SQL} SECURITY DEFINER SET search_path = '' AS 'SELECT 1 FROM a.t';",
        0,
    ),
    ("function-search-path-mutable", f"{NOTES}{SQL} BEGIN ATOMIC SELECT count(*) FROM notes; END;", 0),
    ("function-search-path-mutable", f"{NOTES}{SQL} RETURN (SELECT count(*) FROM notes);", 0),
    ("security-definer-search-path", f"{SQL} SECURITY DEFINER RETURN (SELECT 1);", 0),
    # 0013 checks only SELECT on the whole table. FORCE without ENABLE has no effect.
    ("rls-disabled-in-api", "CREATE TABLE t (id int); GRANT INSERT ON t TO anon;", 1),
    ("rls-disabled-in-api", "CREATE TABLE t (id int); GRANT SELECT (id) ON t TO anon;", 1),
    (
        "rls-disabled-in-api",
        "CREATE TABLE t (id int); ALTER TABLE t FORCE ROW LEVEL SECURITY; GRANT SELECT ON t TO anon;",
        1,
    ),
    # 0024 matches only the texts true and 1=1, and reports policies without USING.
    ("rls-policy-always-true", f"{NOTES}{OTHER} FOR DELETE TO authenticated USING (2 > 1);", 1),
    ("rls-policy-always-true", f"{NOTES}{OTHER} FOR DELETE TO authenticated USING (NOT false);", 1),
    ("rls-policy-always-true", f"{NOTES}{OTHER} FOR DELETE TO authenticated USING (id = id);", 1),
    ("rls-policy-always-true", f"{NOTES}{OTHER} FOR DELETE TO authenticated USING (true OR body = 'x');", 1),
    ("rls-policy-always-true", f"{NOTES}{OTHER} FOR DELETE TO authenticated USING (body = body);", 0),
    ("rls-policy-always-true", f"{NOTES}{OTHER} FOR DELETE TO authenticated;", 0),
    ("policy-without-condition", f"{NOTES}{OTHER} FOR DELETE TO authenticated;", 1),
    ("select-policy-made-void", f"{NOTES}{READ} (user_id = (SELECT auth.uid()) OR true);", 1),
]


@pytest.mark.parametrize(("name", "text", "expected"), CASES)
def test_number_of_hits(name: str, text: str, expected: int) -> None:
    """The rule decides by the parse tree, the schema and the privileges."""
    assert expected == len(
        apply_rules([Source.of(text)], schema_of_platform(PLATFORM), [rules_by_name()[name]])
    )
