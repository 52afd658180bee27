-- a
CREATE TABLE t (a int, b text);
CREATE INDEX i ON t (a);
CREATE INDEX j ON t (b) WITH (fillfactor = 40);

-- b
CREATE TABLE t (a int, b text);
CREATE INDEX i ON t (a) WITH (deduplicate_items = off, fillfactor = 70);
CREATE INDEX j ON t (b);

-- rows
INSERT INTO t VALUES (1, 'x');
