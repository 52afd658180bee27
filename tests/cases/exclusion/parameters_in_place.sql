-- a
CREATE TABLE t (r int4range, CONSTRAINT e EXCLUDE USING gist (r WITH &&) WITH (fillfactor = 70));

-- b
CREATE TABLE t (r int4range, CONSTRAINT e EXCLUDE USING gist (r WITH &&) WITH (fillfactor = 90));
COMMENT ON CONSTRAINT e ON t IS 'fuller';

-- rows
INSERT INTO t VALUES ('[1,2)'), ('[2,3)');
