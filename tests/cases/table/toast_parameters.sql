-- a
CREATE TABLE t (id int, body text) WITH (toast.autovacuum_enabled = off);

-- b
CREATE TABLE t (id int, body text) WITH (toast_tuple_target = 4096, toast.vacuum_truncate = off);

-- rows
INSERT INTO t VALUES (1, 'a');
