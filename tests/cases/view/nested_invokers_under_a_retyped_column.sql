-- a
CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, body text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t TO schema_dsl_cases_reader USING (n > 0) WITH CHECK (n > 1);
GRANT SELECT (id, n), UPDATE (n) ON t TO schema_dsl_cases_reader;
CREATE VIEW a WITH (security_invoker = true) AS SELECT id, n, body FROM t WHERE n > 0 WITH LOCAL CHECK OPTION;
COMMENT ON COLUMN a.n IS 'The number.';
GRANT SELECT (id, n) ON a TO schema_dsl_cases_reader WITH GRANT OPTION;
CREATE VIEW b WITH (security_barrier = true, security_invoker = true) AS SELECT id, n FROM a WITH CASCADED CHECK OPTION;
GRANT UPDATE (n), SELECT ON b TO schema_dsl_cases_writer;
CREATE VIEW c AS SELECT b.id, b.n + 1 AS next, a.body FROM a JOIN b USING (id);
CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS $x$BEGIN UPDATE b SET n = NEW.next - 1 WHERE id = NEW.id; RETURN NEW; END$x$;
CREATE TRIGGER putting INSTEAD OF UPDATE ON c FOR EACH ROW EXECUTE FUNCTION put();
COMMENT ON TRIGGER putting ON c IS 'Writes the base.';
GRANT UPDATE (next), SELECT (id) ON c TO schema_dsl_cases_writer;
CREATE RULE no_delete AS ON DELETE TO c DO INSTEAD NOTHING;

-- b
CREATE TABLE t (id int PRIMARY KEY, n bigint NOT NULL, body text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t TO schema_dsl_cases_reader USING (n > 0) WITH CHECK (n > 1);
GRANT SELECT (id, n), UPDATE (n) ON t TO schema_dsl_cases_reader;
CREATE VIEW a WITH (security_invoker = true) AS SELECT id, n, body FROM t WHERE n > 0 WITH LOCAL CHECK OPTION;
COMMENT ON COLUMN a.n IS 'The number.';
GRANT SELECT (id, n) ON a TO schema_dsl_cases_reader WITH GRANT OPTION;
CREATE VIEW b WITH (security_barrier = true, security_invoker = true) AS SELECT id, n FROM a WITH CASCADED CHECK OPTION;
GRANT UPDATE (n), SELECT ON b TO schema_dsl_cases_writer;
CREATE VIEW c AS SELECT b.id, b.n + 1 AS next, a.body FROM a JOIN b USING (id);
CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS $x$BEGIN UPDATE b SET n = NEW.next - 1 WHERE id = NEW.id; RETURN NEW; END$x$;
CREATE TRIGGER putting INSTEAD OF UPDATE ON c FOR EACH ROW EXECUTE FUNCTION put();
COMMENT ON TRIGGER putting ON c IS 'Writes the base.';
GRANT UPDATE (next), SELECT (id) ON c TO schema_dsl_cases_writer;
CREATE RULE no_delete AS ON DELETE TO c DO INSTEAD NOTHING;

-- rows
INSERT INTO t VALUES (1, 1, 'a'), (2, 7, NULL);
