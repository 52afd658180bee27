-- storage parameters
CREATE TABLE x (id int) WITH (fillfactr = 70); -- refused
CREATE TABLE x (id int) WITH (fillfactor = 70);
CREATE TABLE x (id int) WITH (fillfactor = 5); -- refused
CREATE TABLE x (id int) WITH (fillfactor = 101); -- refused
CREATE TABLE x (id int) WITH (fillfactor = 'abc'); -- refused
CREATE TABLE x (id int) WITH (autovacuum_enabled);
CREATE TABLE x (id int) WITH (autovacuum_enabled = maybe); -- refused
CREATE TABLE x (id int) WITH (autovacuum_enabled = off);
CREATE TABLE x (id int) WITH (toast.autovacuum_enabled = false);
CREATE TABLE x (id int) WITH (toast.fillfactor = 70); -- refused
CREATE TABLE x (id int) WITH (oids = true); -- refused
CREATE TABLE x (id int) WITH (oids = false);
CREATE TABLE x (id int) WITH (OIDS); -- refused
CREATE TABLE x (id int) WITH (parallel_workers = 2000); -- refused
CREATE TABLE x (id int) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.01);
CREATE TABLE x (id int) WITH (autovacuum_vacuum_scale_factor = -1); -- refused
CREATE TABLE x (id int) WITH (autovacuum_vacuum_scale_factor = 101); -- refused
CREATE TABLE x (id int) WITH (fillfactor = 70, fillfactor = 80); -- refused
CREATE TABLE x (id int) WITH (user_catalog_table = true);
CREATE TABLE x (id int) WITH ("Fillfactor" = 70); -- refused
CREATE TABLE x (id int) WITH (vacuum_truncate = false, vacuum_index_cleanup = auto);
CREATE TABLE x (id int) WITH (vacuum_index_cleanup = perhaps); -- refused
CREATE TABLE x (id int) WITH (toast_tuple_target = 100); -- refused
CREATE TABLE x (id int) WITH (log_autovacuum_min_duration = 0);
ALTER TABLE t SET (fillfactr = 70); -- refused
ALTER TABLE t SET (fillfactor = 9); -- refused
ALTER TABLE t SET (fillfactor = 90);
ALTER TABLE t RESET (fillfactr);
ALTER TABLE t RESET (fillfactor);
ALTER TABLE t SET (autovacuum_vacuum_treshold = 50); -- refused
ALTER TABLE t SET (autovacuum_vacuum_threshold = 50);
ALTER TABLE t SET (autovacuum_vacuum_cost_delay = 200); -- refused
ALTER TABLE t SET (autovacuum_freeze_max_age = 100); -- refused
ALTER INDEX t_name SET (fillfactor = 9); -- refused
ALTER INDEX t_name SET (fillfactor = 10);
ALTER INDEX t_name SET (fastupdate = on); -- refused
ALTER INDEX t_name SET (deduplicate_items = off);
CREATE INDEX ON t (name) WITH (fillfactor = 70);
CREATE INDEX ON t (name) WITH (fastupdate = on); -- refused
CREATE INDEX ON t USING gin (payload) WITH (fastupdate = off);
CREATE INDEX ON t USING gin (payload) WITH (fillfactor = 70); -- refused
CREATE INDEX ON t USING gin (payload) WITH (gin_pending_list_limit = 10); -- refused
CREATE INDEX ON t USING brin (id) WITH (pages_per_range = 0); -- refused
CREATE INDEX ON t USING brin (id) WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX ON t USING hash (id) WITH (fillfactor = 9); -- refused
CREATE INDEX ON t USING hash (id) WITH (deduplicate_items = on); -- refused
CREATE INDEX ON t (name) WITH (lists = 100); -- refused
CREATE UNIQUE INDEX ON t (name) WITH (deduplicate_items = fals);
CREATE TABLE x (id int PRIMARY KEY WITH (fillfactor = 70));
CREATE TABLE x (id int PRIMARY KEY WITH (fillfactr = 70)); -- refused
CREATE TABLE x (id int, UNIQUE (id) WITH (fillfactor = 200)); -- refused
ALTER TABLE t ADD UNIQUE (n) WITH (pages_per_range = 2); -- refused
CREATE VIEW x WITH (security_barier) AS SELECT 1 a; -- refused
CREATE VIEW x WITH (security_barrier, security_invoker = true) AS SELECT 1 a;
CREATE VIEW x WITH (security_invoker = ja) AS SELECT 1 a; -- refused
CREATE VIEW x WITH (security_invoker = 1) AS SELECT 1 a;
CREATE VIEW x WITH (security_invoker = 2) AS SELECT 1 a; -- refused
CREATE VIEW x WITH (check_option = local) AS SELECT id FROM t;
CREATE VIEW x WITH (check_option = other) AS SELECT id FROM t; -- refused
CREATE VIEW x WITH (fillfactor = 70) AS SELECT 1 a; -- refused
ALTER VIEW v SET (security_invoker = on);
ALTER VIEW v SET (security_invokr = on); -- refused
ALTER VIEW v RESET (security_invokr);
ALTER VIEW v SET (fillfactor = 70); -- refused
CREATE MATERIALIZED VIEW x WITH (fillfactor = 70) AS SELECT 1 a;
CREATE MATERIALIZED VIEW x WITH (security_invoker) AS SELECT 1 a; -- refused
ALTER MATERIALIZED VIEW mv SET (security_invoker = on); -- refused
ALTER MATERIALIZED VIEW mv SET (autovacuum_enabled = off);
CREATE TABLE x WITH (fillfactr = 70) AS SELECT 1 a; -- refused
CREATE TABLE x WITH (fillfactor = 70) AS SELECT 1 a;
CREATE TABLE x (id int) PARTITION BY RANGE (id) WITH (fillfactor = 70); -- refused
CREATE TABLE part2 PARTITION OF part FOR VALUES FROM (10) TO (20) WITH (fillfactor = 70);
CREATE TABLE part2 PARTITION OF part FOR VALUES FROM (10) TO (20) WITH (fillfactr = 70); -- refused
ALTER TABLE part SET (fillfactor = 70); -- refused
ALTER TABLE part SET (autovacuum_enabled = off); -- refused
ALTER TABLE part RESET (fillfactor);
ALTER TABLE t ALTER COLUMN n SET (n_distinct = 5);
ALTER TABLE t ALTER COLUMN n SET (n_distinc = 5); -- refused
ALTER TABLE t ALTER COLUMN n SET (n_distinct = -2); -- refused
ALTER TABLE t ALTER COLUMN n SET (n_distinct_inherited = -0.5);
ALTER TABLE t ALTER COLUMN n RESET (n_distinct);
DO $$ BEGIN CREATE TABLE x (id int) WITH (fillfactr = 70); END $$; -- refused
DO $$ BEGIN ALTER TABLE t SET (autovacuum_enable = off); END $$; -- refused
-- collations
CREATE TABLE x (a text COLLATE "C");
CREATE TABLE x (a text COLLATE nope); -- refused
CREATE TABLE x (a text COLLATE pg_catalog."default");
CREATE TABLE x (a text COLLATE "POSIX");
CREATE TABLE x (a text COLLATE "ucs_basic");
CREATE TABLE x (a text COLLATE "unicode");
CREATE TABLE x (a text COLLATE C); -- refused
CREATE TABLE x (a int COLLATE "C"); -- refused
CREATE INDEX ON t (name COLLATE nope); -- refused
CREATE INDEX ON t (name COLLATE "C");
CREATE INDEX ON t (id COLLATE "C"); -- refused
CREATE INDEX ON t ((lower(name)) COLLATE nope); -- refused
SELECT name COLLATE nope FROM t; -- refused
SELECT name FROM t ORDER BY name COLLATE "C";
SELECT id COLLATE "C" FROM t; -- refused
CREATE VIEW x AS SELECT name COLLATE nope AS n FROM t; -- refused
CREATE COLLATION IF NOT EXISTS mine FROM "C"; CREATE TABLE x (a text COLLATE public.mine);
CREATE COLLATION app.mine FROM "C"; CREATE TABLE x (a text COLLATE mine); -- refused
CREATE COLLATION app.mine FROM "C"; CREATE TABLE x (a text COLLATE app.mine);
CREATE COLLATION mine FROM "C"; DROP COLLATION mine; CREATE TABLE x (a text COLLATE mine); -- refused
CREATE COLLATION mine FROM "C"; ALTER COLLATION mine RENAME TO ours; CREATE TABLE x (a text COLLATE ours);
CREATE COLLATION mine FROM "C"; ALTER COLLATION mine RENAME TO ours; CREATE TABLE x (a text COLLATE mine); -- refused
CREATE DOMAIN x AS text COLLATE nope; -- refused
CREATE DOMAIN x AS text COLLATE "C";
CREATE DOMAIN x AS int COLLATE "C"; -- refused
CREATE TYPE x AS (a text COLLATE nope); -- refused
ALTER TABLE t ALTER COLUMN name TYPE text COLLATE nope; -- refused
ALTER TABLE t ALTER COLUMN name TYPE text COLLATE "C"; -- refused
ALTER TABLE t ADD COLUMN z text COLLATE nope; -- refused
DROP COLLATION nope; -- refused
DROP COLLATION IF EXISTS nope;
CREATE COLLATION x FROM nope; -- refused
COMMENT ON COLLATION nope IS 'x'; -- refused
CREATE TABLE x (a text) PARTITION BY RANGE (a COLLATE nope); -- refused
CREATE TABLE x (a text) PARTITION BY RANGE (a COLLATE "C");
CREATE FUNCTION x(a text) RETURNS bool LANGUAGE sql AS 'SELECT a = ''x'' COLLATE nope'; -- refused
CREATE TABLE x (a text COLLATE "pg_c_utf8");
SELECT 1 FROM t WHERE name < 'a' COLLATE "nope"; -- refused
-- grants
GRANT SELECT ON t_name TO PUBLIC; -- refused
GRANT SELECT ON v TO PUBLIC;
GRANT EXECUTE ON t TO PUBLIC; -- refused
GRANT USAGE ON t TO PUBLIC; -- refused
GRANT USAGE ON SEQUENCE t TO PUBLIC; -- refused
GRANT SELECT ON s TO PUBLIC;
GRANT INSERT ON s TO PUBLIC;
GRANT INSERT ON SEQUENCE s TO PUBLIC; -- refused
GRANT SELECT, UPDATE ON s TO PUBLIC;
GRANT USAGE ON s TO PUBLIC;
GRANT SELECT ON SCHEMA app TO PUBLIC; -- refused
GRANT SELECT ON FUNCTION f TO PUBLIC; -- refused
GRANT EXECUTE ON FUNCTION f TO PUBLIC;
GRANT EXECUTE ON FUNCTION g TO PUBLIC; -- refused
GRANT EXECUTE ON FUNCTION f(text) TO PUBLIC; -- refused
GRANT EXECUTE ON PROCEDURE p TO PUBLIC;
GRANT EXECUTE ON FUNCTION p TO PUBLIC; -- refused
GRANT EXECUTE ON ROUTINE p TO PUBLIC;
GRANT USAGE ON TYPE mood TO PUBLIC;
GRANT SELECT ON TYPE mood TO PUBLIC; -- refused
GRANT USAGE ON TYPE dom TO PUBLIC;
GRANT USAGE ON DOMAIN dom TO PUBLIC;
GRANT USAGE ON DOMAIN mood TO PUBLIC; -- refused
GRANT USAGE ON TYPE t TO PUBLIC;
GRANT SELECT ON comp TO PUBLIC; -- refused
GRANT USAGE ON TYPE comp TO PUBLIC;
GRANT USAGE ON LANGUAGE sql TO PUBLIC;
GRANT EXECUTE ON LANGUAGE sql TO PUBLIC; -- refused
GRANT SELECT (name) ON t TO PUBLIC;
GRANT DELETE (name) ON t TO PUBLIC; -- refused
GRANT SELECT (nope) ON t TO PUBLIC; -- refused
GRANT ALL (name) ON t TO PUBLIC;
GRANT SELECT (id) ON v TO PUBLIC;
GRANT SELECT (last_value) ON s TO PUBLIC;
GRANT MAINTAIN ON t TO PUBLIC;
GRANT MAINTAIN ON s TO PUBLIC;
GRANT CONNECT ON SCHEMA app TO PUBLIC; -- refused
GRANT TEMPORARY ON SCHEMA app TO PUBLIC; -- refused
GRANT CREATE ON t TO PUBLIC; -- refused
GRANT TRUNCATE ON v TO PUBLIC;
GRANT ALL ON t, v, s TO PUBLIC;
GRANT SELECT ON t, t_name TO PUBLIC; -- refused
GRANT SELECT ON mv TO PUBLIC;
GRANT SELECT ON part1 TO PUBLIC;
REVOKE SELECT ON t_name FROM PUBLIC; -- refused
REVOKE EXECUTE ON t FROM PUBLIC; -- refused
GRANT SELECT ON t TO PUBLIC WITH GRANT OPTION; -- refused
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON TABLES TO PUBLIC; -- refused
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON FUNCTIONS TO PUBLIC; -- refused
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT USAGE ON SCHEMAS TO PUBLIC; -- refused
ALTER DEFAULT PRIVILEGES GRANT SELECT, TRUNCATE ON SEQUENCES TO PUBLIC; -- refused
GRANT SELECT ON ALL SEQUENCES IN SCHEMA app TO PUBLIC;
GRANT INSERT ON ALL SEQUENCES IN SCHEMA app TO PUBLIC; -- refused
GRANT EXECUTE ON ALL TABLES IN SCHEMA app TO PUBLIC; -- refused
GRANT pg_read_all_data TO PUBLIC; -- refused
DO $$ BEGIN GRANT EXECUTE ON t TO PUBLIC; END $$; -- refused
DO $$ BEGIN EXECUTE 'GRANT SELECT ON t_name TO PUBLIC'; END $$; -- refused
