-- a
CREATE TYPE kind AS ENUM ('a', 'x', 'b');
CREATE DOMAIN k AS kind NOT NULL DEFAULT 'b';
CREATE TYPE item AS (kind kind, n int);
CREATE FUNCTION make(k kind) RETURNS item LANGUAGE sql STABLE AS $x$SELECT ROW(k, 1)::item$x$;
CREATE FUNCTION items() RETURNS TABLE (i item, k k) LANGUAGE sql STABLE AS $x$SELECT make('a'), 'b'::k$x$;
CREATE TABLE t (id int PRIMARY KEY, k k, one kind NOT NULL DEFAULT 'b', n int);
CREATE VIEW v AS SELECT (i).kind, (i).n, k FROM items();
CREATE VIEW w AS SELECT t.id, (make(t.one)).n FROM t JOIN v ON v.kind = t.one;
GRANT SELECT ON w TO schema_dsl_cases_reader;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING ((make(one)).kind = 'b' AND k::kind <> 'a');
CREATE INDEX by_kind ON t (one, (k::kind)) WHERE one = 'b';

-- b
CREATE TYPE kind AS ENUM ('a', 'b', 'c');
CREATE DOMAIN k AS kind NOT NULL DEFAULT 'b';
CREATE TYPE item AS (kind kind, n bigint, note text);
CREATE FUNCTION make(k kind, note text DEFAULT '') RETURNS item LANGUAGE sql STABLE AS $x$SELECT ROW(k, 1, note)::item$x$;
CREATE FUNCTION items() RETURNS TABLE (i item, k k) LANGUAGE sql STABLE AS $x$SELECT make('a'), 'b'::k$x$;
CREATE TABLE t (id int PRIMARY KEY, k k, one kind NOT NULL DEFAULT 'b', n int);
CREATE VIEW v AS SELECT (i).kind, (i).n, k FROM items();
CREATE VIEW w AS SELECT t.id, (make(t.one)).n FROM t JOIN v ON v.kind = t.one;
GRANT SELECT ON w TO schema_dsl_cases_reader;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING ((make(one)).kind = 'b' AND k::kind <> 'a');
CREATE INDEX by_kind ON t (one, (k::kind)) WHERE one = 'b';

-- rows
INSERT INTO t (id) VALUES (1); INSERT INTO t VALUES (2, 'a', 'a', 3);
