-- a
CREATE TYPE level AS ENUM ('low', 'middle', 'high');
CREATE TYPE levels AS RANGE (SUBTYPE = level);
CREATE TABLE t (id int PRIMARY KEY, l levels DEFAULT '[low,middle]');

-- b
CREATE TYPE level AS ENUM ('low', 'high', 'middle');
CREATE TYPE levels AS RANGE (SUBTYPE = level);
CREATE TABLE t (id int PRIMARY KEY, l levels DEFAULT '[low,middle]');

-- rows
INSERT INTO t VALUES (1, '[low,high)'), (2, NULL);
