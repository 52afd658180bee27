-- a
CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT u UNIQUE (a));

-- b
CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT u UNIQUE (a) WITH (deduplicate_items = off, fillfactor = 70));

-- rows
INSERT INTO t VALUES (1, 2);
