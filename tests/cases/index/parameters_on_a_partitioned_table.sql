-- a
CREATE TABLE t (id int, k int, b text) PARTITION BY LIST (k);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE INDEX i ON t (b) WITH (fillfactor = 70);

-- b
CREATE TABLE t (id int, k int, b text) PARTITION BY LIST (k);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE INDEX i ON t (b) WITH (fillfactor = 90);

-- rows
INSERT INTO t VALUES (1, 1, 'x');
