-- Column definition lists
SELECT * FROM one_record(); -- refused
SELECT * FROM one_record() AS r; -- refused
SELECT * FROM one_record() AS r (k, v); -- refused
SELECT * FROM one_record() AS r (k int, v text);
SELECT r.k, r.v FROM one_record() AS r (k int, v text);
SELECT r.z FROM one_record() AS r (k int, v text); -- refused
SELECT * FROM one_record() AS r (k int, v no_such_type); -- refused
SELECT one_record();
SELECT * FROM all_records() AS (k bigint, v text);
SELECT * FROM parcels p, all_records() AS r WHERE true; -- refused
SELECT * FROM parcels p JOIN all_records() AS r (k bigint, v text) ON r.k = p.id;
SELECT * FROM as_table() AS r (k bigint, v text); -- refused
SELECT * FROM as_table() AS r (k, v);
SELECT * FROM with_out() AS r (k bigint, v text); -- refused
SELECT * FROM with_one() AS r (k bigint); -- refused
SELECT * FROM with_one() AS r (k);
SELECT * FROM rows_of() AS r (id bigint); -- refused
SELECT * FROM rows_of() AS r (a, b, c, d);
SELECT * FROM json_to_record('{}'); -- refused
SELECT * FROM json_to_record('{}') AS r (a int, b text);
SELECT * FROM jsonb_to_recordset('[]') AS (a int, b text);
SELECT * FROM jsonb_to_recordset('[]') AS r; -- refused
SELECT * FROM json_populate_record(NULL::point_on_map, '{}');
SELECT * FROM json_populate_record(NULL::point_on_map, '{}') AS r (x int, y int); -- refused
SELECT * FROM json_populate_record(NULL::record, '{}') AS r (x int, y int);
SELECT * FROM json_each('{}') AS r (key text, value json); -- refused
SELECT * FROM generate_series(1, 2) AS g (i int); -- refused
SELECT * FROM generate_series(1, 2) AS g (i);
SELECT * FROM unnest(ARRAY[1, 2]) AS u (i int); -- refused
SELECT * FROM ROWS FROM (one_record() AS (k int, v text), generate_series(1, 2)) AS r;
SELECT * FROM ROWS FROM (one_record(), generate_series(1, 2)) AS r; -- refused
CREATE VIEW recorded AS SELECT * FROM all_records(); -- refused
CREATE VIEW recorded AS SELECT * FROM all_records() AS r (k bigint, v text);
CREATE FUNCTION reads() RETURNS bigint LANGUAGE sql AS 'SELECT k FROM all_records()'; -- refused
CREATE FUNCTION reads() RETURNS bigint LANGUAGE sql AS 'SELECT k FROM all_records() AS r (k bigint, v text)';
DO $$ BEGIN PERFORM FROM all_records(); END $$; -- refused
DO $$ BEGIN PERFORM FROM all_records() AS r (k bigint, v text); END $$;
-- Indexes that CLUSTER and REPLICA IDENTITY name
CLUSTER parcels USING parcels_kilos;
CLUSTER parcels USING parcels_pkey;
CLUSTER parcels USING parcels_weight; -- refused
CLUSTER parcels USING stops_late; -- refused
CLUSTER stops USING stops_late; -- refused
CLUSTER counted USING counted_hash; -- refused
CLUSTER counted USING counted_place;
DROP TABLE counted CASCADE; CLUSTER counted USING counted_n; -- refused
ALTER TABLE parcels CLUSTER ON parcels_kilos;
ALTER TABLE parcels CLUSTER ON parcels_weight; -- refused
ALTER TABLE parcels CLUSTER ON stops_pkey; -- refused
ALTER TABLE stops CLUSTER ON stops_late; -- refused
ALTER TABLE counted CLUSTER ON counted_hash; -- refused
ALTER TABLE parcels SET WITHOUT CLUSTER;
CREATE INDEX "Kilos" ON parcels (kilos DESC); CLUSTER parcels USING "Kilos";
CREATE INDEX "Kilos" ON parcels (kilos DESC); CLUSTER parcels USING kilos; -- refused
DROP INDEX parcels_kilos; ALTER TABLE parcels CLUSTER ON parcels_kilos; -- refused
ALTER INDEX parcels_kilos RENAME TO by_weight; ALTER TABLE parcels CLUSTER ON by_weight;
ALTER INDEX parcels_kilos RENAME TO by_weight; ALTER TABLE parcels CLUSTER ON parcels_kilos; -- refused
ALTER TABLE parcels REPLICA IDENTITY USING INDEX parcels_pkey;
ALTER TABLE parcels REPLICA IDENTITY USING INDEX parcels_kilos; -- refused
ALTER TABLE parcels REPLICA IDENTITY USING INDEX parcels_weight; -- refused
ALTER TABLE counted REPLICA IDENTITY USING INDEX counted_n;
ALTER TABLE counted REPLICA IDENTITY USING INDEX counted_id; -- refused
ALTER TABLE counted ALTER COLUMN id SET NOT NULL; ALTER TABLE counted REPLICA IDENTITY USING INDEX counted_id;
ALTER TABLE counted REPLICA IDENTITY USING INDEX counted_sum; -- refused
ALTER TABLE counted REPLICA IDENTITY USING INDEX counted_plain; -- refused
ALTER TABLE counted REPLICA IDENTITY USING INDEX stops_pkey; -- refused
ALTER TABLE stops REPLICA IDENTITY USING INDEX stops_late; -- refused
ALTER TABLE stops REPLICA IDENTITY USING INDEX "stops_Place_key"; -- refused
ALTER TABLE counted REPLICA IDENTITY FULL;
ALTER TABLE counted REPLICA IDENTITY DEFAULT;
DO $$ BEGIN ALTER TABLE counted REPLICA IDENTITY USING INDEX counted_plain; END $$; -- refused
-- Routines beside built-in ones of the same name, and with row types
DROP FUNCTION area(int); -- refused
DROP FUNCTION area(text, int); -- refused
DROP FUNCTION area(stops); -- refused
DROP FUNCTION area(point_on_map);
DROP FUNCTION area(int, int);
DROP FUNCTION public.area(point_on_map);
DROP FUNCTION public.area(box); -- refused
DROP FUNCTION area; -- refused
DROP FUNCTION IF EXISTS area(int);
DROP FUNCTION describe;
DROP FUNCTION describe(stops); -- refused
DROP FUNCTION describe(parcels);
DROP FUNCTION describe(text); -- refused
DROP FUNCTION describe(record); -- refused
DROP FUNCTION lower(stops); -- refused
DROP FUNCTION lower(counted);
DROP FUNCTION lower; -- refused
DROP FUNCTION public.lower;
ALTER FUNCTION area(text) STABLE; -- refused
ALTER FUNCTION area(point_on_map) STABLE;
ALTER FUNCTION area RENAME TO surface; -- refused
ALTER FUNCTION describe RENAME TO area;
ALTER FUNCTION describe(stops) RENAME TO surface; -- refused
COMMENT ON FUNCTION area(text) IS 'x'; -- refused
COMMENT ON FUNCTION area(point_on_map) IS 'x';
COMMENT ON FUNCTION lower(text) IS 'x';
GRANT EXECUTE ON FUNCTION area(text) TO PUBLIC; -- refused
GRANT EXECUTE ON FUNCTION area(point_on_map) TO PUBLIC;
GRANT EXECUTE ON FUNCTION area TO PUBLIC; -- refused
GRANT EXECUTE ON FUNCTION describe TO PUBLIC;
REVOKE EXECUTE ON FUNCTION lower(int) FROM PUBLIC; -- refused
DROP PROCEDURE load(text); -- refused
DROP PROCEDURE load(int);
CALL area(1, 2); -- refused
-- Constants that are cast to a domain
SELECT NULL::weight; -- refused
SELECT CAST(NULL AS weight); -- refused
SELECT NULL::int::weight; -- refused
SELECT 1::weight;
INSERT INTO counted (id, n) VALUES (NULL::weight, 1); -- refused
SELECT (-1)::floor_no; -- refused
SELECT '0'::floor_no; -- refused
SELECT NULL::floor_no;
SELECT 3::floor_no, '4'::floor_no;
SELECT 'ab-1'::plate; -- refused
SELECT 'AB-1'::plate;
INSERT INTO parcels VALUES (1, 'a', (-5)::floor_no, 1); -- refused
DO $$ BEGIN PERFORM 'ab-1'::plate; END $$; -- refused
DO $$ BEGIN PERFORM 'ab-1'::plate; EXCEPTION WHEN check_violation THEN NULL; END $$;
ALTER DOMAIN floor_no DROP CONSTRAINT floor_no_check; SELECT 0::floor_no;
ALTER DOMAIN weight DROP NOT NULL; SELECT NULL::weight;
-- Values that SIMILAR TO refuses
CREATE TABLE x (k text DEFAULT 'abc' CHECK (k SIMILAR TO '(a|b)+')); INSERT INTO x DEFAULT VALUES; -- refused
CREATE TABLE x (k text DEFAULT 'aba' CHECK (k SIMILAR TO '(a|b)+')); INSERT INTO x DEFAULT VALUES;
CREATE TABLE x (k text DEFAULT 'abc' CHECK (k NOT SIMILAR TO '[abc]+')); INSERT INTO x DEFAULT VALUES; -- refused
CREATE TABLE x (k text DEFAULT 'abd' CHECK (k NOT SIMILAR TO '[abc]+')); INSERT INTO x DEFAULT VALUES;
CREATE TABLE x (k text DEFAULT 'a_c' CHECK (k SIMILAR TO 'a_c')); INSERT INTO x DEFAULT VALUES;
CREATE TABLE x (k text DEFAULT 'abc' CHECK (k SIMILAR TO 'a.c')); INSERT INTO x DEFAULT VALUES; -- refused
CREATE TABLE x (k text DEFAULT 'a.c' CHECK (k SIMILAR TO 'a\.c')); INSERT INTO x DEFAULT VALUES;
CREATE TABLE x (k text DEFAULT 'abc' CHECK (k SIMILAR TO 'a\.c')); INSERT INTO x DEFAULT VALUES; -- refused
CREATE TABLE x (k text DEFAULT 'a%c' CHECK (k SIMILAR TO 'a#%c' ESCAPE '#')); INSERT INTO x DEFAULT VALUES;
CREATE TABLE x (k text DEFAULT '^a$' CHECK (k SIMILAR TO '^a$')); INSERT INTO x DEFAULT VALUES;
CREATE TABLE x (k text DEFAULT 'a' CHECK (k SIMILAR TO '^a$')); INSERT INTO x DEFAULT VALUES; -- refused
CREATE TABLE x (k text DEFAULT 'aXb' CHECK (k SIMILAR TO 'a[A-Z]b|c')); INSERT INTO x DEFAULT VALUES;
CREATE TABLE x (k text DEFAULT 'cc' CHECK (k SIMILAR TO 'a[A-Z]b|c')); INSERT INTO x DEFAULT VALUES; -- refused
CREATE TABLE x (k text DEFAULT 'ab' CHECK (k SIMILAR TO 'a{2,}b')); INSERT INTO x DEFAULT VALUES; -- refused
CREATE TABLE x (k text DEFAULT '123-45' CHECK (k SIMILAR TO '[0-9]{3}-[0-9]{2}')); INSERT INTO x DEFAULT VALUES;
CREATE TABLE x (k text DEFAULT '123' CHECK (k SIMILAR TO '\d+')); INSERT INTO x DEFAULT VALUES;
CREATE TABLE x (k text DEFAULT 'z' CHECK (k SIMILAR TO '%(x|y)%')); INSERT INTO x DEFAULT VALUES; -- refused
