-- a
CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT u UNIQUE (a) WITH (deduplicate_items = off, fillfactor = 50));

-- b
CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT u UNIQUE (a) WITH (fillfactor = 90));

-- rows
INSERT INTO t VALUES (1, 2);
