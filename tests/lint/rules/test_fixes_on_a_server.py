"""--fix in scripts of many forms: the fixed SQL has the same effect, and the text around the edits stays."""

from __future__ import annotations

import contextlib
import functools
import re
from collections import Counter
from collections.abc import Callable, Mapping

import pytest

from schema_dsl.lint import Source
from schema_dsl.lint.entry import report_text
from schema_dsl.lint.fixing import FixResult, fix
from schema_dsl.lint.reported_finding import ReportedFinding
from schema_dsl.lint.rules import rules_by_name
from schema_dsl.lint.selection import build_selection
from schema_dsl.parsing.lexer import tokens
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, Database

SUPABASE = platform("supabase")
# A rule with edits that is off by default.
SELECTION = build_selection("supabase", select=["default", "require-robust-stmts"])

SETUP = """
SET client_min_messages = error;
CREATE SCHEMA IF NOT EXISTS extensions;
CREATE SCHEMA "a""b c";
CREATE TYPE public.mood AS ENUM ('sad');
CREATE TABLE public.customers (id bigint PRIMARY KEY);
CREATE TABLE public.orders (id bigint PRIMARY KEY, number text, total integer, customer_id bigint, user_id uuid);
CREATE TABLE "a""b c"."Or""ders" (id bigint PRIMARY KEY, "To ""tal" integer, customer_id bigint, user_id uuid);
CREATE INDEX orders_number_idx ON public.orders (number);
CREATE TABLE public.teams (id uuid PRIMARY KEY, user_id uuid);
CREATE FUNCTION public.whose(id uuid) RETURNS uuid LANGUAGE sql STABLE SET search_path = '' AS 'SELECT $1';
CREATE VIEW public.seen AS SELECT id FROM public.orders;
"""

SCRIPTS = {
    "index": "CREATE UNIQUE INDEX orders_total_idx ON public.orders USING btree (total DESC) WHERE total > 0;",
    "quoted index": 'CREATE INDEX "in""dex; x" ON "a""b c"."Or""ders" ("To ""tal");',
    "drop index": "DROP INDEX public.orders_number_idx;",
    "reindex": "REINDEX TABLE public.orders;",
    "check": "ALTER TABLE public.orders ADD CONSTRAINT total_check CHECK (total > 0 AND number <> 'a;--b');",
    "quoted check": 'ALTER TABLE ONLY "a""b c"."Or""ders" ADD CONSTRAINT "a ""check; 1" CHECK ("To ""tal" > 0);',
    "no inherit": "ALTER TABLE IF EXISTS public.orders ADD CONSTRAINT t CHECK (total > 0) NO INHERIT;",
    "foreign key": (
        "ALTER TABLE public.orders ADD CONSTRAINT c FOREIGN KEY (customer_id) REFERENCES public.customers (id)\n"
        "    ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED;"
    ),
    "policy": "CREATE POLICY own ON public.orders FOR SELECT USING (auth.uid() = user_id);",
    "quoted policy": 'CREATE POLICY "o""wn ; on x" ON "a""b c"."Or""ders" USING (auth.uid() = user_id);',
    "nested calls": (
        "CREATE POLICY own ON public.orders FOR UPDATE TO authenticated USING (public.whose(auth.uid()) = user_id)\n"
        "    WITH CHECK (user_id = auth.uid() AND (auth.jwt() ->> 'a)b') IS NOT NULL);"
    ),
    "sub-select": (
        "CREATE POLICY own ON public.orders FOR SELECT TO authenticated USING (EXISTS (\n"
        "    SELECT 1 FROM public.teams t WHERE t.user_id = auth.uid() AND t.id = orders.user_id));"
    ),
    "in a block": (
        "DO $do$\nBEGIN\n  DROP POLICY IF EXISTS own ON public.orders;\n"
        "  CREATE POLICY own ON public.orders FOR SELECT USING (auth.uid() = user_id);\nEND\n$do$;"
    ),
    "table": "CREATE TABLE public.things (id bigint PRIMARY KEY, name text);",
    "columns": 'ALTER TABLE public.orders ADD a int, ADD COLUMN "b ""c" int DEFAULT 1, DROP number, DROP COLUMN total;',
    "view": "CREATE VIEW public.ids AS SELECT id FROM public.orders;",
    "function": "CREATE FUNCTION public.one() RETURNS int LANGUAGE sql SET search_path = '' AS $$ SELECT 1 $$;",
    "trigger": (
        "CREATE TRIGGER t BEFORE UPDATE ON public.orders FOR EACH ROW\n"
        "    EXECUTE FUNCTION suppress_redundant_updates_trigger();"
    ),
    "value": "ALTER TYPE public.mood ADD VALUE 'ok' AFTER 'sad';",
    "sequence and schema": "CREATE SEQUENCE public.numbers; CREATE SCHEMA more;",
    "drops": "DROP VIEW public.seen; DROP FUNCTION public.whose(uuid); DROP TABLE public.teams;",
    "all at once": (
        "CREATE TABLE public.things (id bigint PRIMARY KEY, user_id uuid, n int);\n"
        "CREATE INDEX orders_total_idx ON public.orders (total);\n"
        "ALTER TABLE public.orders ADD CONSTRAINT total_check CHECK (total > 0);\n"
        "CREATE POLICY own ON public.things USING (auth.uid() = user_id);\n"
        "CREATE POLICY own ON public.orders USING (auth.uid() = user_id);"
    ),
}


def insert_before_words(text: str, filler: str) -> str:
    """Insert a filler before every word of an SQL text."""
    pieces, end = [], 0
    for token in tokens(text):
        apart = token.kind in {"word", "quoted", "string", "number", "dollar"}
        pieces += [text[end : token.start], filler if apart else "", text[token.start : token.end]]
        end = token.end
    return "".join([*pieces, text[end:]])


HOSTILE = "-- it's; \"x $$ é\n"
FORMS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "block comments": lambda text: insert_before_words(text, "/* c; ' \" $$ é */ "),
    "line comments": lambda text: insert_before_words(text, HOSTILE),
    "windows": lambda text: insert_before_words(text, HOSTILE).replace("\n", "\r\n"),
    "tabs": lambda text: insert_before_words(text, "\t\t"),
    "words on lines": lambda text: insert_before_words(text, "\n"),
    "behind other scripts": lambda text: f"-- héé 🎉 漢字\nSELECT 'é🎉';\n{text}",
    "byte order mark": lambda text: f"\ufeff{text}",
    "no semicolon": lambda text: text.removesuffix(";"),
    "no semicolon, a comment": lambda text: f"{text.removesuffix(';')} -- end",
    "comment before the semicolon": lambda text: f"{text.removesuffix(';')} -- why\n;",
    "on one line with others": lambda text: f"SELECT 1; {' '.join(text.split())} SELECT 2;",
    "for psql": lambda text: f"\\set ON_ERROR_STOP on\n\\echo 'it''s'\n{text}\n\\echo done\n",
}


@functools.lru_cache(maxsize=64)
def report_cached(text: str) -> tuple[ReportedFinding, ...]:
    """Return the findings of a text. A test lints a text several times, because `fix` does too."""
    return tuple(report_text(text, "a.sql", SUPABASE, SELECTION))


def build_linter(text: str) -> Callable[[Mapping[str, str]], list[ReportedFinding]]:
    """Build the function with which `fix` lints the text and its fixed versions."""

    def lint(changed: Mapping[str, str]) -> list[ReportedFinding]:
        return list(report_cached(changed.get("a.sql", Source.of(text).text)))

    return lint


def fix_text(text: str) -> tuple[str, FixResult]:
    """Return the fixed text and the result of `fix`."""
    fixed = fix(build_linter(text))
    return fixed.changed.get("a.sql", Source.of(text).text), fixed


def count_comments(text: str) -> Counter[str]:
    """Return the comments of an SQL text with their counts."""
    gaps, end = [], 0
    for token in tokens(text):
        gaps.append(text[end : token.start])
        end = token.end
    return Counter(re.findall(r"--[^\r\n]*|/\*.*?\*/", "\n".join([*gaps, text[end:]]), re.DOTALL))


WRAPPERS = (
    "BEGIN; {} COMMIT;",
    "DO $$ BEGIN {} END $$;",
    # SET LOCAL and LOCK imply that the tool wraps the file in a transaction.
    "SET LOCAL lock_timeout = '5s'; {}",
    "LOCK TABLE public.orders; {}",
)


@functools.cache
def list_fixable_scripts() -> dict[str, str]:
    """Return the scripts, and the bad examples of rules, for which a rule proposes edits."""
    bad = {f"{rule.name} {n}": text for rule in rules_by_name().values() for n, text in enumerate(rule.bad)}
    return {
        name: text
        for name, text in (SCRIPTS | bad).items()
        if any(finding.edits for finding in build_linter(text)({}))
    }


class TestText:
    """The fixed text."""

    @pytest.mark.parametrize("form", FORMS)
    def test_only_edits_change_the_text(self, form: str) -> None:
        """The text parses, has no new finding and no further edit, and keeps its comments and line endings."""
        assert len(list_fixable_scripts()) > len(SCRIPTS)
        for name, plain in list_fixable_scripts().items():
            text = FORMS[form](plain)
            before = Counter(each.finding.rule for each in build_linter(text)({}))
            new, fixed = fix_text(text)
            assert fixed.changed, (name, text, fixed.notes)
            assert all(each.kind for each in Source.of(new).statements), (name, new)
            after = Counter(each.finding.rule for each in fixed.reported)
            # prefer-robust-stmts reports a file that is re-runnable except for one statement.
            assert not (after - before).keys() - {"prefer-robust-stmts"}, (name, new)
            assert not any(each.edits for each in fixed.reported), (name, new)
            assert not count_comments(Source.of(text).text) - count_comments(new), (name, new)
            assert "\r" not in text or not re.search(r"(?<!\r)\n", new), (name, new)
            fixed_again, second = fix_text(new)
            assert (new, {}) == (fixed_again, second.changed)


class TestSharedTransaction:
    """Statements that share a transaction with other statements."""

    @pytest.mark.parametrize("around", WRAPPERS)
    @pytest.mark.parametrize("name", ["index", "drop index", "reindex", "check", "foreign key"])
    def test_no_edit(self, around: str, name: str) -> None:
        """An edit that is refused, or has no effect, in a transaction is not proposed."""
        new, fixed = fix_text(around.replace("{}", SCRIPTS[name]))
        assert "CONCURRENTLY" not in new
        assert "VALID" not in new
        assert fixed.reported

    def test_after_a_transaction(self) -> None:
        """SET LOCAL in an explicit transaction does not imply a transaction around the file."""
        assert "CONCURRENTLY" in fix_text(f"BEGIN; SET LOCAL lock_timeout = 1; COMMIT; {SCRIPTS['index']}")[0]


class TestRefused:
    """Scripts that Postgres refuses."""

    @pytest.mark.parametrize(
        "text",
        [
            "CREATE TABLE t (id bigint PRIMARY KEY); CREATE TABLE t (id text PRIMARY KEY);",
            "CREATE TABLE t (id bigint PRIMARY KEY); ALTER TABLE t ADD COLUMN id text;",
            f"{SCRIPTS['table']} CREATE POLICY p ON things USING (auth.uid() = nobody);",
        ],
    )
    def test_stays_refused(self, text: str) -> None:
        """An invalid script stays invalid, although IF NOT EXISTS would hide the error."""
        first, _, rest = text.partition("; ")
        new, _ = fix_text(text)
        assert new.endswith(rest)
        assert not new.startswith(f"{first};")


CATALOG = (
    """
    SELECT conname, conrelid::regclass::text, pg_get_constraintdef(oid), convalidated FROM pg_constraint
    WHERE connamespace::regnamespace::text !~ '^(pg_|information)'
    """,
    """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid FROM pg_index
    WHERE indrelid >= 16384 AND indrelid::regclass::text !~ '^pg_toast'
    """,
    """
    SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
    WHERE attrelid >= 16384 AND attnum > 0 AND attrelid::regclass::text !~ '^pg_toast'
    """,
    "SELECT schemaname, tablename, policyname, cmd, permissive FROM pg_policies",
    "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT oid::regprocedure::text, md5(prosrc), provolatile FROM pg_proc WHERE oid >= 16384",
    """
    SELECT oid::regclass::text, relkind FROM pg_class
    WHERE oid >= 16384 AND relnamespace <> 'pg_toast'::regnamespace
    """,
    "SELECT enumlabel, enumsortorder FROM pg_enum",
    "SELECT nspname FROM pg_namespace",
)


def read_catalog(connection: Connection) -> set[str]:
    """Return the catalog rows of a database."""
    connection.execute("SET search_path = ''")
    return {str(row) for query in CATALOG for row in connection.execute(query).fetchall()}


def read_catalog_after(database: Database, *scripts: str) -> set[str]:
    """Return the catalog rows of a copy of a database after some scripts."""
    with (
        database.server.database(template=database) as fresh,
        contextlib.closing(fresh.connect()) as connection,
    ):
        connection.execute(SETUP.encode())
        for script in scripts:
            for statement in Source.of(script).statements:
                connection.execute(statement.text.encode())
        return read_catalog(connection)


class TestServer:
    """The effects on a server."""

    @pytest.mark.parametrize("name", SCRIPTS)
    def test_same_outcome(self, supabase: Database, name: str) -> None:
        """A script and its fixed text create the same objects, and a second run creates no more."""
        text = SCRIPTS[name]
        expected = read_catalog_after(supabase, text)
        for form in ("as it is", "windows"):
            new, fixed = fix_text(FORMS[form](text))
            assert set() == expected ^ read_catalog_after(supabase, new)
            if "require-robust-stmts" not in {each.finding.rule for each in fixed.reported}:
                assert set() == expected ^ read_catalog_after(supabase, new, new)
