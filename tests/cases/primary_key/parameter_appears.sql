-- a
CREATE TABLE t (id int, b text, PRIMARY KEY (id));

-- b
CREATE TABLE t (id int, b text, PRIMARY KEY (id) WITH (fillfactor = 95));
COMMENT ON CONSTRAINT t_pkey ON t IS 'full';

-- rows
INSERT INTO t VALUES (1, 'x');
