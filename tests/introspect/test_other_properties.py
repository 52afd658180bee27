"""Tests of the properties that the queries of the kinds do not return, and that no definition declares."""

from __future__ import annotations

from typing import Final

import pytest

from schema_dsl.introspect.database import read_database
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection

TABLE: Final = "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int NOT NULL, b text);"
PARTS: Final = """
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TABLE t (id int, k int, b text, PRIMARY KEY (id, k), CHECK (id > 0)) PARTITION BY LIST (k);
    CREATE TABLE p PARTITION OF t FOR VALUES IN (1);
    CREATE INDEX i ON t (lower(b)) WITH (fillfactor = 70);
    CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch();
"""
EXCLUSION: Final = f"{TABLE} ALTER TABLE t ADD CONSTRAINT e EXCLUDE USING btree (lower(b) WITH =);"
REFERENCE: Final = f"{TABLE} CREATE TABLE u (t int CONSTRAINT f REFERENCES t);"
EXTENSION: Final = f"""
    {TABLE} CREATE EXTENSION citext; CREATE INDEX i ON t (b);
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch();
"""
VIEWS: Final = f"{TABLE} CREATE VIEW v AS SELECT id FROM t; CREATE MATERIALIZED VIEW m AS SELECT id FROM t;"
FOREIGN: Final = """
    CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE f (id int) SERVER s;
"""
STATISTICS: Final = "CREATE TABLE t (a int, b int); CREATE STATISTICS st ON a, b FROM t;"
READER: Final = "pg_monitor"

# The existing objects, the statement that adds a property, the sentence, and the first version of Postgres for it.
PROPERTIES: Final = [
    (
        TABLE,
        "COMMENT ON INDEX t_pkey IS 'x'",
        "table public.t has a comment on the index of a constraint: t_pkey",
        14,
    ),
    (
        EXCLUSION,
        "ALTER INDEX e ALTER COLUMN 1 SET STATISTICS 9",
        "table public.t has statistics targets of the index of a constraint: e",
        14,
    ),
    (
        TABLE,
        "COMMENT ON CONSTRAINT t_a_not_null ON t IS 'x'",
        "table public.t has a comment on the NOT NULL constraint t_a_not_null",
        18,
    ),
    (
        PARTS,
        "COMMENT ON INDEX p_lower_idx IS 'x'",
        "table public.p has a comment on an index of its partitioned table: p_lower_idx",
        14,
    ),
    (
        PARTS,
        "ALTER INDEX p_lower_idx SET (fillfactor = 80)",
        "table public.p has settings of an index of its partitioned table: p_lower_idx",
        14,
    ),
    (
        PARTS,
        "ALTER INDEX p_lower_idx ALTER COLUMN 1 SET STATISTICS 9",
        "table public.p has settings of an index of its partitioned table: p_lower_idx",
        14,
    ),
    (
        PARTS,
        "COMMENT ON CONSTRAINT t_id_check ON p IS 'x'",
        "table public.p has a comment on an inherited constraint: t_id_check",
        14,
    ),
    (
        PARTS,
        "COMMENT ON CONSTRAINT p_pkey ON p IS 'x'",
        "table public.p has a comment on an inherited constraint: p_pkey",
        14,
    ),
    (
        PARTS,
        "COMMENT ON TRIGGER g ON p IS 'x'",
        "table public.p has a comment on an inherited trigger: g",
        14,
    ),
    (
        PARTS,
        "ALTER TABLE p DISABLE TRIGGER g",
        "table public.p has an inherited trigger that is enabled otherwise: g",
        14,
    ),
    *(
        (PARTS, statement, "table public.p has settings or a comment of an inherited column: b", 14)
        for statement in (
            "ALTER TABLE p ALTER b SET STORAGE EXTERNAL",
            "ALTER TABLE p ALTER b SET COMPRESSION pglz",
            "ALTER TABLE p ALTER b SET STATISTICS 9",
            "ALTER TABLE p ALTER b SET (n_distinct = 9)",
            "COMMENT ON COLUMN p.b IS 'x'",
        )
    ),
    (
        REFERENCE,
        "ALTER TABLE u DISABLE TRIGGER ALL",
        "table public.u has disabled triggers of the constraint f",
        14,
    ),
    *(
        (TABLE, statement, f"table public.t has {what} the identity column id", since)
        for statement, what, since in (
            ("COMMENT ON SEQUENCE t_id_seq IS 'x'", "a comment on the sequence of", 14),
            (f"GRANT USAGE ON SEQUENCE t_id_seq TO {READER}", "privileges on the sequence of", 14),
            ("ALTER SEQUENCE t_id_seq RENAME TO other", "a sequence of another name for", 14),
            ("ALTER SEQUENCE t_id_seq SET UNLOGGED", "a sequence of another persistence for", 15),
        )
    ),
    (TABLE, f"GRANT USAGE ON TYPE t TO {READER}", "table public.t has privileges on its row type", 14),
    (VIEWS, "COMMENT ON TYPE v IS 'x'", "view public.v has a comment on its row type", 14),
    (
        "CREATE DOMAIN d AS int NOT NULL;",
        "COMMENT ON CONSTRAINT d_not_null ON DOMAIN d IS 'x'",
        "domain public.d has a named or commented NOT NULL constraint: d_not_null",
        18,
    ),
    (
        "CREATE DOMAIN d AS int;",
        "ALTER DOMAIN d ADD CONSTRAINT n NOT NULL",
        "domain public.d has a named or commented NOT NULL constraint: n",
        18,
    ),
    *(
        (
            base,
            f"REVOKE {privilege} ON {target} FROM CURRENT_USER",
            f"{name} is withheld from its owner: {privilege}",
            14,
        )
        for base, privilege, target, name in (
            (TABLE, "SELECT", "t", "table public.t"),
            (VIEWS, "UPDATE", "v", "view public.v"),
            (VIEWS, "SELECT", "m", "materialized view public.m"),
            (FOREIGN, "SELECT", "f", "foreign table public.f"),
            (FOREIGN, "USAGE", "FOREIGN SERVER s", "foreign server s"),
            (FOREIGN, "USAGE", "FOREIGN DATA WRAPPER w", "foreign data wrapper w"),
            ("CREATE SEQUENCE q;", "USAGE", "SEQUENCE q", "sequence public.q"),
            ("CREATE SCHEMA s;", "CREATE", "SCHEMA s", "schema s"),
            ("CREATE TYPE c AS (a int);", "USAGE", "TYPE c", "composite type public.c"),
            ("CREATE TYPE r AS RANGE (subtype = int);", "USAGE", "TYPE r", "range public.r"),
        )
    ),
    (
        STATISTICS,
        f"ALTER STATISTICS st OWNER TO {READER}",
        f"statistics public.st has another owner than its table: {READER}",
        14,
    ),
    (
        EXTENSION,
        "ALTER FUNCTION touch() DEPENDS ON EXTENSION citext",
        "function public.touch() is dropped with the extension citext",
        14,
    ),
    (
        EXTENSION,
        "ALTER INDEX i DEPENDS ON EXTENSION citext",
        "table public.t has an index that is dropped with the extension citext",
        14,
    ),
    (
        EXTENSION,
        "ALTER TRIGGER g ON t DEPENDS ON EXTENSION citext",
        "table public.t has a trigger that is dropped with the extension citext",
        14,
    ),
    (
        "",
        f"ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO {READER}",
        "default privileges on large objects of {user} is of a kind that the definitions cannot declare",
        18,
    ),
    (
        VIEWS,
        "ALTER MATERIALIZED VIEW m ALTER id SET (n_distinct = 9)",
        "materialized view public.m has storage options of columns",
        14,
    ),
]


@pytest.mark.parametrize(
    ("base", "statement", "text", "since"), PROPERTIES, ids=[each[2] for each in PROPERTIES]
)
def test_property_is_told(admin: Connection, base: str, statement: str, text: str, since: int) -> None:
    """A property that a statement adds is reported with the identity of the object, and nothing is reported before."""
    if admin.info.server_version < since * 10000:
        pytest.skip(f"since Postgres {since}")
    vanilla = platform("vanilla")
    admin.execute(base.encode())
    assert () == read_database(admin, vanilla).omissions
    admin.execute(statement.encode())
    assert [text.format(user=admin.info.user)] == list(read_database(admin, vanilla).omissions)


def test_default_privileges_of_the_sequence_of_an_identity_column(admin: Connection) -> None:
    """The privileges that a new sequence gets by default are not told of the sequence of an identity column."""
    admin.execute(
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO {READER};"
        f" ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO pg_signal_backend; {TABLE}"
    )
    assert () == read_database(admin, platform("vanilla")).omissions
