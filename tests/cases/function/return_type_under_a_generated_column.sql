-- a
CREATE FUNCTION size(body text) RETURNS int LANGUAGE sql IMMUTABLE AS $x$SELECT length(body)::int$x$;
CREATE TABLE t (
    id int PRIMARY KEY,
    body text NOT NULL,
    size bigint NOT NULL GENERATED ALWAYS AS (size(body)) STORED,
    CONSTRAINT short CHECK (size < 100)
);
COMMENT ON COLUMN t.size IS 'Its size.';
CREATE INDEX by_size ON t (size DESC) INCLUDE (id);
CREATE STATISTICS s ON size, id FROM t;
ALTER TABLE t ALTER size SET STATISTICS 70;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (size > 1 AND size(body) > 1);
GRANT SELECT (size) ON t TO schema_dsl_cases_reader;
CREATE VIEW v AS SELECT id, size FROM t;
CREATE MATERIALIZED VIEW m AS SELECT size, count(*) FROM v GROUP BY size;
CREATE UNIQUE INDEX m_size ON m (size);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $x$BEGIN RETURN NEW; END$x$;
CREATE TRIGGER touching AFTER UPDATE OF body ON t FOR EACH ROW WHEN (OLD.size <> NEW.size) EXECUTE FUNCTION touch();

-- b
CREATE FUNCTION size(body text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $x$SELECT length(body)::bigint$x$;
CREATE TABLE t (
    id int PRIMARY KEY,
    body text NOT NULL,
    size bigint NOT NULL GENERATED ALWAYS AS (size(body)) STORED,
    CONSTRAINT short CHECK (size < 100)
);
COMMENT ON COLUMN t.size IS 'Its size.';
CREATE INDEX by_size ON t (size DESC) INCLUDE (id);
CREATE STATISTICS s ON size, id FROM t;
ALTER TABLE t ALTER size SET STATISTICS 70;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (size > 1 AND size(body) > 1);
GRANT SELECT (size) ON t TO schema_dsl_cases_reader;
CREATE VIEW v AS SELECT id, size FROM t;
CREATE MATERIALIZED VIEW m AS SELECT size, count(*) FROM v GROUP BY size;
CREATE UNIQUE INDEX m_size ON m (size);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $x$BEGIN RETURN NEW; END$x$;
CREATE TRIGGER touching AFTER UPDATE OF body ON t FOR EACH ROW WHEN (OLD.size <> NEW.size) EXECUTE FUNCTION touch();

-- rows
INSERT INTO t VALUES (1, 'a'), (2, 'bb');
