-- Statements that a server rejects, each with the expected rule and a text in the remedy.
SELECT tt FROM people; -- unknown-column:t
SELECT people.strete FROM people; -- unknown-column
SELECT p.t FROM people; -- unknown-column:people
SELECT people.t FROM people p; -- unknown-column:p
SELECT (addr).ciyt FROM people; -- unknown-column:city
SELECT seets FROM teams WHERE name = 'x'; -- unknown-column:seats
SELECT name FROM teams WHERE EXISTS (SELECT 1 FROM members m WHERE m.temid = teams.id); -- unknown-column:team_id
SELECT name FROM teams WHERE EXISTS (SELECT 1 FROM members m WHERE m.team_id = teams.idd); -- unknown-column:id
SELECT x.b FROM (SELECT 1 AS a) x; -- unknown-column:a
SELECT b FROM (VALUES (1)) x (a); -- unknown-column:a
WITH a AS (SELECT id FROM teams) SELECT name FROM a; -- unknown-column:id
WITH a (x) AS (SELECT id FROM teams) SELECT id FROM a; -- unknown-column
WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE ii < 10) SELECT i FROM n; -- unknown-column:i
SELECT t.name FROM teams t JOIN members m ON m.team = t.id; -- unknown-column:team_id
SELECT id FROM teams JOIN members USING (id); -- unknown-column
SELECT sum(seats) FROM teams GROUP BY nam; -- unknown-column:name
SELECT name FROM teams ORDER BY craeted_at; -- unknown-column:created_at
SELECT n.x FROM teams t, (SELECT t.seats AS x) n; -- unknown-column
SELECT tilte FROM teams_of(gen_random_uuid()); -- unknown-column:title
SELECT g.nr FROM generate_series(1, 3) AS g (n); -- unknown-column:n
SELECT payloda FROM events_2025; -- unknown-column:payload
SELECT szie FROM team_sizes; -- unknown-column:size
SELECT polname FROM pg_policies; -- unknown-column:policyname
SELECT t = i4 FROM people; -- type-mismatch
SELECT u = t FROM people; -- type-mismatch:Cast the text to uuid
SELECT * FROM teams WHERE id = owner_id::text; -- type-mismatch
SELECT b < 3 FROM people; -- type-mismatch
SELECT jb = 3, jb > 'x' FROM people; -- type-mismatch
SELECT jb ->> 'a' > 3 FROM people; -- type-mismatch
SELECT j = '{}' FROM people; -- type-mismatch
SELECT m = t FROM people; -- type-mismatch
SELECT m = 'hapy' FROM people; -- type-mismatch:'happy'
SELECT 'hapy'::mood; -- type-mismatch:'happy'
SELECT i4 = 'abc' FROM people; -- type-mismatch
SELECT u = 'abc' FROM people; -- type-mismatch
SELECT tz > 'gestern' FROM people; -- type-mismatch
SELECT b = 'maybe' FROM people; -- type-mismatch
SELECT i4 IN (1, 'x') FROM people; -- type-mismatch
SELECT t IN (1, 2) FROM people; -- type-mismatch
SELECT i4 BETWEEN 'a' AND 3 FROM people; -- type-mismatch
SELECT i4 = ANY (ta) FROM people; -- type-mismatch
SELECT i4 = ANY (t) FROM people; -- type-mismatch
SELECT t LIKE 3 FROM people; -- type-mismatch
SELECT i4 LIKE 'a%' FROM people; -- type-mismatch
SELECT tz + 1 FROM people; -- type-mismatch
SELECT d - t FROM people; -- type-mismatch
SELECT -t FROM people; -- type-mismatch
SELECT NOT t FROM people; -- type-mismatch
SELECT b AND i4 FROM people; -- type-mismatch
SELECT t FROM people WHERE i4; -- type-mismatch
SELECT CASE WHEN i4 THEN 1 END FROM people; -- type-mismatch
SELECT CASE WHEN b THEN 1 ELSE t END FROM people; -- type-mismatch
SELECT CASE i4 WHEN 'x' THEN 1 END FROM people; -- type-mismatch
SELECT coalesce(i4, 'none') FROM people; -- type-mismatch
SELECT coalesce(i4, t) FROM people; -- type-mismatch
SELECT greatest(d, i4) FROM people; -- type-mismatch
SELECT nullif(u, t) FROM people; -- type-mismatch
SELECT ARRAY[i4, t] FROM people; -- type-mismatch
SELECT i4::uuid, b::date FROM people; -- type-mismatch
SELECT jb::timestamptz FROM people; -- type-mismatch
SELECT t FROM people UNION SELECT i4 FROM people; -- type-mismatch
SELECT t, i4 FROM people UNION SELECT t FROM people; -- wrong-column-count
SELECT t FROM people WHERE i4 IN (SELECT name FROM teams); -- type-mismatch
SELECT t FROM people WHERE i4 = (SELECT name FROM teams); -- type-mismatch
SELECT (SELECT id, name FROM teams) FROM people; -- type-mismatch
SELECT lower(i4) FROM people; -- type-mismatch
SELECT length(b) FROM people; -- type-mismatch
SELECT lower(t, t) FROM people; -- wrong-argument-count
SELECT now(1); -- wrong-argument-count
SELECT gen_random_uuid(3); -- wrong-argument-count
SELECT jsonb_set(jb, '{a}') FROM people; -- wrong-argument-count
SELECT twice(t) FROM people; -- type-mismatch
SELECT twice(1, 2); -- wrong-argument-count
SELECT twice('x'); -- type-mismatch
SELECT greet(1); -- type-mismatch
SELECT date_trunc(tz, 'day') FROM people; -- type-mismatch
SELECT gen_random_uid(); -- unknown-function:gen_random_uuid
SELECT jsonb_bulid_object('a', t) FROM people; -- unknown-function:jsonb_build_object
SELECT twcie(1); -- unknown-function:twice
SELECT pg_catalog.nwo(); -- unknown-function:now
SELECT sum(t) FROM people; -- type-mismatch
SELECT 'x'::timestmptz; -- unknown-type:timestamptz
SELECT t::varcahr FROM people; -- unknown-type:varchar
SELECT t COLLATE "C", i4 COLLATE "C" FROM people; -- type-mismatch
SELECT '{not json'::jsonb; -- type-mismatch
SELECT '[1,2'::int[]; -- type-mismatch
SELECT t FROM peolpe; -- unknown-relation:people
INSERT INTO teams (owner, name) VALUES (gen_random_uuid(), 'x'); -- unknown-column:owner_id
INSERT INTO teams (owner_id, name) VALUES (5, 'x'); -- type-mismatch
INSERT INTO teams (owner_id, name) VALUES ('x', 'x'); -- type-mismatch
INSERT INTO teams (owner_id, name) SELECT id FROM teams; -- wrong-column-count
INSERT INTO teams (owner_id) SELECT id, name FROM teams; -- wrong-column-count
INSERT INTO teams (name, seats) SELECT name, settings FROM teams; -- type-mismatch
INSERT INTO members VALUES (gen_random_uuid(), gen_random_uuid(), 'x', now(), 5); -- wrong-column-count
INSERT INTO teams (name, name) VALUES ('a', 'b'); -- duplicate-name
INSERT INTO teams (name) VALUES ('x') ON CONFLICT (nmae) DO NOTHING; -- unknown-column:name
INSERT INTO teams (name) VALUES ('x') ON CONFLICT (name) DO UPDATE SET seats = EXCLUDED.seets; -- unknown-column:seats
INSERT INTO teams (name) VALUES ('x') ON CONFLICT (name) DO UPDATE SET seets = 1; -- unknown-column:seats
INSERT INTO teams (name) VALUES ('x') RETURNING idd; -- unknown-column:id
UPDATE teams SET nam = 'x'; -- unknown-column:name
UPDATE teams SET seats = 'many'; -- type-mismatch
UPDATE teams SET seats = name; -- type-mismatch
UPDATE teams SET name = 'x' WHERE idd = '1'; -- unknown-column:id
UPDATE teams t SET seats = 1 WHERE teams.id IS NULL; -- unknown-column:t
DELETE FROM members WHERE roel = 'x'; -- unknown-column:role
DELETE FROM members m USING teams t WHERE t.ids = m.team_id; -- unknown-column:id
MERGE INTO teams t USING people p ON t.owner_id = p.uu WHEN MATCHED THEN DELETE; -- unknown-column:u
CREATE INDEX ON people (loewr(t)); -- unknown-function:lower
CREATE INDEX ON people (titel); -- unknown-column
CREATE INDEX ON people (t) WHERE bb; -- unknown-column:b
CREATE INDEX ON people (t) WHERE i4; -- type-mismatch
CREATE INDEX ON people (t) WHERE tz > now(); -- not-immutable
CREATE INDEX ON people (t) WHERE d = CURRENT_DATE; -- not-immutable
CREATE INDEX ON people (date_trunc('day', tz)); -- not-immutable
CREATE INDEX ON people ((tz::date)); -- not-immutable
CREATE INDEX ON people ((tz::text)); -- not-immutable
CREATE INDEX ON people (concat(t, vc)); -- not-immutable
CREATE INDEX ON people (to_char(tz, 'YYYY')); -- not-immutable
CREATE INDEX ON people (to_tsvector(t)); -- not-immutable
CREATE INDEX ON people ((random())); -- not-immutable
CREATE INDEX ON people (((SELECT 1))); -- misplaced-expression
CREATE INDEX ON people (t) WHERE EXISTS (SELECT 1 FROM teams); -- misplaced-expression
CREATE INDEX ON people (sum(i4)); -- misplaced-expression
CREATE INDEX ON people (unnest(ta)); -- misplaced-expression
CREATE TABLE x (a int, a text); -- duplicate-name
CREATE TABLE teams (a int); -- duplicate-name
CREATE TABLE x (a int CHECK (aa > 1)); -- unknown-column:a
CREATE TABLE x (a text CHECK (a > 1)); -- type-mismatch
CREATE TABLE x (a int CHECK (a)); -- type-mismatch
CREATE TABLE x (a int CHECK (a IN (SELECT seats FROM teams))); -- misplaced-expression
CREATE TABLE x (a int CHECK (max(a) > 1)); -- misplaced-expression
CREATE TABLE x (a int CHECK (row_number() OVER () > 1)); -- misplaced-expression
CREATE TABLE x (a text DEFAULT active); -- misplaced-expression:'active'
CREATE TABLE x (a int DEFAULT (SELECT 1)); -- misplaced-expression
CREATE TABLE x (a int DEFAULT 'many'); -- type-mismatch
CREATE TABLE x (a int DEFAULT now()); -- type-mismatch
CREATE TABLE x (a uuid DEFAULT 5); -- type-mismatch
CREATE TABLE x (a jsonb DEFAULT '{a: 1}'); -- type-mismatch
CREATE TABLE x (a boolean DEFAULT 1); -- type-mismatch
CREATE TABLE x (a mood DEFAULT 'angry'); -- type-mismatch
CREATE TABLE x (a text[] DEFAULT 'a,b'); -- type-mismatch
CREATE TABLE x (a int DEFAULT generate_series(1, 2)); -- misplaced-expression
CREATE TABLE x (a int, b text GENERATED ALWAYS AS (aa) STORED); -- unknown-column:a
CREATE TABLE x (a timestamptz, b text GENERATED ALWAYS AS (a::text) STORED); -- not-immutable
CREATE TABLE x (a intger); -- unknown-type:integer
CREATE TABLE x (a int, PRIMARY KEY (aa)); -- unknown-column:a
CREATE TABLE x (a int, UNIQUE (a, bb)); -- unknown-column
CREATE TABLE x (a text REFERENCES teams (id)); -- type-mismatch:uuid
CREATE TABLE x (a uuid REFERENCES teams (owner_id)); -- foreign-key-target
CREATE TABLE x (a uuid REFERENCES teams (idd)); -- unknown-column:id
CREATE TABLE x (a uuid REFERENCES members); -- wrong-column-count
CREATE TABLE x (a uuid, FOREIGN KEY (b) REFERENCES teams); -- unknown-column:a
CREATE TABLE x (a int, EXCLUDE USING gist (aa WITH =)); -- unknown-column:a
CREATE TABLE x (LIKE teams, CHECK (sets > 1)); -- unknown-column:seats
CREATE TABLE x AS SELECT idd FROM teams; -- unknown-column:id
CREATE VIEW x AS SELECT nam FROM teams; -- unknown-column:name
CREATE VIEW x AS SELECT t.id, m.user_id, t.id FROM teams t, members m; -- duplicate-name
ALTER TABLE teams ADD COLUMN seats int; -- duplicate-name
ALTER TABLE teams ADD CONSTRAINT teams_name_key CHECK (true); -- duplicate-name
ALTER TABLE teams ADD CHECK (seat > 1); -- unknown-column:seats
ALTER TABLE teams DROP COLUMN nam; -- unknown-column:name
ALTER TABLE teams ALTER COLUMN nam SET NOT NULL; -- unknown-column:name
ALTER TABLE teams ALTER COLUMN seats SET DEFAULT 'x'; -- type-mismatch
ALTER TABLE teams ALTER COLUMN seats TYPE bigint USING sets::bigint; -- unknown-column:seats
ALTER TABLE teams DROP CONSTRAINT teams_nam_key; -- unknown-constraint:teams_name_key
ALTER TABLE teams RENAME COLUMN nam TO title; -- unknown-column:name
ALTER TABLE teams RENAME COLUMN name TO seats; -- duplicate-name
ALTER TABLE membres ADD COLUMN x int; -- unknown-relation:members
ALTER TABLE members ADD FOREIGN KEY (role) REFERENCES teams (id); -- type-mismatch
CREATE POLICY p ON teams USING (owner = current_user); -- unknown-column:owner_id
CREATE POLICY p ON teams USING (owner_id = current_user); -- type-mismatch
CREATE POLICY p ON teams USING (seats); -- type-mismatch
CREATE POLICY p ON teams USING (count(*) > 1); -- misplaced-expression
CREATE POLICY p ON teams USING (EXISTS (SELECT 1 FROM members m WHERE m.team_id = tems.id)); -- unknown-column:teams
CREATE POLICY p ON teams FOR INSERT WITH CHECK (nme <> ''); -- unknown-column:name
CREATE POLICY p ON membres USING (true); -- unknown-relation:members
CREATE POLICY teams_read ON teams USING (true); -- duplicate-name
ALTER POLICY teams_red ON teams USING (true); -- unknown-policy:teams_read
ALTER POLICY teams_read ON teams USING (sets > 1); -- unknown-column:seats
DROP POLICY teams_red ON teams; -- unknown-policy:teams_read
COMMENT ON POLICY teams_red ON teams IS 'x'; -- unknown-policy:teams_read
COMMENT ON COLUMN teams.nam IS 'x'; -- unknown-column:name
COMMENT ON TABLE membres IS 'x'; -- unknown-relation:members
GRANT SELECT (nam) ON teams TO PUBLIC; -- unknown-column:name
CREATE TRIGGER x BEFORE UPDATE OF nam ON teams FOR EACH ROW EXECUTE FUNCTION touch(); -- unknown-column:name
CREATE TRIGGER x BEFORE INSERT ON teams FOR EACH ROW WHEN (OLD.name = 'x') EXECUTE FUNCTION touch(); -- misplaced-expression
CREATE TRIGGER x BEFORE DELETE ON teams FOR EACH ROW WHEN (NEW.name = 'x') EXECUTE FUNCTION touch(); -- misplaced-expression
CREATE TRIGGER x BEFORE UPDATE ON teams FOR EACH ROW WHEN (NEW.nam = 'x') EXECUTE FUNCTION touch(); -- unknown-column:name
CREATE TRIGGER x BEFORE UPDATE ON teams FOR EACH ROW WHEN (name = 'x') EXECUTE FUNCTION touch(); -- unknown-column
CREATE TRIGGER x BEFORE UPDATE ON teams FOR EACH ROW WHEN (NEW.seats) EXECUTE FUNCTION touch(); -- type-mismatch
CREATE TRIGGER x BEFORE UPDATE ON teams FOR EACH ROW EXECUTE FUNCTION twice(); -- type-mismatch
CREATE TRIGGER x BEFORE UPDATE ON teams FOR EACH ROW EXECUTE FUNCTION tuoch(); -- unknown-function:touch
CREATE DOMAIN x AS int CHECK (VALUE LIKE 'a'); -- type-mismatch
CREATE TYPE mood AS ENUM ('x'); -- duplicate-name
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT seets FROM teams $$; -- unknown-column:seats
CREATE FUNCTION f(a int) RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM teams WHERE seats = aa $$; -- unknown-column
CREATE FUNCTION f(a int) RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM teams WHERE seats = $2 $$; -- unknown-column
CREATE FUNCTION f(a text) RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM teams WHERE seats = a $$; -- type-mismatch
CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT seets FROM teams; END; -- unknown-column:seats
CREATE FUNCTION f(a timestmptz) RETURNS int LANGUAGE sql AS 'SELECT 1'; -- unknown-type:timestamptz
CREATE FUNCTION twice(y integer) RETURNS int LANGUAGE sql AS 'SELECT 1'; -- duplicate-name
DO $$ BEGIN UPDATE teams SET seets = 1; END $$; -- unknown-column:seats
DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_policies WHERE policyname = 'x') THEN CREATE POLICY x ON teams USING (sets > 1); END IF; END $$; -- unknown-column:seats
DO $$ BEGIN ALTER TABLE teams ADD CONSTRAINT c CHECK (seets > 1); EXCEPTION WHEN duplicate_object THEN NULL; END $$; -- unknown-column:seats
DO $$ BEGIN EXECUTE 'ALTER TABLE teams ADD CHECK (seets > 1)'; END $$; -- unknown-column:seats
SELECT i4 IN (1, 'x', 2) FROM people; -- type-mismatch
SELECT x.name FROM teams JOIN (SELECT id, seats AS more FROM teams) m USING (id) AS x; -- unknown-column:id
INSERT INTO people (t, i8) SELECT * FROM (SELECT 'a' AS a, 1 AS id) x JOIN (SELECT 2 AS id) y USING (id); -- type-mismatch
SELECT a.x + 1 FROM (SELECT 'a' AS x) a; -- type-mismatch
WITH a AS (SELECT '1' AS x) SELECT x = 1 FROM a; -- type-mismatch
