-- a
CREATE TABLE t (a int, b text);
CREATE INDEX i ON t (a) WITH (fillfactor = 40);

-- b
CREATE TABLE t (a int, b text);
CREATE INDEX i ON t (a, b) WITH (fillfactor = 60);
COMMENT ON INDEX i IS 'both';

-- rows
INSERT INTO t VALUES (1, 'x');
