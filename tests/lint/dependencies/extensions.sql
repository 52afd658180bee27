-- Functions and types beside those of extensions in the same schema
SELECT uuid_generate_v4(), gen_random_uuid(), gen_random_bytes(5), uuid_generate_v1mc();
SELECT similarity('a', 'b'), show_trgm('abc'), word_similarity('a', 'b');
SELECT unaccent('é'), digest('a', 'sha256'), hmac('a', 'b', 'sha256');
SELECT extensions.hstore('a', 'b'), 'a=>1'::extensions.hstore;
SELECT 'a.b'::extensions.ltree, extensions.nlevel('a.b');
SELECT nlevel('a.b'); -- refused
SELECT slugfy('x'); -- refused
SELECT slugify('x');
SELECT slugify('x', 'y'); -- refused
SELECT slugify(5); -- refused
SELECT make_slug('x'); -- refused
SELECT app.slugify('x'); -- refused
SELECT no_such_function(1); -- refused
SELECT no_such_function('x'); -- refused
SELECT public.no_such_function('x', 2); -- refused
SELECT extensions.no_such_function('x', 2); -- refused
SELECT full_name(u) FROM users u;
SELECT status('on');
SELECT citext('x');
CREATE TABLE t (a citext, b public.citext, c extensions.hstore, d status);
CREATE TABLE t (a statuz); -- refused
CREATE TABLE t (a state_kind); -- refused
CREATE TABLE t (a public.state_kind); -- refused
CREATE TABLE t (a extensions.state_kind); -- refused
CREATE TABLE t (a gtrgm);
CREATE TABLE t (a extensions.ltree[]);
CREATE TABLE t (id uuid DEFAULT uuid_generate_v5(uuid_ns_url(), 'x'));
CREATE TABLE t (id uuid DEFAULT generate_uuid()); -- refused
CREATE TABLE t (id uuid DEFAULT new_id()); -- refused
CREATE FUNCTION f(a state_kind) RETURNS int LANGUAGE sql AS 'SELECT 1'; -- refused
CREATE FUNCTION f(a citext) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(a status) RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT f('on');
CREATE FUNCTION f(a status) RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT f('on', 1); -- refused
DROP FUNCTION slugify(text); SELECT slugify('x'); -- refused
DROP FUNCTION slugify(varchar); -- refused
DROP FUNCTION IF EXISTS slugify(varchar);
DROP FUNCTION make_slug(text); -- refused
DROP TYPE status; CREATE TABLE t (a status); -- refused
ALTER FUNCTION slugify(text) RENAME TO slug; SELECT slug('x');
ALTER FUNCTION slugify(text) RENAME TO slug; SELECT slugify('x'); -- refused
GRANT EXECUTE ON FUNCTION slugify(text) TO PUBLIC;
GRANT EXECUTE ON FUNCTION slugify(int) TO PUBLIC; -- refused
GRANT EXECUTE ON FUNCTION digest(text, text) TO PUBLIC;
CREATE TRIGGER m BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION moddatetime(updated_at);
CREATE TRIGGER m BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION set_updated_at(); -- refused
CREATE INDEX ON users USING gin (email gin_trgm_ops);
CREATE INDEX ON users USING gin (secret, id);
CREATE INDEX ON users USING gist (secret); -- refused
CREATE INDEX ON users USING gist (path extensions.gist_ltree_ops);
CREATE INDEX ON users USING gin (attrs extensions.gin_hstore_ops);
CREATE EXTENSION earthdistance CASCADE; SELECT earth(), cube(1, 2);
CREATE EXTENSION fuzzystrmatch; SELECT levenshtein('a', 'b'), soundex('x');
CREATE EXTENSION fuzzystrmatch SCHEMA app; SELECT app.levenshtein('a', 'b');
ALTER EXTENSION unaccent SET SCHEMA extensions; SELECT extensions.unaccent('x');
DROP EXTENSION "uuid-ossp"; CREATE TABLE t (a int); -- refused
DROP EXTENSION unaccent; SELECT slugify('x');
DROP EXTENSION citext; -- refused
