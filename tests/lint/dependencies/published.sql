-- Publications, event triggers, unlogged and temporary tables, aggregates, and sequences of columns
ALTER PUBLICATION realtime ADD TABLE chat.messages; -- refused
ALTER PUBLICATION realtime DROP TABLE chat.messages; ALTER PUBLICATION realtime ADD TABLE chat.messages;
ALTER PUBLICATION realtime SET TABLE chat.rooms; ALTER PUBLICATION realtime ADD TABLE chat.messages;
ALTER PUBLICATION realtime SET TABLE chat.rooms; ALTER PUBLICATION realtime ADD TABLE chat.rooms; -- refused
ALTER PUBLICATION realtime SET TABLE chat.rooms, chat.messages; ALTER PUBLICATION realtime ADD TABLE chat.messages; -- refused
ALTER PUBLICATION realtime SET (publish = 'insert'); ALTER PUBLICATION realtime ADD TABLE chat.messages; -- refused
ALTER PUBLICATION realtime SET (publish = 'insert');
DROP PUBLICATION realtime; CREATE PUBLICATION realtime; ALTER PUBLICATION realtime ADD TABLE chat.messages;
DROP PUBLICATION IF EXISTS realtime; CREATE PUBLICATION realtime FOR TABLE chat.messages;
CREATE PUBLICATION realtime FOR TABLE chat.messages; -- refused
ALTER TABLE chat.messages RENAME TO posts; ALTER PUBLICATION realtime ADD TABLE chat.posts; -- refused
ALTER TABLE chat.messages SET SCHEMA util; ALTER PUBLICATION realtime DROP TABLE util.messages;
DROP TABLE chat.messages; CREATE TABLE chat.messages (id int); ALTER PUBLICATION realtime ADD TABLE chat.messages;
ALTER PUBLICATION realtime RENAME TO live; ALTER PUBLICATION live ADD TABLE chat.presence; -- refused
ALTER PUBLICATION realtime RENAME TO live; ALTER PUBLICATION live DROP TABLE chat.messages;
ALTER PUBLICATION realtime RENAME TO live; CREATE PUBLICATION realtime FOR TABLE chat.messages;
ALTER PUBLICATION everything ADD TABLE util.people;
ALTER PUBLICATION everything DROP TABLES IN SCHEMA util;
DO $$ BEGIN ALTER PUBLICATION realtime ADD TABLE chat.messages; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_publication WHERE pubname = 'realtime') THEN CREATE PUBLICATION realtime; END IF; END $$;
DO $$ BEGIN ALTER PUBLICATION realtime ADD TABLE chat.messages; END $$; -- refused
ALTER PUBLICATION realtime DROP TABLE chat.presence; -- refused
ALTER PUBLICATION realtime ADD TABLE chat.messages, chat.rooms; -- refused
ALTER PUBLICATION realtime ADD TABLE chat.presence; -- refused
ALTER TABLE chat.messages SET UNLOGGED; -- refused
ALTER PUBLICATION realtime DROP TABLE chat.messages; ALTER TABLE chat.messages SET UNLOGGED;
ALTER TABLE chat.rooms SET UNLOGGED; -- refused
ALTER TABLE chat.typing SET LOGGED; -- refused
ALTER TABLE chat.presence SET LOGGED;
ALTER TABLE chat.presence SET LOGGED; ALTER TABLE chat.typing SET LOGGED;
ALTER TABLE chat.presence SET LOGGED; ALTER TABLE chat.typing SET LOGGED; ALTER TABLE chat.presence SET UNLOGGED; -- refused
ALTER TABLE chat.typing DROP CONSTRAINT typing_room_who_fkey; ALTER TABLE chat.typing SET LOGGED;
ALTER TABLE chat.presence SET UNLOGGED;
ALTER TABLE chat.messages SET LOGGED;
CREATE TABLE chat.seen (room uuid, who uuid, FOREIGN KEY (room, who) REFERENCES chat.presence); -- refused
CREATE UNLOGGED TABLE chat.seen (room uuid REFERENCES chat.rooms);
CREATE UNLOGGED TABLE chat.seen (room uuid, who uuid, FOREIGN KEY (room, who) REFERENCES chat.presence);
CREATE TEMP TABLE t (id int PRIMARY KEY); CREATE TABLE util.x (id int REFERENCES t); -- refused
CREATE TEMP TABLE t (id int PRIMARY KEY); CREATE TEMP TABLE x (id int REFERENCES t);
CREATE TEMP TABLE t (id int PRIMARY KEY); ALTER TABLE t SET UNLOGGED; -- refused
DROP FUNCTION util.on_ddl(); -- refused
DROP FUNCTION util.unused_ddl();
DROP EVENT TRIGGER watch; DROP FUNCTION util.on_ddl();
DROP EVENT TRIGGER IF EXISTS watch; DROP FUNCTION util.on_ddl;
ALTER EVENT TRIGGER watch DISABLE; DROP FUNCTION util.on_ddl(); -- refused
DROP FUNCTION util.on_ddl() CASCADE; CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION util.unused_ddl();
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION util.unused_ddl(); -- refused
ALTER EVENT TRIGGER watch RENAME TO watch2; CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION util.unused_ddl();
ALTER EVENT TRIGGER watch RENAME TO watch2; DROP FUNCTION util.on_ddl(); -- refused
DROP FUNCTION util.add(numeric, numeric); -- refused
DROP FUNCTION util.halve; -- refused
DROP AGGREGATE util.half_sum(numeric); DROP FUNCTION util.add(numeric, numeric), util.halve(numeric);
CREATE OR REPLACE AGGREGATE util.half_sum(numeric) (SFUNC = util.add, STYPE = numeric); DROP FUNCTION util.halve(numeric);
CREATE OR REPLACE FUNCTION util.add(a numeric, b numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
CREATE OR REPLACE FUNCTION util.add(a numeric, b numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT a + b'; DROP FUNCTION util.add(numeric, numeric); -- refused
ALTER FUNCTION util.add(numeric, numeric) RENAME TO plus; DROP FUNCTION util.plus(numeric, numeric); -- refused
DROP FUNCTION util.near(text, text); -- refused
DROP OPERATOR util.<~> (text, text); -- refused
DROP POLICY read ON chat.rooms; DROP OPERATOR util.<~> (text, text);
DROP POLICY read ON chat.rooms; DROP OPERATOR util.<~> (text, text); DROP FUNCTION util.near;
DROP OPERATOR util.<~> (text, text) CASCADE; CREATE POLICY read ON chat.rooms USING (true);
DROP OPERATOR util.<~> (text, text) CASCADE; DROP POLICY read ON chat.rooms; -- refused
DROP OPERATOR IF EXISTS util.<~~> (text, text);
DROP OPERATOR util.<~> (text, varchar); -- refused
ALTER POLICY read ON chat.rooms USING (true); DROP OPERATOR util.<~> (text, text);
DROP COLLATION util.plain; -- refused
DROP VIEW util.sorted; DROP TABLE util.people; DROP DOMAIN util.name; DROP COLLATION util.plain;
DROP VIEW util.sorted; DROP TABLE util.people; DROP COLLATION util.plain; -- refused
ALTER COLLATION util.plain RENAME TO bare; DROP COLLATION util.bare; -- refused
ALTER COLLATION util.plain RENAME TO bare; CREATE COLLATION util.plain FROM "C";
CREATE COLLATION util.plain FROM "C"; -- refused
CREATE COLLATION IF NOT EXISTS util.plain FROM "C";
CREATE COLLATION plain FROM "C";
ALTER COLLATION util.plain SET SCHEMA public; DROP COLLATION plain; -- refused
ALTER SCHEMA util RENAME TO helpers; DROP COLLATION helpers.plain; -- refused
ALTER SCHEMA util RENAME TO helpers; DROP OPERATOR helpers.<~> (text, text); -- refused
ALTER SCHEMA util RENAME TO helpers; DROP FUNCTION helpers.to_rgb(text); -- refused
ALTER TABLE util.people ALTER COLUMN m TYPE text; DROP VIEW util.sorted; ALTER TABLE util.people DROP COLUMN n; DROP DOMAIN util.name; DROP COLLATION util.plain;
ALTER TABLE util.people ALTER COLUMN m TYPE text COLLATE "C";
DROP CAST (text AS util.rgb);
DROP FUNCTION util.to_rgb(text); -- refused
DROP TYPE util.rgb; -- refused
DROP CAST (text AS util.rgb); DROP FUNCTION util.to_rgb(text); DROP TYPE util.rgb;
DROP TYPE util.rgb CASCADE; CREATE TYPE util.rgb AS (r int);
DROP FUNCTION util.to_rgb(text) CASCADE; DROP TYPE util.rgb;
CREATE CAST (text AS util.rgb) WITH FUNCTION util.to_rgb(text); -- refused
DROP CAST IF EXISTS (text AS util.rgb); CREATE CAST (text AS util.rgb) WITH FUNCTION util.to_rgb(text);
CREATE CAST (util.rgb AS int) WITH INOUT; DROP CAST (util.rgb AS int);
CREATE CAST (varchar AS util.rgb) WITH INOUT;
DROP SEQUENCE util.tickets;
DROP SEQUENCE chat.messages_id_seq; -- refused
ALTER TABLE chat.messages ALTER id DROP IDENTITY; CREATE SEQUENCE chat.messages_id_seq; DROP SEQUENCE chat.messages_id_seq;
CREATE TABLE s (id serial); DROP SEQUENCE s_id_seq; -- refused
CREATE TABLE s (id serial); DROP TABLE s; DROP SEQUENCE IF EXISTS s_id_seq;
CREATE TABLE s (id serial); ALTER TABLE s ALTER id DROP DEFAULT; DROP SEQUENCE s_id_seq;
CREATE TABLE s (id serial); ALTER TABLE s ALTER id SET DEFAULT 5; DROP SEQUENCE s_id_seq;
CREATE TABLE s (id serial); ALTER TABLE s ALTER id SET DEFAULT nextval('util.tickets'); DROP SEQUENCE s_id_seq;
CREATE TABLE s (id serial); ALTER TABLE s ALTER id SET DEFAULT nextval('util.tickets'); DROP SEQUENCE util.tickets; -- refused
CREATE TABLE s (id serial); ALTER TABLE s DROP COLUMN id; CREATE SEQUENCE s_id_seq;
CREATE TABLE s (id serial); ALTER SEQUENCE s_id_seq RENAME TO keys; DROP SEQUENCE keys CASCADE;
CREATE TABLE s (id serial); ALTER SEQUENCE s_id_seq RENAME TO keys; CREATE SEQUENCE s_id_seq; DROP SEQUENCE s_id_seq;
CREATE SEQUENCE q OWNED BY util.people.id; DROP SEQUENCE q; -- refused
CREATE SEQUENCE q; ALTER SEQUENCE q OWNED BY util.people.id; ALTER SEQUENCE q OWNED BY NONE; DROP SEQUENCE q; -- refused
CREATE TABLE s (id int, f float8, n numeric, b bigint PRIMARY KEY); CREATE TABLE r (x int REFERENCES s, y smallint REFERENCES s);
CREATE TABLE s (b numeric PRIMARY KEY); CREATE TABLE r (x int REFERENCES s, y numeric(4,1) REFERENCES s, z smallint REFERENCES s);
CREATE TABLE s (b numeric PRIMARY KEY); CREATE TABLE r (x float8 REFERENCES s); -- refused
CREATE TABLE s (b bigint PRIMARY KEY); CREATE TABLE r (x numeric(10) REFERENCES s); -- refused
CREATE TABLE s (b float8 PRIMARY KEY); CREATE TABLE r (x numeric REFERENCES s);
CREATE TABLE s (b float4 PRIMARY KEY); CREATE TABLE r (x float8 REFERENCES s, y int REFERENCES s);
CREATE TABLE s (b int PRIMARY KEY); CREATE DOMAIN d AS numeric; CREATE TABLE r (x d REFERENCES s); -- refused
CREATE TABLE s (b date PRIMARY KEY); CREATE TABLE r (x timestamptz REFERENCES s);
CREATE TABLE s (b timestamptz PRIMARY KEY); CREATE TABLE r (x date REFERENCES s);
CREATE TABLE s (b text PRIMARY KEY); CREATE TABLE r (x varchar(4) REFERENCES s, y char(4) REFERENCES s, z name REFERENCES s);
CREATE TABLE s (b char(4) PRIMARY KEY); CREATE TABLE r (x text REFERENCES s);
CREATE TABLE s (b uuid PRIMARY KEY); CREATE TABLE r (x text REFERENCES s); -- refused
CREATE TABLE s (b int PRIMARY KEY, c int); CREATE TABLE r (x int, y int, FOREIGN KEY (x) REFERENCES s ON DELETE SET NULL (x));
CREATE TABLE s (b int PRIMARY KEY, c int); CREATE TABLE r (x int, y int, FOREIGN KEY (x) REFERENCES s ON DELETE SET DEFAULT (y)); -- refused
BEGIN; CREATE COLLATION util.c2 FROM "C"; ROLLBACK; CREATE COLLATION util.c2 FROM "C";
