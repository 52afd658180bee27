"""A schema with an object of every kind, and changes of it that no definition declares."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

import attrs
import psycopg
from subjects import migration

from schema_dsl import (
    Access,
    Check,
    Column,
    Function,
    Index,
    Policy,
    Role,
    Table,
    before_update,
    bigint,
    integer,
    may,
    now,
    one_of,
    text,
    timestamptz,
)
from schema_dsl.model.catalog import build_catalog
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Subject

READER, WRITER, OUTSIDER, VICTIM = "planted_reader", "planted_writer", "planted_outsider", "planted_victim"

NOTES = Table(
    "notes",
    comment="Notes.",
    columns=[
        Column("id", bigint, primary_key=True, identity="always"),
        Column("body", text, not_null=True, check=one_of("a", "b"), comment="The text."),
        Column("rank", integer, unique=True),
        Column("created_at", timestamptz, not_null=True, default=now()),
    ],
    constraints=[Check("rank > 0", name="positive")],
    indexes=[Index("created_at")],
    triggers=[before_update(Function("touch"))],
    policies=[Policy("read", "select", to=READER, using="rank > 1")],
    access=Access(**{READER: may("select", rows="all")}),  # type: ignore[arg-type] # own= is not among them
)
# A table without access: its privileges are those that the default privileges give.
OPEN = Table("open", columns=[Column("a", integer)])
# A table that other migrations create, with one declared column.
PLACES = Table(
    "places",
    existing=[Column("id", bigint, primary_key=True), Column("name", text)],
    columns=[Column("kind", text, check=one_of("house", "hut"))],
)

_PLATFORM: Final = """
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['planted_reader', 'planted_writer', 'planted_outsider', 'planted_victim'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I', name);
        END IF;
    END LOOP;
END $$;
GRANT planted_reader, planted_writer TO :"owner" WITH ADMIN OPTION;
CREATE FUNCTION public.as_superuser(command text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS
    'BEGIN EXECUTE command; END';
CREATE FOREIGN DATA WRAPPER wrapper OPTIONS (debug 'true');
CREATE SERVER remote FOREIGN DATA WRAPPER wrapper OPTIONS (host 'a', password 'secret');
CREATE USER MAPPING FOR planted_reader SERVER remote OPTIONS (password 'secret');
CREATE FOREIGN TABLE public.far (a integer OPTIONS (name 'a')) SERVER remote OPTIONS (path 'x');
CREATE FUNCTION public.on_command() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watch ON ddl_command_start WHEN TAG IN ('CREATE CAST') EXECUTE FUNCTION public.on_command();
CREATE PUBLICATION news;
CREATE OPERATOR FAMILY public.family USING btree;
CREATE FUNCTION public.member(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n';
ALTER EXTENSION plpgsql ADD FUNCTION public.member(integer);
"""

_BASELINE: Final = """
CREATE SCHEMA side;
COMMENT ON SCHEMA side IS 'Aside.';
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TYPE public.mood AS ENUM ('sad', 'happy');
CREATE TYPE public.pair AS (a integer, b text);
CREATE TYPE public.span AS RANGE (subtype = integer);
CREATE DOMAIN public.short AS text CONSTRAINT limited CHECK (length(VALUE) < 5);
CREATE TABLE public.places (id bigint PRIMARY KEY, name text NOT NULL DEFAULT 'x');
CREATE TABLE side.other (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text DEFAULT 'x',
    number integer NOT NULL DEFAULT 1,
    place bigint CONSTRAINT placed REFERENCES public.places,
    CONSTRAINT small CHECK (number < 100000000)
);
CREATE INDEX other_name ON side.other (name);
CREATE STATISTICS side.numbers ON id, number FROM side.other;
CREATE TRIGGER touch BEFORE UPDATE ON side.other FOR EACH ROW EXECUTE FUNCTION public.touch();
CREATE RULE quiet AS ON DELETE TO side.other WHERE OLD.number < 0 DO INSTEAD NOTHING;
ALTER TABLE side.other ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON side.other FOR SELECT TO planted_reader USING (number > 0);
CREATE SEQUENCE side.counter;
CREATE VIEW side.names AS SELECT name FROM side.other;
CREATE MATERIALIZED VIEW side.totals AS SELECT count(*) AS n FROM side.other;
CREATE FUNCTION side.double(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n * 2';
CREATE PROCEDURE side.work() LANGUAGE plpgsql AS 'BEGIN END';
CREATE AGGREGATE side.total (integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
CREATE FUNCTION side.same(a public.pair, b public.pair) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR side.=== (FUNCTION = side.same, LEFTARG = public.pair, RIGHTARG = public.pair);
CREATE COLLATION side.plain (LOCALE = 'C');
CREATE CONVERSION side.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TEXT SEARCH DICTIONARY side.words (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION side.search (COPY = simple);
SELECT lo_create(4711);
ALTER DEFAULT PRIVILEGES IN SCHEMA side GRANT SELECT ON TABLES TO planted_writer;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT INSERT ON TABLES TO planted_writer;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO planted_writer;
"""


def planted_subject(folder: Path) -> Subject:
    """Return the migration of the tables above on a database with an object of every kind.

    Args:
        folder: A folder for the baseline of the platform.
    """
    vanilla = platform("vanilla")
    file = folder / "platform.sql"
    file.write_text(vanilla.baseline.read_text("utf-8") + _PLATFORM, "utf-8")
    wanted = build_catalog((NOTES, OPEN, PLACES), roles=(Role(READER), Role(WRITER)))
    return Subject(
        platform=attrs.evolve(vanilla, baseline=file),
        baseline=_BASELINE,
        earlier=(),
        file="002_planted.sql",
        script=with_timeout(migration(wanted)),
        wanted=wanted,
        settings={"lock_timeout": "5s"},
    )


def with_timeout(script: str) -> str:
    """Return a script with the required timeout."""
    return f"SET lock_timeout = '5s';\n{script}{_END}"


def with_planted(script: str, statements: str) -> str:
    """Return a script with further statements at its end, before it resets the timeout."""
    assert script.endswith(_END)
    return f"{script.removesuffix(_END)}\n{statements}{_END}"


_END: Final = "\nRESET lock_timeout;\n"


def superuser(command: str) -> str:
    """Return a statement that runs a command as a superuser."""
    return f"SELECT public.as_superuser($as_superuser$ {command} $as_superuser$);"


def reset_roles(server: Server) -> None:
    """Undo the planted changes of roles, which outlive the databases."""
    with contextlib.closing(server.connect()) as connection:
        for name in (VICTIM, "planted_new", "planted_other"):
            connection.execute(f"DROP ROLE IF EXISTS {name}".encode())
        connection.execute(f"CREATE ROLE {VICTIM}".encode())
        connection.execute("ALTER ROLE ALL RESET ALL")
        for command in (
            f"REVOKE {READER} FROM {WRITER}",
            f"REVOKE SET ON PARAMETER log_min_duration_statement FROM PUBLIC, {OUTSIDER}",
        ):
            # Before the first proof on a server, the roles do not exist.
            with contextlib.suppress(psycopg.errors.UndefinedObject):
                connection.execute(command.encode())
        connection.execute("SET allow_system_table_mods = on")
        connection.execute("DELETE FROM pg_shseclabel")


@attrs.frozen
class PlantedChange:
    """A change of the database that no definition declares.

    Attributes:
        statements: The statements that make the change.
        sentences: The failures of the proof `matches`.
    """

    statements: str
    sentences: tuple[str, ...]


def read_planted_changes() -> dict[str, PlantedChange]:
    """Return the planted changes by their text.

    In the file, a paragraph is a statement, for a superuser if it begins so, and the failures, indented.
    """
    found = {}
    for paragraph in (Path(__file__).parent / "undeclared_changes.txt").read_text("utf-8").split("\n\n"):
        statement, *sentences = paragraph.strip("\n").split("\n    ")
        if not statement.startswith("#"):
            command = statement.removeprefix("superuser: ")
            text = f"{statement};" if command == statement else superuser(command)
            found[statement] = PlantedChange(text, tuple(sentences))
    return found
