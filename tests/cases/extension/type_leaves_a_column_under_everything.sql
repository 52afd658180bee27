-- a
CREATE EXTENSION citext;
CREATE TABLE t (id int PRIMARY KEY, email text NOT NULL UNIQUE, domain text GENERATED ALWAYS AS (lower(split_part(email::text, '@', 2))) STORED, CONSTRAINT at CHECK (email LIKE '%@%'));
CREATE INDEX by_email ON t (email, id) WHERE email <> 'x@x';
CREATE TABLE u (email text REFERENCES t (email) ON UPDATE CASCADE);
CREATE INDEX ON u (email);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (email = current_user::text);
CREATE VIEW v AS SELECT id, email, lower(email::text) AS lower FROM t;
CREATE FUNCTION find(e text) RETURNS SETOF v LANGUAGE sql STABLE AS $x$SELECT * FROM v WHERE email = e$x$;
CREATE MATERIALIZED VIEW m AS SELECT email, count(*) FROM u GROUP BY email;
CREATE UNIQUE INDEX ON m (email);

-- b
CREATE EXTENSION citext;
CREATE TABLE t (id int PRIMARY KEY, email citext NOT NULL UNIQUE, domain text GENERATED ALWAYS AS (lower(split_part(email::text, '@', 2))) STORED, CONSTRAINT at CHECK (email LIKE '%@%'));
CREATE INDEX by_email ON t (email, id) WHERE email <> 'x@x';
CREATE TABLE u (email citext REFERENCES t (email) ON UPDATE CASCADE);
CREATE INDEX ON u (email);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (email = current_user::text);
CREATE VIEW v AS SELECT id, email, lower(email::text) AS lower FROM t;
CREATE FUNCTION find(e citext) RETURNS SETOF v LANGUAGE sql STABLE AS $x$SELECT * FROM v WHERE email = e$x$;
CREATE MATERIALIZED VIEW m AS SELECT email, count(*) FROM u GROUP BY email;
CREATE UNIQUE INDEX ON m (email);

-- rows
INSERT INTO t VALUES (1, 'a@b'); INSERT INTO u VALUES ('a@b');
