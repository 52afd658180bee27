-- a
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (id int PRIMARY KEY, m mood, n int, CONSTRAINT u UNIQUE (n) INCLUDE (m));

-- b
CREATE TYPE mood AS ENUM ('ok', 'glad');
CREATE TABLE t (id int PRIMARY KEY, m mood, n int, CONSTRAINT u UNIQUE (n) INCLUDE (m));

-- rows
INSERT INTO t VALUES (1, 'ok', 1);
