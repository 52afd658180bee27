-- a
CREATE TABLE t (id int) WITH (autovacuum_vacuum_scale_factor = 0.05, fillfactor = 70);

-- b
CREATE TABLE t (id int) WITH (autovacuum_enabled = off, autovacuum_vacuum_scale_factor = 0.1, parallel_workers = 4);

-- rows
INSERT INTO t VALUES (1);
