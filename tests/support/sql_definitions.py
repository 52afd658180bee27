"""Definitions in files of SQL, and the same declarations in Python."""

from __future__ import annotations

from pathlib import Path

from schema_dsl.definitions import load_definitions
from schema_dsl.model.catalog import Catalog
from schema_dsl.platforms.vanilla import PLATFORM

PYTHON = """
from schema_dsl import *

app = Role("app")
notes = Table("notes", columns=[Column("id", bigint, primary_key=True), Column("body", text)])
"""


# Each statement of SQL, and the same declaration in Python.
PAIRS = {
    "an enum": (
        "CREATE TYPE s.mood AS ENUM ('it''s', 'b'); COMMENT ON TYPE s.mood IS 'c'; GRANT USAGE ON TYPE s.mood TO app;",
        'Enum("mood", ["it\'s", "b"], schema="s", comment="c", grants=[Grant("usage", to="app")])',
    ),
    "composite and range types": (
        (
            'CREATE TYPE s.address AS (street text, number int, "Z ip" varchar(5), tags s.mood[]);'
            " CREATE TYPE nothing AS (); COMMENT ON TYPE s.address IS 'c'; GRANT USAGE ON TYPE s.address TO app;"
            ' CREATE TYPE "Sp an" AS RANGE (SUBTYPE = double precision, SUBTYPE_DIFF = float8mi);'
            ' CREATE TYPE s.words AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = pg_catalog.text_ops, COLLATION = "C",'
            " MULTIRANGE_TYPE_NAME = s.many); COMMENT ON TYPE s.words IS 'c'; GRANT USAGE ON TYPE s.words TO app;"
        ),
        (
            '[CompositeType("address", {"street": text, "number": integer, "Z ip": varchar(5),'
            ' "tags": Type("s.mood[]")}, schema="s", comment="c", grants=[Grant("usage", to="app")]),'
            ' CompositeType("nothing", {}), RangeType("Sp an", double_precision, subtype_diff="float8mi"),'
            ' RangeType("words", text, operator_class="pg_catalog.text_ops", collation=\'"C"\', multirange="many",'
            ' schema="s", comment="c", grants=[Grant("usage", to="app")])]'
        ),
    ),
    "statistics": (
        (
            "CREATE STATISTICS s.n (mcv, ndistinct) ON body, id, (lower(body)) FROM notes;"
            " COMMENT ON STATISTICS s.n IS 'c'; ALTER STATISTICS s.n SET STATISTICS 5;"
            " CREATE STATISTICS o ON id, body FROM public.notes; ALTER STATISTICS o SET STATISTICS -1;"
            " CREATE STATISTICS p ON (lower(body)) FROM notes; ALTER STATISTICS p SET STATISTICS DEFAULT;"
        ),
        (
            '[Statistics("n", notes, ["id", "body", sql("lower(body)")], kinds=["mcv", "ndistinct"], schema="s",'
            ' target=5, comment="c"), Statistics("o", notes, ["id", "body"]),'
            ' Statistics("p", notes, sql("lower(body)"))]'
        ),
    ),
    "a schema, an extension and a sequence": (
        (
            "CREATE SCHEMA IF NOT EXISTS app; CREATE EXTENSION citext WITH SCHEMA app VERSION '1.6';"
            " CREATE SEQUENCE app.q AS integer INCREMENT BY 2 MINVALUE 1 NO MAXVALUE START 5 CACHE 3 CYCLE;"
            " COMMENT ON SCHEMA app IS 'c'; GRANT USAGE ON SCHEMA app TO app; GRANT USAGE ON SEQUENCE app.q TO app;"
            " CREATE TABLE i (a bigint GENERATED ALWAYS AS IDENTITY (START WITH 7 INCREMENT BY 3));"
        ),
        (
            '[Schema("app", comment="c",'
            ' grants=[Grant("usage", to="app")]),'
            ' Extension("citext", schema="app", version="1.6"),'
            ' Sequence("q", schema="app", type="integer", increment=2, minimum=1, start=5, cache=3, cycle=True,'
            ' grants=[Grant("usage", to="app")]),'
            ' Table("i", row_security=False, columns=[Column("a", bigint, identity="always",'
            " sequence=SequenceOptions(start=7, increment=3))])]"
        ),
    ),
    "casts and collations": (
        (
            "CREATE CAST (text AS mood) WITH INOUT AS IMPLICIT; CREATE CAST (mood AS int) WITH FUNCTION s.f(mood);"
            " CREATE CAST (xid AS oid) WITHOUT FUNCTION AS ASSIGNMENT; COMMENT ON CAST (mood AS integer) IS 'c';"
            " CREATE COLLATION s.a (PROVIDER = icu, LOCALE = 'de', DETERMINISTIC = false, RULES = '&a < b');"
            " CREATE COLLATION b (LC_COLLATE = 'C', LC_CTYPE = 'POSIX'); COMMENT ON COLLATION b IS 'c';"
        ),
        (
            '[Cast("text", "mood", in_out=True, context="implicit"), Cast("mood", "integer", function="s.f(mood)",'
            ' comment="c"), Cast("xid", "oid", context="assignment"), Collation("a", "de", deterministic=False,'
            ' icu_rules="&a < b", schema="s"), Collation("b", "C", provider="libc", lc_ctype="POSIX", comment="c")]'
        ),
    ),
    "operators": (
        (
            "CREATE OPERATOR s.=== (LEFTARG = int, RIGHTARG = s.m[], FUNCTION = s.f, COMMUTATOR = OPERATOR(s.===),"
            " NEGATOR = !==, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES = true);"
            " CREATE OPERATOR @#@ (RIGHTARG = int, PROCEDURE = f); COMMENT ON OPERATOR @#@ (NONE, int) IS 'c';"
        ),
        (
            '[Operator("===", left="integer", right="s.m[]", function="s.f", commutator="OPERATOR(s.===)",'
            ' negator="!==", restrict="eqsel", join="eqjoinsel", hashes=True, merges=True, schema="s"),'
            ' Operator("@#@", right="integer", function="f", comment="c")]'
        ),
    ),
    "foreign data": (
        (
            "CREATE FOREIGN DATA WRAPPER w NO HANDLER VALIDATOR s.v OPTIONS (a 'x');"
            " COMMENT ON FOREIGN DATA WRAPPER w IS 'c';"
            " CREATE SERVER films TYPE 't' VERSION '1' FOREIGN DATA WRAPPER w OPTIONS (host 'x');"
            " COMMENT ON SERVER films IS 'd'; GRANT USAGE ON FOREIGN SERVER films TO app;"
            " GRANT USAGE ON FOREIGN DATA WRAPPER w TO app;"
            " CREATE USER MAPPING FOR PUBLIC SERVER films OPTIONS (user 'u');"
            " CREATE FOREIGN TABLE f (a int OPTIONS (column_name 'b') NOT NULL DEFAULT 1, b text COLLATE \"C\")"
            " SERVER films OPTIONS (table_name 'g'); GRANT SELECT ON f TO app; COMMENT ON FOREIGN TABLE f IS 'e';"
            " COMMENT ON COLUMN f.b IS 'h';"
        ),
        (
            '[ForeignDataWrapper("w", validator="s.v", options={"a": "x"}, comment="c",'
            ' grants=[Grant("usage", to="app")]), ForeignServer("films", "w", type="t", version="1",'
            ' options={"host": "x"}, comment="d",'
            ' grants=[Grant("usage", to="app")]), UserMapping("public", "films", options={"user": "u"}),'
            ' ForeignTable("f", "films", columns=[ForeignColumn("a", integer, not_null=True, default=1,'
            ' options={"column_name": "b"}), ForeignColumn("b", text, collation="C")], options={"table_name": "g"},'
            ' grants=[Grant("select", to="app")], comment="e", column_comments={"b": "h"})]'
        ),
    ),
    "roles": (
        (
            "CREATE ROLE g NOINHERIT CREATEDB CREATEROLE BYPASSRLS; CREATE USER u IN ROLE g CONNECTION LIMIT 3;"
            " GRANT g, pg_monitor TO h; CREATE ROLE h SUPERUSER REPLICATION; COMMENT ON ROLE g IS 'c';"
        ),
        (
            '[Role("g", managed=True, inherit=False, create_database=True, create_role=True,'
            ' bypasses_row_security=True, comment="c"), Role("u", managed=True, login=True, connection_limit=3,'
            ' member_of="g"), Role("h", managed=True, superuser=True, replication=True,'
            ' member_of=["g", "pg_monitor"])]'
        ),
    ),
    "partitions": (
        (
            "CREATE TABLE s.half PARTITION OF u FOR VALUES FROM (1, minvalue) TO (10, 'x'::text) PARTITION BY LIST (b);"
            ' CREATE TABLE u (a int, b text) PARTITION BY RANGE (a, lower(b) COLLATE "C" text_ops);'
            " CREATE TABLE c PARTITION OF s.half (CONSTRAINT k CHECK (a > 0)) FOR VALUES IN ('q', NULL);"
            " CREATE UNLOGGED TABLE rest PARTITION OF u DEFAULT WITH (fillfactor = 70);"
            " CREATE TABLE v (a int) PARTITION BY HASH (a);"
            " CREATE TABLE v0 PARTITION OF v FOR VALUES WITH (MODULUS 1, REMAINDER 0);"
            " CREATE INDEX i ON c (b); ALTER TABLE rest ENABLE ROW LEVEL SECURITY; GRANT SELECT ON s.half TO app;"
            " CREATE POLICY p ON rest FOR SELECT TO app USING (a > 0); COMMENT ON TABLE v0 IS 'all';"
        ),
        (
            '[Table("u", row_security=False, columns=[Column("a", integer), Column("b", text)],'
            ' partition_by=PartitionKey(sql("RANGE (a, (lower(b)) COLLATE \\"C\\" text_ops)")), partitions=['
            'Partition("half", values_from((1, None), to=(10, sql("\'x\'::text"))), schema="s", row_security=False,'
            ' partition_by=by_list("b"), grants=[Grant("select", to="app")], partitions=[Partition("c",'
            ' values_in("q", None), schema="public", row_security=False, constraints=[Check("a > 0", name="k")],'
            ' indexes=[Index("b", name="i")])]), Partition("rest", row_security=True, unlogged=True,'
            ' parameters={"fillfactor": 70}, policies=[Policy("p", "select", to="app", using="a > 0")])]),'
            ' Table("v", row_security=False, columns=[Column("a", integer)], partition_by=by_hash("a"), partitions=['
            'Partition("v0", values_modulo(1, remainder=0), row_security=False, comment="all")])]'
        ),
    ),
    "names of not null": (
        "CREATE TABLE u (a int CONSTRAINT a_there NOT NULL, b int NOT NULL);",
        (
            'Table("u", row_security=False, columns=[Column("a", integer, not_null=True, not_null_name="a_there"),'
            ' Column("b", integer, not_null=True)])'
        ),
    ),
    "marks on indexes": (
        (
            "CREATE TABLE u (a int CONSTRAINT k PRIMARY KEY); ALTER TABLE u CLUSTER ON k,"
            " REPLICA IDENTITY USING INDEX k;"
            " CREATE TABLE v (a int); ALTER TABLE v REPLICA IDENTITY FULL; CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;"
            " CREATE INDEX i ON m (a); ALTER MATERIALIZED VIEW m CLUSTER ON i;"
        ),
        (
            '[Table("u", row_security=False, columns=[Column("a", integer)], constraints=[PrimaryKey("a", name="k")],'
            ' cluster_on="k", replica_identity_index="k"), Table("v", row_security=False,'
            ' columns=[Column("a", integer)], replica_identity="full"),'
            ' MaterializedView("m", "SELECT 1 AS a", indexes=[Index("a", name="i")],'
            ' cluster_on="i")]'
        ),
    ),
    "a policy without a condition": (
        "CREATE TABLE u (a int); CREATE POLICY p ON u FOR SELECT;",
        (
            'Table("u", row_security=False, columns=[Column("a", integer)],'
            ' policies=[Policy("p", "select", to="public", conditional=False)])'
        ),
    ),
    "text search": (
        (
            "CREATE TEXT SEARCH DICTIONARY s.d (TEMPLATE = snowball, Language = 'german', StopWords = german);"
            ' CREATE TEXT SEARCH CONFIGURATION c (PARSER = "default");'
            " ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR word, asciiword WITH s.d, simple;"
            " ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR email WITH simple;"
            " COMMENT ON TEXT SEARCH CONFIGURATION c IS 'c'; COMMENT ON TEXT SEARCH DICTIONARY s.d IS 'd';"
        ),
        (
            '[TextSearchDictionary("d", "snowball", options={"language": "german", "stopwords": "german"}, schema="s",'
            ' comment="d"), TextSearchConfiguration("c", mappings={"word": ["s.d", "simple"], "asciiword": ["s.d",'
            ' "simple"], "email": "simple"}, comment="c")]'
        ),
    ),
    "aggregates": (
        (
            "CREATE AGGREGATE a(x int) (SFUNC = int4pl, STYPE = int, INITCOND = '0', SORTOP = <, PARALLEL = SAFE);"
            ' CREATE AGGREGATE s.b(float8 ORDER BY VARIADIC "any") (SFUNC = f, STYPE = internal, FINALFUNC = s.g,'
            " FINALFUNC_EXTRA, FINALFUNC_MODIFY = SHAREABLE, SSPACE = 7, HYPOTHETICAL);"
            " CREATE AGGREGATE n(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = 0); COMMENT ON AGGREGATE n(*) IS 'c';"
        ),
        (
            '[Aggregate("a", "x integer", state_function="int4pl", state_type="integer", initial="0",'
            ' sort_operator="<", parallel="safe"),'
            ' Aggregate("b", "float8", order_by=\'VARIADIC "any"\', state_function="f",'
            ' state_type="internal", final_function="s.g", final_extra=True, final_modify="shareable", state_space=7,'
            ' hypothetical=True, schema="s"), Aggregate("n", state_function="int8inc", state_type="bigint",'
            ' initial="0", comment="c")]'
        ),
    ),
    "event triggers": (
        (
            "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
            " CREATE EVENT TRIGGER e ON sql_drop WHEN TAG IN ('DROP TABLE', 'DROP VIEW') EXECUTE FUNCTION f();"
            " COMMENT ON EVENT TRIGGER e IS 'c';"
        ),
        (
            '[Function("f", returns="event_trigger", body=sql("BEGIN END")), EventTrigger("e",'
            ' Function("f", returns="event_trigger"), event="sql_drop", tags=["DROP TABLE", "DROP VIEW"], comment="c")]'
        ),
    ),
    "publications": (
        (
            "CREATE PUBLICATION p FOR TABLE notes (id) WHERE (id > 1) WITH (publish = 'insert, delete');"
            " CREATE PUBLICATION q WITH (publish_via_partition_root);"
            " ALTER PUBLICATION q ADD TABLE notes, TABLES IN SCHEMA s; COMMENT ON PUBLICATION q IS 'c';"
        ),
        (
            '[Publication("p", [PublishedTable(notes, columns=["id"], where="id > 1")],'
            ' operations=["insert", "delete"]),'
            ' Publication("q", [notes], schemas=["s"], via_partition_root=True, comment="c")]'
        ),
    ),
    "a domain": (
        "CREATE DOMAIN d AS varchar(9) COLLATE \"C\" DEFAULT 'a' NOT NULL CONSTRAINT c CHECK (value <> 'b');",
        (
            'Domain("d", varchar(9), collation="C", default=sql("\'a\'"), not_null=True,'
            ' check=[Check("value <> \'b\'", name="c")])'
        ),
    ),
    "a function": (
        (
            "CREATE OR REPLACE FUNCTION f(a int, OUT b text, VARIADIC c text[] DEFAULT '{}') RETURNS text"
            " LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER PARALLEL SAFE COST 7"
            " SET search_path TO s, public SET work_mem = '8MB'"
            " AS $x$ BEGIN b := 'it''s'; END $x$; GRANT EXECUTE ON FUNCTION f TO app;"
        ),
        (
            'Function("f", arguments="a int, OUT b text, VARIADIC c text[] DEFAULT \'{}\'", returns="text",'
            " body=sql(\" BEGIN b := 'it''s'; END \"), volatility=\"stable\", strict=True, security_definer=True,"
            ' parallel="safe", cost=7, set={"search_path": "s, public", "work_mem": "8MB"},'
            ' grants=[Grant("execute", to="app")])'
        ),
    ),
    "a result of several rows": (
        "CREATE FUNCTION f() RETURNS SETOF bigint LANGUAGE sql ROWS 5 AS 'SELECT 1';",
        'Function("f", returns="SETOF bigint", language="sql", rows=5, body=sql("SELECT 1"))',
    ),
    "a body in the syntax of the standard": (
        "CREATE FUNCTION f(a int) RETURNS int RETURN (a + 1);",
        'Function("f", arguments="a int", returns="int", language="sql", body="RETURN (a + 1)")',
    ),
    "a procedure": (
        "CREATE PROCEDURE p(INOUT a int) LANGUAGE sql BEGIN ATOMIC SELECT a; END; COMMENT ON PROCEDURE p(int) IS 'c';",
        'Procedure("p", arguments="INOUT a int", language="sql", body="BEGIN ATOMIC SELECT a; END", comment="c")',
    ),
    "a view": (
        (
            "CREATE VIEW v (a, b) WITH (security_invoker, security_barrier = on) AS SELECT 1, ';' -- why\n"
            " WITH LOCAL CHECK OPTION; COMMENT ON COLUMN v.b IS 'c'; COMMENT ON VIEW v IS 'd';"
        ),
        (
            'View("v", "SELECT 1, \';\' -- why", columns=["a", "b"], security_invoker=True, security_barrier=True,'
            ' check_option="local", column_comments={"b": "c"}, comment="d")'
        ),
    ),
    "a recursive view": (
        "CREATE RECURSIVE VIEW v (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM v WHERE n < 3;",
        'View("v", "SELECT 1 UNION ALL SELECT n + 1 FROM v WHERE n < 3", columns=["n"], recursive=True)',
    ),
    "triggers and rules of a view": (
        (
            "CREATE VIEW v AS SELECT id FROM notes;"
            " CREATE TRIGGER g INSTEAD OF UPDATE ON v FOR EACH ROW EXECUTE FUNCTION f();"
            " CREATE RULE r AS ON DELETE TO v WHERE (old.id > 1) DO INSTEAD NOTHING; COMMENT ON RULE r ON v IS 'c';"
        ),
        (
            'View("v", "SELECT id FROM notes",'
            ' triggers=[Trigger("g", Function("f"), timing="instead of", events="update")],'
            ' rules=[RewriteRule("r", "delete", "NOTHING", where="old.id > 1", instead=True, comment="c")])'
        ),
    ),
    "a materialized view": (
        (
            "CREATE MATERIALIZED VIEW m WITH (fillfactor = 70) AS SELECT 1 AS a WITH NO DATA;"
            " CREATE UNIQUE INDEX ON m (a); GRANT SELECT ON m TO app WITH GRANT OPTION;"
        ),
        (
            'MaterializedView("m", "SELECT 1 AS a", parameters={"fillfactor": 70}, with_data=False,'
            ' indexes=[Index("a", unique=True)], grants=[Grant("select", to="app", grant_option=True)])'
        ),
    ),
    "a table": (
        """
        CREATE TABLE t (
            a bigint GENERATED BY DEFAULT AS IDENTITY CONSTRAINT k PRIMARY KEY,
            b numeric(10, 2) NOT NULL DEFAULT 0 CHECK (b >= 0),
            c text COLLATE "C" UNIQUE,
            d bigint REFERENCES notes ON DELETE CASCADE ON UPDATE SET NULL,
            e int GENERATED ALWAYS AS (b * 2) STORED,
            f text[] DEFAULT '{}',
            CONSTRAINT u UNIQUE NULLS NOT DISTINCT (b, c) INCLUDE (d) DEFERRABLE INITIALLY DEFERRED,
            FOREIGN KEY (a) REFERENCES notes (id) MATCH FULL,
            EXCLUDE USING btree (c WITH =) WHERE (b > 1)
        ) WITH (fillfactor = 70);
        COMMENT ON TABLE t IS 'c';
        COMMENT ON COLUMN t.f IS 'it''s';
        COMMENT ON CONSTRAINT u ON t IS 'u';
        """,
        """Table("t", columns=[
            Column("a", bigint, identity="by default"),
            Column("b", numeric(10, 2), not_null=True, default=sql("0")),
            Column("c", text, collation="C"),
            Column("d", bigint),
            Column("e", integer, generated="b * 2"),
            Column("f", array(text), default=sql("'{}'"), comment="it's"),
        ], constraints=[
            PrimaryKey("a", name="k"),
            Check("b >= 0"),
            Unique("c"),
            ForeignKey("d", Reference("notes"), on_delete="cascade", on_update="set null"),
            Unique(["b", "c"], name="u", nulls_not_distinct=True, include=["d"], initially_deferred=True, comment="u"),
            ForeignKey("a", Reference("notes", "id"), match_full=True),
            Exclusion([("c", "=")], method="btree", where="b > 1"),
        ], parameters={"fillfactor": 70}, comment="c", row_security=False)""",
    ),
    "the states of triggers and rules": (
        """
        CREATE TABLE t (a int);
        CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION s.f();
        CREATE TRIGGER h BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION s.f();
        CREATE TRIGGER i BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION s.f();
        CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
        ALTER TABLE t ENABLE ALWAYS TRIGGER g, ENABLE REPLICA TRIGGER h, DISABLE TRIGGER i, DISABLE RULE r;
        """,
        """Table("t", columns=[Column("a", integer)], row_security=False,
            triggers=[Trigger(name, Function("f", schema="s"), timing="before", events=["insert"], enabled=state)
                      for name, state in (("g", "always"), ("h", "replica"), ("i", "disabled"))],
            rules=[RewriteRule("r", "delete", "NOTHING", instead=True, enabled="disabled")])""",
    ),
    "the state of an event trigger": (
        "CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION s.f(); ALTER EVENT TRIGGER e ENABLE REPLICA;",
        'EventTrigger("e", Function("f", schema="s", returns="event_trigger"), event="sql_drop", enabled="replica")',
    ),
    "comments on parts": (
        """
        CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0);
        COMMENT ON CONSTRAINT c ON DOMAIN d IS 'it''s';
        """,
        'Domain("d", integer, check=[Check("value > 0", name="c", comment="it\'s")])',
    ),
    "a comment on a sequence": (
        "CREATE SEQUENCE q; COMMENT ON SEQUENCE q IS 'c';",
        'Sequence("q", comment="c")',
    ),
    "the parts of a table": (
        """
        CREATE TABLE t (a int, b text);
        CREATE INDEX CONCURRENTLY i ON t USING btree (lower(b) DESC NULLS LAST, a) INCLUDE (b) WHERE a > 0;
        CREATE POLICY p ON t AS RESTRICTIVE FOR UPDATE TO app, PUBLIC USING (a > 0) WITH CHECK (a > 1);
        CREATE POLICY q ON t USING (b = 'x');
        CREATE TRIGGER g BEFORE INSERT OR UPDATE OF a ON t FOR EACH ROW WHEN (new.a > 1) EXECUTE FUNCTION s.f('x', 1);
        ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        GRANT SELECT (a), INSERT ON t TO app;
        REVOKE ALL ON t FROM PUBLIC;
        COMMENT ON INDEX i IS 'i'; COMMENT ON POLICY p ON t IS 'p'; COMMENT ON TRIGGER g ON t IS 'g';
        """,
        """Table("t", columns=[Column("a", integer), Column("b", text)],
            indexes=[Index([descending(sql("lower(b)"), nulls_first=False), "a"], name="i", include="b", where="a > 0",
                           comment="i")],
            policies=[
                Policy("p", "update", to=["app", "public"], using="a > 0", check="a > 1", permissive=False,
                       comment="p"),
                Policy("q", to="public", using="b = 'x'"),
            ],
            triggers=[Trigger("g", Function("f", schema="s"), timing="before", events=["insert", "update"],
                              update_of="a", when="new.a > 1", arguments=["x", 1], comment="g")],
            row_security=True, force_row_security=True,
            grants=[Grant("select", to="app", columns="a"), Grant("insert", to="app")])""",
    ),
}


def load(folder: Path, **files: str) -> Catalog:
    """Load definitions from files; `app_sql` is the file app.sql."""
    root = folder / "definitions"
    root.mkdir(exist_ok=True)
    for name, text in files.items():
        stem, _, suffix = name.rpartition("_")
        (root / f"{stem}.{suffix}").write_text(text, "utf-8")
    return load_definitions(root, PLATFORM)
