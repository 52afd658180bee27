-- a
CREATE TABLE t (id int, b text, CONSTRAINT "k'" PRIMARY KEY (id) WITH (fillfactor = 30));

-- b
CREATE TABLE t (id int, b text, CONSTRAINT "k'" PRIMARY KEY (id) INCLUDE (b) WITH (fillfactor = 95));

-- rows
INSERT INTO t VALUES (1, 'x');
