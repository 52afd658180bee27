-- a
CREATE TABLE t (id int) WITH (fillfactor = 70);

-- b
CREATE TABLE t (id int) WITH (fillfactor = 90);

-- rows
INSERT INTO t VALUES (1);
