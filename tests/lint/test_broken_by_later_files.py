"""An error in an older file that a new migration causes is reported at the statement of the new migration."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_dsl.lint import Finding
from schema_dsl.lint.entry import report_paths
from schema_dsl.platforms import platform

SUPABASE = platform("supabase")
OLD = """\
CREATE TABLE public.teams (id bigint PRIMARY KEY, name text);
ALTER TABLE public.teams ENABLE ROW LEVEL SECURITY;
CREATE TABLE public.notes (
    id bigint PRIMARY KEY, owner_id uuid NOT NULL, team_id bigint NOT NULL REFERENCES public.teams (id), title text
);
CREATE INDEX notes_owner ON public.notes (owner_id);
CREATE INDEX notes_team ON public.notes (team_id);
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.notes FOR ALL TO authenticated
    USING (owner_id = (SELECT auth.uid())) WITH CHECK (owner_id = (SELECT auth.uid()));
GRANT SELECT, INSERT, UPDATE, DELETE ON public.notes TO authenticated;
CREATE VIEW public.names WITH (security_invoker = true) AS SELECT id FROM public.notes;
GRANT SELECT ON public.names TO authenticated;
CREATE FUNCTION public.titles() RETURNS SETOF text LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    RETURN QUERY SELECT n.title FROM public.notes n;
END $$;
CREATE FUNCTION public.first_title() RETURNS text LANGUAGE sql SET search_path = '' AS
    'SELECT title FROM public.notes ORDER BY id LIMIT 1';
CREATE FUNCTION public.counted() RETURNS bigint LANGUAGE sql SET search_path = '' AS
    'SELECT count(*) FROM public.teams';
CREATE FUNCTION public.reteam() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS
    'BEGIN NEW.team_id := 1; RETURN NEW; END';
CREATE TRIGGER reteamed BEFORE INSERT ON public.notes FOR EACH ROW EXECUTE FUNCTION public.reteam();
"""


def lint_files(folder: Path, *files: str, since: int = 0) -> list[Finding]:
    """Lint a history of the old file and these files."""
    for number, text in enumerate((OLD, *files), 1):
        (folder / f"{number:03}_a.sql").write_text(text, "utf-8")
    return [reported.finding for reported in report_paths([folder], SUPABASE, since=since)]


class TestBroken:
    """A statement of 002 after a sound 001."""

    @pytest.mark.parametrize(
        ("statement", "rule"),
        [
            ("ALTER TABLE public.notes DISABLE ROW LEVEL SECURITY;", "policy-exists-rls-disabled"),
            ("ALTER TABLE public.notes DISABLE ROW LEVEL SECURITY;", "rls-disabled-in-api"),
            ("DROP INDEX public.notes_team;", "unindexed-foreign-keys"),
            ("DROP INDEX public.notes_owner;", "policy-column-without-index"),
            ("CREATE INDEX again ON public.notes (team_id);", "duplicate-index"),
            ("ALTER TABLE public.notes DROP CONSTRAINT notes_pkey;", "no-primary-key"),
            ("ALTER TABLE public.notes ALTER COLUMN owner_id DROP NOT NULL;", "nullable-owner-column"),
            ("ALTER VIEW public.names SET (security_invoker = false);", "security-definer-view"),
            ("ALTER VIEW public.names RESET (security_invoker);", "security-definer-view"),
            ("ALTER FUNCTION public.counted() SECURITY DEFINER;", "security-definer-executable"),
            ("ALTER FUNCTION public.counted() RESET search_path;", "function-search-path-mutable"),
            ("ALTER POLICY own ON public.notes USING (true);", "rls-policy-always-true"),
            (
                "ALTER POLICY own ON public.notes USING (owner_id = (SELECT auth.uid()) OR team_id = 1);",
                "policy-writes-rows-of-others",
            ),
            ("ALTER TABLE public.notes RENAME COLUMN title TO heading;", "unknown-column"),
            ("ALTER TABLE public.notes DROP COLUMN title;", "unknown-column"),
            ("ALTER TABLE public.teams RENAME TO groups;", "unknown-relation"),
            ("DROP TABLE public.teams CASCADE;", "unknown-relation"),
            (
                "CREATE TRIGGER t BEFORE INSERT ON public.teams FOR EACH ROW EXECUTE FUNCTION public.reteam();",
                "unknown-column",
            ),
        ],
    )
    def test_place(self, tmp_path: Path, statement: str, rule: str) -> None:
        """The finding is at the statement, so that --since shows it, and not in 001."""
        newest = f"SELECT 1;\n{statement}\nCOMMENT ON SCHEMA public IS '';\n"
        whole = [finding for finding in lint_files(tmp_path, newest) if finding.rule == rule]
        assert {("002_a.sql", 2)} == {(Path(finding.file).name, finding.line) for finding in whole}
        since = [
            finding for finding in lint_files(tmp_path, newest, "SELECT 1;", since=2) if finding.rule == rule
        ]
        assert whole == since

    def test_names_of_routines(self, tmp_path: Path) -> None:
        """The message names each routine that a statement breaks, with the place of the error in it."""
        found = lint_files(tmp_path, "ALTER TABLE public.notes RENAME COLUMN title TO heading;", since=2)
        messages = [finding.message for finding in found if finding.rule == "unknown-column"]
        assert [
            f'this breaks first_title ({tmp_path}/001_a.sql:19): column "title" does not exist in notes',
            f"this breaks titles ({tmp_path}/001_a.sql:16): column n.title does not exist",
        ] == sorted(messages)

    def test_same_file(self, tmp_path: Path) -> None:
        """A statement that breaks an earlier routine of its own file is the place of the finding, too."""
        routine = "CREATE FUNCTION public.f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT 1 FROM x); END';"
        newest = f"CREATE TABLE public.x (a int);\n{routine}\nDROP TABLE public.x;\n"
        found = lint_files(tmp_path, newest, since=2)
        (finding,) = (finding for finding in found if finding.rule == "unknown-relation")
        assert (finding.line, finding.message) == (
            3,
            f'this breaks f ({tmp_path}/002_a.sql:2): relation "x" does not exist',
        )

    def test_remedy(self, tmp_path: Path) -> None:
        """The remedy says that the statement of the finding renames the column, not an earlier one."""
        found = lint_files(tmp_path, "ALTER TABLE public.notes RENAME COLUMN title TO heading;", since=2)
        remedies = {finding.remedy for finding in found if finding.rule == "unknown-column"}
        assert {"This statement renames it to heading."} == remedies

    def test_older_place(self, tmp_path: Path) -> None:
        """The message of a rule ends with the place of the older statement."""
        found = lint_files(tmp_path, "DROP INDEX public.notes_team;", since=2)
        (message,) = (finding.message for finding in found if finding.rule == "unindexed-foreign-keys")
        assert message.endswith(f"(see {tmp_path}/001_a.sql:4)")

    @pytest.mark.parametrize(
        ("statement", "mended"),
        [
            (
                "ALTER TABLE public.notes DISABLE ROW LEVEL SECURITY;",
                "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;",
            ),
            (
                "ALTER TABLE public.notes RENAME COLUMN title TO heading;",
                "DROP FUNCTION public.titles(); DROP FUNCTION public.first_title();",
            ),
            ("DROP INDEX public.notes_team;", "CREATE INDEX notes_team2 ON public.notes (team_id);"),
        ],
    )
    def test_mended(self, tmp_path: Path, statement: str, mended: str) -> None:
        """A later statement that mends the older file leaves nothing to report."""
        rules = {
            "policy-exists-rls-disabled",
            "rls-disabled-in-api",
            "unknown-column",
            "unindexed-foreign-keys",
        }
        assert set() == rules & {
            each.rule for each in lint_files(tmp_path, f"{statement}\n{mended}", since=2)
        }

    def test_last_cause(self, tmp_path: Path) -> None:
        """After a statement that mended the file, the second cause is reported."""
        switches = [
            f"ALTER TABLE public.notes {verb} ROW LEVEL SECURITY;\n" for verb in ("DISABLE", "ENABLE")
        ]
        found = lint_files(tmp_path, "".join([*switches, switches[0]]), since=2)
        assert [3] == [finding.line for finding in found if finding.rule == "rls-disabled-in-api"]

    def test_known(self, tmp_path: Path) -> None:
        """A finding that the older files had before stays there."""
        found = lint_files(tmp_path, "CREATE TABLE public.keyless (a int);", "SELECT 1;")
        places = [(Path(each.file).name, each.line) for each in found if each.rule == "no-primary-key"]
        assert [("002_a.sql", 1)] == places
