-- Columns and tables under rules
ALTER TABLE docs DROP COLUMN title; -- refused
ALTER TABLE docs ALTER COLUMN state TYPE varchar(20); -- refused
ALTER TABLE docs DROP COLUMN changed_at;
ALTER TABLE log DROP COLUMN what; -- refused
ALTER TABLE log DROP COLUMN who; -- refused
ALTER TABLE log DROP COLUMN at;
ALTER TABLE log ALTER COLUMN what TYPE varchar(20); -- refused
ALTER TABLE log ALTER COLUMN doc TYPE int; -- refused
ALTER TABLE log ADD COLUMN more int; ALTER TABLE log DROP COLUMN more;
ALTER TABLE log RENAME COLUMN what TO text_of; ALTER TABLE log DROP COLUMN text_of; -- refused
DROP TABLE log; -- refused
DROP TABLE log CASCADE;
DROP TABLE log CASCADE; ALTER TABLE docs ALTER COLUMN id TYPE int; -- refused
DROP TABLE docs; -- refused
DROP TABLE target; -- refused
DROP TABLE plain;
DROP TABLE plain; DROP TABLE target;
ALTER TABLE target DROP COLUMN extra;
ALTER TABLE target DROP COLUMN note; -- refused
ALTER TABLE plain DROP COLUMN note; -- refused
ALTER TABLE plain ALTER COLUMN note TYPE varchar(9); -- refused
DROP RULE moved ON plain; ALTER TABLE target DROP COLUMN note;
DROP RULE moved ON plain; ALTER TABLE plain DROP COLUMN note; ALTER TABLE target ALTER COLUMN note TYPE varchar(9);
DROP RULE logged ON docs; ALTER TABLE log DROP COLUMN what;
DROP RULE logged ON docs; DROP TABLE log; -- refused
DROP RULE logged ON docs; DROP RULE kept ON docs; DROP TABLE log;
ALTER RULE logged ON docs RENAME TO noted; ALTER TABLE log DROP COLUMN what; -- refused
ALTER RULE logged ON docs RENAME TO noted; DROP RULE noted ON docs; ALTER TABLE log DROP COLUMN what;
ALTER RULE logged ON docs RENAME TO noted; DROP RULE logged ON docs; -- refused
CREATE OR REPLACE RULE logged AS ON DELETE TO docs DO ALSO INSERT INTO log (doc) VALUES (OLD.id); ALTER TABLE log DROP COLUMN what;
CREATE OR REPLACE RULE logged AS ON DELETE TO docs DO ALSO NOTHING; ALTER TABLE log DROP COLUMN what;
CREATE RULE logged AS ON DELETE TO docs DO ALSO NOTHING; -- refused
CREATE RULE logged AS ON DELETE TO plain DO ALSO NOTHING;
DROP RULE nothing ON docs; -- refused
DROP RULE IF EXISTS nothing ON docs;
ALTER RULE nothing ON docs RENAME TO other; -- refused
CREATE RULE r AS ON DELETE TO plain DO ALSO DELETE FROM log WHERE log.doc = OLD.idd; -- refused
CREATE RULE r AS ON DELETE TO plain DO ALSO DELETE FROM log WHERE log.doc = OLD.id;
CREATE RULE r AS ON UPDATE TO plain WHERE NEW.note <> OLD.note DO ALSO (DELETE FROM log WHERE doc = OLD.id; INSERT INTO log (doc) VALUES (NEW.id));
CREATE RULE r AS ON UPDATE TO plain WHERE NEW.not_there <> OLD.note DO ALSO NOTHING; -- refused
CREATE RULE r AS ON INSERT TO plain DO ALSO INSERT INTO log (docc) VALUES (NEW.id); -- refused
CREATE RULE r AS ON INSERT TO plain DO ALSO NOTIFY plain_changed;
CREATE RULE r AS ON INSERT TO plain WHERE note > '' DO ALSO NOTHING;
CREATE RULE r AS ON DELETE TO plain WHERE note > '' AND OLD.id > 1 DO ALSO NOTHING;
CREATE RULE r AS ON UPDATE TO plain WHERE note > '' DO ALSO NOTHING; -- refused
CREATE RULE r AS ON INSERT TO plain DO ALSO DELETE FROM log WHERE what = note; -- refused
DROP VIEW open_docs;
CREATE OR REPLACE VIEW open_docs AS SELECT id, title FROM docs; DROP RULE through ON open_docs;
COMMENT ON RULE logged ON docs IS 'x';
COMMENT ON RULE logged ON log IS 'x'; -- refused
-- Roles
DROP ROLE dependents_owner; -- refused
DROP ROLE dependents_reader; -- refused
DROP ROLE dependents_writer; -- refused
DROP ROLE dependents_caller; -- refused
DROP ROLE dependents_idle;
DROP ROLE dependents_idle, dependents_reader; -- refused
DROP ROLE IF EXISTS dependents_reader; -- refused
DROP USER dependents_reader; -- refused
DROP ROLE IF EXISTS dependents_nobody;
REVOKE SELECT ON docs FROM dependents_reader; DROP ROLE dependents_reader; -- refused
REVOKE SELECT ON docs FROM dependents_reader; DROP POLICY reading ON docs; DROP ROLE dependents_reader;
REVOKE SELECT ON docs FROM dependents_reader; ALTER POLICY reading ON docs TO PUBLIC; DROP ROLE dependents_reader;
DROP OWNED BY dependents_reader; DROP ROLE dependents_reader;
REVOKE UPDATE (title) ON docs FROM dependents_writer; DROP ROLE dependents_writer;
REVOKE ALL ON docs FROM dependents_writer; DROP ROLE dependents_writer;
REVOKE EXECUTE ON FUNCTION of_caller() FROM dependents_caller; DROP ROLE dependents_caller;
DROP FUNCTION of_caller(); DROP ROLE dependents_caller;
REASSIGN OWNED BY dependents_owner TO dependents_idle; DROP ROLE dependents_owner;
REASSIGN OWNED BY dependents_owner TO dependents_idle; DROP ROLE dependents_idle; -- refused
REASSIGN OWNED BY dependents_owner TO CURRENT_USER; DROP ROLE dependents_owner;
DROP OWNED BY dependents_owner; DROP ROLE dependents_owner;
ALTER TABLE owned OWNER TO CURRENT_USER; DROP ROLE dependents_owner; -- refused
ALTER TABLE owned OWNER TO CURRENT_USER; ALTER FUNCTION of_owner() OWNER TO CURRENT_USER; DROP ROLE dependents_owner;
DROP TABLE owned; DROP FUNCTION of_owner(); DROP ROLE dependents_owner;
GRANT dependents_reader TO dependents_idle; DROP ROLE dependents_idle;
GRANT INSERT ON plain TO dependents_idle; DROP ROLE dependents_idle; -- refused
ALTER ROLE dependents_reader RENAME TO dependents_other; DROP ROLE dependents_other; -- refused
-- Extensions
DROP EXTENSION citext; -- refused
DROP EXTENSION citext CASCADE;
ALTER TABLE docs DROP COLUMN email; DROP EXTENSION citext;
ALTER TABLE docs ALTER COLUMN email TYPE text; DROP EXTENSION citext;
DROP EXTENSION hstore; -- refused
ALTER TABLE docs DROP COLUMN tags; DROP EXTENSION hstore;
DROP EXTENSION pg_trgm; -- refused
DROP INDEX docs_title; DROP EXTENSION pg_trgm;
DROP EXTENSION unaccent;
DROP EXTENSION btree_gist;
DROP EXTENSION ltree;
DROP EXTENSION moddatetime; -- refused
DROP TRIGGER changed ON docs; DROP EXTENSION moddatetime;
CREATE TABLE paths (p ltree); DROP EXTENSION ltree; -- refused
CREATE TABLE paths (p ltree[]); DROP EXTENSION ltree; -- refused
CREATE VIEW bare AS SELECT unaccent(title) AS t FROM docs; DROP EXTENSION unaccent; -- refused
CREATE TABLE named (t text, CHECK (unaccent(t) <> '')); DROP EXTENSION unaccent; -- refused
CREATE TABLE named (t text DEFAULT unaccent('x')); DROP EXTENSION unaccent; -- refused
CREATE FUNCTION plain_of(t text) RETURNS text LANGUAGE sql AS 'SELECT unaccent(t)'; DROP EXTENSION unaccent;
CREATE FUNCTION of_path(p ltree) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$; DROP EXTENSION ltree; -- refused
CREATE INDEX ON docs USING gist (title gist_trgm_ops); DROP INDEX docs_title; DROP EXTENSION pg_trgm; -- refused
CREATE POLICY alike ON docs USING (similarity(title, 'x') > 0.5); DROP INDEX docs_title; DROP EXTENSION pg_trgm; -- refused
ALTER EXTENSION citext SET SCHEMA public; DROP EXTENSION citext; -- refused
ALTER TABLE docs RENAME COLUMN email TO mail; DROP EXTENSION citext; -- refused
ALTER TABLE docs RENAME COLUMN email TO mail; ALTER TABLE docs DROP COLUMN mail; DROP EXTENSION citext;
-- Kinds of relations
DROP VIEW docs; -- refused
DROP VIEW IF EXISTS docs; -- refused
DROP VIEW docs CASCADE; -- refused
DROP TABLE open_docs; -- refused
DROP TABLE IF EXISTS plain, open_docs; -- refused
DROP MATERIALIZED VIEW open_docs; -- refused
DROP MATERIALIZED VIEW IF EXISTS nothing;
DROP SEQUENCE plain; -- refused
CREATE MATERIALIZED VIEW mv AS SELECT 1 AS a; DROP VIEW mv; -- refused
CREATE MATERIALIZED VIEW mv AS SELECT 1 AS a; DROP VIEW IF EXISTS mv; -- refused
CREATE MATERIALIZED VIEW mv AS SELECT 1 AS a; DROP MATERIALIZED VIEW mv; CREATE VIEW mv AS SELECT 1 AS a; DROP VIEW mv;
CREATE MATERIALIZED VIEW mv AS SELECT 1 AS a; CREATE OR REPLACE VIEW mv AS SELECT 1 AS a; -- refused
CREATE OR REPLACE VIEW plain AS SELECT 1 AS a; -- refused
CREATE OR REPLACE VIEW open_docs AS SELECT id, title FROM docs;
COMMENT ON VIEW docs IS 'x'; -- refused
COMMENT ON TABLE open_docs IS 'x'; -- refused
COMMENT ON VIEW open_docs IS 'x';
CREATE SEQUENCE s; DROP TABLE s; -- refused
CREATE SEQUENCE s; DROP SEQUENCE s;
CREATE TABLE parts (a int) PARTITION BY LIST (a); DROP TABLE parts;
CREATE TABLE parts (a int) PARTITION BY LIST (a); DROP VIEW parts; -- refused
-- Privileges on schemas, types and sequences
GRANT USAGE ON SCHEMA apart TO dependents_idle; DROP ROLE dependents_idle; -- refused
GRANT USAGE ON SCHEMA public TO dependents_idle; DROP ROLE dependents_idle; -- refused
GRANT ALL ON SCHEMA apart TO dependents_idle; REVOKE CREATE ON SCHEMA apart FROM dependents_idle; DROP ROLE dependents_idle; -- refused
GRANT ALL ON SCHEMA apart TO dependents_idle; REVOKE ALL ON SCHEMA apart FROM dependents_idle; DROP ROLE dependents_idle;
GRANT USAGE ON SCHEMA apart TO dependents_idle; DROP SCHEMA apart; DROP ROLE dependents_idle;
GRANT USAGE ON SCHEMA apart TO dependents_idle; DROP OWNED BY dependents_idle; DROP ROLE dependents_idle;
CREATE ROLE dependents_free; GRANT USAGE ON SCHEMA apart TO dependents_idle; DROP ROLE dependents_free;
GRANT USAGE ON SCHEMA apart TO dependents_idle; ALTER ROLE dependents_idle RENAME TO dependents_other; DROP ROLE dependents_other; -- refused
GRANT USAGE ON TYPE feel TO dependents_idle; DROP ROLE dependents_idle; -- refused
GRANT USAGE ON TYPE feel TO dependents_idle; DROP TYPE feel; DROP ROLE dependents_idle;
GRANT USAGE ON DOMAIN short TO dependents_idle; DROP ROLE dependents_idle; -- refused
GRANT USAGE ON DOMAIN short TO dependents_idle; REVOKE USAGE ON DOMAIN short FROM dependents_idle; DROP ROLE dependents_idle;
GRANT USAGE, SELECT ON SEQUENCE counted TO dependents_idle; DROP ROLE dependents_idle; -- refused
GRANT USAGE, SELECT ON SEQUENCE counted TO dependents_idle; REVOKE USAGE ON SEQUENCE counted FROM dependents_idle; DROP ROLE dependents_idle; -- refused
GRANT USAGE, SELECT ON SEQUENCE counted TO dependents_idle; REVOKE ALL ON SEQUENCE counted FROM dependents_idle; DROP ROLE dependents_idle;
GRANT USAGE ON SEQUENCE counted TO dependents_idle; DROP SEQUENCE counted; DROP ROLE dependents_idle;
