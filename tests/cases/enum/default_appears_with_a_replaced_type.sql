-- a
CREATE TYPE mood AS ENUM ('ok', 'bad', 'gone');
CREATE TABLE t (id int PRIMARY KEY, m mood, n mood);
CREATE VIEW v AS SELECT m FROM t;

-- b
CREATE TYPE mood AS ENUM ('ok', 'bad');
CREATE TABLE t (id int PRIMARY KEY, m mood DEFAULT 'ok', n mood DEFAULT 'bad');
CREATE VIEW v AS SELECT m FROM t;

-- rows
INSERT INTO t VALUES (1, 'ok', 'bad');
