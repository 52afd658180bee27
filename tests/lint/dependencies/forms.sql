-- Kinds of relations, privileges, forms of triggers, publications and statistics
COMMENT ON COLUMN acc.nosuch IS 'x'; -- refused
COMMENT ON COLUMN acc.email IS 'x';
COMMENT ON CONSTRAINT ord_state ON ord IS 'x';
COMMENT ON CONSTRAINT nosuch ON ord IS 'x'; -- refused
COMMENT ON TRIGGER acc_touch ON acc IS 'x';
COMMENT ON TRIGGER acc_touch ON ord IS 'x'; -- refused
COMMENT ON POLICY own ON ord IS 'x';
COMMENT ON POLICY own ON acc IS 'x'; -- refused
COMMENT ON RULE acc_rule ON acc_v IS 'x';
COMMENT ON FUNCTION add1(int) IS 'x';
COMMENT ON FUNCTION add1(text) IS 'x'; -- refused
COMMENT ON FUNCTION add1 IS 'x';
COMMENT ON FUNCTION proc(int) IS 'x'; -- refused
COMMENT ON PROCEDURE proc(int) IS 'x';
COMMENT ON AGGREGATE summed(int) IS 'x';
COMMENT ON FUNCTION summed(int) IS 'x';
COMMENT ON VIEW acc IS 'x'; -- refused
COMMENT ON TABLE acc_v IS 'x'; -- refused
COMMENT ON MATERIALIZED VIEW acc_m IS 'x';
COMMENT ON VIEW acc_m IS 'x'; -- refused
COMMENT ON TYPE mood IS 'x';
COMMENT ON DOMAIN pos IS 'x';
COMMENT ON TYPE acc IS 'x';
COMMENT ON SEQUENCE sq IS 'x';
COMMENT ON SEQUENCE acc IS 'x'; -- refused
COMMENT ON INDEX ord_acc IS 'x';
COMMENT ON INDEX acc IS 'x'; -- refused
COMMENT ON STATISTICS ord_stats IS 'x';
COMMENT ON PUBLICATION pub IS 'x';
COMMENT ON COLLATION german IS 'x';
COMMENT ON SCHEMA app IS 'x';
COMMENT ON ROLE reader_e IS 'x';
COMMENT ON COLUMN pair.x IS 'x';
COMMENT ON COLUMN pair.z IS 'x'; -- refused
ALTER PUBLICATION pub ADD TABLE ord;
ALTER PUBLICATION pub ADD TABLE acc_v; -- refused
ALTER PUBLICATION pub DROP TABLE acc;
CREATE PUBLICATION pub2 FOR TABLE acc (email);
CREATE PUBLICATION pub2 FOR TABLE acc (nosuch); -- refused
CREATE PUBLICATION pub2 FOR TABLE ord WHERE (total > 1);
CREATE PUBLICATION pub2 FOR TABLE acc_m; -- refused
DROP PUBLICATION pub;
CREATE STATISTICS st2 ON nosuch, state FROM ord; -- refused
CREATE STATISTICS st2 ON state FROM ord; -- refused
CREATE STATISTICS st2 ON state, state FROM ord; -- refused
CREATE STATISTICS st2 ON acc_id, state FROM acc_v; -- refused
CREATE STATISTICS st2 ON (lower(state)) FROM ord;
ALTER STATISTICS ord_stats SET STATISTICS 20000;
CREATE SEQUENCE sq; -- refused
CREATE SEQUENCE s2 OWNED BY acc.id;
CREATE SEQUENCE s2 OWNED BY acc.nosuch; -- refused
CREATE SEQUENCE s2 OWNED BY acc_v.id;
CREATE SEQUENCE s2 AS text; -- refused
CREATE SEQUENCE s2 INCREMENT 0; -- refused
CREATE SEQUENCE s2 MINVALUE 5 START 3; -- refused
ALTER SEQUENCE sq OWNED BY ord.id;
SELECT nextval('sq');
SELECT setval('acc_id_seq', 5);
SELECT pg_get_serial_sequence('acc', 'id');
SELECT 'acc'::regclass;
SELECT 'add1'::regproc;
SELECT 'add1(int)'::regprocedure;
SELECT 'mood'::regtype;
SELECT 'reader_e'::regrole;
GRANT SELECT ON acc TO reader_e;
GRANT SELECT (nosuch) ON acc TO reader_e; -- refused
GRANT SELECT (email) ON acc TO reader_e;
GRANT USAGE ON acc TO reader_e; -- refused
GRANT USAGE ON SEQUENCE sq TO reader_e;
GRANT SELECT ON SEQUENCE sq TO reader_e;
GRANT INSERT ON SEQUENCE sq TO reader_e; -- refused
GRANT INSERT ON sq TO reader_e;
GRANT EXECUTE ON FUNCTION add1(int) TO reader_e;
GRANT EXECUTE ON FUNCTION add1 TO reader_e;
GRANT EXECUTE ON FUNCTION add1(text) TO reader_e; -- refused
GRANT EXECUTE ON FUNCTION proc(int) TO reader_e; -- refused
GRANT EXECUTE ON PROCEDURE proc(int) TO reader_e;
GRANT EXECUTE ON ROUTINE proc(int) TO reader_e;
GRANT SELECT ON FUNCTION add1(int) TO reader_e; -- refused
GRANT USAGE ON TYPE mood TO reader_e;
GRANT USAGE ON DOMAIN pos TO reader_e;
GRANT USAGE ON SCHEMA app TO reader_e;
GRANT SELECT ON SCHEMA app TO reader_e; -- refused
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON TABLES TO reader_e; -- refused
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO reader_e;
CREATE RULE r AS ON INSERT TO acc DO INSTEAD NOTHING;
CREATE RULE r AS ON INSERT TO acc WHERE NEW.nosuch = 1 DO NOTHING; -- refused
CREATE RULE r AS ON INSERT TO acc WHERE NEW.email = 'x' DO NOTHING;
CREATE RULE r AS ON INSERT TO acc_m DO INSTEAD NOTHING; -- refused
CREATE RULE acc_rule AS ON DELETE TO acc_v DO INSTEAD NOTHING; -- refused
DROP RULE nosuch ON acc_v; -- refused
DROP RULE acc_rule ON acc; -- refused
DROP TRIGGER acc_touch ON ord; -- refused
DROP TRIGGER acc_touch ON acc;
CREATE TRIGGER acc_touch AFTER INSERT ON acc FOR EACH ROW EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x BEFORE INSERT ON acc_v FOR EACH ROW EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x INSTEAD OF INSERT ON acc_v FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER x INSTEAD OF INSERT ON acc FOR EACH ROW EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x INSTEAD OF INSERT ON acc_v FOR EACH STATEMENT EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x AFTER INSERT ON acc_m FOR EACH STATEMENT EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x BEFORE UPDATE OF nosuch ON acc FOR EACH ROW EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x BEFORE UPDATE OF email, email ON acc FOR EACH ROW EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x BEFORE INSERT ON acc FOR EACH ROW WHEN (OLD.email = 'x') EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x BEFORE DELETE ON acc FOR EACH ROW WHEN (NEW.email = 'x') EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x BEFORE INSERT ON acc FOR EACH STATEMENT WHEN (NEW.email = 'x') EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x BEFORE INSERT ON acc FOR EACH ROW WHEN (NEW.doubled = 6) EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x AFTER INSERT ON acc FOR EACH ROW WHEN (NEW.doubled = 6) EXECUTE FUNCTION touch();
CREATE TRIGGER x AFTER INSERT ON acc FOR EACH ROW WHEN (NEW.email) EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x AFTER INSERT ON acc FOR EACH ROW WHEN (EXISTS (SELECT 1)) EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x AFTER TRUNCATE ON acc FOR EACH ROW EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x AFTER TRUNCATE ON acc FOR EACH STATEMENT EXECUTE FUNCTION touch();
CREATE TRIGGER x AFTER INSERT ON acc FOR EACH ROW EXECUTE FUNCTION add1(1); -- refused
CREATE TRIGGER x AFTER INSERT ON acc FOR EACH ROW EXECUTE FUNCTION add1(); -- refused
CREATE TRIGGER x AFTER INSERT ON acc FOR EACH ROW EXECUTE FUNCTION nosuch(); -- refused
CREATE TRIGGER x AFTER INSERT OR UPDATE ON acc REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x AFTER INSERT ON acc REFERENCING OLD TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x BEFORE INSERT ON acc REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x AFTER UPDATE OF email ON acc REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x AFTER INSERT ON ev REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION touch();
CREATE TRIGGER x AFTER INSERT ON ev REFERENCING NEW TABLE AS n FOR EACH ROW EXECUTE FUNCTION touch(); -- refused
CREATE TRIGGER x AFTER INSERT ON ev_25 REFERENCING NEW TABLE AS n FOR EACH ROW EXECUTE FUNCTION touch(); -- refused
CREATE CONSTRAINT TRIGGER x AFTER INSERT ON acc DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE acc ENABLE TRIGGER nosuch; -- refused
ALTER TABLE acc DISABLE TRIGGER acc_touch;
ALTER TABLE ord FORCE ROW LEVEL SECURITY;
ALTER TABLE acc_v ENABLE ROW LEVEL SECURITY; -- refused
CREATE POLICY own ON ord FOR SELECT USING (true); -- refused
CREATE POLICY p ON acc_v USING (true); -- refused
CREATE POLICY p ON ord USING (count(*) > 1); -- refused
CREATE POLICY p ON ord USING (state); -- refused
CREATE POLICY p ON ord USING (generate_series(1,2) = 1); -- refused
ALTER POLICY own ON ord WITH CHECK (true); -- refused
ALTER POLICY nosuch ON ord USING (true); -- refused
ALTER POLICY own ON ord RENAME TO own2;
DROP POLICY own ON acc; -- refused
CREATE DOMAIN d2 AS nosuch; -- refused
CREATE DOMAIN d2 AS pos CHECK (VALUE < 5);
CREATE DOMAIN d2 AS int CHECK (nosuch > 1); -- refused
CREATE DOMAIN d2 AS int DEFAULT 'x'; -- refused
ALTER DOMAIN pos DROP CONSTRAINT nosuch; -- refused
ALTER DOMAIN pos DROP CONSTRAINT pos_check;
ALTER DOMAIN pos ADD CONSTRAINT c CHECK (VALUE < 100);
ALTER DOMAIN pos ADD CONSTRAINT pos_check CHECK (VALUE < 100); -- refused
DROP DOMAIN pos; -- refused
DROP DOMAIN mood; -- refused
DROP TYPE pos; -- refused
DROP TYPE pair; -- refused
DROP TYPE mood; -- refused
ALTER TYPE mood ADD VALUE 'ok'; -- refused
ALTER TYPE mood ADD VALUE 'glad' BEFORE 'nosuch'; -- refused
ALTER TYPE mood ADD VALUE 'glad' AFTER 'sad';
ALTER TYPE mood RENAME VALUE 'nosuch' TO 'x'; -- refused
ALTER TYPE mood RENAME VALUE 'sad' TO 'ok'; -- refused
ALTER TYPE pair ADD ATTRIBUTE x int; -- refused
ALTER TYPE pair ADD ATTRIBUTE z int;
ALTER TYPE pair ALTER ATTRIBUTE x TYPE text; -- refused
CREATE TYPE acc AS (a int); -- refused
CREATE TYPE e2 AS ENUM ('a', 'a'); -- refused
CREATE TYPE r2 AS RANGE (subtype = pair);
CREATE TYPE r2 AS RANGE (subtype = float8);
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
CREATE CAST (int AS mood) WITH INOUT;
CREATE COLLATION c2 FROM "C";
ALTER TABLE acc ADD COLUMN c text COLLATE german;
ALTER TABLE acc ADD COLUMN c int COLLATE german; -- refused
CREATE INDEX ON acc (email COLLATE "C");
SELECT id COLLATE "C" FROM acc; -- refused
DROP COLLATION german;
DROP SCHEMA app; -- refused
DROP SCHEMA app CASCADE;
ALTER TABLE acc SET SCHEMA app;
ALTER FUNCTION add1(int) RENAME TO touch;
ALTER FUNCTION proc(int) STABLE; -- refused
ALTER PROCEDURE proc(int) SECURITY DEFINER;
ALTER ROUTINE proc(int) RENAME TO q;
ALTER FUNCTION nosuch(int) STABLE; -- refused
DROP FUNCTION proc(int); -- refused
DROP PROCEDURE add1(int); -- refused
DROP ROUTINE add1(int);
DROP AGGREGATE add1(int); -- refused
DROP FUNCTION summed(int); -- refused
DROP FUNCTION touch(); -- refused
CALL proc(1);
CALL proc(); -- refused
CALL add1(1); -- refused
SELECT proc(1); -- refused
SELECT summed(1);
SELECT summed(DISTINCT id) FROM ord; -- refused
MERGE INTO ord o USING acc a ON a.id = o.acc_id WHEN MATCHED THEN UPDATE SET state = a.email;
MERGE INTO ord o USING acc a ON a.id = o.acc_id WHEN MATCHED THEN UPDATE SET nosuch = 1; -- refused
MERGE INTO ord o USING acc a ON a.id = o.acc_id WHEN NOT MATCHED THEN INSERT (nosuch) VALUES (1); -- refused
MERGE INTO ord o USING acc a ON a.id = o.acc_id WHEN NOT MATCHED THEN INSERT (id, acc_id) VALUES (o.id, a.id); -- refused
MERGE INTO acc_m o USING acc a ON a.id = o.id WHEN MATCHED THEN DELETE; -- refused
TRUNCATE acc; -- refused
TRUNCATE acc, ord;
TRUNCATE acc CASCADE;
TRUNCATE acc_v; -- refused
ANALYZE acc (nosuch); -- refused
REFRESH MATERIALIZED VIEW acc_v; -- refused
REFRESH MATERIALIZED VIEW acc_m;
REFRESH MATERIALIZED VIEW CONCURRENTLY acc_m; -- refused
ALTER TABLE parent DROP COLUMN a; SELECT a FROM child; -- refused
ALTER TABLE child DROP COLUMN a; -- refused
ALTER TABLE child ALTER COLUMN a TYPE varchar; -- refused
ALTER TABLE child NO INHERIT parent;
ALTER TABLE child INHERIT parent; -- refused
ALTER TABLE parent INHERIT child; -- refused
ALTER TABLE acc INHERIT parent; -- refused
ALTER TABLE ev ATTACH PARTITION acc FOR VALUES FROM ('2026-01-01') TO ('2027-01-01'); -- refused
ALTER TABLE ev DETACH PARTITION ev_25;
ALTER TABLE ev DETACH PARTITION acc; -- refused
CREATE TABLE ev_x PARTITION OF ev FOR VALUES FROM ('2025-06-01') TO ('2025-07-01'); -- refused
CREATE TABLE ev_x PARTITION OF acc FOR VALUES FROM ('2025-06-01') TO ('2025-07-01'); -- refused
CREATE UNIQUE INDEX ON ev (id); -- refused
ALTER TABLE ev ADD UNIQUE (kind); -- refused
ALTER TABLE ev ALTER COLUMN at DROP NOT NULL; -- refused
ALTER TABLE ev DROP COLUMN at; -- refused
ALTER TABLE ev ALTER COLUMN at TYPE timestamptz; -- refused
ALTER TABLE ord ADD CONSTRAINT f FOREIGN KEY (state) REFERENCES acc (email);
ALTER TABLE ord ADD CONSTRAINT f FOREIGN KEY (state) REFERENCES acc (note); -- refused
ALTER TABLE ord ADD CONSTRAINT f FOREIGN KEY (state) REFERENCES acc (id); -- refused
ALTER TABLE ord ADD CONSTRAINT f FOREIGN KEY (id, acc_id) REFERENCES acc (id); -- refused
ALTER TABLE ord ADD CONSTRAINT f FOREIGN KEY (acc_id) REFERENCES acc_v (id); -- refused
ALTER TABLE ord ADD CONSTRAINT f FOREIGN KEY (nosuch) REFERENCES acc; -- refused
ALTER TABLE ord ADD CONSTRAINT ord_state CHECK (true); -- refused
ALTER TABLE ord ADD CONSTRAINT x UNIQUE (nosuch); -- refused
ALTER TABLE ord ADD PRIMARY KEY (acc_id); -- refused
ALTER TABLE ord ADD CONSTRAINT x CHECK (total > (SELECT 1)); -- refused
ALTER TABLE ord ADD CONSTRAINT x CHECK (sum(total) > 1); -- refused
ALTER TABLE ord ADD CONSTRAINT x CHECK (total); -- refused
ALTER TABLE ord ADD CONSTRAINT x EXCLUDE USING gist (state WITH =); -- refused
ALTER TABLE ord ADD CONSTRAINT x EXCLUDE USING gist (total WITH &&); -- refused
ALTER TABLE ord ADD CONSTRAINT x EXCLUDE (state WITH =);
ALTER TABLE ord ALTER CONSTRAINT ord_acc_id_fkey DEFERRABLE;
ALTER TABLE ord VALIDATE CONSTRAINT nosuch; -- refused
ALTER TABLE ord RENAME CONSTRAINT ord_state TO ord_pkey; -- refused
ALTER TABLE ord RENAME CONSTRAINT ord_state TO ord_total_check; -- refused
ALTER TABLE ord REPLICA IDENTITY USING INDEX ord_part; -- refused
ALTER TABLE ord REPLICA IDENTITY USING INDEX ord_acc; -- refused
ALTER TABLE ord REPLICA IDENTITY USING INDEX ord_pkey;
ALTER TABLE ord REPLICA IDENTITY FULL;
ALTER TABLE ord SET (fillfactor = 70);
CREATE INDEX ON ord USING gin (state); -- refused
CREATE INDEX ON ord USING gin (state gin_trgm_ops); -- refused
CREATE INDEX ON ord (state text_pattern_ops);
CREATE INDEX ON ord (total text_pattern_ops); -- refused
CREATE INDEX ON ord (state nosuch_ops); -- refused
CREATE INDEX ON ord (now()); -- refused
CREATE INDEX ON ord ((now())); -- refused
CREATE INDEX ON ord (id) WHERE now() > '2025-01-01'; -- refused
CREATE INDEX ON ord (id) INCLUDE (nosuch); -- refused
CREATE INDEX ON ord USING hash (id, state); -- refused
CREATE UNIQUE INDEX ON ord USING brin (id); -- refused
CREATE INDEX ON ord USING brin (id) INCLUDE (state); -- refused
CREATE INDEX ON acc USING gin (tags);
CREATE INDEX ON acc (p);
CREATE INDEX ON acc USING gin (p); -- refused
CREATE INDEX ON acc_v (id); -- refused
CREATE INDEX ON acc_m (id);
CREATE INDEX ord_acc ON ord (id); -- refused
CREATE OR REPLACE VIEW acc_v AS SELECT id FROM acc; -- refused
CREATE OR REPLACE VIEW acc_v AS SELECT id, email, at FROM acc;
CREATE OR REPLACE VIEW acc_v AS SELECT email, id FROM acc; -- refused
CREATE OR REPLACE VIEW acc_v AS SELECT id AS i, email FROM acc; -- refused
CREATE OR REPLACE VIEW acc AS SELECT 1; -- refused
CREATE VIEW v9 AS SELECT id, id FROM acc; -- refused
CREATE VIEW v9 (a) AS SELECT id, email FROM acc;
CREATE VIEW v9 (a, b, c) AS SELECT id, email FROM acc; -- refused
CREATE RECURSIVE VIEW v9 (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM v9 WHERE n < 5;
ALTER VIEW acc_v RENAME COLUMN nosuch TO x; -- refused
ALTER VIEW acc RENAME TO x; -- refused
ALTER TABLE acc_v RENAME TO x;
ALTER MATERIALIZED VIEW acc_v RENAME TO x; -- refused
CREATE TABLE z (LIKE acc INCLUDING ALL);
CREATE TABLE z (LIKE acc, email text); -- refused
CREATE TABLE z (a int, a text); -- refused
CREATE TABLE z (a int PRIMARY KEY, b int PRIMARY KEY); -- refused
CREATE TABLE z (a int, PRIMARY KEY (b)); -- refused
CREATE TABLE z (a int DEFAULT b, b int); -- refused
CREATE TABLE z (a int GENERATED ALWAYS AS (b) STORED, b int);
CREATE TABLE z (a text GENERATED ALWAYS AS IDENTITY); -- refused
CREATE TABLE z (a serial DEFAULT 5); -- refused
CREATE TABLE z (a serial, CHECK (a > 'x')); -- refused
CREATE TABLE z (a int) INHERITS (acc_v); -- refused
CREATE TABLE z (a int) PARTITION BY RANGE (b); -- refused
CREATE TABLE z (a json) PARTITION BY HASH (a); -- refused
CREATE TEMP TABLE z (a int REFERENCES acc); -- refused
CREATE TEMP TABLE public.z (a int); -- refused
CREATE UNLOGGED TABLE z (a bigint REFERENCES acc);
CREATE TABLE z OF pair;
CREATE TABLE z OF pair (PRIMARY KEY (x));
CREATE TABLE acc (a int); -- refused
CREATE TABLE IF NOT EXISTS acc (a int);
CREATE TABLE acc_v (a int); -- refused
