-- a
CREATE TABLE t (id int, k int, b text) PARTITION BY LIST (k);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE INDEX j ON t (id);

-- b
CREATE TABLE t (id int, k int, b text) PARTITION BY LIST (k);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE INDEX i ON t (b text_pattern_ops) INCLUDE (k) WITH (fillfactor = 70);
CREATE INDEX j ON t (id DESC);
CREATE UNIQUE INDEX u ON t1 (id);

-- rows
INSERT INTO t VALUES (1, 1, 'x');
