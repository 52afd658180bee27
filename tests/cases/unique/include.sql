-- a
CREATE TABLE t (id int PRIMARY KEY, a int, b text, CONSTRAINT u UNIQUE (a));

-- b
CREATE TABLE t (id int PRIMARY KEY, a int, b text, CONSTRAINT u UNIQUE (a) INCLUDE (b, id));
COMMENT ON CONSTRAINT u ON t IS 'covers b';

-- rows
INSERT INTO t VALUES (1, 2, 'x'), (2, 3, NULL);
