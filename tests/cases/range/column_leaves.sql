-- a
CREATE TYPE r AS RANGE (SUBTYPE = float8);
CREATE TABLE t (id int PRIMARY KEY, r r);

-- b
CREATE TABLE t (id int PRIMARY KEY, r text);

-- rows
INSERT INTO t VALUES (1, '[1,2)'), (2, NULL);
