-- Exclusions, names of relations and indexes, inheritance, typed tables, views with CHECK OPTION, MERGE, and elements
ALTER TABLE bookings ADD EXCLUDE USING gist (during WITH &&);
ALTER TABLE bookings ADD EXCLUDE USING gist (during WITH =);
ALTER TABLE bookings ADD EXCLUDE USING gist (during WITH -|-);
ALTER TABLE bookings ADD EXCLUDE USING gist (during WITH <@); -- refused
ALTER TABLE bookings ADD EXCLUDE USING gist (during WITH <<); -- refused
ALTER TABLE bookings ADD EXCLUDE USING gist (multi WITH &&);
ALTER TABLE bookings ADD EXCLUDE USING spgist (days WITH &&);
ALTER TABLE bookings ADD EXCLUDE USING gist (tstzrange(lower(during), upper(during)) WITH &&);
ALTER TABLE bookings ADD EXCLUDE USING gist (room WITH =, during WITH &&); -- refused
ALTER TABLE bookings ADD EXCLUDE USING gist (int4range(room, room, '[]') WITH =, during WITH &&);
ALTER TABLE bookings ADD EXCLUDE (room WITH =, id WITH =);
ALTER TABLE bookings ADD EXCLUDE USING btree (room WITH <); -- refused
ALTER TABLE bookings ADD EXCLUDE USING hash (guest WITH =);
ALTER TABLE bookings ADD EXCLUDE (guest WITH OPERATOR(pg_catalog.=));
ALTER TABLE rooms ADD EXCLUDE USING gist (area WITH &&);
ALTER TABLE rooms ADD EXCLUDE USING gist (area WITH ~=);
ALTER TABLE rooms ADD EXCLUDE USING gist (spot WITH ~=);
ALTER TABLE rooms ADD EXCLUDE USING gist (net inet_ops WITH &&);
ALTER TABLE rooms ADD EXCLUDE USING gist (net WITH &&); -- refused
ALTER TABLE rooms ADD EXCLUDE USING gist (wave WITH &&);
ALTER TABLE rooms ADD EXCLUDE USING gist (name gist_trgm_ops WITH =);
ALTER TABLE bookings ADD CONSTRAINT no_overlap UNIQUE (days WITHOUT OVERLAPS); -- refused
ALTER TABLE bookings ADD UNIQUE (multi WITHOUT OVERLAPS); -- refused
ALTER TABLE bookings ADD UNIQUE (days, during WITHOUT OVERLAPS);
ALTER TABLE bookings ADD UNIQUE (guest, during WITHOUT OVERLAPS); -- refused
ALTER TABLE bookings ADD UNIQUE (during, id WITHOUT OVERLAPS); -- refused
ALTER TABLE rooms ADD UNIQUE (wave WITHOUT OVERLAPS); -- refused
CREATE TABLE p2 (doc int4range, valid daterange, FOREIGN KEY (doc, PERIOD valid) REFERENCES periods (doc, PERIOD valid));
CREATE TABLE p2 (doc int4range, valid daterange, FOREIGN KEY (doc, valid) REFERENCES periods (doc, valid)); -- refused
CREATE TABLE p2 (doc int4range, valid daterange, FOREIGN KEY (doc, PERIOD valid) REFERENCES periods (doc, PERIOD valid) ON DELETE CASCADE); -- refused
CREATE INDEX ON rooms USING gin (name gin_trgm_ops);
CREATE INDEX ON rooms USING gin (tags);
CREATE INDEX ON rooms USING gin (size); -- refused
CREATE INDEX ON rooms USING gin (opts, tags);
CREATE INDEX ON rooms USING gist (size); -- refused
CREATE INDEX ON rooms USING gist (name gist_trgm_ops);
CREATE INDEX ON rooms USING gist (wave);
CREATE INDEX ON rooms USING spgist (name);
CREATE INDEX ON rooms USING brin (name);
CREATE INDEX ON rooms USING brin (opts); -- refused
CREATE INDEX ON rooms (price);
CREATE INDEX ON rooms (spot); -- refused
CREATE INDEX ON rooms (area); -- refused
CREATE INDEX rooms_size ON rooms (name); -- refused
CREATE INDEX room_stats ON rooms (name); -- refused
CREATE INDEX big_rooms ON rooms (name); -- refused
CREATE INDEX room_numbers ON rooms (name); -- refused
CREATE INDEX money_bag ON rooms (name); -- refused
CREATE INDEX floatrange2 ON rooms (name);
CREATE TABLE rooms_size (a int); -- refused
CREATE VIEW rooms_size AS SELECT 1 AS a; -- refused
CREATE SEQUENCE rooms_size; -- refused
CREATE TABLE rooms_pkey (a int); -- refused
CREATE TABLE rooms_name_key (a int); -- refused
DROP INDEX rooms_size; CREATE TABLE rooms_size (a int);
CREATE VIEW seats AS SELECT 1 AS a; -- refused
CREATE MATERIALIZED VIEW seats AS SELECT 1 AS a; -- refused
CREATE MATERIALIZED VIEW IF NOT EXISTS room_stats AS SELECT 1 AS a;
CREATE TABLE seats AS SELECT 1 AS a; -- refused
CREATE TABLE IF NOT EXISTS seats AS SELECT 1 AS a;
ALTER TABLE rooms ADD COLUMN a int, ADD COLUMN b int, ADD COLUMN a text; -- refused
ALTER TABLE rooms ADD COLUMN a int, ADD COLUMN IF NOT EXISTS a text;
ALTER TABLE rooms ADD COLUMN a int, DROP COLUMN size; -- refused
ALTER TABLE rooms DROP COLUMN tags, ADD COLUMN tags jsonb;
ALTER TABLE ONLY parent RENAME COLUMN note TO remark; -- refused
ALTER TABLE ONLY lonely_parent RENAME COLUMN note TO remark;
ALTER TABLE parent RENAME COLUMN note TO remark;
ALTER TABLE parent ADD COLUMN extra int;
ALTER TABLE parent ADD COLUMN extra bigint; -- refused
ALTER TABLE parent ADD COLUMN extra text; -- refused
ALTER TABLE parent ADD COLUMN fresh text;
ALTER TABLE parent ADD COLUMN also varchar(10); -- refused
ALTER TABLE ONLY parent ADD CONSTRAINT c CHECK (id > 0); -- refused
ALTER TABLE ONLY parent ADD CONSTRAINT c CHECK (id > 0) NO INHERIT;
ALTER TABLE parent ADD CONSTRAINT c CHECK (id > 0);
ALTER TABLE ONLY lonely_parent ADD CONSTRAINT c CHECK (id > 0);
ALTER TABLE ONLY parent ADD CONSTRAINT c UNIQUE (id);
ALTER TABLE ONLY kid ADD CONSTRAINT c CHECK (id > 0);
ALTER TABLE kid NO INHERIT parent; ALTER TABLE ONLY parent ADD CONSTRAINT c CHECK (id > 0);
DROP TABLE kid; ALTER TABLE ONLY parent ADD CONSTRAINT c CHECK (id > 0);
ALTER TYPE money_bag ADD ATTRIBUTE tax numeric; -- refused
ALTER TYPE money_bag DROP ATTRIBUTE iso; -- refused
ALTER TYPE money_bag RENAME ATTRIBUTE iso TO currency; -- refused
ALTER TYPE money_bag RENAME ATTRIBUTE iso TO currency CASCADE;
DROP TABLE ledger; ALTER TYPE money_bag RENAME ATTRIBUTE iso TO currency;
ALTER TABLE ledger NOT OF; ALTER TYPE money_bag RENAME ATTRIBUTE iso TO currency;
ALTER TABLE ledger NOT OF; ALTER TYPE money_bag ADD ATTRIBUTE tax numeric;
ALTER TYPE untyped ADD ATTRIBUTE c int;
ALTER TYPE untyped RENAME ATTRIBUTE a TO c;
ALTER TYPE untyped ALTER ATTRIBUTE a TYPE bigint; -- refused
ALTER TABLE uses_untyped ADD COLUMN v untyped; ALTER TYPE untyped DROP ATTRIBUTE a;
INSERT INTO big_rooms VALUES (1, 'a', 11);
INSERT INTO big_rooms VALUES (1, 'a', 10); -- refused
INSERT INTO big_rooms (id, size) VALUES (1, 50), (2, 3); -- refused
INSERT INTO named_rooms (id, title, size) VALUES (1, '', 5); -- refused
INSERT INTO named_rooms (id, title, size) VALUES (1, 'x', 5);
INSERT INTO named_rooms (id, title, size) VALUES (1, 'x', 500); -- refused
INSERT INTO small_rooms VALUES (1, 'a', 500);
CREATE OR REPLACE VIEW big_rooms AS SELECT id, name, size FROM rooms WHERE size > 10; INSERT INTO big_rooms VALUES (1, 'a', 1);
ALTER VIEW big_rooms RESET (check_option); INSERT INTO big_rooms VALUES (1, 'a', 1);
ALTER VIEW small_rooms SET (check_option = local); INSERT INTO small_rooms VALUES (1, 'a', 500); -- refused
CREATE VIEW v AS SELECT size, count(*) FROM rooms GROUP BY size WITH CHECK OPTION; -- refused
CREATE VIEW v AS SELECT DISTINCT size FROM rooms WITH LOCAL CHECK OPTION; -- refused
CREATE VIEW v WITH (check_option = cascaded) AS SELECT size FROM rooms LIMIT 5; -- refused
CREATE VIEW v AS SELECT r.id FROM rooms r JOIN bookings b ON b.room = r.id WITH CHECK OPTION; -- refused
CREATE VIEW v AS SELECT id, upper(name) AS n FROM rooms WITH CHECK OPTION;
CREATE VIEW v AS SELECT id, (SELECT count(*) FROM bookings) AS n FROM rooms WITH CHECK OPTION;
CREATE VIEW v AS SELECT id FROM small_rooms WITH CHECK OPTION;
MERGE INTO seats s USING wishes w ON s.seat = w.seat WHEN MATCHED AND w.state = 'x' THEN DELETE WHEN MATCHED THEN UPDATE SET state = w.state WHEN NOT MATCHED THEN INSERT VALUES (1, w.seat, w.state);
MERGE INTO seats s USING wishes w ON s.seat = w.seat WHEN MATCHED THEN DELETE WHEN MATCHED AND w.state = 'x' THEN UPDATE SET state = 'y'; -- refused
MERGE INTO seats s USING wishes w ON s.seat = w.seat WHEN NOT MATCHED THEN DO NOTHING WHEN NOT MATCHED BY SOURCE THEN DELETE;
MERGE INTO seats s USING wishes w ON s.seat = w.seat WHEN NOT MATCHED BY TARGET THEN DO NOTHING WHEN NOT MATCHED THEN INSERT VALUES (1, 2, 'x'); -- refused
MERGE INTO seats s USING wishes w ON s.seat = w.seat WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN DO NOTHING WHEN NOT MATCHED BY SOURCE THEN DO NOTHING;
UPDATE seats SET (state, room) = ('x', 1);
UPDATE seats SET (state, room) = ROW('x', 1);
UPDATE seats SET (state, room) = ('x', 1, 2); -- refused
UPDATE seats SET (state, room) = ROW('x'); -- refused
UPDATE seats s SET (state, room) = (w.state, w.id) FROM wishes w;
UPDATE seats s SET (state, room) = (SELECT w.state, w.id FROM wishes w);
UPDATE rooms SET tags[1] = 'x', opts['a'] = '5', opts['b'] = to_jsonb(5);
UPDATE rooms SET tags[1] = 5;
UPDATE rooms SET opts['a'] = 5; -- refused
UPDATE rooms SET opts['a']['b'] = '"x"';
UPDATE rooms SET opts['a'] = name; -- refused
UPDATE rooms SET tags[1:2] = ARRAY['a', 'b'];
UPDATE rooms SET tags[1] = name;
UPDATE rooms SET name[1] = 'x'; -- refused
UPDATE rooms SET opts['a'] = opts['b'];
UPDATE rooms SET tags = tags || 'x'::text;
UPDATE rooms SET tags = tags || '{x}';
UPDATE rooms SET tags = 'x' || tags; -- refused
UPDATE rooms SET tags = tags || name;
UPDATE rooms SET tags = array_append(tags, 'x');
UPDATE rooms SET tags = tags || NULL;
UPDATE rooms SET opts = opts || '{"a": 1}';
UPDATE rooms SET name = name || 'x';
UPDATE rooms SET name = 'x' || size;
INSERT INTO seats VALUES (1, 1, 'x') ON CONFLICT (lower(state), room) DO NOTHING;
INSERT INTO seats VALUES (1, 1, 'x') ON CONFLICT (room, seat) DO NOTHING;
INSERT INTO seats VALUES (1, 1, 'x') ON CONFLICT (seat, room) DO UPDATE SET state = excluded.state;
INSERT INTO wishes VALUES (1) ON CONFLICT (lower(state)) DO NOTHING; -- refused
INSERT INTO wishes VALUES (1) ON CONFLICT (abs(id)) DO NOTHING; -- refused
INSERT INTO wishes VALUES (1) ON CONFLICT ((id + 1)) DO NOTHING; -- refused
INSERT INTO wishes VALUES (1) ON CONFLICT (id) WHERE id > 0 DO NOTHING;
CREATE UNIQUE INDEX ON wishes ((state || seat)); INSERT INTO wishes VALUES (1) ON CONFLICT ((state || seat)) DO NOTHING;
CREATE UNIQUE INDEX ON wishes (lower(state)) WHERE seat > 0; INSERT INTO wishes VALUES (1) ON CONFLICT (lower(state)) DO NOTHING; -- refused
CREATE UNIQUE INDEX ON wishes (lower(state)) WHERE seat > 0; INSERT INTO wishes VALUES (1) ON CONFLICT (lower(state)) WHERE seat > 0 DO NOTHING;
